// What a token itself says of why an API refuses it. Nothing is verified here: it is the caller's own token.

type Part = Readonly<Record<string, unknown>>;

/** Returns what is wrong, and what to do; undefined: the token does not show it. */
export function findTokenTrouble(token: string, now: Date): string | undefined {
  const [header, claims] = token
    .replace(/^Bearer +/i, "")
    .split(".")
    .map(decodePart);
  if (!header || !claims) return "This is no JWT. Log in again: runbooks login";
  const { alg } = header;
  if (!/^RS(256|384|512)$/.test(String(alg)))
    return `It is signed with ${String(alg)}. API Gateway verifies RS256, RS384 and RS512 only: let your issuer sign with RSA.`;
  if (claims["token_use"] === "id" || claims["typ"] === "ID" || claims["at_hash"] !== undefined)
    return "It is an ID token. The API takes the access token.";
  const { exp } = claims;
  if (typeof exp === "number" && exp * 1000 <= now.getTime())
    return `It ended at ${new Date(exp * 1000).toISOString()}. Log in again: runbooks login`;
  return `Its issuer is ${String(claims["iss"])}. The deployment's oidcIssuer must be the same, letter by letter, a slash at the end included.`;
}

function decodePart(encoded: string): Part | undefined {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(encoded, "base64url").toString("utf8"));
    return typeof parsed === "object" && parsed !== null ? (parsed as Part) : undefined;
  } catch {
    return undefined;
  }
}
