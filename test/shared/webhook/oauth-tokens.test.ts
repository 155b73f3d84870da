// Promises about OAuth 2 access tokens: asked for as the standard says, shared with nobody, kept while they last.
import { describe, expect, it } from "vitest";
import { type OAuthCredential, OAuthTokens } from "../../../shared/webhook/oauth-tokens.ts";
import {
  type Answering,
  LOOPBACK_ALLOWED,
  PUBLIC_ONLY,
  startReceiver,
  startTcp,
} from "../../support/receiver.ts";

const options = { policy: LOOPBACK_ALLOWED, deadlineMs: 5000 };
const json = (value: unknown, status = 200) => ({ status, body: JSON.stringify(value) });

function clock() {
  let now = Date.UTC(2026, 0, 1);
  const advance = (seconds: number) => {
    now += seconds * 1000;
  };
  return { now: () => new Date(now), advance };
}

/** An endpoint that gives out token-1, token-2 … */
async function startIssuer(more: object = {}) {
  let issued = 0;
  const answer: Answering = () =>
    json({ access_token: `token-${++issued}`, token_type: "Bearer", expires_in: 3600, ...more });
  const issuer = await startReceiver(answer);
  const credential: OAuthCredential = {
    boundTo: "runbook_1",
    tokenUrl: `${issuer.url}/token`,
    clientId: "client",
    clientSecret: "secret-value",
  };
  return { ...issuer, credential };
}

