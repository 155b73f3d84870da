// Claims are read exactly: an odd shape never gives a role.
import { describe, expect, it } from "vitest";
import { callerFromClaims, givesRole, parseGroups } from "../../../shared/domain/caller.ts";

const NO_ROLES = { subject: "ana", platformAdmin: false, platformAuditor: false, teams: {} };

describe("groups of a token", () => {
  it.each([
    ["a list", ["platform-admin", "team:a:admin"], ["platform-admin", "team:a:admin"]],
    ["the text of one group", "platform-admin", ["platform-admin"]],
    ["a list with a name of several words", ["x platform-admin"], ["x platform-admin"]],
    ["an empty list", [], []],
    ["an empty text", "", []],
    ["null", null, []],
    ["nothing", undefined, []],
  ])("[G8] reads %s", (_, claim, groups) => {
    expect(parseGroups(claim)).toEqual(groups);
  });

  it.each([
    ["a list as an authorizer flattens it", "[platform-admin team:a:admin]"],
    ["a list of one, flattened", "[platform-admin]"],
    ["an empty list, flattened", "[]"],
    ["a comma list", "platform-admin,team:a:admin"],
    ["words", "x platform-admin"],
    ["lines", "x\nplatform-admin"],
    ["a blank before", " platform-admin"],
    ["JSON text", '["platform-admin"]'],
    ["a list with something else in it", ["platform-admin", 1]],
    ["a list in a list", [["platform-admin"]]],
    ["an object", { "platform-admin": true }],
    ["a number", 1],
    ["a boolean", true],
  ])("[G8] does not guess what %s means, and gives no role for it", (_, claim) => {
    expect(parseGroups(claim)).toBeNull();
    expect(callerFromClaims({ sub: "ana", groups: claim }, "groups")).toEqual(NO_ROLES);
  });

  it.each([
    "not-platform-admin",
    "platform-admin-not",
    "platform-auditor-not",
    "platform-auditors",
    "Platform-Auditor",
    "platform-auditor ",
    "PLATFORM-ADMIN",
    "x platform-admin",
    "platform-admin x",
    "platform-admin ",
    "[platform-admin]",
    "platform-admin,team:payments:admin",
    "platform-admin\n",
    '"platform-admin"',
    "team:payments:Admin",
    "team:pay ments:admin",
    "team:payments:admin team:search:admin",
    "team:payments:admin,team:search:admin",
    "team::admin",
    "team:payments:admin:more",
    "team:payments:admin\n",
    "xteam:payments:admin",
  ])("[G8] %j gives no role", (group) => {
    expect(callerFromClaims({ sub: "ana", groups: [group] }, "groups")).toEqual(NO_ROLES);
  });

  it("keeps several roles and several teams apart", () => {
    const caller = callerFromClaims(
      { sub: "ana", g: ["team:a:admin", "team:b:observer", "team:a:responder"] },
      "g",
    );
    expect(caller?.teams).toEqual({ a: ["admin", "responder"], b: ["observer"] });
  });

  it.each([
    [["platform-admin"], true, false],
    [["platform-auditor"], false, true],
    [["platform-auditor", "platform-admin"], true, true],
  ])("%j give the platform's roles, each by its own group", (groups, platformAdmin, platformAuditor) => {
    expect(callerFromClaims({ sub: "ana", groups }, "groups")).toMatchObject({
      platformAdmin,
      platformAuditor,
    });
  });

  it("names nobody without a subject", () => {
    expect(callerFromClaims({ groups: ["platform-admin"] }, "groups")).toBeNull();
    expect(callerFromClaims({ sub: "", groups: ["platform-admin"] }, "groups")).toBeNull();
  });
});

describe("a group", () => {
  it.each([
    "platform-admin",
    "platform-auditor",
    "team:payments:admin",
    "team:payments:responder",
    "team:a_b-1:observer",
    "team:payments:owner",
    "team::admin",
    "team:payments",
    "Platform-Admin",
    " platform-admin",
    "",
  ])("%j gives a role if, and only if, a caller of that group alone has one", (group) => {
    const caller = callerFromClaims({ sub: "ana", groups: [group] }, "groups");
    expect(caller).not.toBeNull();
    expect(givesRole(group)).toBe(
      caller?.platformAdmin || caller?.platformAuditor || Object.keys(caller?.teams ?? {}).length > 0,
    );
  });
});
