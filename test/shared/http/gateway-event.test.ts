// Both payload formats of API Gateway, in the forms that its documents show, become the same request.
import { describe, expect, it } from "vitest";
import { bytesOf } from "../../../shared/http/body.ts";
import { readRouteKey, toApiEvent } from "../../../shared/http/gateway-event.ts";

const CLAIMS = { sub: "ana", iss: "https://id.example.com", "cognito:groups": "[platform-admin]" };

/** Of an HTTP API, format 2.0. */
const V2 = {
  version: "2.0",
  routeKey: "GET /incidents/{incidentId}/executions",
  rawPath: "/incidents/INC 1%/executions",
  rawQueryString: "limit=5&tag=a&tag=b%2Cc",
  cookies: ["one=1", "two=2"],
  headers: { "content-type": "application/json", "x-many": "1,2" },
  queryStringParameters: { limit: "5", tag: "a,b,c" },
  requestContext: {
    accountId: "123456789012",
    apiId: "abc",
    authorizer: { jwt: { claims: CLAIMS, scopes: ["runbooks/call"] } },
    domainName: "abc.execute-api.eu-central-1.amazonaws.com",
    domainPrefix: "abc",
    http: {
      method: "GET",
      path: "/incidents/INC 1%/executions",
      protocol: "HTTP/1.1",
      sourceIp: "192.0.2.1",
      userAgent: "curl/8",
    },
    requestId: "request-1",
    routeKey: "GET /incidents/{incidentId}/executions",
    stage: "$default",
    time: "12/Mar/2026:19:03:58 +0000",
    timeEpoch: 1773342238000,
  },
  pathParameters: { incidentId: "INC 1%" },
  isBase64Encoded: false,
};

/** Of a REST API behind a custom domain with the base path `base`, format 1.0, with a Cognito authorizer. */
const V1 = {
  resource: "/incidents/{incidentId}/executions",
  path: "/base/incidents/INC%201%25/executions",
  httpMethod: "GET",
  headers: { "Content-Type": "application/json", "X-Many": "2" },
  multiValueHeaders: { "Content-Type": ["application/json"], "X-Many": ["1", "2"] },
  queryStringParameters: { limit: "5", tag: "b,c" },
  multiValueQueryStringParameters: { limit: ["5"], tag: ["a", "b,c"] },
  pathParameters: { incidentId: "INC%201%25" },
  stageVariables: null,
  requestContext: {
    resourceId: "123456",
    resourcePath: "/incidents/{incidentId}/executions",
    httpMethod: "GET",
    extendedRequestId: "c6af9ac6=",
    requestTime: "12/Mar/2026:19:03:58 +0000",
    path: "/base/incidents/INC%201%25/executions",
    accountId: "123456789012",
    protocol: "HTTP/1.1",
    stage: "live",
    domainPrefix: "api",
    requestTimeEpoch: 1773342238000,
    requestId: "request-1",
    identity: { sourceIp: "192.0.2.1", userAgent: "curl/8", vpceId: "vpce-1", user: null },
    domainName: "api.example.com",
    authorizer: { claims: CLAIMS },
    apiId: "abc",
  },
  body: null,
  isBase64Encoded: false,
};

const of1 = (changes: object) => toApiEvent({ ...V1, ...changes });
const of2 = (changes: object) => toApiEvent({ ...V2, ...changes });

