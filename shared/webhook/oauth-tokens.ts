// OAuth 2 client credentials: fetches access tokens through the guarded client and caches them until they expire.
import * as z from "zod";
import { digestOf } from "../domain/digest.ts";
import { isSuccessful } from "../domain/runbooks/success-condition.ts";
import { type ExchangeOptions, exchange } from "./egress/client.ts";
import type { Exchange, Party, ReceivedAnswer } from "./egress/exchange.ts";
import { isRetried, parseRetryAfter } from "./retry.ts";

export type OAuthClient = {
  tokenUrl: string;
  clientId: string;
  clientSecret: string;
  scope?: string | undefined;
  audience?: string | undefined;
  /** How the client shows its secret. */
  clientAuthentication?: "basic" | "body" | undefined;
  /** Further fields of the form. */
  tokenParameters?: Record<string, string> | undefined;
};

export type AuthFailure = {
  code: "auth_failed" | "egress_denied";
  message: string;
  retryable: boolean;
  retryAfterSeconds: number | null;
};

/** The cache key: every input of the token request. Requests that differ in any of them never share a token. */
export type OAuthCredential = OAuthClient & { boundTo: string };
type TokenResult = { token: string; cached: boolean } | { failure: AuthFailure };

type Token = { token: string; expiresAt: number };
type FetchResult = Token | { failure: AuthFailure };

/** Seconds. A token is not used during its last seconds. A token without a lifetime is cached for a minute. */
const EXPIRY_MARGIN = 30;
const DEFAULT_LIFETIME = 60;
const CACHED_TOKENS = 1000;

const TokenAnswer = z.object({
  access_token: z.string().regex(/^[!-~]{1,8192}$/),
  token_type: z
    .string()
    // Some endpoints write "bearer", "BearerToken" or "bearer token".
    .regex(/^\s*bearer[ _-]?(?:token)?\s*$/i)
    .nullish(),
  expires_in: z.coerce.number().min(0).max(31_536_000).catch(DEFAULT_LIFETIME),
});

/** The token cache of a process. Time is injected. The network is `exchange`. */
export class OAuthTokens {
  private readonly now: () => Date;
  private readonly cachedTokens = new Map<string, Token>();
  private readonly pendingFetches = new Map<string, Promise<FetchResult>>();

  constructor(now: () => Date) {
    this.now = now;
  }

  /** Returns a token. Concurrent calls for the same credential share one request. */
  async get(credential: OAuthCredential, options: ExchangeOptions): Promise<TokenResult> {
    const key = cacheKey(credential);
    const cachedToken = this.cachedTokens.get(key);
    if (cachedToken !== undefined && cachedToken.expiresAt > this.now().getTime())
      return { token: cachedToken.token, cached: true };
    const fetching = this.pendingFetches.get(key) ?? this.startFetch(key, credential, options);
    const fetched = await withDeadline(fetching, options.deadlineMs);
    return "failure" in fetched ? fetched : { token: fetched.token, cached: false };
  }

  /** Removes a token that the receiver refused. */
  drop(credential: OAuthCredential): void {
    this.cachedTokens.delete(cacheKey(credential));
  }

  private startFetch(
    key: string,
    credential: OAuthCredential,
    options: ExchangeOptions,
  ): Promise<FetchResult> {
    const fetching = fetchToken(credential, options, this.now).then((fetched) => {
      this.pendingFetches.delete(key);
      if (!("failure" in fetched)) this.cacheToken(key, fetched);
      return fetched;
    });
    this.pendingFetches.set(key, fetching);
    return fetching;
  }

  private cacheToken(key: string, token: Token): void {
    const [oldest] = this.cachedTokens.keys();
    if (this.cachedTokens.size >= CACHED_TOKENS && oldest !== undefined) this.cachedTokens.delete(oldest);
    this.cachedTokens.set(key, token);
  }
}

function cacheKey({ boundTo, tokenUrl, clientId, clientSecret, ...asked }: OAuthCredential): string {
  const { scope, audience, clientAuthentication, tokenParameters } = asked;
  const options = { scope, audience, clientAuthentication, tokenParameters };
  return digestOf("oauth-token/1", { boundTo, tokenUrl, clientId, clientSecret, ...options });
}

