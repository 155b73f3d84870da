// Task tokens: a task waits here until somebody answers with its token, or its heartbeats stop.
import { randomUUID } from "node:crypto";
import { TaskFailure } from "./task-failure.ts";

type PendingTask = { resolve: (output: unknown) => void; reject: (error: Error) => void; beat: () => void };

export type TaskTokens = ReturnType<typeof openTaskTokens>;

export function openTaskTokens() {
  const pending = new Map<string, PendingTask>();
  const completeTask = (token: string, complete: (task: PendingTask) => void): boolean => {
    const task = pending.get(token);
    if (task === undefined) return false;
    complete(task);
    return true;
  };
  return {
    issue: () => randomUUID() + randomUUID(),
    /** Settles with what SendTaskSuccess or SendTaskFailure brings. `begin` runs once the token is answerable. */
    async wait(token: string, heartbeatSeconds: number | undefined, begin: () => Promise<unknown>) {
      const { promise, resolve, reject } = Promise.withResolvers<unknown>();
      let timer: NodeJS.Timeout | undefined;
      const beat = () => {
        clearTimeout(timer);
        if (heartbeatSeconds === undefined) return;
        const late = () => reject(new TaskFailure("States.HeartbeatTimeout", "No heartbeat came in time"));
        timer = setTimeout(late, heartbeatSeconds * 1000);
      };
      pending.set(token, { resolve, reject, beat });
      beat();
      try {
        begin().catch(reject);
        return await promise;
      } finally {
        clearTimeout(timer);
        pending.delete(token);
      }
    },
    /** The task ended otherwise: its token is void. */
    revoke: (token: string) => void pending.delete(token),
    /** False, for these three: no task waits for this token any more. */
    succeed: (token: string, output: unknown) => completeTask(token, (task) => task.resolve(output)),
    fail: (token: string, error: string, cause: string) =>
      completeTask(token, (task) => task.reject(new TaskFailure(error, cause))),
    heartbeat: (token: string) => completeTask(token, (task) => task.beat()),
  };
}
