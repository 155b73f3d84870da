// Promises about one attempt: who it says it is, what it records, and that it is honest about what may have happened.
import { randomBytes } from "node:crypto";
import { Webhook } from "standardwebhooks";
import { describe, expect, it } from "vitest";
import { Attempt } from "../../../shared/domain/executions/execution.ts";
import { type AttemptCall, performAttempt } from "../../../shared/webhook/attempt.ts";
import type { DecryptedAuth } from "../../../shared/webhook/auth.ts";
import { OAuthTokens } from "../../../shared/webhook/oauth-tokens.ts";
import { generateSigningSecret } from "../../../shared/webhook/sign.ts";
import {
  type Answering,
  LOOPBACK_ALLOWED,
  PUBLIC_ONLY,
  startRaw,
  startReceiver,
  startTcp,
} from "../../support/receiver.ts";

const ID = "execution_01h455vb4pex5vsknk084sn02q";
const SIGNING = generateSigningSecret(randomBytes);

function callTo(url: string, more: Partial<AttemptCall> = {}): AttemptCall {
  return {
    rendered: {
      method: "POST",
      url: `${url}/hook`,
      headers: { "x-team": "payments", "content-type": "application/json" },
      body: '{"n":1}',
    },
    rules: { retryPolicy: {} },
    decryptedAuth: { type: "none" },
    runbookId: "runbook_1",
    signingSecrets: [SIGNING],
    secrets: [],
    executionId: ID,
    attemptNumber: 1,
    deadlineMs: 5000,
    policy: LOOPBACK_ALLOWED,
    tokens: new OAuthTokens(() => new Date()),
    ...more,
  };
}

