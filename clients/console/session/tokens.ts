// The tokens of the session. They are in this memory alone: whoever reads the browser's storage finds none.
import * as oauth from "oauth4webapi";
import { type Issuer, loadIssuer } from "./issuer.ts";

type Tokens = { bearer: string; expiresAt: number; refresh: string | undefined; id: string | undefined };

/** A token that lives no longer than this is renewed before it is sent. */
const RENEW_BEFORE_MS = 60_000;

let held: Tokens | null = null;
let renewing: Promise<boolean> | null = null;

/** Keeps what the issuer answered. What it left out stays as it was. */
export function keepTokens({ configuration }: Issuer, answer: oauth.TokenEndpointResponse): void {
  const claims = oauth.getValidatedIdTokenClaims(answer);
  const wantsId = configuration.token === "id";
  const seconds = wantsId ? (claims?.exp ?? 0) - Date.now() / 1000 : (answer.expires_in ?? 300);
  held = {
    bearer: wantsId ? (answer.id_token ?? "") : answer.access_token,
    expiresAt: Date.now() + seconds * 1000,
    refresh: answer.refresh_token ?? held?.refresh,
    id: answer.id_token ?? held?.id,
  };
}

/** Forgets the tokens. Returns those that the issuer should hear about. */
export function forgetTokens(): Pick<Tokens, "refresh" | "id"> {
  const { refresh, id } = held ?? { refresh: undefined, id: undefined };
  held = null;
  return { refresh, id };
}

/** Returns the token for the API, renewed if it is about to expire; empty: there is no session. */
export async function currentToken(): Promise<string> {
  if (held !== null && held.expiresAt - Date.now() < RENEW_BEFORE_MS) await renewTokens();
  return held !== null && held.expiresAt > Date.now() ? held.bearer : "";
}

/** Returns whether there are new tokens. Calls at the same time share one request: a refresh token is used once. */
function renewTokens(): Promise<boolean> {
  renewing ??= requestRenewal().finally(() => {
    renewing = null;
  });
  return renewing;
}

async function requestRenewal(): Promise<boolean> {
  const refresh = held?.refresh;
  if (refresh === undefined) return false;
  try {
    const issuer = await loadIssuer();
    const { server, client, options } = issuer;
    const response = await oauth.refreshTokenGrantRequest(server, client, oauth.None(), refresh, options);
    keepTokens(issuer, await oauth.processRefreshTokenResponse(server, client, response));
    return true;
  } catch {
    // The issuer has ended the session, or cannot be reached: the token that is there may still be good.
    return false;
  }
}
