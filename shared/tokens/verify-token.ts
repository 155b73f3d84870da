// Verifies an access token as the authorizer of an HTTP API does: with the issuer's published keys, by audience, times and
// scopes. RSA only.
import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from "jose";
import * as z from "zod";
import type { TokenRules, Verified } from "../contract/authorizer.ts";

const ALGORITHMS = ["RS256", "RS384", "RS512"];
/** API Gateway waits 10 seconds for its authorizer. */
const PATIENCE_MS = 3000;

/** Null: a token that this API does not take. @throws if the issuer cannot be asked for its keys. */
export async function verifyToken(rules: TokenRules, authorization: string): Promise<Verified | null> {
  const token = authorization.replace(/^Bearer +/i, "");
  const keys = await keysOf(rules.issuer);
  try {
    const required = { issuer: rules.issuer, algorithms: ALGORITHMS, requiredClaims: ["exp", "sub", "iss"] };
    const { payload } = await jwtVerify(token, keys, required);
    return accept(payload, rules);
  } catch (error) {
    if (isRefusal(error)) return null;
    throw error;
  }
}

function accept(claims: JWTPayload, { audience, scopes, issuer }: TokenRules): Verified | null {
  const { sub: subject = "", aud, iat, client_id: client } = claims;
  const meant = aud === undefined ? [client] : [aud].flat();
  const early = iat !== undefined && iat * 1000 > Date.now();
  if (subject === "" || early || !meant.some((name) => audience.includes(String(name)))) return null;
  const granted = readScopes(claims);
  return {
    subject,
    issuer,
    lacksScope: scopes.length > 0 && !scopes.some((scope) => granted.includes(scope)),
  };
}

/** `scope` is a text with spaces; some issuers write `scp`, a list or such a text. */
const readScopes = ({ scope, scp }: JWTPayload): string[] =>
  [scope, scp].flat().flatMap((text) => (typeof text === "string" ? text.split(" ") : []));

/** Of jose's errors: what is wrong with the token, and not with the issuer. */
const REFUSALS: ReadonlySet<string> = new Set([
  errors.JWTExpired.code,
  errors.JWTClaimValidationFailed.code,
  errors.JWTInvalid.code,
  errors.JWSInvalid.code,
  errors.JWSSignatureVerificationFailed.code,
  errors.JOSEAlgNotAllowed.code,
  errors.JOSENotSupported.code,
  errors.JWKSNoMatchingKey.code,
  errors.JWKSMultipleMatchingKeys.code,
]);
const isRefusal = (error: unknown) => error instanceof errors.JOSEError && REFUSALS.has(error.code);

const known = new Map<string, JWTVerifyGetKey>();

/** The keys of an issuer, where its description says. jose asks for them anew when a token names one that is not known. */
async function keysOf(issuer: string): Promise<JWTVerifyGetKey> {
  const found =
    known.get(issuer) ?? createRemoteJWKSet(await findKeys(issuer), { timeoutDuration: PATIENCE_MS });
  known.set(issuer, found);
  return found;
}

const Description = z.object({ jwks_uri: z.url() });

async function findKeys(issuer: string): Promise<URL> {
  const address = `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
  const response = await fetch(address, { signal: AbortSignal.timeout(PATIENCE_MS), redirect: "error" });
  if (!response.ok) throw new Error(`The issuer's description answered ${response.status}`);
  const url = new URL(Description.parse(await response.json()).jwks_uri);
  if (url.protocol !== new URL(issuer).protocol) throw new Error("The issuer's keys have another protocol");
  return url;
}
