// Builds a handler's request from that of the API. The route's contract parses every part of it.

import * as z from "zod";
import { readInput } from "../contract/read-input.ts";
import type { Route } from "../contract/route.ts";
import { ROUTES, type RouteName } from "../contract/routes.ts";
import type { Actor } from "../domain/audit.ts";
import type { Caller, TokenFacts } from "../domain/caller.ts";
import { type Act, toAct } from "../domain/context.ts";
import { type Issue, ServiceError } from "../domain/errors.ts";
import type { IdSource } from "../domain/ids.ts";
import type { IdempotentRequest } from "../domain/keyed-request.ts";
import { requireOwnKey } from "../secrets/own-keys.ts";
import { readBody } from "./body.ts";
import { type ApiContext, type ApiEvent, type ApiMiddleware, type Call, known } from "./call.ts";
import { readToken } from "./caller.ts";
import { type CursorScope, decryptCursor } from "./cursor.ts";
import { newId } from "./new-id.ts";
import { findUndeclaredParts } from "./undeclared.ts";

type Parsed<S> = S extends z.ZodType ? z.output<S> : Record<never, never>;
type Part<N extends RouteName, P extends "params" | "query" | "headers" | "body"> = Parsed<
  (typeof ROUTES)[N] extends Record<P, infer S> ? S : undefined
>;

/** A handler's input. `token()` returns what the token says besides its caller, `act()` returns the actor, the time and a new id for the audit entry. */
export type Request<N extends RouteName> = {
  params: Part<N, "params">;
  query: Part<N, "query">;
  headers: Part<N, "headers">;
  body: Part<N, "body">;
  caller: Caller;
  token: () => TokenFacts;
  actor: Actor;
  page: { limit: number; before?: string };
  cursorScope: CursorScope;
  now: Date;
  at: string;
  newId: IdSource;
  /** Null without an Idempotency-Key. */
  keyed: IdempotentRequest | null;
  act: () => Act;
  requestId: string;
};

/**
 * Returns further issues of a body that does not match its schema, so that the caller gets all issues at once. @throws
 * if the caller may not make this request at all.
 */
export type Inspect = (data: unknown) => Issue[] | Promise<Issue[]>;

/** Parses query, headers and body after the caller is authorized. */
export function parseRequest(name: RouteName, inspect: (call: Call) => Inspect): ApiMiddleware {
  return {
    before: async ({ event, context }) => {
      const { call } = context;
      call.request = await toRequest(name, event, context, inspect(call));
    },
  };
}

async function toRequest<N extends RouteName>(
  name: N,
  event: ApiEvent,
  context: ApiContext,
  inspect: Inspect,
): Promise<Request<N>> {
  const route: Route = ROUTES[name];
  const caller = known(context, "caller");
  const params = known(context, "params") as Part<N, "params">;
  const parsedQuery = parsePart(route.query ?? NO_QUERY, event.query, ["query"]);
  const parsedHeaders = parsePart(route.headers, event.headers, ["headers"]);
  const query = parsedQuery.data as Part<N, "query">;
  const headers = parsedHeaders.data as Part<N, "headers">;
  const found = [...findUndeclaredParts(event, route), ...parsedQuery.issues, ...parsedHeaders.issues];
  const body = (await parseBody(route, event, found, inspect)) as Part<N, "body">;
  return assembleRequest(name, { params, query, headers, body, caller }, event, context.call.startedAt);
}

const NO_QUERY = z.strictObject({});
/** The schema for a route that declares no headers. */
const ANYTHING = z.unknown().transform(() => ({}));

type RequestParts<N extends RouteName> = Pick<Request<N>, "params" | "query" | "headers" | "body" | "caller">;

async function assembleRequest<N extends RouteName>(
  name: N,
  parts: RequestParts<N>,
  event: ApiEvent,
  now: Date,
): Promise<Request<N>> {
  const { caller, params, query, headers, body } = parts;
  const actor = { id: caller.subject, name: caller.name ?? caller.email ?? null };
  const at = now.toISOString();
  const { limit, cursor, ...filters } = query as Record<string, unknown>;
  const cursorScope = { route: name, caller: caller.subject, params, filters };
  return {
    ...parts,
    token: () => readToken(event),
    actor,
    page: await toPage(limit, cursor, cursorScope),
    cursorScope,
    now,
    at,
    newId,
    keyed: toKeyedRequest(headers, {
      caller: caller.subject,
      route: name,
      asked: [params, query, body],
      now,
    }),
    act: () => toAct({ actor, now, newId }),
    requestId: event.requestId,
  };
}

/** Returns the body. @throws `malformed_request` with the issues of query, headers and body together. */
async function parseBody(
  route: Route,
  event: ApiEvent,
  found: readonly Issue[],
  inspect: Inspect,
): Promise<unknown> {
  const data = route.body ? readBody(event, route) : {};
  const body = route.body ? parsePart(route.body, data, []) : { data: {}, issues: [] };
  if (found.length + body.issues.length === 0) return body.data;
  const more = route.body ? await inspect(data) : [];
  const issues = [...found, ...body.issues, ...more];
  throw new ServiceError("malformed_request", "The request is not valid.", { issues });
}

function parsePart(schema: z.ZodType | undefined, data: unknown, prefix: readonly string[]) {
  const parsed = readInput(schema ?? ANYTHING, data, prefix);
  return parsed.ok ? { data: parsed.data, issues: [] } : { data: {}, issues: parsed.issues };
}

function toKeyedRequest(headers: unknown, request: Omit<IdempotentRequest, "key">): IdempotentRequest | null {
  const parsed = IdempotencyHeaders.safeParse(headers).data;
  return parsed ? { ...request, key: parsed["idempotency-key"] } : null;
}

const IdempotencyHeaders = z.looseObject({ "idempotency-key": z.string() });

async function toPage(
  limit: unknown,
  cursor: unknown,
  scope: CursorScope,
): Promise<{ limit: number; before?: string }> {
  if (typeof limit !== "number") return { limit: 1 };
  if (typeof cursor !== "string") return { limit };
  return { limit, before: decryptCursor(cursor, scope, await requireOwnKey("CURSOR_ENCRYPTION_KEY")) };
}
