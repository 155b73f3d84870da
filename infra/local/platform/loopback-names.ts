// Prevents DNS rebinding: accepts requests to loopback names only, and rejects those to a web page's own host name.
import type { IncomingMessage } from "node:http";

const OWN = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::(\d{1,5}))?$/i;
const HTTP_PORT = 80;

/** Returns whether every host name and port in the request belong to the server. */
export function isToLoopback(request: IncomingMessage): boolean {
  const [, inTarget] = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(request.url ?? "") ?? [];
  return [request.headers.host ?? "", inTarget].every(
    (authority) => authority === undefined || isOwn(authority, request.socket.localPort),
  );
}

function isOwn(authority: string, port: number | undefined): boolean {
  const found = OWN.exec(authority);
  return found !== null && Number(found[1] ?? HTTP_PORT) === port;
}
