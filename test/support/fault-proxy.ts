// Stands before DynamoDB Local and lets some calls fail as DynamoDB's do, on real sockets, before or after they take effect.
import {
  Agent,
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";

/** `applied`: it happened, but the answer is lost or an error. */
export const FAULTS = ["throttled", "error", "cut", "applied error", "applied cut", "conflict"] as const;
type Fault = (typeof FAULTS)[number];

/** One try of a call: `invocation` is the same over the SDK's own retries, `try` counts them from 1. */
export type Call = { operation: string; invocation: string; try: number };
type Plan = (call: Call) => Fault | null;

export type FaultProxy = {
  url: string;
  /** What becomes of each call from now on. */ plan: Plan;
  /** Every try since the start, as it came. */ calls: Call[];
  injected: number;
  close: () => Promise<void>;
};

export async function startFaultProxy(upstream: string): Promise<FaultProxy> {
  const agent = new Agent({ keepAlive: true });
  const tries = new Map<string, number>();
  const proxy: FaultProxy = { url: "", plan: () => null, calls: [], injected: 0, close: async () => {} };
  const server = createServer((incoming, response) => {
    const call = callOf(incoming, tries);
    proxy.calls.push(call);
    const fault = proxy.plan(call);
    if (fault) proxy.injected++;
    answer(incoming, response, { fault, operation: call.operation }, upstream, agent).catch(() =>
      response.destroy(),
    );
  });
  server.listen(0, "127.0.0.1");
  await new Promise((ready) => server.once("listening", ready));
  proxy.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  proxy.close = async () => {
    agent.destroy();
    const closed = new Promise((done) => server.close(done));
    server.closeAllConnections();
    await closed;
  };
  return proxy;
}

function callOf(incoming: IncomingMessage, tries: Map<string, number>): Call {
  const target = String(incoming.headers["x-amz-target"] ?? "");
  const invocation = String(incoming.headers["amz-sdk-invocation-id"] ?? "");
  const count = (tries.get(invocation) ?? 0) + 1;
  tries.set(invocation, count);
  return { operation: target.slice(target.indexOf(".") + 1), invocation, try: count };
}

async function answer(
  incoming: IncomingMessage,
  response: ServerResponse,
  { fault, operation }: { fault: Fault | null; operation: string },
  upstream: string,
  agent: Agent,
): Promise<void> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  const applied = fault === null || fault.startsWith("applied");
  const real = applied ? await forward(incoming, body, upstream, agent) : null;
  if (fault === "cut" || fault === "applied cut") return void response.destroy();
  if (fault === null && real) return send(response, real.status, real.body, real.headers);
  const { status, ...problem } = problemOf(fault, operation, body);
  send(response, status, Buffer.from(JSON.stringify(problem)), {});
}

const NAMESPACE = "com.amazonaws.dynamodb.v20120810#";

function problemOf(fault: Fault | null, operation: string, body: Buffer) {
  if (fault === "throttled")
    return {
      status: 400,
      __type: `${NAMESPACE}ProvisionedThroughputExceededException`,
      message: "Slow down",
    };
  if (fault === "conflict" && WRITES.test(operation)) return conflictOf(body);
  return { status: 500, __type: `${NAMESPACE}InternalServerError`, message: "Internal server error" };
}

const WRITES = /^(TransactWriteItems|PutItem|UpdateItem|DeleteItem)$/;

/** Another transaction is at the first of its items. Of a plain write DynamoDB Local never says so; DynamoDB does. */
function conflictOf(body: Buffer) {
  const { TransactItems: items }: { TransactItems?: unknown[] } = JSON.parse(body.toString() || "{}");
  if (!items)
    return {
      status: 400,
      __type: `${NAMESPACE}TransactionConflictException`,
      message: "Transaction ongoing",
    };
  const reasons = items.map((_, n) => ({ Code: n === 0 ? "TransactionConflict" : "None" }));
  const type = `${NAMESPACE}TransactionCanceledException`;
  return { status: 400, __type: type, message: "Transaction cancelled", CancellationReasons: reasons };
}

type Real = { status: number; body: Buffer; headers: Record<string, string | string[] | undefined> };

/** Sends a call on to DynamoDB Local, with this body. */
export function forward(
  incoming: IncomingMessage,
  body: Buffer,
  upstream: string,
  agent: Agent,
): Promise<Real> {
  return new Promise((resolve, reject) => {
    const own = { host: new URL(upstream).host, "content-length": body.length };
    const options = { method: "POST", agent, headers: { ...incoming.headers, ...own } };
    const request = httpRequest(upstream, options, async (real) => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of real) chunks.push(chunk);
      resolve({ status: real.statusCode ?? 500, body: Buffer.concat(chunks), headers: real.headers });
    });
    request.on("error", reject);
    request.end(body);
  });
}

/** The SDK checks the checksum of what it gets, so that of the real answer goes with it. */
export function send(response: ServerResponse, status: number, body: Buffer, headers: Real["headers"]): void {
  const checksum = headers["x-amz-crc32"];
  response.writeHead(status, {
    "content-type": "application/x-amz-json-1.0",
    "content-length": body.length,
    ...(checksum !== undefined && { "x-amz-crc32": checksum }),
  });
  response.end(body);
}
