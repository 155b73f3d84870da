// Serves the discovery document and public key of the local OIDC issuer. It issues no tokens.
import { createServer, type RequestListener } from "node:http";
import { isToLoopback } from "../platform/loopback-names.ts";
import { LOOPBACK, listen } from "../platform/ports.ts";
import { ALGORITHM, type Identity } from "./identity.ts";

const DISCOVERY = "/.well-known/openid-configuration";
const KEYS = "/jwks";
const ELSEWHERE = "set DATA_DIR to another folder (the tokens of this one name the port)";

type Issuer = { jwksUrl: string; stop: () => Promise<void> };

/** Listens only on the port that the tokens of the data folder name. Any other port would contradict their issuer. */
export async function startIssuer(identity: Identity): Promise<Issuer> {
  const server = createServer(createListener(identity));
  const wanted = Number(new URL(identity.issuer).port);
  const port = await listen(server, wanted, "DATA_DIR", ELSEWHERE);
  const stop = async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  };
  return { jwksUrl: `http://${LOOPBACK}:${port}${KEYS}`, stop };
}

function createListener({ issuer, key }: Identity): RequestListener {
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
