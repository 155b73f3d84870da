// handle(route, fn): parse in, run, parse out, map errors, one log line. Every route is made with it.
import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import middy from "@middy/core";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from "aws-lambda";
import type * as z from "zod";
import type { Route } from "../contract/route.ts";
import { ROUTES, type RouteName } from "../contract/routes.ts";
import { ERROR_CODES } from "../domain/errors.ts";
import { loggable, logger } from "../observe/logger.ts";
import { ownKey } from "../secrets/own-keys.ts";
import { sealCursor } from "./cursor.ts";
import { asRunbookError, problem } from "./problem.ts";
import { type Guard, type Inspect, type Request, toRequest } from "./request.ts";

type BodyOf<N extends RouteName> = (typeof ROUTES)[N]["answer"] extends { body: infer S extends z.ZodType }
  ? z.input<S>
  : undefined;

/** A list's items and the sort key it ended with; `handle` makes the cursor of it. */
type ListOf<N extends RouteName> =
  BodyOf<N> extends { items: infer I } ? { items: I; next: string | null } : never;

/** What a handler answers: one object, a list, or nothing but its status. Header names in lower case. */
export type Answer<N extends RouteName> = { headers?: Record<string, string> } & (
  | (BodyOf<N> extends undefined ? { body?: never } : { body: BodyOf<N> })
  | { list: ListOf<N> }
);

type Result = APIGatewayProxyStructuredResultV2;

/** The Lambda handler of a route. `fn` is the sentence: load, decide, store, answer. */
export function handle<N extends RouteName>(name: N, fn: (request: Request<N>) => Promise<Answer<N>>) {
  return handleGuarded(name, () => undefined, fn);
}

/**
 * The same, where `guard` decides before the body is read; `fn` gets what it found. `inspect` tells what else is wrong
 * with a body that does not fit its schema.
 */
export function handleGuarded<N extends RouteName, G>(
  name: N,
  guard: Guard<N, G>,
  fn: (request: Request<N>, guarded: Awaited<G>) => Promise<Answer<N>>,
  inspect?: Inspect<N, G>,
) {
  return middy<APIGatewayProxyEventV2, Result, Error, Context>()
    .use(injectLambdaContext(logger))
    .handler(async (event) => {
      const started = Date.now();
      const line: Record<string, unknown> = { route: name, ids: event.pathParameters ?? {} };
      try {
        const { request, guarded } = await toRequest(name, event, new Date(started), { guard, inspect });
        line["caller"] = request.caller.subject;
        const result = await toResult(name, request, await fn(request, guarded));
        logger.info("answered", { ...line, status: result.statusCode, durationMs: Date.now() - started });
        return result;
      } catch (thrown) {
        return refused(thrown, event.requestContext.requestId, { ...line, durationMs: Date.now() - started });
      }
    });
}

/** A refusal is information; our own failure is an error with a hint for the operator in its message. */
export function refused(thrown: unknown, requestId: string, line: Record<string, unknown>): Result {
  const error = asRunbookError(thrown);
  const { status } = ERROR_CODES[error.code];
  const facts = { ...line, status, code: error.code, reason: error.message };
  if (status >= 500) logger.error("failed", { ...facts, requestId, failure: loggable(error) });
  else logger.info("refused", { ...facts, fields: error.issues.map((issue) => issue.pointer) });
  return problem(error, requestId);
}

async function toResult<N extends RouteName>(
  name: N,
  request: Request<N>,
  answer: Answer<N>,
): Promise<Result> {
  const { status, body: schema }: Route["answer"] = ROUTES[name].answer;
  const headers = { "cache-control": "no-store", "x-content-type-options": "nosniff", ...answer.headers };
  if (!schema) return { statusCode: status, headers };
  const body: unknown = schema.parse("list" in answer ? await sealed(request, answer.list) : answer.body);
  return {
    statusCode: status,
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  };
}

async function sealed<N extends RouteName>(
  request: Request<N>,
  { items, next }: { items: unknown; next: string | null },
) {
  if (next === null) return { items, nextCursor: null };
  const key = await ownKey("CURSOR_SIGNING_KEY");
  return { items, nextCursor: sealCursor(next, request.cursorScope, key) };
}
