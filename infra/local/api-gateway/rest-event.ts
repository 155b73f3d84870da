// Builds the event that an API Gateway REST API sends to a Lambda: payload format 1.0, with every body in base64, as the
// stack's API hands them over (`binaryMediaTypes` */*).
import type { IncomingHttpHeaders } from "node:http";
import type { APIGatewayProxyEvent } from "aws-lambda";
import { ACCOUNT } from "../platform/arns.ts";
import { type Claims, clfTime, type GatewayRequest } from "./gateway-event.ts";
import type { RouteMatch } from "./route-table.ts";

/** Its address has the stage before each path; the function's path does not. */
const STAGE = "live";

type RestEvent = Omit<APIGatewayProxyEvent, "requestContext"> & { requestContext: object };

export function restEvent(
  request: GatewayRequest,
  { routeKey, pathParameters }: Pick<RouteMatch, "routeKey" | "pathParameters">,
  claims: Claims | null,
): RestEvent {
  const { url, body } = request;
  const resource = routeKey.slice(routeKey.indexOf(" ") + 1);
  const headers = headersOf(request.headers);
  const query = queryOf(url);
  return {
    resource,
    path: url.pathname,
    httpMethod: request.method,
    headers: lastOf(headers),
    multiValueHeaders: headers,
    queryStringParameters: query && lastOf(query),
    multiValueQueryStringParameters: query,
    pathParameters: encoded(pathParameters),
    stageVariables: null,
    requestContext: contextOf(request, resource, claims),
    body: body.length === 0 ? null : body.toString("base64"),
    isBase64Encoded: body.length > 0,
  };
}

const contextOf = (request: GatewayRequest, resource: string, claims: Claims | null) => ({
  accountId: ACCOUNT,
  apiId: "local",
  ...(claims === null ? {} : { authorizer: { claims } }),
  domainName: request.url.hostname,
  domainPrefix: "local",
  extendedRequestId: request.requestId,
  httpMethod: request.method,
  identity: { sourceIp: request.sourceIp, userAgent: request.headers["user-agent"] ?? "" },
  path: `/${STAGE}${request.url.pathname}`,
  protocol: "HTTP/1.1",
  requestId: request.requestId,
  requestTime: clfTime(request.receivedAt),
  requestTimeEpoch: request.receivedAt.getTime(),
  resourceId: "local",
  resourcePath: resource,
  stage: STAGE,
});

/** Names as they are sent, which is in capitals by most clients: `Content-Type`. */
function headersOf(headers: IncomingHttpHeaders): Record<string, string[]> {
  const sent = Object.entries(headers).filter(([, value]) => value !== undefined);
  return Object.fromEntries(sent.map(([name, value]) => [inCapitals(name), [value].flat().map(String)]));
}

const inCapitals = (name: string) => name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());

/** Decoded. */
function queryOf(url: URL): Record<string, string[]> | null {
  const names = [...new Set(url.searchParams.keys())];
  if (names.length === 0) return null;
  return Object.fromEntries(names.map((name) => [name, url.searchParams.getAll(name)]));
}

const lastOf = (lists: Record<string, string[]>): Record<string, string> =>
  Object.fromEntries(Object.entries(lists).map(([name, values]) => [name, values.at(-1) ?? ""]));

/** As in the address, unlike those of an HTTP API. */
function encoded(values: Record<string, string>): Record<string, string> | null {
  const named = Object.entries(values);
  if (named.length === 0) return null;
  return Object.fromEntries(named.map(([name, value]) => [name, encodeURIComponent(value)]));
}
