// A program gets tokens of its own at the local issuer, by a secret, and is who the audit names; people get nothing from scopes.
import "../../../support/quiet.ts";
import { decodeJwt, importJWK, SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ALGORITHM, AUDIENCE } from "../../../../infra/local/oidc/identity.ts";
import { MACHINES, scopeOf, secretOf } from "../../../../infra/local/oidc/machines.ts";
import { GIVEN } from "../../../support/library.ts";
import { startLocalHost, type TestHost, tokenOf } from "../../../support/local-host.ts";
import { Visitor } from "../../../support/visitor.ts";

const [CI = { name: "none", roles: [] }] = MACHINES;
let host: TestHost;
let endpoint: string;
beforeAll(async () => {
  host = await startLocalHost();
  endpoint = (await Visitor.at(host.api)).endpoints.token_endpoint;
});
afterAll(() => host.stop());

/** As any OAuth client does it: HTTP Basic, a form, and the scopes that it wants. */
async function askTokens(scope: string, secret = secretOf(host.identity, CI), id = CI.name) {
  const authorization = `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`;
  const body = new URLSearchParams({ grant_type: "client_credentials", scope });
  const answer = await fetch(endpoint, { method: "POST", body, headers: { authorization } });
  return { status: answer.status, body: (await answer.json()) as { access_token: string; error?: string } };
}
const tokenFor = async (scope: string) => (await askTokens(scope)).body.access_token;
const call = (token: string, path: string, body?: unknown) =>
  fetch(host.api + path, {
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    ...(body !== undefined && { method: "POST", body: JSON.stringify(body) }),
  });

describe("a program", () => {
  it("has the roles of its scopes, and its client's name", async () => {
    const token = await tokenFor(scopeOf(CI));
    expect(decodeJwt(token)).toMatchObject({ sub: "ci", client_id: "ci", scope: scopeOf(CI) });
    const answer = await call(token, "/me");
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({
      subject: "client:ci",
      name: "ci",
      email: null,
      roles: { platformAdmin: false, platformAuditor: false, teams: { payments: ["responder"] } },
      ignoredGroups: [],
    });
  });

  it("runs a runbook of its team, and run and audit name it", async () => {
    const ana = await tokenOf(host.identity, { user: "ana", groups: ["team:payments:admin"] });
    const boss = await tokenOf(host.identity, { user: "boss", groups: ["platform-admin"] });
    const made = await call(ana, "/runbooks", { ...GIVEN, teamId: "payments" });
    const { id } = (await made.json()) as { id: string };
    expect((await call(boss, `/runbooks/${id}/approve`, { version: 1 })).status).toBe(200);
    const token = await tokenFor(scopeOf(CI));
    const started = await call(token, `/runbooks/${id}/executions`, { parameters: {} });
    expect(started.status).toBe(202);
    expect(await started.json()).toMatchObject({ executedBy: "client:ci", executedByName: "ci" });
    const audit = await call(boss, "/audit?actor=client:ci");
    const { items } = (await audit.json()) as { items: unknown[] };
    expect(items).toContainEqual(
      expect.objectContaining({ action: "execution.requested", actor: "client:ci", actorName: "ci" }),
    );
  });

  it("has no role without a scope for it", async () => {
    const me = await call(await tokenFor("machines/call"), "/me");
    expect(await me.json()).toMatchObject({ subject: "client:ci", roles: { teams: {} } });
  });
});

describe("the issuer refuses a program", () => {
  it.each<[string, string, string | undefined, string]>([
    ["a role that it does not have", "machines/team:payments:admin", undefined, "invalid_scope"],
    ["a wrong secret", "machines/call", "wrong", "invalid_client"],
  ])("%s", async (_what, scope, secret, error) => {
    const { status, body } = await askTokens(scope, secret);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(body.error).toBe(error);
  });

  it("the console's own client, which has no secret", async () => {
    expect((await askTokens("machines/call", "", "console")).status).toBeGreaterThanOrEqual(400);
  });
});

/** A token of rob with these claims: the issuer gives none like it. */
const signed = async (claims: Record<string, unknown>) =>
  new SignJWT(claims)
    .setProtectedHeader({ alg: ALGORITHM, kid: host.identity.key.kid })
    .setIssuer(host.identity.issuer)
    .setAudience(AUDIENCE)
    .setSubject("rob")
    .setExpirationTime("1h")
    .sign(await importJWK(host.identity.key, ALGORITHM));

describe("a person", () => {
  it("gets no role's scope from the issuer, whatever the console is made to ask for", async () => {
    const visitor = await Visitor.at(host.api);
    const page = await visitor.open(visitor.authorizeUrl({ scope: `openid ${scopeOf(CI)}` }));
    const { url } = await visitor.open(page.url, { person: "olga" });
    expect(new URL(url).searchParams.get("code")).toBeNull();
  });

  it.each([
    ["another client", { client_id: "console" }],
    ["a program's client", { client_id: "ci" }],
    ["no client", {}],
  ])("[G19] has no role of a scope in a token of %s", async (_what, claims) => {
    const me = await call(await signed({ ...claims, scope: scopeOf(CI) }), "/me");
    expect(await me.json()).toMatchObject({ subject: "rob", roles: { teams: {} } });
  });

  it("cannot be written as a program is", async () => {
    const token = await tokenOf(host.identity, { user: "client:ci", groups: ["platform-admin"] });
    expect((await call(token, "/me")).status).toBe(401);
  });
});
