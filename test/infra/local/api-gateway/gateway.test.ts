// The gateway: the input of a handler, the answers, and authentication.
import { generateKeyPairSync } from "node:crypto";
import { request } from "node:http";
import { importJWK, SignJWT, UnsecuredJWT } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Handler } from "../../../../infra/local/lambda/lambda.ts";
import { startLocalHost, type TestHost, tokenOf } from "../../../support/local-host.ts";

const ana = { user: "ana", groups: ["platform-admin", "team:payments:responder"] };
const ROUTES = {
  echo: { method: "POST", path: "/echo/{name}/parts/{part}", access: "signed in" },
  literal: { method: "POST", path: "/echo/{name}/parts/whole", access: "signed in" },
  open: { method: "GET", path: "/open", access: "public" },
  below: { method: "GET", path: "/open/{rest+}", access: "public" },
  named: { method: "GET", path: "/open/{name}/known", access: "public" },
  throws: { method: "GET", path: "/throws", access: "public" },
  plain: { method: "GET", path: "/plain", access: "public" },
  cookies: { method: "GET", path: "/cookies", access: "public" },
  context: { method: "GET", path: "/context", access: "public" },
};
const HANDLERS: Record<string, Handler> = {
  "api/echo": (event) => ({
    statusCode: 200,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(event),
  }),
  "api/literal": () => ({ statusCode: 200, body: "literal" }),
  "api/open": (event) => ({
    statusCode: 200,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(event),
  }),
  "api/below": (event) => ({ statusCode: 200, body: JSON.stringify(event) }),
  "api/named": () => ({ statusCode: 200, body: "named" }),
  "api/throws": () => {
    throw new Error("secret detail");
  },
  "api/plain": () => ({ hello: "world" }),
  "api/cookies": () => ({
    statusCode: 201,
    headers: { "x-bytes": 3 },
    cookies: ["a=1", "b=2"],
    body: Buffer.from([1, 2, 3]).toString("base64"),
    isBase64Encoded: true,
  }),
  "api/context": (_, context) => ({
    left: context.getRemainingTimeInMillis(),
    name: context.functionName,
    requestId: context.awsRequestId,
    arn: context.invokedFunctionArn,
  }),
};

let host: TestHost;
beforeAll(async () => {
  const load = async (path: string) => {
    const missing: Handler = () => {
      throw new Error(`No fixture ${path}`);
    };
    return HANDLERS[path] ?? missing;
  };
  host = await startLocalHost({ load, routes: ROUTES, rules: {}, schedules: {}, streamTargets: {} });
});
afterAll(() => host.stop());

describe("a path that ends in all that is below", () => {
  const rest = async (path: string) => {
    const { status, text } = await host.ask("GET", path);
    if (status !== 200) return status;
    return (JSON.parse(text) as { pathParameters: { rest: string } }).pathParameters.rest;
  };

  test("matches any path below it, decoded, if there is something", async () => {
    expect(await rest("/open/a")).toBe("a");
    expect(await rest("/open/a/b%20c/d.js")).toBe("a/b c/d.js");
    expect(await rest("/open/")).toBe(404);
    expect(await rest("/open/%ff")).toBe(404);
  });

  test("gives way to a route that says more", async () => {
    expect((await host.ask("GET", "/open/x/known")).text).toBe("named");
    expect(await rest("/open/x/known/y")).toBe("x/known/y");
  });
});

