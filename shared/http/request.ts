// An API Gateway event becomes a request: who asks is known, and every part has been parsed by the route's contract.
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { typeidUnboxed } from "typeid-js";
import type * as z from "zod";
import { readEnvironment } from "../contract/env.ts";
import type { Route } from "../contract/route.ts";
import { ROUTES, type RouteName } from "../contract/routes.ts";
import type { Actor } from "../domain/audit.ts";
import type { Caller } from "../domain/caller.ts";
import { type Issue, RunbookError } from "../domain/errors.ts";
import type { IdSource } from "../domain/ids.ts";
import { readBody } from "./body.ts";
import { callerOf } from "./caller.ts";
import { type CursorScope, openCursor } from "./cursor.ts";
import { issuesOf } from "./issues.ts";

type Parsed<S> = S extends z.ZodType ? z.output<S> : Record<never, never>;
type Part<N extends RouteName, P extends "params" | "query" | "headers" | "body"> = Parsed<
  (typeof ROUTES)[N] extends Record<P, infer S> ? S : undefined
>;

/** What a handler gets. `act()` is who acts and when, with a fresh id for the audit entry. */
export type Request<N extends RouteName> = {
  params: Part<N, "params">;
  query: Part<N, "query">;
  headers: Part<N, "headers">;
  body: Part<N, "body">;
  caller: Caller;
  actor: Actor;
  page: { limit: number; before?: string };
  cursorScope: CursorScope;
  now: Date;
  at: string;
  newId: IdSource;
  act: () => { actor: Actor; at: string; auditId: string };
  requestId: string;
};

const newId: IdSource = (prefix) => typeidUnboxed(prefix);

/** Nobody: who a public route is asked by. */
const NOBODY: Caller = { subject: "anonymous", platformAdmin: false, teams: {} };

export function toRequest<N extends RouteName>(
  name: N,
  event: APIGatewayProxyEventV2,
  now: Date,
): Request<N> {
  const route: Route = ROUTES[name];
  const caller = route.access === "public" ? NOBODY : callerOf(event);
  const params = parsePath(route, event);
  const { query, headers, body } = parseRest(route, event);
  const actor = { id: caller.subject, name: caller.email ?? caller.name ?? null };
  const at = now.toISOString();
  const cursorScope = { route: name, caller: caller.subject, params, filters: filtersOf(query) };
  return {
    params: params as Part<N, "params">,
    query: query as Part<N, "query">,
    headers: headers as Part<N, "headers">,
    body: body as Part<N, "body">,
    caller,
    actor,
    page: pageOf(query, cursorScope),
    cursorScope,
    now,
    at,
    newId,
    act: () => ({ actor, at, auditId: newId("audit") }),
    requestId: event.requestContext.requestId,
  };
}

/** An id that cannot be one names nothing: it is not found, as any other id that does not exist. */
function parsePath(route: Route, event: APIGatewayProxyEventV2): Record<string, unknown> {
  const parsed = route.params?.safeParse(event.pathParameters ?? {});
  if (parsed && !parsed.success)
    throw new RunbookError("not_found", "There is nothing at this path: an id in it is not one of ours.");
  return parsed?.data ?? {};
}

/** Query, headers and body, with the issues of all of them at once. */
function parseRest(route: Route, event: APIGatewayProxyEventV2) {
  const issues: Issue[] = [];
  const parse = (schema: z.ZodType | undefined, data: unknown, prefix: readonly string[]): unknown => {
    const parsed = schema?.safeParse(data);
    if (parsed && !parsed.success) issues.push(...issuesOf(parsed.error, prefix));
    return parsed?.data ?? {};
  };
  const query = parse(route.query, event.queryStringParameters ?? {}, ["query"]) as Record<string, unknown>;
  const headers = parse(route.headers, event.headers, ["headers"]);
  const body = route.body ? parse(route.body, readBody(event, route), []) : {};
  if (issues.length > 0)
    throw new RunbookError("malformed_request", "The request does not fit this route.", { issues });
  return { query, headers, body };
}

function filtersOf({ limit: _limit, cursor: _cursor, ...filters }: Record<string, unknown>): unknown {
  return filters;
}

function pageOf(
  { limit, cursor }: Record<string, unknown>,
  scope: CursorScope,
): { limit: number; before?: string } {
  if (typeof limit !== "number") return { limit: 1 };
  if (typeof cursor !== "string") return { limit };
  return {
    limit,
    before: openCursor(cursor, scope, readEnvironment(["CURSOR_KEY"], process.env).CURSOR_KEY),
  };
}
