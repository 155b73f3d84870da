// Refusals say what is the matter, in words that reveal no more than the caller may know.
import { describe, expect, it } from "vitest";
import { callerFromClaims, parseGroups } from "../../../shared/domain/caller.ts";
import {
  authorize,
  authorizeCreation,
  authorizeIncident,
  authorizeRestoration,
  isAllowed,
  PERMISSIONS,
} from "../../../shared/domain/permissions.ts";
import { callerIn } from "../../support/seed.ts";

const admin = callerIn("platform-admin");
const teamAdmin = callerIn("team:payments:admin");
const observer = callerIn("team:payments:observer");
const nobody = callerIn();

const refusal = (code: string, message: string) => expect.objectContaining({ code, message });

describe("a refusal", () => {
  it("of an invisible resource is the same as of a missing one", () => {
    const message = "There is no such runbook, or you may not see it.";
    expect(() => authorize(nobody, "execute", "payments", "runbook")).toThrow(refusal("not_found", message));
  });

  it("of a visible resource names the action that is not permitted", () => {
    const message =
      "You may see this runbook, but approving or deprecating it needs the group platform-admin.";
    expect(() => authorize(teamAdmin, "approve", "payments", "runbook")).toThrow(
      refusal("not_permitted", message),
    );
    expect(() => authorize(teamAdmin, "manage", "payments", "runbook")).not.toThrow();
  });

  it("of a creation names the groups that may", () => {
    const forTeam = "Creating here needs the group team:payments:admin or platform-admin.";
    expect(() => authorizeCreation(observer, "payments")).toThrow(refusal("not_permitted", forTeam));
    const global = "Creating here needs the group platform-admin.";
    expect(() => authorizeCreation(teamAdmin, null)).toThrow(refusal("not_permitted", global));
    expect(() => authorizeCreation(teamAdmin, "payments")).not.toThrow();
    expect(() => authorizeCreation(admin, null)).not.toThrow();
  });

  it("[H11] of a restoration names who may restore; other updates need no special role", () => {
    const message = "Restoring a deprecated runbook needs the group platform-admin.";
    expect(() => authorizeRestoration(teamAdmin, "DEPRECATED")).toThrow(refusal("not_permitted", message));
    expect(() => authorizeRestoration(admin, "DEPRECATED")).not.toThrow();
    expect(() => authorizeRestoration(teamAdmin, "APPROVED")).not.toThrow();
  });

  it("[G5] of a run for an incident says whether the incident, the role or the runbook prevents it", () => {
    const unseen = "There is no such incident, or you may not see it.";
    expect(() => authorizeIncident(nobody, null, "payments")).toThrow(refusal("not_found", unseen));
    const role =
      "You may see this incident, but running runbooks for it needs the group team:payments:responder, team:payments:admin or platform-admin.";
    expect(() => authorizeIncident(observer, null, "payments")).toThrow(refusal("not_permitted", role));
    const other = "A team's runbook runs only for incidents of its own team.";
    expect(() => authorizeIncident(teamAdmin, "search", "payments")).toThrow(refusal("not_permitted", other));
    expect(() => authorizeIncident(teamAdmin, "payments", "payments")).not.toThrow();
    expect(() => authorizeIncident(teamAdmin, null, "payments")).not.toThrow();
  });
});

describe("the table of permissions", () => {
  it("lets only a platform admin approve, and manage global runbooks", () => {
    expect(PERMISSIONS.approve).toEqual({ team: [], global: [] });
    expect(PERMISSIONS.manage.global).toEqual([]);
  });

  it("asks for one sufficient role among several", () => {
    const both = callerIn("team:payments:observer", "team:payments:responder");
    expect(isAllowed(both, "execute", "payments")).toBe(true);
    expect(isAllowed(both, "execute", null)).toBe(true);
    expect(isAllowed(both, "manage", "payments")).toBe(false);
  });
});

describe("a caller", () => {
  const claims = { sub: "u-1", groups: ["platform-admin"] };

  it("has the e-mail and the name of its token, where they are texts, and not more of them than fits", () => {
    const named = callerFromClaims({ ...claims, email: "ana@example.com", name: "n".repeat(300) }, "groups");
    expect(named).toMatchObject({ subject: "u-1", email: "ana@example.com", name: "n".repeat(128) });
    const odd = callerFromClaims({ ...claims, email: 7, name: "" }, "groups");
    expect(odd).not.toHaveProperty("email");
    expect(odd).not.toHaveProperty("name");
  });

  it.each([
    ["x[platform-admin]"],
    ["[platform-admin]x"],
    [42],
    [{ 0: "platform-admin" }],
    [["platform-admin", 7]],
  ])("[G8] has no group of the claim %j", (claim) => {
    expect(parseGroups(claim)).toBeNull();
  });

  it("has no team of a group that names no role", () => {
    expect(callerIn("team:payments:owner", "team::admin", "payments:admin").teams).toEqual({});
  });
});
