// What is told of an execution that was started: its id, or how it went on and ended.

import { clean } from "../terminal/text.ts";
import type { Session } from "./context.ts";
import { type Execution, formatStatus } from "./executions.ts";
import { exitCodeOfExecution } from "./failures.ts";
import { followExecution } from "./follow.ts";

export const WAIT_FLAG = {
  kind: "boolean",
  brief: "Wait for its end: the exit code is its outcome",
  default: false,
  withNegated: false,
} as const;

/** Prints it. Returns the exit code: of the outcome, if it was waited for. */
export async function reportStart(session: Session, started: Execution, isWaiting: boolean): Promise<number> {
  const { print } = session;
  if (!isWaiting) {
    print.value(started, ({ id, status }) => `${id} ${status}\nWatch it: runbooks logs ${id} --follow`);
    return 0;
  }
  print.note(`${started.id} ${started.status}`);
  const ended = await followExecution(session, started.id);
  print.value(
    ended,
    (each) => `${formatStatus(print, each)}${each.error === null ? "" : `: ${clean(each.error.message)}`}`,
  );
  return exitCodeOfExecution(ended);
}
