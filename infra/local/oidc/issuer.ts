// Serves the local OIDC issuer: oidc-provider, and our page where people choose who they are.
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import { type Log, toLogDetails } from "../platform/log.ts";
import { isToLoopback } from "../platform/loopback-names.ts";
import { listen } from "../platform/ports.ts";
import type { Identity } from "./identity.ts";
import { renderFailure, STYLES_PATH } from "./pages.ts";
import type { Person } from "./people.ts";
import { buildProvider, SIGN_IN_PATH } from "./provider.ts";
import { answerSignIn } from "./sign-in.ts";

const STYLES = readFileSync(new URL("sign-in.css", import.meta.url));
/** oidc-provider's own path. */
export const KEYS_PATH = "/jwks";
const ELSEWHERE = "set DATA_DIR to another folder (the tokens of this one name the port)";

/**
 * Listens only on the port that the tokens of the data folder name. Any other port would contradict their issuer.
 * `consoleUrls`: where people come from, and are sent back to. Returns what stops it.
 */
export async function startIssuer(
  identity: Identity,
  consoleUrls: readonly string[],
  log: Log,
): Promise<() => Promise<void>> {
  const server = createServer(createListener(identity, consoleUrls, log));
  await listen(server, Number(new URL(identity.issuer).port), "DATA_DIR", ELSEWHERE);
  return async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  };
}

function createListener(identity: Identity, consoleUrls: readonly string[], log: Log): RequestListener {
  const people = new Map<string, Person>();
  const provider = buildProvider(identity, people, consoleUrls);
  provider.on("server_error", (_context, error) => log("ERROR", "The issuer failed", toLogDetails(error)));
  const answerProvider = provider.callback();
  return (request, response) => {
    if (!isToLoopback(request)) return void response.writeHead(403).end();
    guardPage(response, consoleUrls);
    if (request.url === STYLES_PATH)
      return void response.writeHead(200, { "content-type": "text/css" }).end(STYLES);
    if (!request.url?.startsWith(SIGN_IN_PATH)) return void answerProvider(request, response);
    response.setHeader("cache-control", "no-store");
    if (!isOwnPage(request, identity.issuer)) return void response.writeHead(403).end();
    void answerSignIn(provider, people, request, response).catch((error: unknown) => refuse(response, error));
  };
}

/** Browsers follow `form-action` through redirects too, so it names where a sign-in ends. */
function guardPage(response: ServerResponse, consoleUrls: readonly string[]): void {
  const forms = ["'self'", ...consoleUrls].join(" ");
  response.setHeader(
    "content-security-policy",
    `default-src 'none'; style-src 'self'; form-action ${forms}; base-uri 'none'; frame-ancestors 'none'`,
  );
  response.setHeader("x-content-type-options", "nosniff");
  // With `no-referrer`, a browser would not say which page a form comes from.
  response.setHeader("referrer-policy", "same-origin");
}

/** A page of another port is of the same site, and its forms would carry our cookies. */
const isOwnPage = ({ method, headers }: IncomingMessage, issuer: string) =>
  method !== "POST" ||
  ([undefined, "same-origin"].includes(headers["sec-fetch-site"]?.toString()) &&
    [undefined, issuer].includes(headers.origin));

function refuse(response: ServerResponse, error: unknown): void {
  const what = error instanceof Error ? error.message : "It is not known.";
  response.writeHead(400, { "content-type": "text/html; charset=utf-8" }).end(renderFailure(what));
}
