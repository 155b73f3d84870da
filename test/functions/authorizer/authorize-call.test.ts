// The authorizer of a REST API, against an issuer over HTTP: what an HTTP API would take, and nothing else.
import "../../support/quiet.ts";
import { generateKeyPairSync, randomUUID } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Context } from "aws-lambda";
import { exportJWK, SignJWT, UnsecuredJWT } from "jose";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { handler } from "../../../functions/authorizer/authorize-call.ts";

const METHOD = "arn:aws:execute-api:eu-central-1:111122223333:abc/live/GET/runbooks/rb_1";
const ANY_METHOD = "arn:aws:execute-api:eu-central-1:111122223333:abc/live/*";
const key = generateKeyPairSync("rsa", { modulusLength: 2048 });
const elliptic = generateKeyPairSync("ec", { namedCurve: "P-256" });

type Issuer = { url: string; fails: boolean; asked: string[]; server: Server };

/** An issuer whose keys are not at the usual place. */
async function startIssuer(): Promise<Issuer> {
  const keys = await Promise.all(
    [
      { kid: "rsa", publicKey: key.publicKey },
      { kid: "ec", publicKey: elliptic.publicKey },
    ].map(async ({ kid, publicKey }) => ({ ...(await exportJWK(publicKey)), kid, use: "sig" })),
  );
  const server = createServer((request, response) => {
    issuer.asked.push(request.url ?? "");
    const pages: Record<string, unknown> = {
      "/tenant/.well-known/openid-configuration": { jwks_uri: `${new URL(issuer.url).origin}/v1/keys` },
      "/v1/keys": { keys },
    };
    const page = pages[request.url ?? ""];
    response.statusCode = issuer.fails || !page ? 500 : 200;
    response.setHeader("content-type", "application/json").end(JSON.stringify(page ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const issuer: Issuer = { url: `http://127.0.0.1:${port}/tenant`, fails: false, asked: [], server };
  return issuer;
}

let issuer: Issuer;
beforeAll(async () => {
  issuer = await startIssuer();
});
afterAll(() => {
  issuer.server.closeAllConnections();
  issuer.server.close();
});
beforeEach(() => rules({}));

const rules = (changes: object) => {
  const given = { issuer: issuer.url, audience: ["runbooks", "tools"], scopes: [], ...changes };
  process.env["TOKEN_RULES"] = JSON.stringify(given);
};

const ask = (authorizationToken: string, event: object = {}) =>
  handler({ type: "TOKEN", authorizationToken, methodArn: METHOD, ...event }, {
    awsRequestId: "1",
  } as Context);

const now = () => Math.floor(Date.now() / 1000);
const CLAIMS = () => ({ sub: "ana", iss: issuer.url, aud: "runbooks", iat: now() - 5, exp: now() + 60 });

/** Without the claims that are undefined. */
function tokenOf(changes: object = {}, { kid = "rsa", alg = "RS256", by = key.privateKey } = {}) {
  const claims = JSON.parse(JSON.stringify({ ...CLAIMS(), ...changes })) as Record<string, unknown>;
  return new SignJWT(claims).setProtectedHeader({ alg, kid }).sign(by);
}

describe("a token", () => {
  it.each([
    ["of the issuer", {}],
    ["for several audiences", { aud: ["other", "tools"] }],
    ["of a client, without an audience", { aud: undefined, client_id: "tools" }],
  ])("%s lets its caller call every route of the API", async (_what, claims) => {
    expect(await ask(`Bearer ${await tokenOf(claims)}`)).toEqual({
      principalId: "ana",
      policyDocument: {
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: "execute-api:Invoke", Resource: ANY_METHOD }],
      },
      context: { sub: "ana", iss: issuer.url },
    });
  });

  const other = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const refused: [string, () => Promise<string> | string][] = [
    ["that has expired", () => tokenOf({ exp: now() - 1 })],
    ["without an end", () => tokenOf({ exp: undefined })],
    ["of tomorrow", () => tokenOf({ nbf: now() + 600 })],
    ["made tomorrow", () => tokenOf({ iat: now() + 600 })],
    ["of another issuer", () => tokenOf({ iss: "https://evil.example.com" })],
    ["of an issuer whose name begins the same", () => tokenOf({ iss: `${issuer.url}.evil.example` })],
    ["for another audience", () => tokenOf({ aud: "other" })],
    ["for another audience, though its client is known", () => tokenOf({ aud: "other", client_id: "tools" })],
    ["for no audience", () => tokenOf({ aud: undefined })],
    ["without a subject", () => tokenOf({ sub: undefined })],
    ["with an empty subject", () => tokenOf({ sub: "" })],
    ["of another key under the same key id", () => tokenOf({}, { by: other.privateKey })],
    ["of a key that is not published", () => tokenOf({}, { kid: randomUUID() })],
    [
      "of an elliptic key, which an HTTP API does not take",
      () => tokenOf({}, { kid: "ec", alg: "ES256", by: elliptic.privateKey }),
    ],
    ["that is not signed", () => new UnsecuredJWT(CLAIMS()).encode()],
    ["that is none", () => "a.b.c"],
  ];
  it.each(refused)("%s is refused with the word that API Gateway makes a 401 of", async (_what, make) => {
    await expect(ask(`Bearer ${await make()}`)).rejects.toThrow(/^Unauthorized$/);
  });

  it("needs a scope, if the API asks for one; without it, its caller may call nothing", async () => {
    rules({ scopes: ["runbooks/call", "admin"] });
    const effect = async (claims: object) => {
      const { policyDocument } = await ask(`Bearer ${await tokenOf(claims)}`);
      return policyDocument.Statement.map(({ Effect }) => Effect);
    };
    expect(await effect({ scope: "openid runbooks/call" })).toEqual(["Allow"]);
    expect(await effect({ scp: ["admin"] })).toEqual(["Allow"]);
    expect(await effect({ scp: "x admin" })).toEqual(["Allow"]);
    for (const claims of [
      {},
      { scope: "" },
      { scope: "runbooks/calls" },
      { scp: [1, ["admin"]] },
      { scope: { admin: true } },
    ])
      expect(await effect(claims), JSON.stringify(claims)).toEqual(["Deny"]);
  });
});

describe("the issuer", () => {
  it("is asked for its keys once, where its description says", async () => {
    await ask(`Bearer ${await tokenOf()}`);
    issuer.asked.length = 0;
    await Promise.all([1, 2, 3].map(async () => ask(`Bearer ${await tokenOf()}`)));
    expect(issuer.asked).toEqual([]);
  });

  it("that fails is no refusal: the caller is told that the API is unavailable, and it is asked again", async () => {
    const url = issuer.url;
    issuer.url = `${url}/`;
    rules({});
    issuer.fails = true;
    const token = await tokenOf();
    await expect(ask(`Bearer ${token}`)).rejects.toThrow(/issuer's description answered 500/);
    issuer.fails = false;
    expect(await ask(`Bearer ${token}`)).toMatchObject({ principalId: "ana" });
    issuer.url = url;
  });
});

it.each([[{ type: "REQUEST" }], [{ methodArn: "*" }], [{ authorizationToken: undefined }]])(
  "an event of another kind, %j, is no refusal, but a defect of the stack",
  async (event) => {
    await expect(ask("Bearer x", event)).rejects.not.toThrow(/^Unauthorized$/);
  },
);

it("without rules nobody is let in, and the log says why", async () => {
  process.env["TOKEN_RULES"] = "";
  await expect(ask(`Bearer ${await tokenOf()}`)).rejects.toThrow(/TOKEN_RULES is empty/);
});
