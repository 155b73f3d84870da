// Follows an execution on the terminal: its attempts as they happen, until it ends or Ctrl-C.
import { InterruptedError } from "../terminal/prompt.ts";
import type { Session } from "./context.ts";
import { type Execution, formatAttempt } from "./executions.ts";

/** Returns the ended execution. @throws InterruptedError on Ctrl-C: the run goes on */
export async function followExecution({ client, print }: Session, executionId: string): Promise<Execution> {
  const stop = new AbortController();
  const onInterrupt = () => stop.abort(new InterruptedError(explainInterrupt(executionId)));
  process.once("SIGINT", onInterrupt);
  const told = new Map<number, string>();
  const tell = ({ attempts }: Execution) => {
    for (const attempt of attempts) {
      const line = formatAttempt(attempt);
      if (told.get(attempt.number) !== line) print.note(line);
      told.set(attempt.number, line);
    }
  };
  try {
    return await client.waitForEnd(executionId, { signal: stop.signal, onChange: tell });
  } finally {
    process.removeListener("SIGINT", onInterrupt);
  }
}

const explainInterrupt = (id: string) =>
  `The run goes on. Watch it:  runbooks logs ${id} --follow\n                 Cancel it: runbooks cancel ${id}`;
