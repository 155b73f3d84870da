// The local issuer is a whole one: people sign in with code and PKCE, and get tokens of the form of `npm run token`.
import "../../../support/quiet.ts";
import { request } from "node:http";
import { decodeJwt, decodeProtectedHeader } from "jose";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { PEOPLE } from "../../../../infra/local/oidc/people.ts";
import { startLocalHost, type TestHost, tokenOf } from "../../../support/local-host.ts";
import { Tokens, Visitor } from "../../../support/visitor.ts";

const said = vi.spyOn(console, "warn");
const told = vi.spyOn(console, "info");
let host: TestHost;
beforeAll(async () => {
  host = await startLocalHost();
});
afterAll(() => host.stop());

const visit = () => Visitor.at(host.api);
const me = (token: string) => fetch(`${host.api}/me`, { headers: { authorization: `Bearer ${token}` } });
const refresh = (visitor: Visitor, token: string) =>
  visitor.askTokens({ grant_type: "refresh_token", refresh_token: token });

describe("who signs in", () => {
  it.each(PEOPLE)("as $user is known to the API with the groups of $user", async ({ user, groups }) => {
    const visitor = await visit();
    const { tokens, back } = await visitor.signIn({ person: user });
    expect(back.origin + back.pathname).toBe(`${host.api}/console/signed-in`);
    expect(back.searchParams.get("state")).toBe("where-i-was");
    expect(decodeJwt(tokens.id_token)).toMatchObject({
      sub: user,
      aud: visitor.config.clientId,
      "cognito:groups": groups,
    });
    const answer = await me(tokens.access_token);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ subject: user, name: user });
    expect(decodeJwt(tokens.access_token)["cognito:groups"]).toEqual(groups);
  });

  it("as somebody else is who was typed", async () => {
    const groups = "team:search:responder,  team:payments:observer";
    const { tokens } = await (await visit()).signIn({ name: " zoe ", groups });
    expect(decodeJwt(tokens.access_token)).toMatchObject({
      sub: "zoe",
      "cognito:groups": ["team:search:responder", "team:payments:observer"],
    });
  });

  it("gets a token that says what one of `npm run token` says", async () => {
    const { tokens } = await (await visit()).signIn({ person: "ana" });
    const made = await tokenOf(host.identity, { user: "ana", groups: ["team:payments:admin"] });
    const told = decodeJwt(tokens.access_token);
    const { iat, exp, ...same } = decodeJwt(made);
    expect(told).toMatchObject(same);
    expect(Number(told.exp) - Number(told.iat)).toBe(Number(exp) - Number(iat));
    expect(decodeProtectedHeader(tokens.access_token)).toMatchObject({
      alg: "RS256",
      kid: decodeProtectedHeader(made).kid,
    });
  });

  it("need not choose again in the same browser, until signed out", async () => {
    const visitor = await visit();
    const { tokens } = await visitor.signIn({ person: "rob" });
    const again = new URL((await visitor.open(visitor.authorizeUrl())).url);
    expect(again.searchParams.get("code")).toMatch(/./);

    const { api, config, endpoints } = visitor;
    const leave = new URLSearchParams({
      id_token_hint: tokens.id_token,
      post_logout_redirect_uri: api + config.signedOutPath,
    });
    const page = await visitor.open(`${endpoints.end_session_endpoint}?${leave}`);
    expect(page.text).toContain("Sign out of the local stack?");
    const [, xsrf = ""] = /name="xsrf" value="([^"]+)"/.exec(page.text) ?? [];
    const [, action = ""] = /action="([^"]+)"/.exec(page.text) ?? [];
    expect((await visitor.open(action, { xsrf, logout: "yes" })).url).toBe(api + config.signedOutPath);

    expect((await visitor.open(visitor.authorizeUrl())).text).toContain("Who do you want to be?");
    expect((await refresh(visitor, tokens.refresh_token)).status).toBe(400);
  });
});

describe("a refresh token", () => {
  it("is good once: each answer has the next one", async () => {
    const visitor = await visit();
    const { tokens } = await visitor.signIn({ person: "olga" });
    const next = Tokens.parse((await refresh(visitor, tokens.refresh_token)).body);
    expect((await me(next.access_token)).status).toBe(200);
    expect(next.refresh_token).not.toBe(tokens.refresh_token);
    expect((await refresh(visitor, next.refresh_token)).status).toBe(200);
  });

  it("that is used twice ends the whole sign-in, for it may be stolen", async () => {
    const visitor = await visit();
    const { tokens } = await visitor.signIn({ person: "olga" });
    const next = Tokens.parse((await refresh(visitor, tokens.refresh_token)).body);
    expect((await refresh(visitor, tokens.refresh_token)).status).toBe(400);
    expect((await refresh(visitor, next.refresh_token)).status).toBe(400);
  });

  it("can be given back", async () => {
    const visitor = await visit();
    const { tokens } = await visitor.signIn({ person: "olga" });
    const body = new URLSearchParams({ token: tokens.refresh_token, client_id: visitor.config.clientId });
    const { revocation_endpoint: url } = visitor.endpoints;
    expect((await fetch(url, { method: "POST", body, headers: { origin: host.api } })).status).toBe(200);
    expect((await refresh(visitor, tokens.refresh_token)).status).toBe(400);
  });
});

