// Gives each invocation its own context, like Lambda's runtime for concurrent invocations in one process.
import { InvokeStore, InvokeStoreBase } from "@aws/lambda-invoke-store";

/** Loggers and metrics read the context only if this variable is set. */
export const SEVERAL_AT_A_TIME = { AWS_LAMBDA_MAX_CONCURRENCY: "1000" } as const;

// The first call decides the kind of store for the whole process. It must come before any SDK client's call.
const store = await InvokeStore.getInstanceAsync(true);

/** Runs `call` in its own context, so that its logs and metrics do not mix with those of concurrent invocations. */
export function runInInvocation<T>(requestId: string, call: () => T): T {
  return store.run({ [InvokeStoreBase.PROTECTED_KEYS.REQUEST_ID]: requestId }, call);
}
