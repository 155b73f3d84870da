// Who asks: the authorizer has verified the token, and what it says is read from the token itself.
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import * as z from "zod";
import { readEnvironment } from "../contract/env.ts";
import { type Caller, callerFromClaims, parseGroups } from "../domain/caller.ts";
import { ServiceError } from "../domain/errors.ts";
import { logger } from "../logging/logger.ts";

type Claims = Record<string, unknown>;

/** What the JWT authorizer leaves in the event. Its claims are flat texts: a list is `[a b]`, which has two readings. */
const Authorized = z.looseObject({
  authorizer: z.looseObject({ jwt: z.looseObject({ claims: z.record(z.string(), z.unknown()) }) }),
});

/** With or without the word, as the authorizer takes it. The middle part is the payload. */
const TOKEN = /^(?:Bearer +)?[\w-]+\.([\w-]+)\.[\w-]*$/i;

/** Claims that must be the same in the token and in what the authorizer verified. */
const MATCHING_CLAIMS = ["sub", "iss"] as const;

/** The caller, or `unauthenticated`. Groups that cannot be read without guessing give no role, and a line in the log. */
export function requireCaller(event: APIGatewayProxyEventV2): Caller {
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

/** Null: the authorizer let no token through, or not the one that came. */
function getClaims(event: APIGatewayProxyEventV2): Claims | null {
  const authorized = Authorized.safeParse(event.requestContext);
  if (!authorized.success) return null;
  const payload = decodePayload(event.headers["authorization"]);
  const verified = authorized.data.authorizer.jwt.claims;
  return payload && MATCHING_CLAIMS.every((name) => payload[name] === verified[name]) ? payload : null;
}

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
  Array.isArray(claim) ? "a list with something else than texts" : `a ${typeof claim}`;
