// Who a request comes from: read from the token that the authorizer has verified, and from nothing else.
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { logger } from "../../../shared/logging/logger.ts";
import { type Asked, ask, startApi, type TestApi, tokenOf } from "../../support/api.ts";
import { GIVEN } from "../../support/library.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
  return api.stop;
});
afterEach(() => vi.restoreAllMocks());

const GROUPS = "cognito:groups";
const claims = (groups: unknown) => ({ sub: "ana", iss: "https://login.example.com", [GROUPS]: groups });
/** Only a platform admin may. */
const createGlobal = (asked: Asked) => ask("create-runbook", { body: GIVEN, ...asked });

describe("the groups of a token", () => {
  it.each([
    ["a list", ["platform-admin"]],
    ["the text of one group", "platform-admin"],
  ])("[G8] count as %s", async (_, groups) => {
    expect((await createGlobal({ claims: claims(groups) })).status).toBe(201);
  });

  it.each([
    [["x platform-admin"]],
    [["x", "platform-admin y"]],
    [["[platform-admin]"]],
    [["platform-admin,x"]],
  ])("[G8] %j look like another list once they are flattened, and give nothing", async (groups) => {
    expect((await createGlobal({ claims: claims(groups) })).problem?.code).toBe("not_permitted");
  });

  it.each([["x platform-admin"], ["[platform-admin]"], [{ a: 1 }], [7], [["platform-admin", 7]]])(
    "[G8] %j are ambiguous: they give nothing, and the log says so without quoting them",
    async (groups) => {
      const warn = vi.spyOn(logger, "warn").mockReturnValue();
      expect((await createGlobal({ claims: claims(groups) })).problem?.code).toBe("not_permitted");
      expect(warn).toHaveBeenCalledExactlyOnceWith("The groups of a token are ambiguous: it gives no roles", {
        caller: "ana",
        claim: GROUPS,
        shape: expect.stringMatching(/^a (list with elements other than strings|string|object|number)$/),
      });
    },
  );

  it("[G8] leave no line in the log where they are clear", async () => {
    const warn = vi.spyOn(logger, "warn").mockReturnValue();
    for (const groups of [["platform-admin"], ["x platform-admin"], "platform-admin", [], null])
      await createGlobal({ claims: claims(groups) });
    expect(warn).not.toHaveBeenCalled();
  });
});

describe("a token", () => {
  const token = tokenOf(claims(["platform-admin"]));

  it.each([`Bearer ${token}`, `bearer   ${token}`, token])(
    "names its caller as %s",
    async (authorization) => {
      const { status } = await createGlobal({ claims: claims(["platform-admin"]), authorization });
      expect(status).toBe(201);
    },
  );

  it.each<[what: string, authorization: string | undefined]>([
    ["that is not there", undefined],
    ["of another kind", "Basic YW5hOmFuYQ=="],
    ["without parts", "Bearer abc"],
    ["that is two", `Bearer ${token},Bearer ${token}`],
    ["whose payload is no JSON", `Bearer e30.${Buffer.from("{").toString("base64url")}.x`],
    ["whose payload is a list", `Bearer ${tokenOf(["ana"])}`],
    ["whose payload is no UTF-8", `Bearer e30.${Buffer.from([0x7b, 0xff, 0x7d]).toString("base64url")}.x`],
    ["of another subject", `Bearer ${tokenOf({ ...claims(["platform-admin"]), sub: "ben" })}`],
    ["of another issuer", `Bearer ${tokenOf({ ...claims(["platform-admin"]), iss: "https://x.example" })}`],
    ["without a subject", `Bearer ${tokenOf({ [GROUPS]: ["platform-admin"] })}`],
  ])("[G9] %s names nobody, whatever the authorizer accepted", async (_, authorization) => {
    const answer = await createGlobal({ claims: claims(["platform-admin"]), authorization });
    expect(answer.problem?.code).toBe("unauthenticated");
  });
});

describe("a token of another type", () => {
  afterEach(() => vi.unstubAllEnvs());
  const encode = (part: unknown) => Buffer.from(JSON.stringify(part)).toString("base64url");
  const asked = async (type: string, header: Record<string, unknown>, more: Record<string, unknown> = {}) => {
    vi.stubEnv("TOKEN_TYPE", type);
    const all = { ...claims(["platform-admin"]), ...more };
    const authorization = `Bearer ${encode(header)}.${encode(all)}.c2ln`;
    return ask("get-me", { claims: all, authorization });
  };
  const ID_TOKENS = [{ token_use: "id" }, { typ: "ID" }, { at_hash: "x" }];

  it.each(["access", "at+jwt"])("[G22] is refused with what to send, where %j is asked for", async (type) => {
    for (const more of ID_TOKENS) {
      const { problem } = await asked(type, { alg: "RS256", typ: "at+jwt" }, more);
      expect(problem).toMatchObject({
        code: "unauthenticated",
        detail: "This is an ID token. Send the access token instead.",
      });
    }
  });

  it("is taken where the console sends ID tokens", async () => {
    for (const more of ID_TOKENS) expect((await asked("any", { alg: "RS256" }, more)).status).toBe(200);
  });

  it.each<[string, Record<string, unknown>]>([
    ["another type", { typ: "JWT" }],
    ["no type", {}],
    ["a type that is no text", { typ: ["at+jwt"] }],
    ["a type within another", { typ: "xat+jwt" }],
  ])("with %s in its header is refused where at+jwt is asked for, and else taken", async (_what, header) => {
    expect((await asked("at+jwt", header)).problem).toMatchObject({
      code: "unauthenticated",
      detail: expect.stringContaining("at+jwt"),
    });
    expect((await asked("access", header)).status).toBe(200);
  });

  it.each(["at+jwt", "AT+JWT", "application/at+jwt"])("named %s is an access token", async (typ) => {
    expect((await asked("at+jwt", { typ })).status).toBe(200);
  });
});
