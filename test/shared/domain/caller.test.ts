// Claims are read exactly: an odd shape never gives a role.
import { describe, expect, it } from "vitest";
import { callerFromClaims, parseGroups } from "../../../shared/domain/caller.ts";

describe("groups of a token", () => {
  it.each([
    [
      "the text that the authorizer makes of an array",
      "[platform-admin team:a:admin]",
      ["platform-admin", "team:a:admin"],
    ],
    ["an array", ["platform-admin"], ["platform-admin"]],
    ["an empty array's text", "[]", []],
    ["a comma list", "platform-admin,team:a:admin", []],
    ["JSON text", '["platform-admin"]', ['"platform-admin"']],
    ["bare text", "platform-admin", []],
    ["nested brackets", "[[platform-admin]]", []],
    ["an array with something else in it", ["platform-admin", 1], []],
    ["a number", 1, []],
    ["nothing", undefined, []],
  ])("[G8] reads %s", (_, claim, groups) => {
    expect(parseGroups(claim)).toEqual(groups);
  });

  it.each([
    "[not-platform-admin]",
    "[platform-admin-not]",
    "[PLATFORM-ADMIN]",
    '["platform-admin"]',
    "platform-admin",
    "[team:payments:Admin]",
    "[team:pay ments:admin]",
    "[team::admin]",
    "[team:payments:admin:more]",
    "[xteam:payments:admin]",
  ])("[G8] %s gives no role", (groups) => {
    const caller = callerFromClaims({ sub: "ana", groups }, "groups");
    expect(caller).toEqual({ subject: "ana", platformAdmin: false, teams: {} });
  });

  it("keeps several roles and several teams apart", () => {
    const caller = callerFromClaims(
      { sub: "ana", g: "[team:a:admin team:b:observer team:a:responder]" },
      "g",
    );
    expect(caller?.teams).toEqual({ a: ["admin", "responder"], b: ["observer"] });
  });

  it("names nobody without a subject", () => {
    expect(callerFromClaims({ groups: "[platform-admin]" }, "groups")).toBeNull();
    expect(callerFromClaims({ sub: "", groups: "[platform-admin]" }, "groups")).toBeNull();
  });
});