describe("the issuer refuses", () => {
  it.each([
    ["no proof of the key", { code_challenge: null, code_challenge_method: null }],
    ["a proof that shows the key", { code_challenge_method: "plain" }],
    ["tokens in the address", { response_type: "token" }],
  ])("a sign-in with %s, and says so to the console", async (_what, changes) => {
    const visitor = await visit();
    const { url } = await visitor.open(visitor.authorizeUrl(changes));
    expect(url).toMatch(/error=(invalid_request|unsupported_response_type|unauthorized_client)/);
    expect(url).not.toContain("code=");
  });

  it.each([
    ["leads elsewhere", { redirect_uri: "https://evil.example/console/signed-in" }],
    ["leads to another page of the host", { redirect_uri: "http://127.0.0.1:1/console/signed-in" }],
    ["is another program's", { client_id: "other" }],
  ])("a sign-in that %s, and sends nobody there", async (_what, changes) => {
    const visitor = await visit();
    const url = visitor.authorizeUrl(changes);
    const page = await visitor.open(url);
    expect(page).toMatchObject({ status: 400, url });
    expect(page.text).toContain("This sign-in cannot go on");
  });

  it("a code a second time, and one without its key", async () => {
    const visitor = await visit();
    const { back } = await visitor.signIn({ person: "sam" });
    expect((await visitor.askTokens(visitor.codeOf(back))).status).toBe(400);
    const other = await visit();
    const page = await other.open(other.authorizeUrl());
    const stolen = new URL((await other.open(page.url, { person: "boss" })).url);
    expect((await visitor.askTokens(visitor.codeOf(stolen))).status).toBe(400);
  });

  it("a choice that comes from another page, or from another browser", async () => {
    const visitor = await visit();
    const { url } = await visitor.open(visitor.authorizeUrl());
    const choice = { person: "boss" };
    expect((await visitor.open(url, choice, { "sec-fetch-site": "same-site" })).status).toBe(403);
    expect((await visitor.open(url, choice, { origin: "http://127.0.0.1:1" })).status).toBe(403);
    const stranger = await visit();
    expect((await stranger.open(url, choice)).status).toBe(400);
    expect((await visitor.open(url, choice)).url).toContain("code=");
  });

  it("to let pages of other origins read its tokens", async () => {
    const visitor = await visit();
    const allowed = async (origin: string) =>
      (await visitor.askTokens({ grant_type: "refresh_token", refresh_token: "x" }, origin)).headers.get(
        "access-control-allow-origin",
      );
    expect(await allowed(host.api)).toBe(host.api);
    expect(await allowed(host.api.replace("127.0.0.1", "localhost"))).not.toBeNull();
    for (const origin of ["https://evil.example", "http://127.0.0.1:1", "null"]) {
      expect(await allowed(origin)).toBeNull();
    }
  });

  it("requests under a host name that is not this machine's", async () => {
    const { port } = new URL(host.identity.issuer);
    const status = await new Promise((resolve) => {
      const path = "/.well-known/openid-configuration";
      request({ port, path, headers: { host: `evil.example:${port}` } }, (response) =>
        resolve(response.resume().statusCode),
      ).end();
    });
    expect(status).toBe(403);
  });
});

describe("the sign-in page", () => {
  it("says what is wrong where it is wrong, and keeps what was typed, as text", async () => {
    const visitor = await visit();
    const { url } = await visitor.open(visitor.authorizeUrl());
    const typed = { name: '"><script>alert(1)</script>', groups: "team:payments:boss platform-admin" };
    const page = await visitor.open(url, typed);
    expect(page.status).toBe(400);
    expect(page.text).not.toContain("<script");
    expect(page.text).toContain("&quot;&gt;&lt;script&gt;");
    expect(page.text).toMatch(/id="name-error">Write 1 to 64/);
    expect(page.text).toMatch(/id="groups-error">&quot;team:payments:boss&quot; gives no role/);
    expect((await visitor.open(url, { name: "zoe", groups: "" })).url).toContain("code=");
  });

  it("runs no script, is in no frame, and sends its form to itself and the console alone", async () => {
    const visitor = await visit();
    const { headers } = await visitor.open(visitor.authorizeUrl());
    const local = host.api.replace("127.0.0.1", "localhost");
    expect(headers.get("content-security-policy")).toBe(
      `default-src 'none'; style-src 'self'; form-action 'self' ${host.api} ${local}; base-uri 'none'; frame-ancestors 'none'`,
    );
    expect(headers.get("cache-control")).toBe("no-store");
    // Else a browser says `origin: null` of the page's own form, which would be refused.
    expect(headers.get("referrer-policy")).toBe("same-origin");
  });

  it("of a sign-in that is over leads back to the console", async () => {
    const visitor = await visit();
    const page = await visitor.open(`${visitor.config.issuer}/sign-in/gone`);
    expect(page.status).toBe(400);
    expect(page.text).toContain("Go back to the console");
  });
});

it("oidc-provider has nothing to warn of", () => {
  expect(said).not.toHaveBeenCalled();
  expect(told).not.toHaveBeenCalled();
});