describe("access tokens", () => {
  it("are asked for with the client's credentials, scope and audience", async () => {
    await using issuer = await startIssuer();
    const credential = {
      ...issuer.credential,
      clientId: "cli:ent",
      clientSecret: "s e+cret",
      scope: "a b",
      audience: "https://x.example",
    };
    expect(await new OAuthTokens(clock().now).get(credential, options)).toEqual({
      token: "token-1",
      cached: false,
    });
    expect(issuer.requests).toMatchObject([
      {
        method: "POST",
        path: "/token",
        headers: { "content-type": "application/x-www-form-urlencoded", accept: "application/json" },
        body: "grant_type=client_credentials&scope=a+b&audience=https%3A%2F%2Fx.example",
      },
    ]);
    const [, basic = ""] = String(issuer.requests[0]?.headers["authorization"]).split(" ");
    expect(Buffer.from(basic, "base64").toString()).toBe("cli%3Aent:s+e%2Bcret");
  });

  it("are kept until 30 seconds before their end", async () => {
    await using issuer = await startIssuer({ expires_in: 100 });
    const time = clock();
    const tokens = new OAuthTokens(time.now);
    await tokens.get(issuer.credential, options);
    time.advance(69);
    expect(await tokens.get(issuer.credential, options)).toEqual({ token: "token-1", cached: true });
    time.advance(1);
    expect(await tokens.get(issuer.credential, options)).toEqual({ token: "token-2", cached: false });
  });

  it.each([
    ["no expires_in is kept for half a minute", { expires_in: undefined }, 29, 31],
    ["expires_in as text is read", { expires_in: "100" }, 69, 71],
  ])("%s", async (_, more, kept, gone) => {
    await using issuer = await startIssuer(more);
    for (const [seconds, cached] of [
      [kept, true],
      [gone, false],
    ] as const) {
      const time = clock();
      const tokens = new OAuthTokens(time.now);
      await tokens.get(issuer.credential, options);
      time.advance(seconds);
      expect(await tokens.get(issuer.credential, options)).toMatchObject({ cached });
    }
  });

  it("that end at once are used once and not kept", async () => {
    await using issuer = await startIssuer({ expires_in: 10 });
    const tokens = new OAuthTokens(clock().now);
    for (const token of ["token-1", "token-2"]) {
      expect(await tokens.get(issuer.credential, options)).toEqual({ token, cached: false });
    }
  });

  it.each([
    ["boundTo", "runbook_2"],
    ["tokenUrl", null],
    ["clientId", "other"],
    ["clientSecret", "rotated-value"],
    ["scope", "read"],
    ["audience", "other"],
  ])("[B11] are not shared between credentials that differ in %s", async (field, value) => {
    await using issuer = await startIssuer();
    const tokens = new OAuthTokens(clock().now);
    await tokens.get(issuer.credential, options);
    const other = { ...issuer.credential, [field]: value ?? `${issuer.url}/token?other` };
    expect(await tokens.get(other, options)).toEqual({ token: "token-2", cached: false });
    expect(await tokens.get(issuer.credential, options)).toEqual({ token: "token-1", cached: true });
  });

  it("are fetched once for all who ask at the same time", async () => {
    await using issuer = await startIssuer();
    const tokens = new OAuthTokens(clock().now);
    const results = await Promise.all(
      Array.from({ length: 20 }, () => tokens.get(issuer.credential, options)),
    );
    expect(new Set(results.map((r) => "token" in r && r.token))).toEqual(new Set(["token-1"]));
    expect(issuer.requests).toHaveLength(1);
  });

  it("one who waits for another's request waits no longer than its own deadline", async () => {
    await using silent = await startTcp((socket) => socket.resume());
    const tokens = new OAuthTokens(clock().now);
    const credential = { boundTo: "r", tokenUrl: silent.url, clientId: "c", clientSecret: "secret-value" };
    const patient = tokens.get(credential, { ...options, deadlineMs: 400 });
    const first = await Promise.race([
      patient.then(() => "patient"),
      tokens.get(credential, { ...options, deadlineMs: 50 }),
    ]);
    expect(first).toMatchObject({ failure: { code: "auth_failed", retryable: true } });
    await patient;
    expect(silent.connections()).toBe(1);
  });

  it("are taken from any 2xx, and of any spelling of bearer", async () => {
    for (const token_type of [
      "Bearer",
      "bearer",
      "BEARER",
      "BearerToken",
      "bearer token",
      " Bearer ",
      null,
    ]) {
      await using issuer = await startReceiver(() => json({ access_token: "a-token", token_type }, 201));
      const credential = { boundTo: "r", tokenUrl: issuer.url, clientId: "c", clientSecret: "the-secret" };
      const result = await new OAuthTokens(clock().now).get(credential, options);
      expect([token_type, result]).toEqual([token_type, { token: "a-token", cached: false }]);
    }
  });

  it("are asked for with the secret in the form, and with further fields, where that is said", async () => {
    await using issuer = await startReceiver(() => json({ access_token: "a-token" }));
    const credential = { boundTo: "r", tokenUrl: issuer.url, clientId: "c & d", clientSecret: "s=+/ecret" };
    const tokens = new OAuthTokens(clock().now);
    const inBody = {
      ...({ ...credential, clientAuthentication: "body", scope: "restart" } as const),
      tokenParameters: { resource: "https://api.example.com/" },
    };
    await tokens.get(inBody, options);
    const [request] = issuer.requests;
    expect(request?.headers).not.toHaveProperty("authorization");
    expect(Object.fromEntries(new URLSearchParams(request?.body))).toEqual({
      grant_type: "client_credentials",
      client_id: "c & d",
      client_secret: "s=+/ecret",
      scope: "restart",
      resource: "https://api.example.com/",
    });
    for (const other of [credential, { ...inBody, tokenParameters: {} }, inBody]) {
      await tokens.get(other, options);
    }
    expect(issuer.requests.map(({ headers }) => headers["authorization"] !== undefined)).toEqual([
      ...[false, true, false],
    ]);
  });

  it("are fetched again after they were dropped", async () => {
    await using issuer = await startIssuer();
    const tokens = new OAuthTokens(clock().now);
    await tokens.get(issuer.credential, options);
    tokens.drop(issuer.credential);
    expect(await tokens.get(issuer.credential, options)).toEqual({ token: "token-2", cached: false });
  });

  it.each([
    [400, false],
    [401, false],
    [403, false],
    [404, false],
    [302, false],
    [304, false],
    [408, true],
    [429, true],
    [500, true],
    [502, true],
    [503, true],
  ])("an endpoint that answers %i is a failure, retryable: %s", async (status, retryable) => {
    await using issuer = await startReceiver(() =>
      json({ error: "invalid_client", access_token: "leaked-token" }, status),
    );
    const credential = { boundTo: "r", tokenUrl: issuer.url, clientId: "c", clientSecret: "secret-value" };
    const result = await new OAuthTokens(clock().now).get(credential, options);
    expect(result).toMatchObject({ failure: { code: "auth_failed", retryable } });
    expect(JSON.stringify(result)).not.toMatch(/leaked|invalid_client|secret-value/);
  });

  it.each([
    ["no JSON", "<html>token</html>"],
    ["no token", "{}"],
    ["an empty token", '{"access_token":""}'],
    ["a token with a line break", '{"access_token":"a\\r\\nx: y"}'],
    ["a token of another type", '{"access_token":"abc","token_type":"mac"}'],
    ["a list", "[]"],
  ])("an endpoint that answers with %s is a failure that is not repeated", async (_, body) => {
    await using issuer = await startReceiver(() => ({ body }));
    const credential = { boundTo: "r", tokenUrl: issuer.url, clientId: "c", clientSecret: "secret-value" };
    const result = await new OAuthTokens(clock().now).get(credential, options);
    expect(result).toMatchObject({ failure: { code: "auth_failed", retryable: false } });
  });

  it("a failure is not kept", async () => {
    let calls = 0;
    await using issuer = await startReceiver(() =>
      ++calls === 1 ? json({}, 500) : json({ access_token: "now" }),
    );
    const tokens = new OAuthTokens(clock().now);
    const credential = { boundTo: "r", tokenUrl: issuer.url, clientId: "c", clientSecret: "secret-value" };
    expect(await tokens.get(credential, options)).toHaveProperty("failure");
    expect(await tokens.get(credential, options)).toEqual({ token: "now", cached: false });
  });

  it.each(["127.0.0.1", "2130706433", "0x7f.1", "localhost", "[::1]", "[::ffff:7f00:1]", "169.254.169.254"])(
    "[A16] an endpoint at %s is guarded like a webhook",
    async (host) => {
      await using inside = await startTcp();
      const credential = {
        boundTo: "r",
        tokenUrl: `http://${host}:${inside.port}/`,
        clientId: "c",
        clientSecret: "secret-value",
      };
      const result = await new OAuthTokens(clock().now).get(credential, { ...options, policy: PUBLIC_ONLY });
      expect(result).toMatchObject({ failure: { code: "egress_denied", retryable: false } });
      expect(inside.connections()).toBe(0);
    },
  );

  it("[A16] a redirect of the endpoint is not followed", async () => {
    await using target = await startReceiver(() => json({ access_token: "stolen" }));
    await using issuer = await startReceiver(() => ({ status: 307, headers: { location: target.url } }));
    const credential = { boundTo: "r", tokenUrl: issuer.url, clientId: "c", clientSecret: "secret-value" };
    expect(await new OAuthTokens(clock().now).get(credential, options)).toHaveProperty("failure");
    expect(target.connections()).toBe(0);
  });
});
