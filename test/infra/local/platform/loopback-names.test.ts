// Web pages cannot reach the local stack through a renamed address: API, AWS endpoint and issuer check the host name.
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startLocalHost, type TestHost } from "../../../support/local-host.ts";

const DISCOVERY = "/.well-known/openid-configuration";
let host: TestHost;

beforeAll(async () => {
  host = await startLocalHost({
    load: async () => () => null,
    routes: {},
    rules: {},
    schedules: {},
    streamTargets: {},
  });
});
afterAll(() => host.stop());

const servers = {
  API: { url: () => host.api, path: "/runbooks", known: 404 },
  "AWS endpoint": { url: () => host.aws, path: "/", known: 501 },
  issuer: { url: () => host.identity.issuer, path: DISCOVERY, known: 200 },
};

/** The status of what is answered to exactly these lines. */
async function status(url: string, ...lines: string[]): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  let text = "";
  socket.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
  });
  socket.once("end", () => resolve(text)).once("error", reject);
  socket.write(`${[...lines, "Connection: close"].join("\r\n")}\r\n\r\n`);
  const answer = await promise.finally(() => socket.destroy());
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]);
}

describe.each(Object.entries(servers))("the %s", (_, { url, path, known }) => {
  const asked = (name: string) => {
    const value = name.replace("PORT", new URL(url()).port);
    return status(url(), `GET ${path} HTTP/1.1`, `Host: ${value}`);
  };

  test.each(["127.0.0.1:PORT", "localhost:PORT", "LocalHost:PORT", "[::1]:PORT"])(
    "answers to %s",
    async (name) => expect(await asked(name)).toBe(known),
  );

  test.each([
    "evil.example:PORT",
    "127.0.0.1.evil.example:PORT",
    "evil.example",
    "127.0.0.1",
    "localhost:80",
    "localhost:1",
    "evil@127.0.0.1:PORT",
    "127.0.0.1:PORT@evil.example",
    "127.0.0.1:PORT, evil.example",
    "",
  ])("refuses %j", async (name) => expect(await asked(name)).toBe(403));

  test("refuses a request line that names another host, and a request that names none", async () => {
    const { host: own } = new URL(url());
    expect(await status(url(), `GET http://evil.example${path} HTTP/1.1`, `Host: ${own}`)).toBe(403);
    expect(await status(url(), `GET ${path} HTTP/1.0`)).toBe(403);
    expect(await status(url(), `GET ${path} HTTP/1.1`)).toBe(400);
  });
});

describe("the issuer", () => {
  const at = (path: string, init?: RequestInit) => fetch(`${host.identity.issuer}${path}`, init);

  test("publishes where its key is, and no private part of it", async () => {
    const discovery: { issuer: string; jwks_uri: string } = JSON.parse(await (await at(DISCOVERY)).text());
    expect(discovery).toMatchObject({
      issuer: host.identity.issuer,
      jwks_uri: `${host.identity.issuer}/jwks`,
      id_token_signing_alg_values_supported: ["RS256"],
    });
    const { keys } = JSON.parse(await (await fetch(discovery.jwks_uri)).text());
    const { kid, n, e } = host.identity.key;
    expect(keys).toEqual([{ kty: "RSA", kid, n, e, alg: "RS256", use: "sig" }]);
  });

  test.each([
    ["POST", "/token", 400],
    ["GET", "/authorize?redirect_uri=http://evil.example&response_type=token", 404],
    ["POST", DISCOVERY, 404],
    ["OPTIONS", "/token", 404],
    ["GET", "/userinfo", 404],
  ])("refuses %s %s of another web page with %i, and gives it nothing", async (method, path, status) => {
    const answer = await at(path, {
      method,
      headers: { origin: "http://evil.example" },
      redirect: "manual",
    });
    expect([answer.status, answer.headers.get("location")]).toEqual([status, null]);
    expect(await answer.text()).not.toMatch(/(access|id|refresh)_token/);
  });
});
