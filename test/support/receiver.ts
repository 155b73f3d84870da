// Receivers of webhooks, kind and hostile, on loopback, each with a ledger of what reached it.
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, TLSSocket, type TlsOptions } from "node:tls";

export type ReceivedRequest = {
  method: string;
  path: string;
  headers: Record<string, string | string[] | undefined>;
  /** Names and values as received, alternating. */ rawHeaders: string[];
  body: string;
};
type ReceiverAnswer = {
  status?: number;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
};
export type Answering = (
  request: ReceivedRequest,
  response: ServerResponse,
) => ReceiverAnswer | undefined | Promise<ReceiverAnswer | undefined>;

/** What every receiver has; `await using` stops it. */
export type Listener = AsyncDisposable & {
  port: number;
  /** `http://127.0.0.1:<port>`, or https. */ url: string;
  /** Connections accepted so far. */ connections(): number;
  /** Connections that are open now. */ open(): number;
  close(): Promise<void>;
};
export type Receiver = Listener & { requests: ReceivedRequest[] };

type Options = { host?: string; tls?: TlsOptions };

/** Answers each request with what `answer` returns (200 if nothing is given); `undefined`: it has seen to it itself. */
export async function startReceiver(
  answer: Answering = () => ({}),
  options: Options = {},
): Promise<Receiver> {
  const requests: ReceivedRequest[] = [];
  const serve = async (incoming: IncomingMessage, response: ServerResponse) => {
    const request = await read(incoming);
    requests.push(request);
    const given = await answer(request, response);
    if (given === undefined) return;
    response.writeHead(given.status ?? 200, given.headers ?? {});
    response.end(given.body ?? "");
  };
  const handler = (incoming: IncomingMessage, response: ServerResponse) => {
    serve(incoming, response).catch(() => response.destroy());
  };
  const server = options.tls ? createHttpsServer(options.tls, handler) : createHttpServer(handler);
  return { ...(await listen(server, options)), requests };
}

/** Hands each raw connection to `behave`, and does nothing else. */
export async function startTcp(
  behave: (socket: Socket) => void = () => {},
  options: Options = {},
): Promise<Listener> {
  const take = (socket: Socket) => {
    socket.on("error", () => {});
    behave(socket);
  };
  const server = options.tls ? createTlsServer(options.tls, take) : createTcpServer(take);
  return listen(server, options);
}

/** Reads requests without understanding them, and writes `bytes` as the answer to each connection's first. */
export function startRaw(bytes: string | Uint8Array, then: (socket: Socket) => void = () => {}) {
  return startTcp((socket) => {
    socket.once("data", () => socket.write(bytes, () => then(socket)));
  });
}

async function read(incoming: IncomingMessage): Promise<ReceivedRequest> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  return {
    method: incoming.method ?? "",
    path: incoming.url ?? "",
    headers: incoming.headers,
    rawHeaders: incoming.rawHeaders,
    body: Buffer.concat(chunks).toString(),
  };
}

async function listen(server: Server, { host = "127.0.0.1", tls }: Options): Promise<Listener> {
  const sockets = new Set<Socket>();
  let accepted = 0;
  server.on("connection", (socket: Socket) => {
    accepted++;
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  server.on("tlsClientError", () => {});
  server.listen(0, host);
  await new Promise((ready) => server.once("listening", ready));
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    const closed = new Promise<void>((done) => server.close(() => done()));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  const shownHost = host.includes(":") ? `[${host}]` : host;
  return {
    port,
    url: `${tls ? "https" : "http"}://${shownHost}:${port}`,
    connections: () => accepted,
    open: () => sockets.size,
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** The common name in the certificate that the client showed; null: it showed none. */
export function shownName({ socket }: ServerResponse): string | null {
  const shown = socket instanceof TLSSocket ? socket.getPeerCertificate().subject?.CN : undefined;
  return shown === undefined ? null : String(shown);
}

/** A deployment that may call this machine, over http and on any port. */
export const LOOPBACK_ALLOWED = {
  allowCidrs: ["127.0.0.0/8", "::1/128"],
  allowHosts: [],
  allowHttp: true,
  ports: ["*"],
};
/** The same, without the permission to call this machine. */
export const PUBLIC_ONLY = { ...LOOPBACK_ALLOWED, allowCidrs: [] };
