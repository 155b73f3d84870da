// What the middlewares of an API route hand on: it travels in the Lambda context, beside the event.
import type { MiddlewareObj } from "@middy/core";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from "aws-lambda";
import type { Caller } from "../domain/caller.ts";

export type ApiEvent = APIGatewayProxyEventV2;
export type ApiResult = APIGatewayProxyStructuredResultV2;

/** Filled from left to right: who calls and what of, then the parsed request. */
export type Call = {
  startedAt: Date;
  caller?: Caller;
  /** The parts of the path. */
  params?: Readonly<Record<string, unknown>>;
  /** What the route's row names, loaded and allowed. */
  resource?: unknown;
  request?: unknown;
};

export type ApiContext = Context & { call: Call };
export type ApiMiddleware<R = ApiResult> = MiddlewareObj<ApiEvent, R, Error, ApiContext>;

/** @throws where a middleware runs before the one that it builds on: a defect of ours. */
export function known<K extends keyof Call>({ call }: ApiContext, key: K): NonNullable<Call[K]> {
  const value = call[key];
  if (value === undefined || value === null) throw new Error(`No middleware has found the ${key} yet`);
  return value;
}
