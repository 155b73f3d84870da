// What a token must be to give the roles of its scopes, and what nobody's token gets by them.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { callerFromClaims, describeToken, TEAM_ROLES } from "../../../shared/domain/caller.ts";

const MACHINES = { abc123: "ci" };
const SCOPE = "machines/call machines/team:payments:responder machines/platform-auditor";
const TOKEN = { sub: "abc123", client_id: "abc123", scope: SCOPE };
const callerOf = (claims: Record<string, unknown>) => callerFromClaims(claims, "groups", MACHINES);
const NOTHING = { platformAdmin: false, platformAuditor: false, teams: {} };

describe("a machine", () => {
  it("is named by the id of its client, and has the roles of its scopes", () => {
    expect(callerOf(TOKEN)).toEqual({
      subject: "client:abc123",
      name: "ci",
      platformAdmin: false,
      platformAuditor: true,
      teams: { payments: ["responder"] },
    });
  });

  it.each<[string, Record<string, unknown>]>([
    ["a platform admin", { scope: "machines/platform-admin" }],
    ["anything by groups", { scope: "machines/call", groups: ["platform-admin", "team:a:admin"] }],
    ["anything by scopes of others", { scope: "runbooks/team:a:admin team:a:admin xmachines/team:a:admin" }],
    [
      "anything by a role within another",
      { scope: "machines/x/team:a:admin machines/machines/team:a:admin" },
    ],
    ["anything by a list", { scope: ["machines/team:a:admin"] }],
    ["anything by scopes that other spaces separate", { scope: "machines/call\tmachines/team:a:admin" }],
  ])("[G20] is not %s", (_what, claims) => {
    expect(callerOf({ ...TOKEN, ...claims })).toMatchObject(NOTHING);
  });

  it("has the name that the deployment gave it, whatever its token says", () => {
    const caller = callerOf({ ...TOKEN, name: "Ana Ruiz", email: "ana@example.com" });
    expect(caller).toMatchObject({ name: "ci" });
    expect(caller).not.toHaveProperty("email");
  });

  it("is told which of its scopes give no role", () => {
    const scope = `${SCOPE} machines/platform-admin machines/team:x:boss openid`;
    expect(describeToken({ ...TOKEN, scope }, "groups", MACHINES).ignoredGroups).toEqual([
      "platform-admin",
      "team:x:boss",
    ]);
  });
});

describe("a person", () => {
  it.each<[string, Record<string, unknown>]>([
    ["of a program's client, whose subject is another", { sub: "ana" }],
    ["of a client that the deployment does not name", { sub: "other", client_id: "other" }],
    ["without a client", { client_id: undefined }],
    ["whose client is no text", { client_id: ["abc123"] }],
    ["of a client with the name of what every object has", { sub: "toString", client_id: "toString" }],
    ["of the client that `azp` names", { client_id: undefined, azp: "abc123" }],
  ])("has no role from the scopes of a token %s", (_what, claims) => {
    expect(callerOf({ ...TOKEN, ...claims })).toMatchObject(NOTHING);
  });

  it("[G19] has no role from scopes, and all from groups, whatever a token of its own says", () => {
    const role = fc.constantFrom(...TEAM_ROLES);
    const scope = fc.array(role.map((held) => `machines/team:a:${held}`)).map((all) => all.join(" "));
    const clientId = fc.constantFrom("abc123", "other", undefined);
    fc.assert(
      fc.property(scope, clientId, fc.uuid(), role, (scopes, client_id, sub, held) => {
        const caller = callerOf({ sub, client_id, scope: scopes, groups: [`team:b:${held}`] });
        expect(caller).toMatchObject({ subject: sub, teams: { b: [held] } });
        expect(caller?.teams).not.toHaveProperty("a");
      }),
    );
  });

  it("whose subject is spelled as a machine's is nobody", () => {
    expect(callerOf({ sub: "client:abc123", groups: ["platform-admin"] })).toBeNull();
  });
});
