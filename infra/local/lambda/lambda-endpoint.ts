// Lambda's Invoke on the local host: REST, unlike the other services; a function is called and its answer waited for.
import type { IncomingMessage } from "node:http";
import { type Invoke, toFailure } from "./lambda.ts";
import { functionSeconds } from "./time-limits.ts";

/** `failed`: the function threw, and `payload` says what. */
export type InvocationResult = { payload: unknown; failed: boolean };
/** Calls the function of this name; null where there is none. */
export type InvokeByName = (name: string, event: unknown) => Promise<InvocationResult> | null;

/** The name in `POST /2015-03-31/functions/{name}/invocations`; undefined of any other request, an alias's as well. */
export function parseFunctionName({ method, url = "" }: IncomingMessage): string | undefined {
  const path = /^\/2015-03-31\/functions\/([A-Za-z0-9_-]{1,64})\/invocations$/.exec(url);
  return method === "POST" ? path?.[1] : undefined;
}

/** How the call differs from one whose answer is waited for; undefined if it does not. */
export function findUnsupportedOption({ headers }: IncomingMessage): string | undefined {
  const type = headers["x-amz-invocation-type"] ?? "RequestResponse";
  return type === "RequestResponse" ? undefined : `Lambda.Invoke with InvocationType ${type}`;
}

/** Of the functions, those that other functions call. */
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
