// Renders a handler's answer: the body by its schema, a list with its encrypted cursor, and the common headers.
import type * as z from "zod";
import { ALWAYS_HEADERS, type Route } from "../contract/route.ts";
import { ROUTES, type RouteName } from "../contract/routes.ts";
import { requireOwnKey } from "../secrets/own-keys.ts";
import { type ApiMiddleware, type ApiResult, known } from "./call.ts";
import { type CursorScope, encryptCursor } from "./cursor.ts";

type BodyOf<N extends RouteName> = (typeof ROUTES)[N]["answer"] extends { body: infer S extends z.ZodType }
  ? z.input<S>
  : undefined;

/** A list's items and the sort key of the last one, which becomes the cursor. */
type ListOf<N extends RouteName> =
  BodyOf<N> extends { items: infer I } ? { items: I; next: string | null } : never;

/** A handler's answer: one object, a list, or only the status. Header names are in lower case. */
export type Answer<N extends RouteName> = { headers?: Record<string, string> } & (
  | (BodyOf<N> extends undefined ? { body?: never } : { body: BodyOf<N> })
  | { list: ListOf<N> }
);
type AnyAnswer = {
  headers?: Record<string, string>;
  body?: unknown;
  list?: { items: unknown; next: string | null };
};

/** @throws if the answer does not match its schema, which is a defect of the service. */
export function renderAnswer(name: RouteName): ApiMiddleware {
  const { answer }: Route = ROUTES[name];
  return {
    after: async (middy) => {
      const { cursorScope } = known(middy.context, "request") as { cursorScope: CursorScope };
      middy.response = await rendered(answer, middy.response as AnyAnswer, cursorScope);
    },
  };
}

async function rendered(
  { status, body: schema }: Route["answer"],
  answer: AnyAnswer,
  scope: CursorScope,
): Promise<ApiResult> {
  const headers = { ...ALWAYS_HEADERS, ...answer.headers };
  if (!schema) return { statusCode: status, headers };
  const body: unknown = schema.parse(answer.list ? await withCursor(answer.list, scope) : answer.body);
  return {
    statusCode: status,
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  };
}

async function withCursor({ items, next }: { items: unknown; next: string | null }, scope: CursorScope) {
  if (next === null) return { items, nextCursor: null };
  return { items, nextCursor: encryptCursor(next, scope, await requireOwnKey("CURSOR_ENCRYPTION_KEY")) };
}
