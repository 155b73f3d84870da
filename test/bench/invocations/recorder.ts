// Records invocations: the event, the answer, each call of an AWS client, and what came back over the wire.
import { AsyncLocalStorage } from "node:async_hooks";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import type { Context } from "aws-lambda";
import { runInInvocation } from "../../../infra/local/lambda/invocations.ts";
import type { Handler } from "../../../infra/local/lambda/lambda.ts";
import { aroundSdkCalls, type SdkCall } from "../../support/sdk-calls.ts";

/** A request that a client has sent, and its answer. `target` names the operation. */
export type Exchange = { target: string; request: string; status: number; type: string; body: string };
/** `began` and `ended`: places in the order of all beginnings and ends. `refused`: AWS answered with an error. */
export type Call = Pick<SdkCall, "client" | "command" | "input"> & {
  began: number;
  ended: number;
  refused: boolean;
};
export type Recording = {
  handler: Handler;
  event: unknown;
  context: Context;
  answer: unknown;
  calls: Call[];
  exchanges: Exchange[];
};

type WireRequest = {
  hostname: string;
  port?: number;
  path: string;
  headers: Record<string, string>;
  body?: unknown;
};
type WireResponse = { statusCode: number; headers: Record<string, string>; body: AsyncIterable<Uint8Array> };
type RequestHandler = {
  handle: (request: WireRequest, options?: object) => Promise<{ response: WireResponse }>;
};

const current = new AsyncLocalStorage<Recording>();
const hooked = new WeakSet<RequestHandler>();
let replayPort: number | null = null;
let clock = 0;

/** From now on all clients that have been recorded send their requests to this port. */
export function sendTo(port: number): void {
  replayPort = port;
}

/** The runtime of Lambda, too, gives each invocation a context of its own. */
export const invoke = (handler: Handler, event: unknown, context: Context): unknown =>
  runInInvocation(context.awsRequestId, () => handler(event, context));

/** Records what `handler` asks for while it answers this event. */
export async function record(handler: Handler, event: unknown, context: Context): Promise<Recording> {
  const recording: Recording = { handler, event, context, answer: null, calls: [], exchanges: [] };
  recording.answer = await current.run(recording, async () => invoke(handler, event, context));
  return recording;
}

/** Sees the calls of all clients of this process; returns what stops that. */
export const watchCalls = (): (() => void) =>
  aroundSdkCalls(async ({ client, command, input }, send) => {
    const recording = current.getStore();
    if (recording === undefined) return send();
    hook(Object(client).config.requestHandler);
    const call = { client, command, input, began: clock++, ended: Number.POSITIVE_INFINITY, refused: true };
    recording.calls.push(call);
    try {
      const answer = await send();
      call.refused = false;
      return answer;
    } finally {
      call.ended = clock++;
    }
  });

function hook(requestHandler: RequestHandler): void {
  if (hooked.has(requestHandler)) return;
  hooked.add(requestHandler);
  const handle = requestHandler.handle.bind(requestHandler);
  requestHandler.handle = async (request, options) => {
    if (replayPort !== null) Object.assign(request, { hostname: "127.0.0.1", port: replayPort });
    const recording = current.getStore();
    if (recording === undefined) return handle(request, options);
    const answer = await handle(request, options);
    recording.exchanges.push(await readExchange(request, answer.response));
    return answer;
  };
}

/** Reads the whole body, and puts another stream of it in its place. */
async function readExchange(request: WireRequest, response: WireResponse): Promise<Exchange> {
  const bytes = await buffer(response.body);
  response.body = Readable.from([bytes]);
  return {
    target: targetOf(request.headers, request.path),
    request: textOf(request.body),
    status: response.statusCode,
    type: response.headers["content-type"] ?? "application/json",
    body: bytes.toString("utf8"),
  };
}

/** A body of bytes warns whoever takes it for a text. */
const textOf = (body: unknown): string =>
  body instanceof Uint8Array
    ? Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("utf8")
    : String(body ?? "");

/** Lambda names the operation in its path, the others in a header. */
export const targetOf = (headers: Readonly<Record<string, unknown>>, path: string): string =>
  String(headers["x-amz-target"] ?? headers["X-Amz-Target"] ?? path);
