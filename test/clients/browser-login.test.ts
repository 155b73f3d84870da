// `runbooks login` at an OpenID Connect issuer: PKCE over a loopback redirect, with a browser that is a program.
import "../support/quiet.ts";
import { createHash } from "node:crypto";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loginInBrowser } from "../../clients/cli/session/browser-login.ts";
import { signToken } from "../../infra/local/oidc/identity.ts";
import { findFreePort } from "../../infra/local/platform/ports.ts";
import { runCli } from "../support/command-line.ts";
import { startLocalHost, type TestHost } from "../support/local-host.ts";
import { type ReceivedRequest, type Receiver, startReceiver } from "../support/receiver.ts";

let host: TestHost;
let issuer: Receiver;
/** What the issuer does otherwise than it should. */
let twist: "" | "denies" | "wrong verifier" = "";
let challenge = "";
const settings = mkdtempSync(join(tmpdir(), "login-"));
/** Follows redirects, as a browser of somebody who is logged in already. */
const browser = join(settings, "browser");

beforeAll(async () => {
  host = await startLocalHost();
  issuer = await startReceiver(answerAsIssuer);
  const follow = `fetch(process.argv[1]).then((answer) => answer.text())`;
  writeFileSync(browser, `#!/bin/sh\nexec "${process.execPath}" -e '${follow}' "$1"\n`);
  chmodSync(browser, 0o755);
});
afterAll(async () => {
  await issuer.close();
  await host.stop();
  rmSync(settings, { recursive: true });
});

const json = (status: number, body: unknown) => ({
  status,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});

async function answerAsIssuer({ path, body }: ReceivedRequest) {
  const { pathname, searchParams } = new URL(path, issuer.url);
  if (pathname === "/.well-known/openid-configuration")
    return json(200, {
      ...{ issuer: issuer.url, authorization_endpoint: `${issuer.url}/authorize` },
      ...{ token_endpoint: `${issuer.url}/token`, jwks_uri: `${issuer.url}/jwks` },
    });
  if (pathname === "/authorize") return { status: 302, headers: { location: redirectOf(searchParams) } };
  const given = new URLSearchParams(body);
  const proven = createHash("sha256")
    .update(given.get("code_verifier") ?? "")
    .digest("base64url");
  if (proven !== challenge || given.get("code") !== "one-time") return json(400, { error: "invalid_grant" });
  const person = { user: "pia", groups: ["team:payments:observer"], expiresInSeconds: 60 };
  return json(200, {
    access_token: await signToken(host.identity, person),
    token_type: "Bearer",
    expires_in: 60,
  });
}

function redirectOf(asked: URLSearchParams): string {
  challenge = twist === "wrong verifier" ? "another" : (asked.get("code_challenge") ?? "");
  const back = new URL(asked.get("redirect_uri") ?? "");
  const state = asked.get("state") ?? "";
  back.searchParams.set("state", state);
  if (twist === "denies") back.searchParams.set("error", "access_denied");
  else back.searchParams.set("code", "one-time");
  return back.href;
}

async function login(port?: string) {
  const words = ["login", "--issuer", issuer.url, "--client-id", "cli"];
  const env = { RUNBOOKS_API: host.api, RUNBOOKS_CONFIG: settings, BROWSER: browser };
  return runCli([...words, "--port", port ?? String(await findFreePort())], { env });
}

describe("login with the browser", () => {
  it("stores the access token, after a code that only this program could use", async () => {
    twist = "";
    const ended = await login();
    expect(ended).toMatchObject({ code: 0, stdout: expect.stringContaining("You are pia") });
    expect(ended.stderr).toContain(`${issuer.url}/authorize?`);
    const asked = new URL(
      issuer.requests.find(({ path }) => path.startsWith("/authorize"))?.path ?? "",
      issuer.url,
    );
    expect(Object.fromEntries(asked.searchParams)).toMatchObject({
      ...{
        response_type: "code",
        client_id: "cli",
        code_challenge_method: "S256",
        scope: "openid profile email",
      },
      redirect_uri: expect.stringMatching(/^http:\/\/localhost:\d+\/callback$/),
    });
    expect(readFileSync(join(settings, "credentials.json"), "utf8")).toContain(host.api);
    expect((await runCli(["whoami"], { env: { RUNBOOKS_CONFIG: settings } })).stdout).toContain(
      "payments: observer",
    );
  });

  it("says that the person was denied, and that a code was for another program", async () => {
    twist = "denies";
    expect(await login()).toMatchObject({ code: 2, stderr: expect.stringContaining("access_denied") });
    twist = "wrong verifier";
    expect(await login()).toMatchObject({ code: 2, stderr: expect.stringContaining("invalid_grant") });
  });

  it("needs a client, an issuer that answers, and a free port", async () => {
    const env = { RUNBOOKS_API: host.api, RUNBOOKS_CONFIG: settings };
    expect(await runCli(["login", "--issuer", issuer.url], { env })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("--client-id"),
    });
    const nobody = ["login", "--client-id", "cli", "--issuer", `http://127.0.0.1:${await findFreePort()}`];
    expect(await runCli(nobody, { env })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("failed"),
    });
    await using taken = await startReceiver();
    expect(await login(String(taken.port))).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/The login needs port \d+: .*EADDRINUSE/),
    });
  });

  it("refuses what does not carry its state, and goes on waiting", async () => {
    twist = "";
    const port = await findFreePort();
    const callback = `http://localhost:${port}/callback`;
    const statuses: number[] = [];
    const open = async (url: string) => {
      for (const forged of ["", "?state=forged&code=one-time"])
        statuses.push((await fetch(`${callback}${forged}`)).status);
      statuses.push((await fetch(url)).status);
    };
    const given = { issuer: issuer.url, clientId: "cli", port, scope: "openid" };
    const token = await loginInBrowser(given, { open: (url) => void open(url), say: () => {} });
    expect(token.split(".")).toHaveLength(3);
    expect(statuses.slice(0, 2)).toEqual([400, 400]);
  });
});
