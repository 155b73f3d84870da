// A receiver of webhooks on this machine, behind the address that --receiver names.
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import { text } from "node:stream/consumers";
import { StartError } from "./failures.ts";

export type ReceivedRequest = { path: string; headers: IncomingHttpHeaders; body: string };

/** Milliseconds. A tunnel that answers at all answers by then. */
const PROBE_LIMIT_MS = 10_000;

export class Receiver {
  readonly requests: ReceivedRequest[] = [];
  /** Called before a request is answered. */
  onRequest: (request: ReceivedRequest) => Promise<unknown> = async () => undefined;
  private readonly server: Server;

  constructor() {
    this.server = createServer(async (request, response) => {
      const { url: path = "", headers } = request;
      const received = { path, headers, body: await text(request) };
      this.requests.push(received);
      const failed = await this.onRequest(received).then(
        () => false,
        () => true,
      );
      response.writeHead(failed ? 502 : 200, { "content-type": "application/json" }).end('{"received":true}');
    });
  }

  /** @throws StartError if the port is taken, or the address does not lead to it */
  async start(port: number, address: string): Promise<void> {
    this.server.listen(port, "127.0.0.1");
    await once(this.server, "listening").catch(({ code }: NodeJS.ErrnoException) => {
      throw new StartError(`Port ${port} cannot be used (${code}): choose another --listen.`);
    });
    const probe = `/probe-${Date.now()}`;
    const signal = AbortSignal.timeout(PROBE_LIMIT_MS);
    await fetch(`${address}${probe}`, { signal }).catch(() => undefined);
    if (this.requests.some(({ path }) => path.endsWith(probe))) return;
    await this.stop();
    throw new StartError(
      `${address} does not lead to port ${port} of this machine: start the tunnel first, or correct --receiver and --listen.`,
    );
  }

  /** The request of this run; undefined: none came. */
  requestOf(executionId: string): ReceivedRequest | undefined {
    return this.requests.find(({ headers }) => headers["webhook-id"] === executionId);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, "close");
  }
}
