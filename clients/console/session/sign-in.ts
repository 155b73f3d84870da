// Signs in with an authorization code and PKCE, and signs out.
import * as oauth from "oauth4webapi";
import { loadIssuer } from "./issuer.ts";
import { forgetTokens, keepTokens } from "./tokens.ts";

/** What the way to the issuer and back must remember. It is of no use to anybody afterwards. */
type Attempt = { state: string; nonce: string; verifier: string; returnTo: string; redirectPath: string };

const ATTEMPT = "runbooks.sign-in";
const SIGNED_IN = "runbooks.signed-in";
const addressOf = (path: string) => `${globalThis.location.origin}${path}`;

/**
 * Leaves for the issuer's page. `returnTo`: the page of the console that was wanted. `ownPath`: where the issuer leads
 * back to, if it is not the console that begins.
 */
export async function beginSignIn(returnTo: string, ownPath?: string): Promise<void> {
  const { server, configuration } = await loadIssuer();
  const { clientId, scope, audience, redirectPath: consolePath } = configuration;
  const redirectPath = ownPath ?? consolePath;
  const attempt: Attempt = {
    state: oauth.generateRandomState(),
    nonce: oauth.generateRandomNonce(),
    verifier: oauth.generateRandomCodeVerifier(),
    returnTo,
    redirectPath,
  };
  const url = new URL(server.authorization_endpoint ?? "");
  const query = {
    ...{ response_type: "code", client_id: clientId, redirect_uri: addressOf(redirectPath), scope },
    ...{ state: attempt.state, nonce: attempt.nonce, code_challenge_method: "S256" },
    code_challenge: await oauth.calculatePKCECodeChallenge(attempt.verifier),
    ...(audience !== undefined && { audience, resource: audience }),
  };
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  globalThis.sessionStorage.removeItem(SIGNED_IN);
  globalThis.sessionStorage.setItem(ATTEMPT, JSON.stringify(attempt));
  globalThis.location.assign(url.href);
}

/** Whether this address is the issuer's answer. */
export const isSignInAnswer = ({ searchParams }: URL) =>
  searchParams.has("state") && (searchParams.has("code") || searchParams.has("error"));

/** Whether somebody was signed in in this tab, before it was loaded again. */
export const wasSignedIn = () => globalThis.sessionStorage.getItem(SIGNED_IN) !== null;

/** Returns the page that was wanted when the sign-in began. */
export const wantedPage = () => readAttempt()?.returnTo ?? "/";

/** Exchanges the issuer's answer for tokens. @throws Error if it is no good answer, in the issuer's words */
export async function completeSignIn(answer: URL): Promise<void> {
  const attempt = readAttempt();
  globalThis.sessionStorage.removeItem(ATTEMPT);
  if (attempt === null) throw new Error("This answer belongs to no sign-in of this tab. Sign in again.");
  try {
    await exchangeCode(answer, attempt);
  } catch (error) {
    throw new Error(`The sign-in failed: ${wordsOf(error)}`, { cause: error });
  }
  globalThis.sessionStorage.setItem(SIGNED_IN, "yes");
}

async function exchangeCode(answer: URL, attempt: Attempt): Promise<void> {
  const issuer = await loadIssuer();
  const { server, client, options } = issuer;
  const redirectUri = addressOf(attempt.redirectPath);
  const code = oauth.validateAuthResponse(server, client, answer, attempt.state);
  const response = await oauth.authorizationCodeGrantRequest(
    ...([server, client, oauth.None(), code, redirectUri, attempt.verifier, options] as const),
  );
  const checks = { expectedNonce: attempt.nonce, requireIdToken: true };
  keepTokens(issuer, await oauth.processAuthorizationCodeResponse(server, client, response, checks));
}

/** What the issuer says is in the error's `error_description`. */
function wordsOf(error: unknown): string {
  const { error: code, error_description: words } = Object(error);
  const said = [code, words].filter((text) => typeof text === "string").join(": ");
  return said !== "" ? said : error instanceof Error ? error.message : String(error);
}

function readAttempt(): Attempt | null {
  const text = globalThis.sessionStorage.getItem(ATTEMPT);
  return text === null ? null : (JSON.parse(text) as Attempt);
}

/** Ends the session here and at the issuer, and leaves for the issuer's page. */
export async function signOut(): Promise<void> {
  const { refresh, id } = forgetTokens();
  globalThis.sessionStorage.removeItem(SIGNED_IN);
  const { server, client, options, configuration } = await loadIssuer();
  if (refresh !== undefined && server.revocation_endpoint !== undefined)
    // Without it the issuer still forgets the token when it expires.
    await oauth.revocationRequest(server, client, oauth.None(), refresh, options).catch(() => undefined);
  const own = configuration.signOutUrl;
  const returnTo = addressOf(configuration.signedOutPath);
  const url = new URL(own ?? server.end_session_endpoint ?? returnTo);
  const back = own === undefined ? "post_logout_redirect_uri" : "logout_uri";
  const query = { client_id: client.client_id, [back]: returnTo };
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  if (own === undefined && id !== undefined) url.searchParams.set("id_token_hint", id);
  globalThis.location.assign(url.href);
}
