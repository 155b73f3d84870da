// One HTTP exchange over its own guarded connection. Only this file and connector.ts open connections.
import { createHash } from "node:crypto";
import { type ClientRequest, request as httpRequest, type IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { ServiceError } from "../../domain/errors.ts";
import type { ClientCertificate } from "../../domain/runbooks/client-certificate.ts";
import { openConnection, type Resolve } from "./connector.ts";
import { checkUrl, type EgressPolicy } from "./egress-policy.ts";
import {
  ANSWER_HEADERS,
  type Exchange,
  FAILURES,
  type FailureCode,
  type Party,
  type ReceivedAnswer,
} from "./exchange.ts";
import { explainRefusedCertificate } from "./failure-reasons.ts";

export const CLIENT_LIMITS = { bodyBytes: 64 * 1024, headerBytes: 16 * 1024 } as const;

type ExchangeRequest = {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: string;
  /** Shown to this receiver if it asks for one. */
  clientCertificate?: ClientCertificate | undefined;
};

export type ExchangeOptions = {
  policy: EgressPolicy;
  /** Deadline for the whole exchange: name resolution, connection, TLS, request, response headers and body. */
  deadlineMs: number;
  maxBytes?: number;
  resolve?: Resolve | undefined;
  /** Certificate authorities (PEM) that are trusted beside the runtime's own. */
  authorities?: readonly string[] | undefined;
  /** Whom the messages name; the receiver, if left out. */
  party?: Party;
};

type ConnectionResult =
  | { received: ReceivedAnswer }
  | {
      code: FailureCode;
      sent: "nothing" | "maybe";
      /** The rule that the address violates. */ violation?: string;
      /** Words that go on after the party, where the cause is known. */ reason?: string | undefined;
      partial?: ReceivedAnswer | null;
    };

/**
 * Performs one exchange and never throws. Redirects are returned as answers. Ignores 1xx and uses no proxy. Closes its
 * connection. A body beyond the cap is cut and still counts as an answer. A body that breaks off or stalls does not.
 */
export async function exchange(request: ExchangeRequest, options: ExchangeOptions): Promise<Exchange> {
  const started = performance.now();
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), Math.max(0, options.deadlineMs));
  if (options.deadlineMs <= 0) deadline.abort();
  const outcome = await performExchange(request, options, deadline.signal).finally(() => clearTimeout(timer));
  const durationMs = Math.round(performance.now() - started);
  if ("received" in outcome) return { outcome: "answered", received: outcome.received, durationMs };
  const { code, sent, violation, reason = FAILURES[code], partial = null } = outcome;
  const party = options.party ?? RECEIVER;
  const message = violation === undefined ? `${party} ${reason}` : explainViolation(party, violation);
  return { outcome: "failed", code, message, sent, partial, durationMs };
}

const RECEIVER: Party = "The receiver";

/** A violated rule is a sentence of its own. */
const explainViolation = (party: Party, violation: string) =>
  party === RECEIVER ? violation : `${party}: ${violation}`;

async function performExchange(
  request: ExchangeRequest,
  options: ExchangeOptions,
  signal: AbortSignal,
): Promise<ConnectionResult> {
  let url: URL;
  try {
    url = checkUrl(request.url, options.policy);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const code = error.code === "egress_denied" ? "egress_denied" : "invalid_request";
    return { code, sent: "nothing", violation: error.message };
  }
  const connection = await openConnection(url, {
    ...options,
    signal,
    clientCertificate: request.clientCertificate,
  });
  if ("failure" in connection)
    return { code: connection.failure, sent: "nothing", reason: connection.reason };
  try {
    return await sendAndReceive(
      connection.socket,
      url,
      request,
      options.maxBytes ?? CLIENT_LIMITS.bodyBytes,
      signal,
    );
  } finally {
    connection.socket.destroy();
  }
}

