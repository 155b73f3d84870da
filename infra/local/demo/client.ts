// The demo's callers: the API client with a user's token, and what the demo asks of answers that are refusals.
import { setTimeout as pause } from "node:timers/promises";
import { RunbooksClient } from "../../../clients/api-client/client.ts";
import { ProblemError } from "../../../clients/api-client/errors.ts";

/** How long the demo waits for anything. */
const LONGEST_WAIT_MS = 20_000;

export type Caller = RunbooksClient;
export type Execution = Awaited<ReturnType<Caller["getExecution"]>>;

export const createCaller = (baseUrl: string, token: string): Caller =>
  new RunbooksClient({ baseUrl, token });

/** Returns the completed run. @throws if it has not completed after 20 s */
export const waitUntilCompleted = (caller: Caller, id: string): Promise<Execution> =>
  caller.waitForEnd(id, { timeoutMs: LONGEST_WAIT_MS });

/** Returns the problem that the call ends with, or null: it was not refused. */
export async function refusalOf(call: Promise<unknown>): Promise<ProblemError | null> {
  try {
    await call;
    return null;
  } catch (error) {
    if (error instanceof ProblemError) return error;
    throw error;
  }
}

/** Polls `probe` until it returns a result, for at most 20 s. */
export async function poll<T>(probe: () => Promise<T | undefined>): Promise<T | undefined> {
  const deadline = Date.now() + LONGEST_WAIT_MS;
  for (;;) {
    const found = await probe();
    if (found !== undefined || Date.now() > deadline) return found;
    await pause(100);
  }
}
