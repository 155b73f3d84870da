// Task tokens: a task waits until a call completes it by its token, or its heartbeat times out.
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
    /** Settles with the result of SendTaskSuccess or SendTaskFailure. Runs `begin` once the token is valid. */
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
    /** Invalidates the token of a task that ended otherwise. */
    revoke: (token: string) => void pending.delete(token),
    /** These three return false if no task waits for the token. */
    succeed: (token: string, output: unknown) => completeTask(token, (task) => task.resolve(output)),
    fail: (token: string, error: string, cause: string) =>
      completeTask(token, (task) => task.reject(new TaskFailure(error, cause))),
    heartbeat: (token: string) => completeTask(token, (task) => task.beat()),
  };
}
