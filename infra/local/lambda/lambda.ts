// Invokes a handler like Lambda: with a context, a deadline, and errors as type and message.
import { randomUUID } from "node:crypto";
import type { Context } from "aws-lambda";
import type { Arns } from "../platform/arns.ts";
import { messageOf } from "../platform/errors.ts";
import { runInInvocation } from "./invocations.ts";
import { loadClass } from "./route-classes.ts";

export type Handler = (event: unknown, context: Context) => unknown;
/** Loads the handler of a file in functions/, like `api/create-runbook`, or of a class of routes: `classes/api-read`. */
export type LoadHandler = (path: string) => Promise<Handler>;
/** `patienceMs`: how long it may wait until fewer invocations of the function are under way. Default: not at all. */
type Call = { requestId?: string; timeoutSeconds: number; patienceMs?: number };
export type Invoke = (path: string, event: unknown, call: Call) => Promise<unknown>;

const loaded = new Map<string, Promise<Handler>>();

/** Loads each module once, like a warm Lambda. */
export const loadFromFunctions: LoadHandler = (path) => {
  const known = loaded.get(path) ?? importHandler(path);
  loaded.set(path, known);
  return known;
};

/** Before the function of `path` is loaded, `prepare` is done, each time: it must be quick where nothing is to do. */
export const loadAfter =
  (load: LoadHandler, path: string, prepare: () => Promise<void>): LoadHandler =>
  async (wanted) => {
    if (wanted === path) await prepare();
    return load(wanted);
  };

async function importHandler(path: string): Promise<Handler> {
  const ofClass = await loadClass(path, loadFromFunctions);
  if (ofClass !== null) return ofClass;
  const url = new URL(`../../../functions/${path}.ts`, import.meta.url);
  const module: { handler?: unknown } = await import(url.href);
  const { handler } = module;
  if (typeof handler !== "function") throw new Error(`functions/${path}.ts exports no handler`);
  return (event, context) => handler(event, context);
}

export class LambdaTimeout extends Error {
  /** The name that Lambda uses. */
  override readonly name = "Sandbox.Timedout";
}

export function createInvoker(load: LoadHandler, arns: Arns): Invoke {
  return async (path, event, call) => {
    const handler = await load(path);
    const requestId = call.requestId ?? randomUUID();
    const name = path.slice(path.lastIndexOf("/") + 1);
    const limitMs = call.timeoutSeconds * 1000;
    const { promise: timedOut, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      const text = `RequestId: ${requestId} Error: Task timed out after ${call.timeoutSeconds.toFixed(2)} seconds`;
      reject(new LambdaTimeout(text));
    }, limitMs);
    try {
      const context = buildContext(name, requestId, Date.now() + limitMs, arns);
      // Copy the event, as AWS serializes it, so that no handler can change its caller's data.
      const called = runInInvocation(requestId, () => handler(structuredClone(event), context));
      const result = await Promise.race([called, timedOut]);
      return result === undefined ? null : JSON.parse(JSON.stringify(result));
    } finally {
      clearTimeout(timer);
    }
  };
}

function buildContext(name: string, requestId: string, deadline: number, arns: Arns): Context {
  const ignored = () => undefined;
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: name,
    functionVersion: "$LATEST",
    invokedFunctionArn: arns.function(name),
    memoryLimitInMB: "512",
    awsRequestId: requestId,
    logGroupName: `/aws/lambda/${name}`,
    logStreamName: "local",
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
    done: ignored,
    fail: ignored,
    succeed: ignored,
  };
}

/** Returns Lambda's payload for a handler that threw. */
export function toFailure(error: unknown): { errorType: string; errorMessage: string; trace: string[] } {
  if (!(error instanceof Error)) return { errorType: "Error", errorMessage: messageOf(error), trace: [] };
  return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? "").split("\n") };
}
