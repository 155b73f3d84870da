// Identifies the caller. The authorizer has verified the token. The claims are read from the token itself.
import * as z from "zod";
import { readEnvironment } from "../contract/env.ts";
import {
  type Caller,
  callerFromClaims,
  describeToken,
  parseGroups,
  type TokenFacts,
} from "../domain/caller.ts";
import { ServiceError } from "../domain/errors.ts";
import { logger } from "../logging/logger.ts";
import type { ApiEvent } from "./call.ts";

type Claims = Record<string, unknown>;

/** `Bearer` is optional, as for the authorizer. The middle part is the payload. */
const TOKEN = /^(?:Bearer +)?[\w-]+\.([\w-]+)\.[\w-]*$/i;

/** Claims that must be equal in the token and in the authorizer's output. */
const MATCHING_CLAIMS = ["sub", "iss"] as const;

/** Returns the caller. Ambiguous groups give no role and are logged. @throws `unauthenticated` without a subject. */
export function requireCaller(event: ApiEvent): Caller {
  const { GROUPS_CLAIM } = readEnvironment(["GROUPS_CLAIM"], process.env);
  const claims = getClaims(event);
  const caller = claims && callerFromClaims(claims, GROUPS_CLAIM);
  if (!caller)
    throw new ServiceError("unauthenticated", "The request carries no token that names a subject.");
  if (parseGroups(claims[GROUPS_CLAIM]) === null) {
    logger.warn("The groups of a token are ambiguous: it gives no roles", {
      caller: caller.subject,
      claim: GROUPS_CLAIM,
      shape: shapeOf(claims[GROUPS_CLAIM]),
    });
  }
  return caller;
}

/** Returns what the request's token says besides its caller. Nothing, if it has none. */
export function readToken(event: ApiEvent): TokenFacts {
  const { GROUPS_CLAIM } = readEnvironment(["GROUPS_CLAIM"], process.env);
  return describeToken(getClaims(event) ?? {}, GROUPS_CLAIM);
}

/**
 * Returns the claims of the request's token; null if the authorizer verified no token, or a different one, or remembers
 * one that has expired since.
 */
function getClaims({ claims: verified, headers }: ApiEvent): Claims | null {
  const payload = verified && decodePayload(headers["authorization"]);
  const same = payload && MATCHING_CLAIMS.every((name) => payload[name] === verified[name]);
  return same && !isExpired(payload) ? payload : null;
}

/** REST APIs remember for minutes what their authorizer has said of a token. */
const isExpired = ({ exp }: Claims) => typeof exp === "number" && exp * 1000 <= Date.now();

function decodePayload(authorization: string | undefined): Claims | null {
  const [, encoded] = TOKEN.exec(authorization ?? "") ?? [];
  if (encoded === undefined) return null;
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(encoded, "base64url"));
    return z.record(z.string(), z.unknown()).safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

const shapeOf = (claim: unknown) =>
  Array.isArray(claim) ? "a list with elements other than strings" : `a ${typeof claim}`;
