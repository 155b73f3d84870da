// The border to API Gateway: an event of either payload format becomes the service's own request. HTTP APIs send format
// 2.0, REST APIs 1.0.
import { unescape as decodePart } from "node:querystring";
import type { Context } from "aws-lambda";
import * as z from "zod";
import { routeKeyOf } from "../contract/route.ts";
import type { ApiEvent, ApiResult } from "./call.ts";

/** Entries, not a record: a schema of records drops the name `__proto__` without a word. */
const entriesOf = <S extends z.ZodType>(value: S) =>
  z.preprocess((given) => Object.entries(given ?? {}), z.array(z.tuple([z.string(), value])));
const Texts = entriesOf(z.string());
const Lists = entriesOf(z.array(z.string()));

const Body = { body: z.string().nullish(), isBase64Encoded: z.boolean().default(false) };
const Claims = z.record(z.string(), z.unknown());

/** Format 2.0. The JWT authorizer has verified the claims, and made texts of them: a list becomes `[a b]`. */
const Format2 = z.object({
  routeKey: z.string(),
  rawPath: z.string(),
  rawQueryString: z.string().default(""),
  headers: Texts,
  queryStringParameters: Texts,
  pathParameters: Texts,
  requestContext: z.object({
    requestId: z.string(),
    http: z.object({ method: z.string() }),
    authorizer: z
      .object({ jwt: z.object({ claims: Claims }).transform(({ claims }) => claims) })
      .transform(({ jwt }) => jwt)
      .nullish()
      .catch(null),
  }),
  ...Body,
});

/**
 * Format 1.0. `path` has the base path of a custom domain before it, so the path is made of the resource. Only the lists
 * have every value. The authorizer is Cognito's, with `claims`, or the stack's own, with those claims that it names.
 */
const Format1 = z.object({
  httpMethod: z.string(),
  resource: z.string(),
  multiValueHeaders: Lists,
  multiValueQueryStringParameters: Lists,
  pathParameters: Texts,
  requestContext: z.object({
    requestId: z.string(),
    authorizer: z.union([z.object({ claims: Claims }).transform(({ claims }) => claims), Claims]).nullish(),
  }),
  ...Body,
});

const EVENT = z.union([
  Format2.transform(
    ({ requestContext, ...event }): ApiEvent => ({
      routeKey: event.routeKey,
      method: requestContext.http.method,
      path: event.rawPath,
      rawQueryString: event.rawQueryString,
      query: Object.fromEntries(event.queryStringParameters),
      pathParameters: Object.fromEntries(event.pathParameters),
      headers: joinByName(event.headers.map(([name, value]) => [name, [value]])),
      body: event.body ?? "",
      isBase64Encoded: event.isBase64Encoded,
      requestId: requestContext.requestId,
      claims: requestContext.authorizer ?? null,
    }),
  ),
  Format1.transform(({ httpMethod: method, resource, requestContext, ...event }): ApiEvent => {
    // REST APIs hand these over as they are in the address, and those of the query decoded.
    const decoded = event.pathParameters.map(([name, value]) => [name, decodePart(value)] as const);
    const fields = event.multiValueQueryStringParameters;
    return {
      routeKey: routeKeyOf({ method, path: resource }),
      method,
      path: fillPath(resource, new Map(decoded)),
      rawQueryString: new URLSearchParams(fields.flatMap(spread)).toString(),
      query: Object.fromEntries(fields.map(([name, values]) => [name, values.join(",")])),
      pathParameters: Object.fromEntries(decoded),
      headers: joinByName(event.multiValueHeaders),
      body: event.body ?? "",
      isBase64Encoded: event.isBase64Encoded,
      requestId: requestContext.requestId,
      claims: requestContext.authorizer ?? null,
    };
  }),
]);

type Repeated = readonly [name: string, values: readonly string[]];

const spread = ([name, values]: Repeated) => values.map((value): [string, string] => [name, value]);

const fillPath = (resource: string, values: ReadonlyMap<string, string>) =>
  resource.replace(/\{(\w+)\+?\}/g, (_, name: string) => values.get(name) ?? "");

/** Names in lower case; repeated headers joined with commas, as format 2.0 has them. */
function joinByName(headers: readonly Repeated[]): Record<string, string> {
  const joined = new Map<string, string>();
  for (const [name, values] of headers) {
    const key = name.toLowerCase();
    joined.set(key, [joined.get(key), ...values].filter((value) => value !== undefined).join(","));
  }
  return Object.fromEntries(joined);
}

/** @throws for an event of neither format, a defect of the stack. */
export const toApiEvent = (event: unknown): ApiEvent => EVENT.parse(event);

/** A handler of requests as a Lambda handler of API Gateway's events. */
export function fromGateway<C extends Context>(
  handle: (event: ApiEvent, context: C) => Promise<ApiResult>,
): (event: unknown, context: Context) => Promise<ApiResult> {
  // The middlewares of `handle` add to the context what its type says.
  return (event, context) => handle(toApiEvent(event), context as C);
}

const Keyed = z.union([
  z.object({ routeKey: z.string() }),
  z
    .object({ httpMethod: z.string(), resource: z.string() })
    .transform(({ httpMethod: method, resource: path }) => ({ routeKey: routeKeyOf({ method, path }) })),
]);

/** The key of the route that API Gateway has found, without the rest of the event. */
export const readRouteKey = (event: unknown): string => Keyed.parse(event).routeKey;