describe("an attempt", () => {
  it("sends the payload signed, under the run's id, and records the answer", async () => {
    await using receiver = await startReceiver(() => ({ status: 201, body: "done" }));
    const evidence = await performAttempt(callTo(receiver.url, { attemptNumber: 2 }));
    expect(evidence).toMatchObject({
      outcome: "delivered",
      retryable: false,
      error: null,
      answer: {
        statusCode: 201,
        responseBody: "done",
        responseEncoding: "utf8",
        responseTruncated: false,
        responseBytes: 4,
      },
    });
    expect(Attempt.safeParse({ ...evidence, number: 2, startedAt: new Date().toISOString() }).success).toBe(
      true,
    );
    const [request] = receiver.requests;
    expect(request).toMatchObject({
      method: "POST",
      path: "/hook",
      body: '{"n":1}',
      headers: {
        "x-team": "payments",
        "idempotency-key": ID,
        "x-runbook-attempt": "2",
        "content-type": "application/json",
      },
    });
    const {
      "webhook-id": id,
      "webhook-timestamp": time,
      "webhook-signature": signature,
    } = request?.headers ?? {};
    const headers = {
      "webhook-id": String(id),
      "webhook-timestamp": String(time),
      "webhook-signature": String(signature),
    };
    expect(new Webhook(SIGNING).verify(request?.body ?? "", headers)).toEqual({ n: 1 });
  });

  it("[B9] repeats the same bytes under the same id", async () => {
    await using receiver = await startReceiver(() => ({ status: 500 }));
    for (const attemptNumber of [1, 2, 3]) await performAttempt(callTo(receiver.url, { attemptNumber }));
    const seen = receiver.requests.map((r) =>
      [r.body, r.headers["webhook-id"], r.headers["idempotency-key"]].join(),
    );
    expect(new Set(seen).size).toBe(1);
    expect(receiver.requests.map((r) => r.headers["x-runbook-attempt"])).toEqual(["1", "2", "3"]);
  });

  it("[C10] classifies each status from 200 to 599", async () => {
    let status = 200;
    await using receiver = await startReceiver(() => ({ status }));
    for (; status <= 599; status++) {
      const { outcome, retryable, answer, error } = await performAttempt(callTo(receiver.url));
      const ok = status <= 299;
      expect([status, { outcome, retryable }]).toEqual([
        status,
        {
          outcome: ok ? "delivered" : "refused",
          retryable: status >= 500 || [408, 425, 429].includes(status),
        },
      ]);
      expect(answer?.statusCode).toBe(status);
      expect(error?.code ?? null).toBe(ok ? null : "webhook_refused");
    }
  });

  it("[A9] says that a redirect was not followed", async () => {
    await using receiver = await startReceiver(() => ({ status: 302, headers: { location: "/elsewhere" } }));
    const { error } = await performAttempt(callTo(receiver.url));
    expect(error?.message).toContain("Redirects are not followed");
    expect(receiver.requests).toHaveLength(1);
  });

  it.each([
    [429, "120", 120],
    [503, "0", 0],
    [503, "garbage", null],
    [200, "120", null],
    [404, "120", 120],
    [404, "garbage", null],
    [302, "120", null],
  ])("[C8] a %i with Retry-After %s asks for %s seconds", async (status, value, seconds) => {
    await using receiver = await startReceiver(() => ({ status, headers: { "retry-after": value } }));
    expect((await performAttempt(callTo(receiver.url))).retryAfterSeconds).toBe(seconds);
  });

  it("failed, and may be repeated, if nobody listens", async () => {
    const closed = await startTcp();
    await closed.close();
    expect(await performAttempt(callTo(closed.url))).toMatchObject({
      outcome: "failed",
      retryable: true,
      answer: null,
      error: { code: "unreachable" },
    });
  });

  it("failed for good if the address may not be called", async () => {
    await using receiver = await startReceiver();
    const evidence = await performAttempt(callTo(receiver.url, { policy: PUBLIC_ONLY }));
    expect(evidence).toMatchObject({ outcome: "failed", retryable: false, error: { code: "egress_denied" } });
    expect(receiver.connections()).toBe(0);
  });

  it("failed for good if a header cannot be sent", async () => {
    await using receiver = await startReceiver();
    const { rendered } = callTo(receiver.url);
    for (const headers of [{ "x-a": "a\r\nb" }, { host: "evil" }]) {
      const evidence = await performAttempt(callTo(receiver.url, { rendered: { ...rendered, headers } }));
      expect(evidence).toMatchObject({
        outcome: "failed",
        retryable: false,
        error: { code: "invalid_request" },
      });
    }
    expect(receiver.connections()).toBe(0);
  });

  it("[B9] leaves the outcome open, and says so, if the answer does not come in time", async () => {
    await using receiver = await startTcp((socket) => socket.resume());
    expect(await performAttempt(callTo(receiver.url, { deadlineMs: 100 }))).toMatchObject({
      outcome: "unknown",
      retryable: true,
      error: { code: "timeout", message: expect.stringContaining("may have acted") },
    });
  });

  it("[B9] leaves the outcome open if the connection breaks after the request", async () => {
    await using receiver = await startTcp((socket) => socket.once("data", () => socket.resetAndDestroy()));
    expect(await performAttempt(callTo(receiver.url))).toMatchObject({
      outcome: "unknown",
      retryable: true,
      error: { code: "outcome_unknown", message: expect.stringContaining("may have acted") },
    });
  });

  it("leaves the outcome open, for good, if the answer is not HTTP", async () => {
    await using receiver = await startRaw("SSH-2.0-OpenSSH_9.6\r\n");
    expect(await performAttempt(callTo(receiver.url))).toMatchObject({
      outcome: "unknown",
      retryable: false,
      error: { code: "invalid_response" },
    });
  });

  it("keeps the received part of a 200 whose body stalls, and does not count it as delivered", async () => {
    await using receiver = await startRaw("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
    expect(await performAttempt(callTo(receiver.url, { deadlineMs: 150 }))).toMatchObject({
      outcome: "unknown",
      retryable: true,
      error: { code: "timeout" },
      answer: { statusCode: 200, responseBody: "half", responseTruncated: true, responseBytes: null },
    });
  });

  it("counts a refusal as refused even if its body breaks off", async () => {
    await using receiver = await startRaw("HTTP/1.1 404 No\r\nContent-Length: 100\r\n\r\nhalf", (s) =>
      s.end(),
    );
    expect(await performAttempt(callTo(receiver.url))).toMatchObject({
      outcome: "refused",
      retryable: false,
      answer: { statusCode: 404, responseBody: "half", responseTruncated: true },
    });
  });

  it("[C1] counts a 200 with a body over the cap as delivered", async () => {
    await using receiver = await startReceiver(() => ({ body: "x".repeat(100_000) }));
    const { outcome, answer } = await performAttempt(callTo(receiver.url));
    expect(outcome).toBe("delivered");
    expect(answer).toMatchObject({ responseTruncated: true, responseBytes: null, responseSha256: null });
    expect(answer?.responseBody).toHaveLength(16 * 1024);
  });
});

describe("credentials", () => {
  const base64 = (text: string) => Buffer.from(text).toString("base64");
  const cases: [string, DecryptedAuth, Record<string, string | undefined>][] = [
    ["none", { type: "none" }, { authorization: undefined }],
    ["bearer", { type: "bearer", token: "tok-123456" }, { authorization: "Bearer tok-123456" }],
    [
      "basic",
      { type: "basic", username: "ana", password: "pä:ss-word" },
      { authorization: `Basic ${base64("ana:pä:ss-word")}` },
    ],
    [
      "custom",
      { type: "custom", customHeaders: { "X-Key": "key-123456", "X-App": "app-123456" } },
      { "x-key": "key-123456", "x-app": "app-123456" },
    ],
  ];
  it.each(cases)("of type %s arrive", async (_, openedAuth, expected) => {
    await using receiver = await startReceiver();
    expect((await performAttempt(callTo(receiver.url, { decryptedAuth: openedAuth }))).outcome).toBe(
      "delivered",
    );
    for (const [name, value] of Object.entries(expected))
      expect(receiver.requests[0]?.headers[name]).toBe(value);
  });

  it.each([
    [{ type: "bearer", token: "line\r\nbreak" }],
    [{ type: "custom", customHeaders: { "X-Key": "nul\u0000byte" } }],
  ] as [DecryptedAuth][])("[B10] that a header cannot carry send nothing", async (openedAuth) => {
    await using receiver = await startReceiver();
    const evidence = await performAttempt(callTo(receiver.url, { decryptedAuth: openedAuth }));
    expect(evidence).toMatchObject({ outcome: "failed", retryable: false, error: { code: "auth_failed" } });
    expect(receiver.connections()).toBe(0);
  });

  const echoed: DecryptedAuth[] = [
    { type: "bearer", token: "c4n4ry/token+1" },
    { type: "basic", username: "ana", password: "c4n4ry/pass+1" },
    { type: "custom", customHeaders: { "X-Key": "c4n4ry/key+1" } },
  ];
  it.each(echoed)("[C7] of type $type are masked wherever the receiver echoes them", async (openedAuth) => {
    const echo: Answering = ({ headers, body }) => {
      const all = JSON.stringify(headers) + body;
      return { body: `${all} ${encodeURIComponent(all)} ${base64(all)} ${all.slice(0, 5)}` };
    };
    await using receiver = await startReceiver(echo);
    const secrets = ["c4n4ry-parameter"];
    const { rendered } = callTo(receiver.url);
    const body = '{"key":"c4n4ry-parameter"}';
    const { answer } = await performAttempt(
      callTo(receiver.url, { decryptedAuth: openedAuth, secrets, rendered: { ...rendered, body } }),
    );
    const stored = answer?.responseBody ?? "";
    expect(stored).toContain("********");
    expect(stored).not.toMatch(/c4n4ry/);
    expect(stored).not.toContain(base64("ana:c4n4ry").slice(0, 12));
    expect(Buffer.from(stored, "base64").toString("latin1")).not.toMatch(/c4n4ry/);
  });
});

describe("OAuth 2", () => {
  it("[C7] credentials of the token request are masked too, if the receiver is also the issuer", async () => {
    const clientSecret = "c4n4ry/secret+1%";
    let basic = "";
    await using both = await startReceiver(({ path, headers }) => {
      if (path !== "/token") return { body: `${basic} ${encodeURIComponent(basic)}` };
      basic = String(headers["authorization"]);
      return { body: JSON.stringify({ access_token: "token-1-abc", expires_in: 3600 }) };
    });
    const openedAuth = {
      type: "oauth2",
      tokenUrl: `${both.url}/token`,
      clientId: "c",
      clientSecret,
    } as const;
    const { answer } = await performAttempt(callTo(both.url, { decryptedAuth: openedAuth }));
    expect(basic).toMatch(/^Basic .{20}/);
    expect(answer?.responseBody).not.toContain(basic.slice("Basic ".length));
    expect(answer?.responseBody).toContain("********");
  });

  /** An issuer of token-1, token-2 …, and a receiver that refuses the tokens of `refused`. */
  async function start(refused: string[] = []) {
    let issued = 0;
    const issuer = await startReceiver(() => ({
      body: JSON.stringify({ access_token: `token-${++issued}-abc`, expires_in: 3600 }),
    }));
    const receiver = await startReceiver(({ headers }) => ({
      status: refused.some((t) => headers["authorization"] === `Bearer ${t}-abc`) ? 401 : 200,
      body: String(headers["authorization"]),
    }));
    const client = { tokenUrl: issuer.url, clientId: "c", clientSecret: "client-secret" };
    const openedAuth: DecryptedAuth = { type: "oauth2", ...client };
    const tokens = new OAuthTokens(() => new Date());
    const attempt = (attemptNumber = 1) =>
      performAttempt(callTo(receiver.url, { decryptedAuth: openedAuth, tokens, attemptNumber }));
    const dispose = async () => {
      await issuer.close();
      await receiver.close();
    };
    return { issuer, receiver, attempt, client, tokens, [Symbol.asyncDispose]: dispose };
  }

  it("tokens are fetched once, sent as bearer, and masked in the answer", async () => {
    await using world = await start();
    for (const number of [1, 2])
      expect((await world.attempt(number)).answer?.responseBody).toBe("Bearer ********");
    expect(world.issuer.requests).toHaveLength(1);
    expect(world.receiver.requests.map((r) => r.headers["authorization"])).toEqual([
      "Bearer token-1-abc",
      "Bearer token-1-abc",
    ]);
  });

  it("[B11] a refused token is dropped, and the next attempt has a fresh one", async () => {
    await using world = await start(["token-1"]);
    expect(await world.attempt(1)).toMatchObject({ outcome: "refused", retryable: true });
    expect(world.receiver.requests).toHaveLength(1);
    expect(await world.attempt(2)).toMatchObject({ outcome: "delivered" });
    expect(world.issuer.requests).toHaveLength(2);
  });

  it("[B11] a receiver that refuses a second fresh token is trusted", async () => {
    await using world = await start(["token-1", "token-2"]);
    await world.attempt(1);
    expect(await world.attempt(2)).toMatchObject({ outcome: "refused", retryable: false });
  });

  it("[B11] a kept token that is refused in a later attempt is worth a fresh one", async () => {
    await using world = await start(["token-1"]);
    await world.tokens.get(
      { ...world.client, boundTo: "runbook_1" },
      { policy: LOOPBACK_ALLOWED, deadlineMs: 1000 },
    );
    expect(await world.attempt(3)).toMatchObject({ outcome: "refused", retryable: true });
  });

  it("a 401 to another credential is final", async () => {
    await using receiver = await startReceiver(() => ({ status: 401 }));
    const openedAuth: DecryptedAuth = { type: "bearer", token: "tok-123456" };
    expect(await performAttempt(callTo(receiver.url, { decryptedAuth: openedAuth }))).toMatchObject({
      outcome: "refused",
      retryable: false,
    });
  });

  it.each([
    [503, "9", true],
    [400, "9", true],
    [400, "soon", false],
  ])(
    "[B10] without a token, as the endpoint answers %i, nothing is sent",
    async (status, asks, retryable) => {
      await using issuer = await startReceiver(() => ({
        status,
        headers: { "retry-after": asks },
        body: "secret words",
      }));
      await using receiver = await startReceiver();
      const openedAuth: DecryptedAuth = {
        type: "oauth2",
        tokenUrl: issuer.url,
        clientId: "c",
        clientSecret: "client-secret",
      };
      const evidence = await performAttempt(callTo(receiver.url, { decryptedAuth: openedAuth }));
      expect(evidence).toMatchObject({
        outcome: "failed",
        retryable,
        retryAfterSeconds: retryable ? 9 : null,
        error: {
          code: "auth_failed",
          message: expect.stringMatching(`^The token endpoint .webhookAuth.tokenUrl. answered ${status}[.]`),
        },
      });
      expect(receiver.connections()).toBe(0);
    },
  );

  it("[A16] a token endpoint that may not be called ends the attempt for good", async () => {
    await using receiver = await startReceiver();
    const policy = { ...PUBLIC_ONLY, allowCidrs: ["127.0.0.1/32"] };
    const openedAuth: DecryptedAuth = {
      type: "oauth2",
      tokenUrl: "http://169.254.169.254/",
      clientId: "c",
      clientSecret: "client-secret",
    };
    const evidence = await performAttempt(callTo(receiver.url, { decryptedAuth: openedAuth, policy }));
    expect(evidence).toMatchObject({ outcome: "failed", retryable: false, error: { code: "egress_denied" } });
    expect(receiver.connections()).toBe(0);
  });

  it("[C3] the token request uses up part of the webhook's deadline", async () => {
    const after = (ms: number, answer: object) => () =>
      new Promise<object>((done) => setTimeout(() => done(answer), ms));
    await using issuer = await startReceiver(after(300, { body: '{"access_token":"token-abcdef"}' }));
    await using receiver = await startReceiver(after(300, { status: 200 }));
    const openedAuth: DecryptedAuth = {
      type: "oauth2",
      tokenUrl: issuer.url,
      clientId: "c",
      clientSecret: "client-secret",
    };
    const { outcome } = await performAttempt(
      callTo(receiver.url, { decryptedAuth: openedAuth, deadlineMs: 450 }),
    );
    expect(outcome).not.toBe("delivered");
  });

  it("[C3] a token endpoint that never answers ends the attempt at the deadline", async () => {
    await using issuer = await startTcp((socket) => socket.resume());
    await using receiver = await startReceiver();
    const openedAuth: DecryptedAuth = {
      type: "oauth2",
      tokenUrl: issuer.url,
      clientId: "c",
      clientSecret: "client-secret",
    };
    const evidence = await performAttempt(
      callTo(receiver.url, { decryptedAuth: openedAuth, deadlineMs: 100 }),
    );
    expect(evidence).toMatchObject({ outcome: "failed", retryable: true, error: { code: "auth_failed" } });
    expect(receiver.connections()).toBe(0);
  });
});
