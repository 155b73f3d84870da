// Does one thing to many executions, or for many events: a few at a time, each with a result of its own, within the time of one request.
import { once } from "node:events";
import { ERROR_CODES, ServiceError } from "../domain/errors.ts";
import { logger, toLogFields } from "../logging/logger.ts";

/** The result for one of many. `begun`: false if certainly nothing was done. */
type Settled<T> = { id: string } & ({ value: T } | { error: unknown; begun: boolean });

/** `begin`: nothing more is begun. `end`: the answer waits no longer for what was begun. */
type TimeLimits = { begin: AbortSignal; end: AbortSignal };

/** The function has 20 seconds. One execution takes a few calls of the table, each of at most 5 seconds. */
const limitTime = (): TimeLimits => ({
  begin: AbortSignal.timeout(10_000),
  end: AbortSignal.timeout(17_000),
});

/** Executions at once. Most of them write the same items: their runbook, its concurrency slots, the caller's rate. */
const MAX_CONCURRENT = 4;

const NOT_BEGUN = "There was no time left for this one, and nothing was done. Send it again.";
const UNDER_WAY = "This one was not finished in time. It may or may not have been done.";

/** Returns the results in the order of the ids. A failure of one does not affect the others. */
export async function forEachId<T>(
  ids: readonly string[],
  act: (id: string) => Promise<T>,
  limits: TimeLimits = limitTime(),
): Promise<Settled<T>[]> {
  const settled = new Map<string, Settled<T>>();
  const waiting = ids.values();
  const work = async () => {
    for (const id of waiting) {
      if (limits.begin.aborted) return;
      settled.set(id, unfinished(id, UNDER_WAY, true));
      settled.set(id, await settle(id, act));
    }
  };
  const workers = Array.from({ length: MAX_CONCURRENT }, work);
  await Promise.race([Promise.all(workers), once(limits.end, "abort")]);
  return ids.map((id) => settled.get(id) ?? unfinished(id, NOT_BEGUN, false));
}

const unfinished = (id: string, message: string, begun: boolean) => ({
  id,
  error: new ServiceError("unavailable", message),
  begun,
});

async function settle<T>(id: string, act: (id: string) => Promise<T>): Promise<Settled<T>> {
  try {
    return { id, value: await act(id) };
  } catch (error) {
    if (!isRefusal(error)) logger.error("One of a bulk request failed", { id, failure: toLogFields(error) });
    return { id, error, begun: true };
  }
}

const isRefusal = (error: unknown) => error instanceof ServiceError && ERROR_CODES[error.code].status < 500;
