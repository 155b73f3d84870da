// Builds the authentication headers of each type of webhookAuth, and lists the values to mask.
import { type AuthRecord, MASK } from "../domain/runbooks/webhook-auth.ts";
import type { ExchangeOptions } from "./egress/client.ts";
import { isHeaderValue } from "./headers.ts";
import { type AuthFailure, basicCredentials, type OAuthClient, type OAuthTokens } from "./oauth-tokens.ts";

/** `AuthRecord` with decrypted secrets. It exists only in the memory of the delivery function. */
export type DecryptedAuth =
  | { type: "none" }
  | { type: "bearer"; token: string }
  | { type: "basic"; username: string; password: string }
  | ({ type: "oauth2" } & OAuthClient)
  | { type: "custom"; customHeaders: Record<string, string> };

type AuthHeaders =
  | {
      headers: Record<string, string>;
      /** Header values to mask in responses. */ secrets: string[];
      /** The credential is a token from the cache. */ cached: boolean;
    }
  | { failure: AuthFailure };

const UNSENDABLE =
  "A credential in webhookAuth holds characters that a header cannot carry. Provide it again.";

const SCHEME_IN_TOKEN =
  "The token in webhookAuth contains white space: store the token alone, without `Bearer `.";

/**
 * Returns the headers. `boundTo` separates the tokens of different runbooks. Contacts only the token endpoint, never
 * the webhook.
 */
export async function buildAuthHeaders(
  auth: DecryptedAuth,
  boundTo: string,
  tokens: OAuthTokens,
  options: ExchangeOptions,
): Promise<AuthHeaders> {
  if (auth.type === "bearer" && /\s/.test(auth.token)) return buildFailure(SCHEME_IN_TOKEN);
  if (auth.type !== "oauth2") return checkSendable(staticHeaders(auth), secretsOf(auth), false);
  const result = await tokens.get({ ...auth, boundTo }, options);
  if ("failure" in result) return result;
  const headers = { authorization: `Bearer ${result.token}` };
  return checkSendable(headers, [...secretsOf(auth), result.token], result.cached);
}

function staticHeaders(auth: Exclude<DecryptedAuth, { type: "oauth2" }>): Record<string, string> {
  switch (auth.type) {
    case "none":
      return {};
    case "bearer":
      return { authorization: `Bearer ${auth.token}` };
    case "basic":
      return { authorization: `Basic ${base64(`${auth.username}:${auth.password}`)}` };
    case "custom":
      return Object.fromEntries(Object.entries(auth.customHeaders).map(([k, v]) => [k.toLowerCase(), v]));
  }
}

function checkSendable(headers: Record<string, string>, secrets: string[], cached: boolean): AuthHeaders {
  if (Object.values(headers).every(isHeaderValue)) return { headers, secrets, cached };
  return buildFailure(UNSENDABLE);
}

const buildFailure = (message: string): AuthHeaders => ({
  failure: { code: "auth_failed", message, retryable: false, retryAfterSeconds: null },
});

/** Returns all values to mask wherever they come back. */
function secretsOf(auth: DecryptedAuth): string[] {
  switch (auth.type) {
    case "none":
      return [];
    case "bearer":
      return [auth.token];
    case "basic":
      return [auth.password, base64(`${auth.username}:${auth.password}`)];
    case "oauth2":
      return [
        auth.clientSecret,
        base64(`${auth.clientId}:${auth.clientSecret}`),
        basicCredentials(auth.clientId, auth.clientSecret),
      ];
    case "custom":
      return Object.values(auth.customHeaders);
  }
}

/** Returns the headers with masked values. Needs no decrypted secret. */
export function maskAuthHeaders(auth: DecryptedAuth | AuthRecord): Record<string, string> {
  if (auth.type === "none") return {};
  if (auth.type !== "custom") return { authorization: MASK };
  return Object.fromEntries(Object.keys(auth.customHeaders).map((name) => [name.toLowerCase(), MASK]));
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}
