// The demo's receiver: fails first, as configured, and records every request.
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export type ReceivedRequest = { method: string; path: string; headers: IncomingHttpHeaders; body: string };

export class Receiver {
  readonly requests: ReceivedRequest[] = [];
  /** Status codes to answer, in order. Then 200. */
  answers: { status: number; body: string }[] = [];
  private readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const { method = "", url = "", headers } = request;
        this.requests.push({ method, path: url, headers, body: Buffer.concat(chunks).toString("utf8") });
        const { status, body } = this.answers.shift() ?? { status: 200, body: '{"restarted":true}' };
        response.writeHead(status, { "content-type": "application/json" }).end(body);
      });
    });
  }

  /** The receiver's URL, like `http://127.0.0.1:41234`. */
  async start(): Promise<string> {
    this.server.listen(0, "127.0.0.1");
    await once(this.server, "listening");
    return this.address;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, "close");
  }

  since(count: number): ReceivedRequest[] {
    return this.requests.slice(count);
  }
}