async function sendAndReceive(
  socket: Socket,
  url: URL,
  request: ExchangeRequest,
  maxBytes: number,
  signal: AbortSignal,
): Promise<ConnectionResult> {
  let outgoing: ClientRequest;
  try {
    outgoing = httpRequest({
      method: request.method,
      path: url.pathname + url.search,
      headers: { ...request.headers, ...lengthOf(request), host: url.host, "accept-encoding": "identity" },
      setHost: false,
      maxHeaderSize: CLIENT_LIMITS.headerBytes,
      createConnection: () => socket,
    });
  } catch {
    // Node refuses headers that would corrupt the message, before it writes a byte.
    return { code: "invalid_request", sent: "nothing" };
  }
  signal.addEventListener("abort", () => socket.destroy(), { once: true });
  const protocol = socket instanceof TLSSocket ? socket.getProtocol() : null;
  try {
    const incoming = await awaitAnswer(outgoing, request.body);
    return await readAnswer(incoming, maxBytes, signal);
  } catch (error) {
    return toFailure(error, protocol, signal);
  }
}

/** `protocol`: the version of TLS, asked before the failure: afterwards a socket knows none. */
function toFailure(error: unknown, protocol: string | null, signal: AbortSignal): ConnectionResult {
  const reason = explainRefusedCertificate(protocol, errorCodeOf(error));
  return reason === undefined || signal.aborted
    ? { code: codeOf(error, signal), sent: "maybe" }
    : { code: "tls_error", sent: "nothing", reason };
}

/** Written by us, because Node sends no body of a GET or DELETE whose length it is not told. */
function lengthOf({ method, body }: ExchangeRequest): Record<string, string> {
  const isExpected = body !== "" || ["POST", "PUT", "PATCH"].includes(method);
  return isExpected ? { "content-length": String(Buffer.byteLength(body)) } : {};
}

function awaitAnswer(outgoing: ClientRequest, body: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    outgoing.once("response", resolve);
    // Keep this listener: a later error surfaces in the response stream.
    outgoing.on("error", reject);
    outgoing.once("close", () => reject(new Error("closed without an answer")));
    outgoing.once("upgrade", () =>
      reject(Object.assign(new Error("switched protocols"), { code: "HPE_UPGRADE" })),
    );
    outgoing.end(body);
  });
}

async function readAnswer(
  incoming: IncomingMessage,
  maxBytes: number,
  signal: AbortSignal,
): Promise<ConnectionResult> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of incoming) {
      chunks.push(chunk);
      size += chunk.length;
      if (size > maxBytes) return { received: buildReceivedAnswer(incoming, chunks, maxBytes, false) };
    }
    return { received: buildReceivedAnswer(incoming, chunks, maxBytes, incoming.complete) };
  } catch (error) {
    const partial = buildReceivedAnswer(incoming, chunks, maxBytes, false);
    return { code: codeOf(error, signal), sent: "maybe", partial };
  }
}

function buildReceivedAnswer(
  incoming: IncomingMessage,
  chunks: readonly Uint8Array[],
  maxBytes: number,
  complete: boolean,
): ReceivedAnswer {
  const body = Buffer.concat(chunks).subarray(0, maxBytes);
  const present = ANSWER_HEADERS.map((name) => [name, incoming.headers[name]]).filter(
    ([, v]) => v !== undefined,
  );
  return {
    statusCode: incoming.statusCode ?? 0,
    headers: Object.fromEntries(present),
    body,
    complete,
    bytes: complete ? body.length : null,
    sha256: complete ? createHash("sha256").update(body).digest("hex") : null,
  };
}

/** llhttp's errors start with HPE_. Any other error on an open connection means that it was lost. */
function codeOf(error: unknown, signal: AbortSignal): FailureCode {
  if (signal.aborted) return "timeout";
  return errorCodeOf(error).startsWith("HPE_") ? "invalid_response" : "connection_lost";
}

const errorCodeOf = (error: unknown) => (error instanceof Error && "code" in error ? String(error.code) : "");