describe("the event", () => {
  test("has every field of payload format 2.0, in its form", async () => {
    const path = "/echo/a%20b%2Fc/parts/ü?x=1&x=2&y=%C3%A9";
    const answer = await host.ask("POST", path, {
      as: ana,
      body: { hello: 1 },
      headers: { "X-Custom": "One", cookie: "c1=v1; c2=v2", "user-agent": "test-agent" },
    });
    const identity = host.identity;
    expect(answer.body).toEqual({
      version: "2.0",
      routeKey: "POST /echo/{name}/parts/{part}",
      rawPath: "/echo/a%20b%2Fc/parts/%C3%BC",
      rawQueryString: "x=1&x=2&y=%C3%A9",
      cookies: ["c1=v1", "c2=v2"],
      headers: expect.objectContaining({
        "x-custom": "One",
        "content-type": "application/json",
        "user-agent": "test-agent",
        authorization: expect.stringMatching(/^Bearer /),
      }),
      queryStringParameters: { x: "1,2", y: "é" },
      requestContext: {
        accountId: "000000000000",
        apiId: "local",
        authorizer: {
          jwt: {
            claims: {
              sub: "ana",
              email: "ana@example.com",
              name: "ana",
              "cognito:groups": "[platform-admin team:payments:responder]",
              iss: identity.issuer,
              aud: "runbooks",
              iat: expect.stringMatching(/^\d+$/),
              exp: expect.stringMatching(/^\d+$/),
            },
            scopes: null,
          },
        },
        domainName: "127.0.0.1",
        domainPrefix: "local",
        http: {
          method: "POST",
          path: "/echo/a%20b%2Fc/parts/%C3%BC",
          protocol: "HTTP/1.1",
          sourceIp: "127.0.0.1",
          userAgent: "test-agent",
        },
        requestId: answer.headers.get("apigw-requestid"),
        routeKey: "POST /echo/{name}/parts/{part}",
        stage: "$default",
        time: expect.stringMatching(/^\d{2}\/[A-Z][a-z]{2}\/\d{4}:\d{2}:\d{2}:\d{2} \+0000$/),
        timeEpoch: expect.any(Number),
      },
      pathParameters: { name: "a b/c", part: "ü" },
      body: '{"hello":1}',
      isBase64Encoded: false,
    });
    expect(JSON.stringify(answer.body)).not.toContain('"cookie"');
  });

  test("without query, path parameters, cookies, token and body has none of these fields", async () => {
    const { body } = await host.ask("GET", "/open");
    expect(Object.keys(body as object).sort()).toEqual(
      [
        "headers",
        "isBase64Encoded",
        "rawPath",
        "rawQueryString",
        "requestContext",
        "routeKey",
        "version",
      ].sort(),
    );
  });

  test.each([
    ["bytes of another type", "application/octet-stream", Buffer.from([0, 255, 1])],
    ["JSON that is not UTF-8", "application/json", Buffer.from([0x22, 0xff, 0x22])],
  ])("carries %s in base64", async (_, type, bytes) => {
    const token = await tokenOf(host.identity, ana);
    const response = await fetch(`${host.api}/echo/a/parts/b`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": type },
      body: bytes,
    });
    expect(await response.json()).toMatchObject({ body: bytes.toString("base64"), isBase64Encoded: true });
  });
});

describe("the answer", () => {
  test("of a literal path wins over that of a parameter", async () => {
    expect((await host.ask("POST", "/echo/a/parts/whole", { as: ana })).text).toBe("literal");
  });

  test("without a status code is the JSON body of a 200", async () => {
    const answer = await host.ask("GET", "/plain");
    expect([answer.status, answer.body]).toEqual([200, { hello: "world" }]);
  });

  test("carries bytes, cookies and headers that are numbers", async () => {
    const response = await fetch(`${host.api}/cookies`);
    expect(response.status).toBe(201);
    expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
    expect(response.headers.get("x-bytes")).toBe("3");
    expect([...new Uint8Array(await response.arrayBuffer())]).toEqual([1, 2, 3]);
  });

  test("of a handler that throws is a bare 500", async () => {
    const answer = await host.ask("GET", "/throws");
    expect([answer.status, answer.body]).toEqual([500, { message: "Internal Server Error" }]);
  });

  test("knows the handler's context: name, request id, ARN and the time that is left", async () => {
    const answer = await host.ask("GET", "/context");
    expect(answer.body).toEqual({
      left: expect.any(Number),
      name: "context",
      requestId: answer.headers.get("apigw-requestid"),
      arn: "arn:aws:lambda:eu-central-1:000000000000:function:context",
    });
    expect((answer.body as { left: number }).left).toBeLessThanOrEqual(30_000);
  });

  test.each([
    ["GET", "/unknown"],
    ["DELETE", "/open"],
    ["POST", "/echo//parts/b"],
    ["POST", "/echo/%FF/parts/b"],
    ["GET", "/open/"],
  ])("to %s %s is a 404 problem", async (method, path) => {
    const answer = await host.ask(method, path, { as: ana });
    expect(answer.status).toBe(404);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(answer.body).toMatchObject({ code: "not_found", status: 404 });
  });

  test("to more than 10 MB is a 413 problem", async () => {
    const answer = await host.ask("POST", "/echo/a/parts/b", {
      as: ana,
      body: "x".repeat(10 * 1024 * 1024 + 1),
    });
    expect(answer.body).toMatchObject({ code: "payload_too_large", status: 413 });
  });

  test("to a request that names the whole address is the same", async () => {
    const status = await new Promise((resolve, reject) => {
      const asked = request(host.api, { path: `${host.api}/plain` }, (response) => {
        resolve(response.resume().statusCode);
      });
      asked.once("error", reject).end();
    });
    expect(status).toBe(200);
  });
});

