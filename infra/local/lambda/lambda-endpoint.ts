// Lambda's Invoke on the local stack, synchronous invocations only. It is a REST API, unlike the other services.
import type { IncomingMessage } from "node:http";
import { type Invoke, toFailure } from "./lambda.ts";
import { functionSeconds } from "./time-limits.ts";

/** `failed`: the function threw, and `payload` describes the error. */
export type InvocationResult = { payload: unknown; failed: boolean };
/** Invokes the named function. Returns null if it does not exist. */
export type InvokeByName = (name: string, event: unknown) => Promise<InvocationResult> | null;

/** Returns the name in `POST /2015-03-31/functions/{name}/invocations`; undefined for other requests, aliases included. */
export function parseFunctionName({ method, url = "" }: IncomingMessage): string | undefined {
  const path = /^\/2015-03-31\/functions\/([A-Za-z0-9_-]{1,64})\/invocations$/.exec(url);
  return method === "POST" ? path?.[1] : undefined;
}

/** Returns the invocation type if it is not synchronous, or undefined. */
export function findUnsupportedOption({ headers }: IncomingMessage): string | undefined {
  const type = headers["x-amz-invocation-type"] ?? "RequestResponse";
  return type === "RequestResponse" ? undefined : `Lambda.Invoke with InvocationType ${type}`;
}

/** Only `names` can be invoked: the functions that other functions call. */
export function createInvokeByName(invoke: Invoke, names: readonly string[]): InvokeByName {
  return (name, event) => (names.includes(name) ? invokeHandler(invoke, name, event) : null);
}

async function invokeHandler(invoke: Invoke, name: string, event: unknown): Promise<InvocationResult> {
  try {
    const call = { timeoutSeconds: functionSeconds(name) };
    return { payload: await invoke(`workflow/${name}`, event, call), failed: false };
  } catch (error) {
    return { payload: toFailure(error), failed: true };
  }
}
