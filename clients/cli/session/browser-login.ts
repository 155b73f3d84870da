// Logs in through the browser: OpenID Connect discovery, and an authorization code with PKCE to a loopback address.
import { createServer } from "node:http";
import * as oauth from "oauth4webapi";
import { UsageError } from "./failures.ts";

type Issuer = { issuer: string; clientId: string; port: number; scope: string };
type Outside = { open: (url: string) => void; say: (text: string) => void };

const LONGEST_LOGIN_MS = 300_000;
const PATH = "/callback";

/** Returns an access token. @throws UsageError if the issuer, the person or the time ends the login */
export async function loginInBrowser(given: Issuer, outside: Outside): Promise<string> {
  try {
    return await obtainAccessToken(given, outside);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`The login at ${given.issuer} failed: ${describeFailure(error)}`);
  }
}

/** What the issuer says is in the error's `error_description`. */
function describeFailure(error: unknown): string {
  const { error: code, error_description: words } = Object(error);
  const said = [code, words].filter((text) => typeof text === "string").join(": ");
  return said !== "" ? said : error instanceof Error ? error.message : String(error);
}

async function obtainAccessToken(
  { issuer, clientId, port, scope }: Issuer,
  outside: Outside,
): Promise<string> {
  const address = new URL(issuer);
  const options = { [oauth.allowInsecureRequests]: isLoopback(address) };
  const found = await oauth.discoveryRequest(address, { ...options, algorithm: "oidc" });
  const server = await oauth.processDiscoveryResponse(address, found);
  const client = { client_id: clientId };
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  const redirect = `http://localhost:${port}${PATH}`;
  const url = new URL(server.authorization_endpoint ?? "");
  const query = {
    ...{ response_type: "code", client_id: clientId, redirect_uri: redirect, scope, state },
    ...{ code_challenge: await oauth.calculatePKCECodeChallenge(verifier), code_challenge_method: "S256" },
  };
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  const answer = await waitForRedirect(port, state, () => {
    outside.say(`Log in with your browser:\n${url.href}`);
    outside.open(url.href);
  });
  const code = oauth.validateAuthResponse(server, client, answer, state);
  const response = await oauth.authorizationCodeGrantRequest(
    ...([server, client, oauth.None(), code, redirect, verifier, options] as const),
  );
  return (await oauth.processAuthorizationCodeResponse(server, client, response)).access_token;
}

const isLoopback = ({ hostname }: URL) => ["127.0.0.1", "localhost", "[::1]"].includes(hostname);

/** Listens on loopback alone. A request without this login's state is refused, and the wait goes on. */
async function waitForRedirect(port: number, state: string, onListening: () => void): Promise<URL> {
  const server = createServer();
  const late = AbortSignal.timeout(LONGEST_LOGIN_MS);
  try {
    return await new Promise((resolve, reject) => {
      server.on("request", (request, response) => {
        const url = new URL(request.url ?? "/", `http://localhost:${port}`);
        const isOurs = url.pathname === PATH && url.searchParams.get("state") === state;
        response.writeHead(isOurs ? 200 : 400, { "content-type": "text/plain", connection: "close" });
        response.end(
          isOurs ? "Done. Go back to the terminal.\n" : "This is not the login that was started.\n",
          () => isOurs && resolve(url),
        );
      });
      server.once("error", (error) =>
        reject(new UsageError(`The login needs port ${port}: ${error.message}`)),
      );
      late.addEventListener("abort", () => reject(new UsageError("Nobody logged in within five minutes.")));
      server.listen(port, "localhost", onListening);
    });
  } finally {
    server.close();
    server.closeAllConnections();
  }
}
