// Serves what the world may know of the local OIDC issuer: its discovery document and its public key. It makes no tokens.
import { createServer, type RequestListener, type Server } from "node:http";
import { ALGORITHM, type Identity } from "./identity.ts";
import { type Log, logged } from "./log.ts";
import { isToLoopback } from "./loopback-names.ts";
import { LOOPBACK, listen } from "./ports.ts";

const DISCOVERY = "/.well-known/openid-configuration";
const KEYS = "/jwks";

export type Issuer = { jwksUrl: string; stop: () => Promise<void> };

/** Where its port is taken, it serves on another one; tokens stay valid all the same. */
export async function startIssuer(identity: Identity, log: Log): Promise<Issuer> {
  const server = createServer(answering(identity));
  const port = await portFor(server, identity, log);
  const stop = async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  };
  return { jwksUrl: `http://${LOOPBACK}:${port}${KEYS}`, stop };
}

async function portFor(server: Server, { issuer }: Identity, log: Log): Promise<number> {
  try {
    return await listen(server, Number(new URL(issuer).port), "DATA_DIR");
  } catch (error) {
    const message = "The issuer's port is taken: its discovery document is not where tokens say";
    log("WARN", message, { issuer, ...logged(error) });
    return listen(server, 0, "DATA_DIR");
  }
}

function answering({ issuer, key }: Identity): RequestListener {
  const { kty, kid, n, e } = key;
  return (request, response) => {
    const here = `http://${LOOPBACK}:${request.socket.localPort}`;
    const documents: Partial<Record<string, unknown>> = {
      [DISCOVERY]: {
        issuer,
        jwks_uri: `${here}${KEYS}`,
        response_types_supported: ["id_token"],
        subject_types_supported: ["public"],
        id_token_signing_alg_values_supported: [ALGORITHM],
      },
      [KEYS]: { keys: [{ kty, kid, n, e, alg: ALGORITHM, use: "sig" }] },
    };
    const found = request.method === "GET" ? documents[request.url ?? ""] : undefined;
    const status = isToLoopback(request) ? (found === undefined ? 404 : 200) : 403;
    response.writeHead(status, { "content-type": "application/json" });
    response.end(status === 200 ? JSON.stringify(found) : undefined);
  };
}
