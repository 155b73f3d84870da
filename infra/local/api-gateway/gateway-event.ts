// Builds the event that an API Gateway HTTP API sends to a Lambda: payload format 2.0.
import type { IncomingHttpHeaders } from "node:http";
import type { APIGatewayProxyEventV2WithJWTAuthorizer } from "aws-lambda";
import { ACCOUNT } from "../platform/arns.ts";
import type { RouteMatch } from "./route-table.ts";

export type Claims = Record<string, string>;
type ApiEvent = Omit<APIGatewayProxyEventV2WithJWTAuthorizer, "requestContext"> & {
  requestContext: Omit<APIGatewayProxyEventV2WithJWTAuthorizer["requestContext"], "authorizer"> & {
    authorizer?: { jwt: { claims: Claims; scopes: string[] | null } };
  };
};
export type GatewayRequest = {
  method: string;
  url: URL;
  headers: IncomingHttpHeaders;
  body: Buffer;
  sourceIp: string;
  requestId: string;
  receivedAt: Date;
};

export function gatewayEvent(
  request: GatewayRequest,
  match: Pick<RouteMatch, "routeKey" | "pathParameters">,
  claims: Claims | null,
): ApiEvent {
  const { url } = request;
  const { routeKey } = match;
  const query = queryOf(url);
  return {
    version: "2.0",
    routeKey,
    rawPath: url.pathname,
    rawQueryString: url.search.slice(1),
    ...cookiesOf(request.headers),
    headers: headersOf(request.headers),
    ...(query === null ? {} : { queryStringParameters: query }),
    requestContext: {
      accountId: ACCOUNT,
      apiId: "local",
      ...(claims === null ? {} : { authorizer: { jwt: { claims, scopes: null } } }),
      domainName: url.hostname,
      domainPrefix: "local",
      http: {
        method: request.method,
        path: url.pathname,
        protocol: "HTTP/1.1",
        sourceIp: request.sourceIp,
        userAgent: request.headers["user-agent"] ?? "",
      },
      requestId: request.requestId,
      routeKey,
      stage: "$default",
      time: clfTime(request.receivedAt),
      timeEpoch: request.receivedAt.getTime(),
    },
    ...(Object.keys(match.pathParameters).length === 0 ? {} : { pathParameters: match.pathParameters }),
    ...bodyOf(request),
  };
}

/** Header names in lower case. Joins repeated headers with commas. Cookies have their own field of the event. */
function headersOf(headers: IncomingHttpHeaders): Record<string, string> {
  const kept = Object.entries(headers).filter(([name, value]) => name !== "cookie" && value !== undefined);
  return Object.fromEntries(kept.map(([name, value]) => [name, [value].flat().join(",")]));
}

function cookiesOf(headers: IncomingHttpHeaders) {
  const { cookie } = headers;
  return cookie === undefined ? {} : { cookies: cookie.split(/; */).filter((part) => part !== "") };
}

/** Decoded parameters. Joins the values of a repeated name with commas. */
function queryOf(url: URL): Record<string, string> | null {
  const names = [...new Set(url.searchParams.keys())];
  if (names.length === 0) return null;
  return Object.fromEntries(names.map((name) => [name, url.searchParams.getAll(name).join(",")]));
}

const TEXT = /^(text\/|application\/(json|xml|javascript|[\w.+-]+\+(json|xml))\b)/i;

/** Passes text unchanged and everything else as base64. */
function bodyOf({ headers, body }: GatewayRequest): { body?: string; isBase64Encoded: boolean } {
  if (body.length === 0) return { isBase64Encoded: false };
  const text = body.toString("utf8");
  const isText = TEXT.test(headers["content-type"] ?? "text/plain") && Buffer.from(text).equals(body);
  return isText
    ? { body: text, isBase64Encoded: false }
    : { body: body.toString("base64"), isBase64Encoded: true };
}

/** `12/Mar/2020:19:03:58 +0000` */
export function clfTime(at: Date): string {
  const [, day, month, year, time] = at.toUTCString().split(" ");
  return `${day}/${month}/${year}:${time} +0000`;
}