describe("the same request", () => {
  it("is the same from both formats", () => {
    const request = toApiEvent(V2);
    expect(toApiEvent(V1)).toEqual(request);
    expect(request).toEqual({
      routeKey: "GET /incidents/{incidentId}/executions",
      method: "GET",
      path: "/incidents/INC 1%/executions",
      rawQueryString: "limit=5&tag=a&tag=b%2Cc",
      query: { limit: "5", tag: "a,b,c" },
      pathParameters: { incidentId: "INC 1%" },
      headers: { "content-type": "application/json", "x-many": "1,2" },
      body: "",
      isBase64Encoded: false,
      requestId: "request-1",
      claims: CLAIMS,
    });
    expect([V1, V2].map(readRouteKey)).toEqual([request.routeKey, request.routeKey]);
  });

  it("is bare where the event has nothing else, in whichever way it says so", () => {
    const bare = {
      resource: "/health",
      path: "/health",
      httpMethod: "GET",
      headers: null,
      multiValueHeaders: null,
      queryStringParameters: null,
      multiValueQueryStringParameters: null,
      pathParameters: null,
      requestContext: { requestId: "r", authorizer: null },
      body: null,
    };
    const also = {
      routeKey: "GET /health",
      rawPath: "/health",
      headers: {},
      requestContext: { requestId: "r", http: { method: "GET" } },
    };
    expect(toApiEvent(bare)).toEqual(toApiEvent(also));
    expect(toApiEvent(also)).toMatchObject({
      query: {},
      pathParameters: {},
      headers: {},
      body: "",
      claims: null,
    });
  });
});

describe("format 1.0", () => {
  it("has its path without the stage and the base path of a domain, decoded", () => {
    const page = { resource: "/console/{page+}", path: "/live/console/a/b%20c.js" };
    expect(of1({ ...page, pathParameters: { page: "a/b%20c.js" } })).toMatchObject({
      path: "/console/a/b c.js",
      pathParameters: { page: "a/b c.js" },
    });
  });

  it("keeps what cannot be decoded, and fails for nothing that a caller sends", () => {
    expect(of1({ pathParameters: { incidentId: "%" } }).pathParameters).toEqual({ incidentId: "%" });
    expect(of1({ pathParameters: { incidentId: "%ff" } }).pathParameters["incidentId"]).toHaveLength(1);
  });

  it("joins a header that comes in several spellings", () => {
    expect(of1({ multiValueHeaders: { "X-A": ["1"], "x-a": ["2", "3"] } }).headers).toEqual({
      "x-a": "1,2,3",
    });
  });

  it("keeps two tokens apart from one", () => {
    const two = of1({ multiValueHeaders: { Authorization: ["Bearer a.b.c", "Bearer d.e.f"] } });
    expect(two.headers["authorization"]).toBe("Bearer a.b.c,Bearer d.e.f");
  });

  it("has the claims of the stack's own authorizer, and none without one", () => {
    const context = { ...V1.requestContext, authorizer: { principalId: "ana", sub: "ana", iss: CLAIMS.iss } };
    expect(of1({ requestContext: context }).claims).toMatchObject({ sub: "ana", iss: CLAIMS.iss });
    const { authorizer: _, ...open } = V1.requestContext;
    expect(of1({ requestContext: open }).claims).toBeNull();
  });
});

describe.each([
  ["1.0", of1],
  ["2.0", of2],
] as const)("format %s", (_format, event) => {
  it("hands a body over byte by byte", () => {
    const bytes = Buffer.from([0, 255, 0x7b, 0xc3, 0x28]);
    expect(bytesOf(event({ body: bytes.toString("base64"), isBase64Encoded: true }))).toEqual(bytes);
    expect(bytesOf(event({ body: "ü" }))).toEqual(Buffer.from("ü"));
  });

  it("keeps a field of a name that objects have already", () => {
    const odd = JSON.parse('{"__proto__":"1","constructor":"2"}') as object;
    const lists = JSON.parse('{"__proto__":["1"],"constructor":["2"]}') as object;
    const given = {
      rawQueryString: "__proto__=1&constructor=2",
      queryStringParameters: odd,
      multiValueQueryStringParameters: lists,
    };
    const { query, rawQueryString } = event(given);
    expect(Object.entries(query)).toEqual([
      ["__proto__", "1"],
      ["constructor", "2"],
    ]);
    expect(rawQueryString).toBe("__proto__=1&constructor=2");
  });
});

it.each([[null], [{}], ["GET /health"], [{ routeKey: "GET /health" }], [{ Records: [] }]])(
  "%j is no request: the stack has sent it to the wrong function",
  (event) => {
    expect(() => toApiEvent(event)).toThrow();
  },
);
