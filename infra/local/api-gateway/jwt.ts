// The JWT authorizer: verifies a token with the issuer's published keys, and flattens its claims as API Gateway does.
import { createRemoteJWKSet, type JWTPayload, jwtVerify } from "jose";
import type { Claims } from "./gateway-event.ts";

export type Authorizer = (authorization: string | undefined) => Promise<Claims | null>;

/** Null: no token, or a token that this API does not accept. */
export function jwtAuthorizer(issuer: string, audience: string, jwksUrl: string): Authorizer {
  const keys = createRemoteJWKSet(new URL(jwksUrl));
  return async (authorization) => {
    const token = /^Bearer +([^ ]+)$/i.exec(authorization ?? "")?.[1];
    if (token === undefined) return null;
    try {
      const options = { issuer, audience, algorithms: ["RS256"], requiredClaims: ["exp", "sub"] };
      const { payload } = await jwtVerify(token, keys, options);
      return flattenClaims(payload);
    } catch {
      return null;
    }
  };
}

/** Turns every claim into text: a list becomes `[a b]`, a number its digits. */
export function flattenClaims(payload: JWTPayload): Claims {
  return Object.fromEntries(Object.entries(payload).map(([name, value]) => [name, text(value)]));
}

function text(value: unknown): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return `[${value.map(text).join(" ")}]`;
  if (typeof value === "object" && value !== null) return JSON.stringify(value);
  return String(value);
}
