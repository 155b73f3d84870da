// Follows an execution until it has ended.
import type { AnswerOf, CallOptions, OutputOf } from "./types.ts";

type Execution = OutputOf<"get-execution">;

export type WaitOptions = {
  /** Called with the execution as it is first, and after each change. */
  onChange?: (execution: Execution) => void;
  /** Ends the wait, not the execution: its reason is thrown. */
  signal?: AbortSignal;
  /** Maximum duration of the wait. Default: no limit. */
  timeoutMs?: number;
};

type Outside = {
  get: (headers: Record<string, string>, options: CallOptions) => Promise<AnswerOf<"get-execution">>;
  pause: (ms: number, signal?: AbortSignal) => Promise<void>;
};

/** How long the service is asked to hold a request, and how long it may take in all. */
const HOLD_SECONDS = 20;
const HELD_TIMEOUT_MS = 29_000;
const FIRST_POLL_MS = 500;
const MAX_POLL_MS = 4_000;

const isActive = ({ status }: { status: string }) => status === "PENDING" || status === "RUNNING";

/**
 * Returns the ended execution. The service holds each request until something changes, if it can (`Prefer: wait`);
 * otherwise the client polls. @throws the signal's reason, or a TimeoutError
 */
export async function waitForEnd({ get, pause }: Outside, options: WaitOptions): Promise<Execution> {
  const signal = signalOf(options);
  const call = { timeoutMs: HELD_TIMEOUT_MS, ...(signal && { signal }) };
  let seen = "";
  let pollMs = FIRST_POLL_MS;
  for (let headers: Record<string, string> = {}; ; ) {
    const answer = await get(headers, call);
    const tag = answer.headers.get("etag");
    // With the tag, a change between two requests is answered at once.
    headers = { prefer: `wait=${HOLD_SECONDS}`, ...(tag !== null && { "if-none-match": tag }) };
    const state = JSON.stringify(answer.body);
    const isChanged = state !== seen;
    if (isChanged) options.onChange?.(answer.body);
    if (!isActive(answer.body)) return answer.body;
    const isHeld = answer.headers.has("preference-applied");
    pollMs = isChanged ? FIRST_POLL_MS : Math.min(MAX_POLL_MS, pollMs * 1.5);
    // The first answer came at once, so that there is something to show.
    if (seen !== "" && !isHeld) await pause(pollMs, signal);
    seen = state;
  }
}

function signalOf({ signal, timeoutMs }: WaitOptions): AbortSignal | undefined {
  if (timeoutMs === undefined) return signal;
  const timeout = AbortSignal.timeout(timeoutMs);
  return signal ? AbortSignal.any([signal, timeout]) : timeout;
}