describe("a token", () => {
  const status = async (authorization: string) =>
    (await host.ask("POST", "/echo/a/parts/b", { headers: { authorization } })).status;
  const claims = () => ({ sub: "ana", iss: host.identity.issuer, aud: "runbooks" });
  const signed = async (change: (jwt: SignJWT) => SignJWT, alg = "RS256") => {
    const jwt = new SignJWT(claims())
      .setProtectedHeader({ alg, kid: host.identity.key.kid })
      .setExpirationTime("1h");
    return `Bearer ${await change(jwt).sign(await importJWK(host.identity.key, alg))}`;
  };

  test("of this issuer, for this API, that has not expired, is accepted", async () => {
    expect(await status(await signed((jwt) => jwt))).toBe(200);
  });

  test("that is missing answers a 401 problem with what to do", async () => {
    const answer = await host.ask("POST", "/echo/a/parts/b");
    expect(answer.headers.get("www-authenticate")).toBe("Bearer");
    expect(answer.body).toEqual({
      type: "urn:runbooks:problem:unauthenticated",
      title: "A valid token is needed",
      status: 401,
      detail: expect.any(String),
      code: "unauthenticated",
      requestId: answer.headers.get("apigw-requestid"),
    });
  });

  test.each<[string, () => Promise<string>]>([
    ["that has expired", () => signed((jwt) => jwt.setExpirationTime("-1m"))],
    ["of another issuer", () => signed((jwt) => jwt.setIssuer("https://elsewhere.example"))],
    ["for another API", () => signed((jwt) => jwt.setAudience("other"))],
    ["with another algorithm of the same key", () => signed((jwt) => jwt, "RS512")],
    [
      "without a signature",
      async () => `Bearer ${new UnsecuredJWT(claims()).setExpirationTime("1h").encode()}`,
    ],
    [
      "without an expiry",
      async () => {
        const jwt = new SignJWT(claims()).setProtectedHeader({ alg: "RS256", kid: host.identity.key.kid });
        return `Bearer ${await jwt.sign(await importJWK(host.identity.key, "RS256"))}`;
      },
    ],
    [
      "signed by another key under the same key id",
      async () => {
        const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
        const jwt = new SignJWT(claims()).setProtectedHeader({ alg: "RS256", kid: host.identity.key.kid });
        return `Bearer ${await jwt.setExpirationTime("1h").sign(privateKey)}`;
      },
    ],
    ["that is none", async () => "Bearer nonsense"],
    ["of another scheme", async () => `Basic ${await tokenOf(host.identity, ana)}`],
  ])("%s is refused", async (_, make) => {
    expect(await status(await make())).toBe(401);
  });

  test("can be checked by any OIDC client: discovery and keys are where its issuer says", async () => {
    const discovery = await fetch(`${host.identity.issuer}/.well-known/openid-configuration`);
    const found = (await discovery.json()) as { issuer: string; jwks_uri: string };
    const keys = (await (await fetch(found.jwks_uri)).json()) as { keys: Array<Record<string, unknown>> };
    expect(found.issuer).toBe(host.identity.issuer);
    expect(keys.keys.map((key) => [key["kid"], key["d"]])).toEqual([[host.identity.key.kid, undefined]]);
  });
});
