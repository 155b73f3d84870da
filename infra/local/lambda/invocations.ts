// Gives each call of a handler a context of its own, as Lambda's runtime does where one process serves several calls.
import { InvokeStore, InvokeStoreBase } from "@aws/lambda-invoke-store";

/** Loggers and metrics look for the context only where this is set. */
export const SEVERAL_AT_A_TIME = { AWS_LAMBDA_MAX_CONCURRENCY: "1000" } as const;

// Whoever asks first decides for the process which kind of store there is, so it is asked for before any SDK client can.
const store = await InvokeStore.getInstanceAsync(true);

/** What `call` logs and counts, now or later, is kept apart from what other calls do meanwhile. */
export function runInInvocation<T>(requestId: string, call: () => T): T {
  return store.run({ [InvokeStoreBase.PROTECTED_KEYS.REQUEST_ID]: requestId }, call);
}
