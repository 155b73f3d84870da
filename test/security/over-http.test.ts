// Bad requests over real HTTP, with real tokens, true ones and false ones, through the whole local stack.

import { generateKeyPairSync } from "node:crypto";
import { request as httpRequest } from "node:http";
import { importJWK, SignJWT, UnsecuredJWT } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { AUDIENCE, GROUPS_CLAIM, type Identity } from "../../infra/local/oidc/identity.ts";
import { everyItem, Problem as ProblemSchema } from "../support/api.ts";
import { GIVEN } from "../support/library.ts";
import { startLocalHost, type TestHost } from "../support/local-host.ts";

/** The gateway itself answers `about:blank` problems, the functions those with their own type. */
const Problem = ProblemSchema.extend({ type: z.string() });
let host: TestHost;
beforeAll(async () => {
  process.env["POWERTOOLS_LOG_LEVEL"] = "SILENT";
  host = await startLocalHost({ schedules: {} });
});
afterAll(() => host.stop());

const ADMIN = { user: "boss", groups: ["platform-admin"] };

type Claims = {
  issuer?: string;
  audience?: string;
  expiresIn?: number;
  notBefore?: number;
  groups?: unknown;
  algorithm?: string;
  subject?: string | null;
};

/** A token with the true key, but for what is changed. */
async function tokenWith(changes: Claims, identity: Identity = host.identity): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const { groups = ["platform-admin"], subject = "boss" } = changes;
  const token = new SignJWT({ [GROUPS_CLAIM]: groups })
    .setProtectedHeader({ alg: "RS256", kid: identity.key.kid })
    .setIssuer(changes.issuer ?? identity.issuer)
    .setAudience(changes.audience ?? AUDIENCE)
    .setIssuedAt(now - 10)
    .setNotBefore(now + (changes.notBefore ?? -10))
    .setExpirationTime(now + (changes.expiresIn ?? 60));
  if (subject !== null) token.setSubject(subject);
  return token.sign(await importJWK(identity.key, "RS256"));
}

async function get(path: string, authorization?: string) {
  const headers = authorization === undefined ? {} : { authorization };
  const response = await fetch(host.api + path, { headers });
  return { status: response.status, headers: response.headers, body: (await response.json()) as unknown };
}

describe("a token", () => {
  const unsecured = () =>
    new UnsecuredJWT({ [GROUPS_CLAIM]: ["platform-admin"] })
      .setIssuer(host.identity.issuer)
      .setAudience(AUDIENCE)
      .setSubject("boss")
      .setExpirationTime("1h")
      .encode();
  const hmac = () =>
    new SignJWT({ [GROUPS_CLAIM]: ["platform-admin"] })
      .setProtectedHeader({ alg: "HS256", kid: host.identity.key.kid })
      .setIssuer(host.identity.issuer)
      .setAudience(AUDIENCE)
      .setSubject("boss")
      .setExpirationTime("1h")
      .sign(Buffer.from(JSON.stringify(host.identity.key.n)));
  const tampered = async () => {
    const [head, , signature] = (await tokenWith({ groups: [] })).split(".");
    const [, claims] = (await tokenWith({})).split(".");
    return [head, claims, signature].join(".");
  };
  const foreign = async () => {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    return new SignJWT({ [GROUPS_CLAIM]: ["platform-admin"] })
      .setProtectedHeader({ alg: "RS256", kid: host.identity.key.kid })
      .setIssuer(host.identity.issuer)
      .setAudience(AUDIENCE)
      .setSubject("boss")
      .setExpirationTime("1h")
      .sign(privateKey);
  };
  const refused: [what: string, token: () => string | Promise<string>][] = [
    ["that has expired", () => tokenWith({ expiresIn: -5 })],
    ["that is not valid yet", () => tokenWith({ notBefore: 600 })],
    ["of another issuer", () => tokenWith({ issuer: "https://login.example.com" })],
    ["for another audience, as an ID token is", () => tokenWith({ audience: "another-client" })],
    ["without a subject", () => tokenWith({ subject: null })],
    ["with alg none", unsecured],
    ["signed with the public key as a shared secret", hmac],
    ["with the claims of another one", tampered],
    ["of another key under the same key id", foreign],
    ["that is none", () => "platform-admin"],
  ];

  it.each(refused)("[G9] %s is a 401 problem", async (_what, token) => {
    const { status, headers, body } = await get("/runbooks", `Bearer ${await token()}`);
    expect(status).toBe(401);
    expect(headers.get("content-type")).toBe("application/problem+json");
    expect(Problem.parse(body).code).toBe("unauthenticated");
  });

  it.each([undefined, "", "Basic Ym9zczpib3Nz", "Bearer", "bearer  "])(
    "[G9] is not found in %j",
    async (given) => {
      expect((await get("/runbooks", given)).status).toBe(401);
    },
  );

  it("[G8] of the header is the only one that counts: no other header or query names a caller", async () => {
    const headers = { "x-user": "boss", "x-groups": "platform-admin", "x-amzn-oidc-identity": "boss" };
    const url = `${host.api}/runbooks?access_token=${await tokenWith({})}&user=boss`;
    expect((await fetch(url, { headers })).status).toBe(401);
  });

  const shapes: [groups: unknown, status: number][] = [
    [["platform-admin"], 201],
    [["team:payments:admin", "platform-admin"], 201],
    ["platform-admin", 201],
    ["[platform-admin]", 403],
    ["x platform-admin", 403],
    [["x platform-admin"], 403],
    [["x", "platform-admin y"], 403],
    [["platform-admin,x"], 403],
    [["not-platform-admin"], 403],
    [["platform-admin]"], 403],
    [[["platform-admin"]], 403],
    [{ "platform-admin": true }, 403],
    ["team:payments:admin,platform-admin", 403],
    ['["platform-admin"]', 403],
    [null, 403],
    [true, 403],
    [[], 403],
  ];

  it.each(shapes)("[G8] with the groups %j may create a global runbook: %i", async (groups, status) => {
    const authorization = `Bearer ${await tokenWith({ groups })}`;
    const response = await fetch(`${host.api}/runbooks`, {
      method: "POST",
      headers: { authorization, "content-type": "application/json" },
      body: JSON.stringify(GIVEN),
    });
    expect(response.status).toBe(status);
  });
});

