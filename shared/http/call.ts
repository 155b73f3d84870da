// State that the middlewares of a route share. It travels in the Lambda context, beside the event.
import type { MiddlewareObj } from "@middy/core";
import type { APIGatewayProxyStructuredResultV2, Context } from "aws-lambda";
import type { Caller } from "../domain/caller.ts";

/** A request, the same from every kind of API. Names of headers are in lower case; repeated values are joined with commas. */
export type ApiEvent = {
  routeKey: string;
  method: string;
  path: string;
  /** With every value of a repeated field. */
  rawQueryString: string;
  query: Readonly<Record<string, string>>;
  pathParameters: Readonly<Record<string, string>>;
  headers: Readonly<Record<string, string | undefined>>;
  body: string;
  isBase64Encoded: boolean;
  requestId: string;
  /** Those that the authorizer has verified: all of the token's, or the few that it hands over. Null: no token. */
  claims: Readonly<Record<string, unknown>> | null;
};
export type ApiResult = APIGatewayProxyStructuredResultV2;

/** Filled in order: the caller, the path, the resource, then the parsed request. */
export type Call = {
  startedAt: Date;
  caller?: Caller;
  /** Path parameters. */
  params?: Readonly<Record<string, unknown>>;
  /** The resource that the route's row names, loaded and authorized. */
  resource?: unknown;
  request?: unknown;
};

export type ApiContext = Context & { call: Call };
export type ApiMiddleware<R = ApiResult> = MiddlewareObj<ApiEvent, R, Error, ApiContext>;

/** @throws if a middleware runs before one that it depends on, which is a defect of the service. */
export function known<K extends keyof Call>({ call }: ApiContext, key: K): NonNullable<Call[K]> {
  const value = call[key];
  if (value === undefined || value === null) throw new Error(`No middleware has found the ${key} yet`);
  return value;
}
