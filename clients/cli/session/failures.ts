// What an error says to a person, and the exit code that it ends with.
import { ConnectionError, ProblemError, UnexpectedAnswerError } from "../../api-client/errors.ts";
import { InterruptedError } from "../terminal/prompt.ts";
import { clean } from "../terminal/text.ts";

/** The command line is wrong, or what it names is. The message says what to do. */
export class UsageError extends Error {}

/** Ctrl-C, as a shell counts it. */
const INTERRUPTED_EXIT = 130;

export const USAGE_EXIT = 2;
export const REFUSED_EXIT = 3;
const UNKNOWN_EXIT = 5;

/** 1: a defect. 2: the input. 3: refused. 5: not known, since no answer of the API came. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError) return USAGE_EXIT;
  if (error instanceof InterruptedError) return INTERRUPTED_EXIT;
  if (error instanceof ProblemError) return exitCodeOfProblem(error.status);
  return error instanceof ConnectionError || error instanceof UnexpectedAnswerError ? UNKNOWN_EXIT : 1;
}

/** The exit code of a problem with this HTTP status. */
export function exitCodeOfProblem(status: number): number {
  if (status >= 500) return UNKNOWN_EXIT;
  return status === 400 ? USAGE_EXIT : REFUSED_EXIT;
}

const OUTCOMES: Readonly<Record<string, number>> = { SUCCESS: 0, FAILED: 1, CANCELLED: 4 };

/** The exit code of an ended execution. */
export const exitCodeOfExecution = ({
  status,
  error,
}: {
  status: string;
  error: { code: string } | null;
}): number => (error?.code === "outcome_unknown" ? UNKNOWN_EXIT : (OUTCOMES[status] ?? UNKNOWN_EXIT));

export function explain(error: unknown): string {
  if (error instanceof ProblemError) return explainProblem(error);
  if (error instanceof ConnectionError) return explainConnection(error);
  return clean(error instanceof Error ? error.message : String(error), { lines: true });
}

function explainProblem(error: ProblemError): string {
  const issues = error.errors.map(
    ({ pointer, message }) => `  ${clean(pointer || "(the whole)")}: ${clean(message)}`,
  );
  const id = error.status >= 500 && error.requestId !== null ? [`  Request: ${clean(error.requestId)}`] : [];
  return [`${clean(error.title)}: ${clean(error.detail)}`, ...issues, ...id, ...adviceOn(error)].join("\n");
}

function adviceOn({ status, code }: ProblemError): string[] {
  if (code === "unauthenticated")
    return ["Log in again: `runbooks login`. `runbooks doctor` says what is wrong with the token."];
  return status === 403 ? ["`runbooks whoami` shows your groups."] : [];
}

function explainConnection(error: ConnectionError): string {
  const lost = error.mayHaveArrived && error.code !== null;
  const repeat = lost ? ["If this changed something, it may have been done: look before you repeat it."] : [];
  const advice = "Does the service run, and is this its address? `--api URL` or RUNBOOKS_API says another.";
  return [clean(error.message), ...repeat, advice].join("\n");
}
