// Identifies the caller. The authorizer has verified the token. The claims are read from the token itself.
import * as z from "zod";
import { readEnvironment } from "../contract/env.ts";
import type { TokenType } from "../contract/people-variables.ts";
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

/** `Bearer` is optional, as for the authorizer. Header, payload and signature. */
const TOKEN = /^(?:Bearer +)?([\w-]+)\.([\w-]+)\.[\w-]*$/i;

/** Claims that must be equal in the token and in the authorizer's output. */
const MATCHING_CLAIMS = ["sub", "iss"] as const;

const VARIABLES = ["GROUPS_CLAIM", "MACHINE_CLIENTS", "TOKEN_TYPE"] as const;
const readRules = () => readEnvironment(VARIABLES, process.env);

/**
 * Returns the caller. Ambiguous groups give no role and are logged. @throws `unauthenticated` without a subject, and for
 * a token of another type than the deployment takes.
 */
export function requireCaller(event: ApiEvent): Caller {
  const { GROUPS_CLAIM, MACHINE_CLIENTS, TOKEN_TYPE } = readRules();
  const token = getToken(event);
  const caller = token && callerFromClaims(token.claims, GROUPS_CLAIM, MACHINE_CLIENTS);
  if (!caller)
    throw new ServiceError("unauthenticated", "The request carries no token that names a subject.");
  requireTokenType(token, TOKEN_TYPE);
  if (parseGroups(token.claims[GROUPS_CLAIM]) === null) {
    logger.warn("The groups of a token are ambiguous: it gives no roles", {
      caller: caller.subject,
      claim: GROUPS_CLAIM,
      shape: shapeOf(token.claims[GROUPS_CLAIM]),
    });
  }
  return caller;
}

/** Returns what the request's token says besides its caller. Nothing, if it has none. */
export function readToken(event: ApiEvent): TokenFacts {
  const { GROUPS_CLAIM, MACHINE_CLIENTS } = readRules();
  return describeToken(getToken(event)?.claims ?? {}, GROUPS_CLAIM, MACHINE_CLIENTS);
}

type Token = { header: string; claims: Claims };

/**
 * Returns the request's token; null if the authorizer verified no token, or a different one, or remembers one that has
 * expired since.
 */
function getToken({ claims: verified, headers }: ApiEvent): Token | null {
  if (!verified) return null;
  const [, header = "", payload = ""] = TOKEN.exec(headers["authorization"] ?? "") ?? [];
  const claims = decodePart(payload);
  const isSame = claims && MATCHING_CLAIMS.every((name) => claims[name] === verified[name]);
  return isSame && !isExpired(claims) ? { header, claims } : null;
}

/** REST APIs remember for minutes what their authorizer has said of a token. */
const isExpired = ({ exp }: Claims) => typeof exp === "number" && exp * 1000 <= Date.now();

/** @throws `unauthenticated`, with what to send instead */
function requireTokenType({ header, claims }: Token, type: TokenType): void {
  if (type === "any") return;
  if (isIdToken(claims))
    throw new ServiceError("unauthenticated", "This is an ID token. Send the access token instead.");
  if (type === "access" || isAccessTokenType(decodePart(header)?.["typ"])) return;
  const message =
    "The header of the token does not say that it is an access token. Send one whose `typ` is at+jwt.";
  throw new ServiceError("unauthenticated", message);
}

/** What only ID tokens have: Cognito's and Keycloak's own claims, and OpenID Connect's hash of the access token. */
const isIdToken = (claims: Claims) =>
  claims["token_use"] === "id" || claims["typ"] === "ID" || claims["at_hash"] !== undefined;

/** RFC 9068 takes both spellings, in any case. */
const isAccessTokenType = (typ: unknown) => typeof typ === "string" && /^(application\/)?at\+jwt$/i.test(typ);

function decodePart(encoded: string): Claims | null {
  if (encoded === "") return null;
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(encoded, "base64url"));
    return z.record(z.string(), z.unknown()).safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

const shapeOf = (claim: unknown) =>
  Array.isArray(claim) ? "a list with elements other than strings" : `a ${typeof claim}`;
