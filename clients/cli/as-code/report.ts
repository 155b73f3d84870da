// Says what is wrong with files, and where: on standard error, or as JSON on standard output.
import { ProblemError } from "../../api-client/errors.ts";
import { explain } from "../session/failures.ts";
import type { Printer } from "../terminal/printer.ts";
import type { Output } from "../terminal/terminal.ts";
import type { Failure } from "./apply.ts";
import type { FilesError } from "./prepare.ts";
import { PLAIN, problemText, stepText } from "./words.ts";

/** For programs they are the answer; for people they go to standard error. */
export function reportProblems({ problems, message }: FilesError, print: Printer, stderr: Output): void {
  if (print.isJson) print.value({ problems }, () => "");
  else stderr.write(`${[...problems.map(problemText), message].join("\n")}\n`);
}

/** A change in between is no mistake in a file: it asks for another plan. */
export function reportFailure({ step, error, problems }: Failure, stderr: Output): void {
  const isOutdated =
    error instanceof ProblemError && ["precondition_failed", "version_conflict"].includes(error.code);
  const lines = [
    `failed: ${stepText(step, PLAIN)}`,
    ...problems.map(problemText),
    ...(problems.length > 0 && error instanceof ProblemError ? [error.detail] : [explain(error)]),
    ...(isOutdated ? ["Somebody changed it after the plan. Look at `runbooks plan` again."] : []),
  ];
  stderr.write(`${lines.join("\n")}\n`);
}