describe("a request", () => {
  it("of 2 MB is a 413 problem, one of 11 MB too, and nothing is stored", async () => {
    const before = await everyItem(host.table);
    for (const megabytes of [2, 11]) {
      const body = JSON.stringify(GIVEN).padEnd(megabytes * 1024 * 1024);
      const answer = await host.ask("POST", "/runbooks", { as: ADMIN, body });
      expect(answer.status).toBe(413);
      expect(Problem.parse(answer.body).code).toBe("payload_too_large");
    }
    expect(await everyItem(host.table)).toEqual(before);
  });

  it("of another content type is a 415 problem, and nothing is stored", async () => {
    const before = await everyItem(host.table);
    for (const type of [
      "text/plain",
      "application/x-www-form-urlencoded",
      "multipart/form-data; boundary=x",
    ]) {
      const headers = { "content-type": type };
      const answer = await host.ask("POST", "/runbooks", { as: ADMIN, headers, body: JSON.stringify(GIVEN) });
      expect(Problem.parse(answer.body)).toMatchObject({ status: 415, code: "unsupported_media_type" });
    }
    expect(await everyItem(host.table)).toEqual(before);
  });

  it("with several mistakes gets all of them at once, each at its place", async () => {
    const body = { name: "", webhookUrl: "ftp://x", payloadTemplate: 1, timeoutSeconds: 5, extra: true };
    const answer = await host.ask("POST", "/runbooks", { as: ADMIN, body });
    const pointers = Problem.parse(answer.body).errors?.map(({ pointer }) => pointer);
    expect(pointers?.sort()).toEqual([
      "/description",
      "/extra",
      "/name",
      "/payloadTemplate",
      "/timeoutSeconds",
      "/webhookUrl",
    ]);
  });

  it("with a cursor that was tampered with is a 400 problem", async () => {
    const answer = await host.ask("GET", `/runbooks?cursor=${"A".repeat(64)}`, { as: ADMIN });
    expect(Problem.parse(answer.body)).toMatchObject({ status: 400, errors: [{ pointer: "/query/cursor" }] });
  });

  const nowhere = [
    "/",
    "/nothing",
    "/runbooks/",
    "/RUNBOOKS",
    "/runbooks//versions",
    "/admin",
    "/metrics",
    "/.git/config",
  ];
  it.each(nowhere)("[G14] to %s is a 404 problem, with or without a token", async (path) => {
    for (const asked of [{}, { as: ADMIN }]) {
      const answer = await host.ask("GET", path, asked);
      expect(Problem.parse(answer.body)).toMatchObject({ status: 404, code: "not_found" });
    }
  });

  it.each(["HEAD", "OPTIONS", "PUT", "DELETE"])(
    "[G14] with %s to a path with other methods is 405, with or without a token",
    async (method) => {
      for (const headers of [{}, { authorization: `Bearer ${await tokenWith({})}` }]) {
        const answer = await fetch(`${host.api}/runbooks`, { method, headers });
        expect([answer.status, answer.headers.get("allow")]).toEqual([405, "POST, GET"]);
        expect(answer.headers.get("content-type")).toBe("application/problem+json");
        const text = await answer.text();
        if (method === "HEAD") expect(text).toBe("");
        else expect(Problem.parse(JSON.parse(text))).toMatchObject({ code: "method_not_allowed" });
      }
    },
  );

  const tricks = ["/runbooks/..%2F..%2Fopenapi.json", "/runbooks/%00", "/runbooks/%ff", "/runbooks/a%23b"];
  it.each(tricks)("[G12] to %s reaches nothing", async (path) => {
    expect(await raw(path)).toBe(404);
  });

  /** Unchanged: `fetch` would normalize the path first. */
  async function raw(path: string): Promise<number | undefined> {
    const { ask: _ask, api } = host;
    const authorization = `Bearer ${await tokenWith({})}`;
    const { hostname, port } = new URL(api);
    return new Promise((resolve, reject) => {
      const outgoing = httpRequest({ hostname, port, path, headers: { authorization } }, (incoming) => {
        incoming.resume();
        resolve(incoming.statusCode);
      });
      outgoing.on("error", reject).end();
    });
  }
});

describe("an answer", () => {
  it("[C6][G13] is JSON that no browser renders as a page or shares with another origin", async () => {
    const headers = { origin: "https://evil.example.com" };
    for (const path of ["/health", "/openapi.json", "/runbooks"]) {
      const answer = await host.ask("GET", path, { as: ADMIN, headers });
      expect(answer.headers.get("content-type")).toBe("application/json");
      expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
      expect(answer.headers.get("access-control-allow-origin")).toBeNull();
    }
  });
});