async function fetchToken(
  credential: OAuthCredential,
  options: ExchangeOptions,
  now: () => Date,
): Promise<FetchResult> {
  const answer = await exchange(buildTokenRequest(credential), { ...options, party: TOKEN_ENDPOINT });
  if (answer.outcome === "failed") return { failure: noAnswerFailure(answer) };
  if (!isSuccessful(answer.received.statusCode)) return { failure: refusalFailure(answer.received, now()) };
  const parsed = TokenAnswer.safeParse(parseJson(answer.received.body));
  if (!parsed.success)
    return { failure: buildFailure("did not answer with a bearer token. Check tokenUrl.", false) };
  const life = Math.max(0, parsed.data.expires_in - EXPIRY_MARGIN);
  return { token: parsed.data.access_token, expiresAt: now().getTime() + life * 1000 };
}

/**
 * RFC 6749 sections 2.3.1 and 4.4: the client authenticates with HTTP Basic, id and secret form-encoded, or in the form
 * for endpoints that know only that.
 */
function buildTokenRequest(credential: OAuthCredential) {
  const { tokenUrl, clientId, clientSecret, scope, audience, tokenParameters = {} } = credential;
  const inBody = credential.clientAuthentication === "body";
  const form = new URLSearchParams({ grant_type: "client_credentials" });
  if (inBody) form.set("client_id", clientId);
  if (inBody) form.set("client_secret", clientSecret);
  if (scope !== undefined) form.set("scope", scope);
  if (audience !== undefined) form.set("audience", audience);
  for (const [name, value] of Object.entries(tokenParameters)) form.set(name, value);
  return {
    method: "POST",
    url: tokenUrl,
    headers: {
      accept: "application/json",
      ...(!inBody && { authorization: `Basic ${basicCredentials(clientId, clientSecret)}` }),
      "content-type": "application/x-www-form-urlencoded",
    },
    body: form.toString(),
  };
}

/** Returns the Basic credentials. They are sent, so they are masked like the secret itself. */
export function basicCredentials(clientId: string, clientSecret: string): string {
  return Buffer.from(`${formEncode(clientId)}:${formEncode(clientSecret)}`).toString("base64");
}

function formEncode(text: string): string {
  return new URLSearchParams({ "": text }).toString().slice(1);
}

const TOKEN_ENDPOINT: Party = "The token endpoint (webhookAuth.tokenUrl)";

function noAnswerFailure({ code, message }: Extract<Exchange, { outcome: "failed" }>): AuthFailure {
  if (code === "egress_denied") return { code, message, retryable: false, retryAfterSeconds: null };
  const retryable = !["invalid_request", "invalid_response"].includes(code);
  return { code: "auth_failed", message, retryable, retryAfterSeconds: null };
}

/** The fields of `webhookAuth` to check when the endpoint answers so (RFC 6749 section 5.2). */
const FIELDS_TO_CHECK: Record<number, string> = {
  400: " Check scope, audience, clientId and clientAuthentication, and that the client may use the grant client_credentials.",
  401: " Check clientId, clientSecret, and clientAuthentication: the endpoint may want them in HTTP Basic, or in the body.",
  403: " Check clientId, scope and audience: the client may not have them.",
  404: " Check tokenUrl.",
  405: " Check tokenUrl: it does not take a POST.",
};

function refusalFailure({ statusCode: status, headers }: ReceivedAnswer, now: Date): AuthFailure {
  const retryAfterSeconds = parseRetryAfter(headers["retry-after"], now);
  const isRedirect = status >= 300 && status <= 399;
  const advice = isRedirect ? " Redirects are not followed: check tokenUrl." : FIELDS_TO_CHECK[status];
  const retryable = isRetried({ status, retryAfterSeconds }, true);
  return buildFailure(`answered ${status}.${advice ?? ""}`, retryable, retryable ? retryAfterSeconds : null);
}

/** Returns a failure without any text of the endpoint, whose body may contain a token. */
function buildFailure(
  what: string,
  retryable: boolean,
  retryAfterSeconds: number | null = null,
): AuthFailure {
  return { code: "auth_failed", message: `${TOKEN_ENDPOINT} ${what}`, retryable, retryAfterSeconds };
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString());
  } catch {
    return undefined;
  }
}

/** Each waiting caller has its own deadline. The shared request's deadline may be later. */
async function withDeadline(fetching: Promise<FetchResult>, deadlineMs: number): Promise<FetchResult> {
  const late = Promise.withResolvers<FetchResult>();
  const giveUp = () => late.resolve({ failure: buildFailure("did not answer in time.", true) });
  const timer = setTimeout(giveUp, Math.max(0, deadlineMs));
  try {
    return await Promise.race([fetching, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
