// GET /me: what the service understood of a token, and what it did not.
import { beforeAll, describe, expect, it } from "vitest";
import { type ApiAnswer, ask, startApi, type TestApi } from "../../support/api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
  return api.stop;
});

const GROUPS = "cognito:groups";
const me = async (claims: Record<string, unknown>): Promise<ApiAnswer> =>
  ask("get-me", { claims: { sub: "ana", ...claims } });

describe("GET /me", () => {
  it("says who the caller is, its roles, what they allow, and when the token ends", async () => {
    const groups = ["team:payments:admin", "team:payments:observer", "team:search:observer"];
    const named = { name: "Ana", email: "ana@example.com", exp: 1_900_000_000 };
    expect((await me({ ...named, [GROUPS]: groups })).body).toEqual({
      subject: "ana",
      name: "Ana",
      email: "ana@example.com",
      roles: {
        platformAdmin: false,
        platformAuditor: false,
        teams: { payments: ["admin", "observer"], search: ["observer"] },
      },
      actions: {
        everyTeam: [],
        global: ["view", "execute"],
        teams: { payments: ["view", "manage", "execute"], search: ["view"] },
      },
      ignoredGroups: [],
      expiresAt: "2030-03-17T17:46:40.000Z",
    });
  });

  it.each([
    ["platform-admin", ["view", "manage", "approve", "execute"]],
    ["platform-auditor", ["view"]],
  ])("says that %s may %j in every team", async (group, actions) => {
    expect((await me({ [GROUPS]: [group] })).body).toMatchObject({
      actions: { everyTeam: actions, global: actions, teams: {} },
    });
  });

  it("answers a caller without name, groups or end", async () => {
    expect((await me({})).body).toEqual({
      subject: "ana",
      name: null,
      email: null,
      roles: { platformAdmin: false, platformAuditor: false, teams: {} },
      actions: { everyTeam: [], global: ["view"], teams: {} },
      ignoredGroups: [],
      expiresAt: null,
    });
  });

  it.each<[string, unknown, string[]]>([
    [
      "misspelt ones, once each",
      ["team:payments:admins", "Platform-Admin", "team:payments:admins", "team:payments:observer"],
      ["team:payments:admins", "Platform-Admin"],
    ],
    ["an ambiguous text", "[platform-admin team:payments:admin]", ["[platform-admin team:payments:admin]"]],
    ["a claim that is no list of texts", ["platform-admin", 7], ['["platform-admin",7]']],
    ["control characters", ["platform\u001b-admin"], ["platform -admin"]],
    ["a long one", ["x".repeat(5000)], ["x".repeat(256)]],
    [
      "very many",
      Array.from({ length: 500 }, (_, n) => `group-${n}`),
      Array.from({ length: 100 }, (_, n) => `group-${n}`),
    ],
  ])("names groups that give no role: %s", async (_, groups, ignoredGroups) => {
    expect((await me({ [GROUPS]: groups })).body).toMatchObject({ ignoredGroups });
  });

  it.each(["soon", 1e300, null])("says of an end of %j that it is not known", async (exp) => {
    expect((await me({ exp })).body).toMatchObject({ expiresAt: null });
  });

  it("bounds names and takes out what is not visible", async () => {
    const claims = { name: `\u001b[31m${"n".repeat(500)}`, email: "\u202e \u0000" };
    expect((await me(claims)).body).toMatchObject({ name: `[31m${"n".repeat(124)}`, email: null });
  });
});
