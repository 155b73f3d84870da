// Sends one request, and waits between requests.
import { ConnectionError } from "./errors.ts";
import type { HttpRequest } from "./request.ts";

type Limits = { timeoutMs: number; signal?: AbortSignal | undefined };

/** Returns the response with its whole body. @throws ConnectionError, or the reason of the signal */
export async function send(
  fetchIt: typeof fetch,
  { url, ...init }: HttpRequest,
  { timeoutMs, signal }: Limits,
) {
  signal?.throwIfAborted();
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const either = signal ? AbortSignal.any([signal, timeout]) : timeout;
    // A redirect would lead to something that is not the API.
    const response = await fetchIt(url, { ...init, redirect: "manual", signal: either });
    return { response, text: await response.text() };
  } catch (error) {
    signal?.throwIfAborted();
    throw new ConnectionError(url, timeout.aborted ? "TIMEOUT" : codeOf(error), error);
  }
}

/** Node's code is in the cause of the error that `fetch` throws. */
function codeOf(error: unknown): string | null {
  const cause: unknown = error instanceof Error ? error.cause : undefined;
  const code: unknown = typeof cause === "object" && cause !== null ? Reflect.get(cause, "code") : undefined;
  return typeof code === "string" ? code : null;
}

/** @throws the reason of the signal when it is aborted */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, ms);
    if (signal?.aborted) stop();
    signal?.addEventListener("abort", stop, { once: true });
  });
}
