// Every cell of action × role × scope, against a table written down here once more, independently.
import { describe, expect, it } from "vitest";
import { notFound, ServiceError } from "../../../shared/domain/errors.ts";
import {
  ACTIONS,
  type Action,
  authorize,
  authorizeCreation,
  authorizeExecutionTeam,
  authorizeInAll,
  authorizeIncident,
  authorizeRestoration,
  authorizeSomewhere,
  getAudience,
  isAllowed,
  isAllowedInAll,
  listRunnableScopes,
  listViewableScopes,
} from "../../../shared/domain/permissions.ts";
import { scopesOf } from "../../../shared/domain/scopes.ts";
import { callerIn } from "../../support/seed.ts";

const ROLES = {
  "platform admin": ["platform-admin"],
  "platform auditor": ["platform-auditor"],
  "admin of the team": ["team:payments:admin"],
  "responder of the team": ["team:payments:responder"],
  "observer of the team": ["team:payments:observer"],
  "admin of another team": ["team:search:admin"],
  "responder of another team": ["team:search:responder"],
  "observer of another team": ["team:search:observer"],
  "signed in, without a group": [],
} as const;
type Role = keyof typeof ROLES;

/** v view, m manage, a approve, e execute; what is not listed is refused. */
const ON_A_TEAM_RUNBOOK: Record<Role, string> = {
  "platform admin": "vmae",
  "platform auditor": "v",
  "admin of the team": "vme",
  "responder of the team": "ve",
  "observer of the team": "v",
  "admin of another team": "",
  "responder of another team": "",
  "observer of another team": "",
  "signed in, without a group": "",
};
const ON_A_GLOBAL_RUNBOOK: Record<Role, string> = {
  "platform admin": "vmae",
  "platform auditor": "v",
  "admin of the team": "ve",
  "responder of the team": "ve",
  "observer of the team": "v",
  "admin of another team": "ve",
  "responder of another team": "ve",
  "observer of another team": "v",
  "signed in, without a group": "v",
};
const LETTER: Record<Action, string> = { view: "v", manage: "m", approve: "a", execute: "e" };

const roles = Object.keys(ROLES) as Role[];
const cells = roles.flatMap((role) => ACTIONS.map((action) => ({ role, action })));

describe("permissions", () => {
  it.each(cells)("a $role may $action a team's runbook exactly as the table says", ({ role, action }) => {
    const allowed = ON_A_TEAM_RUNBOOK[role].includes(LETTER[action]);
    expect(isAllowed(callerIn(...ROLES[role]), action, "payments")).toBe(allowed);
  });

  it.each(cells)("a $role may $action a global runbook exactly as the table says", ({ role, action }) => {
    const allowed = ON_A_GLOBAL_RUNBOOK[role].includes(LETTER[action]);
    expect(isAllowed(callerIn(...ROLES[role]), action, null)).toBe(allowed);
  });

  it.each(cells)(
    "a refusal of $action to a $role is 404 where nothing may be seen, else 403",
    ({ role, action }) => {
      const may = ON_A_TEAM_RUNBOOK[role];
      const outcome = codeOf(() => authorize(callerIn(...ROLES[role]), action, "payments", "runbook"));
      const expected = may.includes(LETTER[action]) ? "allowed" : may === "" ? "not_found" : "not_permitted";
      expect(outcome).toBe(expected);
    },
  );

  it("of several roles in one team, each that suffices is enough", () => {
    const caller = callerIn("team:payments:observer", "team:payments:responder");
    expect(isAllowed(caller, "execute", "payments")).toBe(true);
    expect(isAllowed(caller, "execute", null)).toBe(true);
    expect(isAllowed(caller, "manage", "payments")).toBe(false);
  });

  it("a role beside that of the auditor allows what it allows, in its own team", () => {
    const caller = callerIn("platform-auditor", "team:payments:responder");
    expect(isAllowed(caller, "execute", "payments")).toBe(true);
    expect(isAllowed(caller, "execute", "search")).toBe(false);
    expect(isAllowed(caller, "view", "search")).toBe(true);
  });

  it.each([
    ["a platform admin", ["platform-admin"], "all", ["search"]],
    ["a platform auditor", ["platform-auditor"], "all", ["search"]],
    ["an observer of one team", ["team:payments:observer"], [null, "payments"], []],
    ["nobody", [], [null], []],
  ])("%s lists the scopes that it may view", (_, groups, all, search) => {
    expect(listViewableScopes(callerIn(...groups))).toEqual(all);
    expect(listViewableScopes(callerIn(...groups), "search")).toEqual(search);
  });

  it("a platform auditor runs nothing for an incident", () => {
    expect(listRunnableScopes(callerIn("platform-auditor"), "payments")).toEqual([]);
  });

  it("refuses a role in a team whose name is a property of every object", () => {
    expect(isAllowed(callerIn("team:payments:admin"), "view", "constructor")).toBe(false);
    expect(isAllowed(callerIn("team:constructor:admin"), "manage", "constructor")).toBe(true);
  });

  it.each([
    ["the same team", "payments", "payments", ["team:payments:responder"], "allowed"],
    ["a global runbook", null, "payments", ["team:payments:responder"], "allowed"],
    ["an incident of another team", "payments", "search", ["team:payments:responder"], "not_found"],
    [
      "roles in both teams, but a team's runbook",
      "payments",
      "search",
      ["team:payments:admin", "team:search:admin"],
      "not_permitted",
    ],
    [
      "an observer of the incident's team",
      null,
      "search",
      ["team:search:observer", "team:payments:admin"],
      "not_permitted",
    ],
    ["a platform auditor", null, "payments", ["platform-auditor"], "not_permitted"],
    ["a platform admin, but a team's runbook", "payments", "search", ["platform-admin"], "not_permitted"],
  ])("running for an incident: %s", (_, runbookTeam, incidentTeam, groups, expected) => {
    expect(codeOf(() => authorizeIncident(callerIn(...groups), runbookTeam, incidentTeam))).toBe(expected);
  });
});

const NOBODY = callerIn();
const BOSS = callerIn("platform-admin");
const AUDITOR = callerIn("platform-auditor");
const ADMIN = callerIn("team:payments:admin");
const RESPONDER = callerIn("team:payments:responder");
const OBSERVER = callerIn("team:payments:observer");

describe("a resource of several scopes", () => {
  it.each([
    ["both are held", ["team:payments:responder", "team:search:admin"], true],
    ["only the first is held", ["team:payments:responder"], false],
    ["only the second is held", ["team:search:responder"], false],
    ["none is held", [], false],
    ["a platform admin", ["platform-admin"], true],
  ])("is executed by who may execute in each: %s", (_, groups, expected) => {
    expect(isAllowedInAll(callerIn(...groups), "execute", ["payments", "search"])).toBe(expected);
  });

  it("is anybody's if it belongs to none", () => {
    expect(isAllowedInAll(NOBODY, "manage", [])).toBe(true);
  });

  it.each([
    ["not seen in one of them", ["team:payments:admin"], "There is no such run, or you may not see it."],
    [
      "seen in both, and executed in one",
      ["team:payments:admin", "team:search:observer"],
      "You may see this run, but running or cancelling it needs the group team:search:responder, team:search:admin or platform-admin.",
    ],
    ["executed in both", ["team:payments:admin", "team:search:responder"], null],
  ])("is named in a refusal: %s", (_, groups, message) => {
    const refused = refusalOf(() =>
      authorizeInAll(callerIn(...groups), "execute", ["payments", "search"], "run"),
    );
    expect(refused?.message ?? null).toBe(message);
  });

  it("of a run is its runbook's scope, then that of the team that it was run for", () => {
    expect(scopesOf({ teamId: null, ranForTeamId: "search" })).toEqual([null, "search"]);
    expect(scopesOf({ teamId: "payments", ranForTeamId: null })).toEqual(["payments", null]);
  });
});

describe("a refusal names the missing permission", () => {
  const NOT_SEEN = "There is no such runbook, or you may not see it.";
  const NO_INCIDENT = "There is no such incident, or you may not see it.";
  const NOT_FOR_INCIDENT =
    "You may see this incident, but running runbooks for it needs the group team:payments:responder, team:payments:admin or platform-admin.";
  const FOREIGN_INCIDENT = "A team's runbook runs only for incidents of its own team.";
  const NO_TEAM = "Running for no team needs the group platform-admin.";
  const FOR_TEAM =
    "Running for this team needs the group team:payments:responder, team:payments:admin or platform-admin.";
  const IN_TEAM = "Creating here needs the group team:payments:admin or platform-admin.";
  const GLOBALLY = "Creating here needs the group platform-admin.";
  const RESTORING = "Restoring a deprecated runbook needs the group platform-admin.";
  const TO_MANAGE = "This needs the group team:<teamId>:admin or platform-admin.";
  const TO_APPROVE = "This needs the group platform-admin.";
  const TO_EXECUTE = "This needs the group team:<teamId>:responder, team:<teamId>:admin or platform-admin.";

  it.each<[string, string, string, () => void]>([
    ["viewing unseen", "not_found", NOT_SEEN, () => authorize(NOBODY, "view", "payments", "runbook")],
    ["executing unseen", "not_found", NOT_SEEN, () => authorize(RESPONDER, "execute", "search", "runbook")],
    [
      "managing as an observer",
      "not_permitted",
      "You may see this runbook, but changing it needs the group team:payments:admin or platform-admin.",
      () => authorize(OBSERVER, "manage", "payments", "runbook"),
    ],
    [
      "approving as an admin of the team",
      "not_permitted",
      "You may see this automation, but approving or deprecating it needs the group platform-admin.",
      () => authorize(ADMIN, "approve", "payments", "automation"),
    ],
    ["an unseen incident", "not_found", NO_INCIDENT, () => authorizeIncident(RESPONDER, null, "search")],
    [
      "an incident that is only seen",
      "not_permitted",
      NOT_FOR_INCIDENT,
      () => authorizeIncident(OBSERVER, null, "payments"),
    ],
    [
      "a team's runbook for another team's incident",
      "not_permitted",
      FOREIGN_INCIDENT,
      () => authorizeIncident(BOSS, "payments", "search"),
    ],
    [
      "running for no team, as an admin of one",
      "not_permitted",
      NO_TEAM,
      () => authorizeExecutionTeam(ADMIN, null),
    ],
    [
      "running for a team as its observer",
      "not_permitted",
      FOR_TEAM,
      () => authorizeExecutionTeam(OBSERVER, "payments"),
    ],
    [
      "creating in a team as its responder",
      "not_permitted",
      IN_TEAM,
      () => authorizeCreation(RESPONDER, "payments"),
    ],
    [
      "creating in a team that is not seen",
      "not_permitted",
      IN_TEAM,
      () => authorizeCreation(NOBODY, "payments"),
    ],
    ["creating globally as an admin", "not_permitted", GLOBALLY, () => authorizeCreation(ADMIN, null)],
    ["managing nowhere", "not_permitted", TO_MANAGE, () => authorizeSomewhere(RESPONDER, "manage")],
    ["approving nowhere", "not_permitted", TO_APPROVE, () => authorizeSomewhere(ADMIN, "approve")],
    [
      "managing nowhere, as an auditor",
      "not_permitted",
      TO_MANAGE,
      () => authorizeSomewhere(AUDITOR, "manage"),
    ],
    [
      "executing nowhere, as an auditor",
      "not_permitted",
      TO_EXECUTE,
      () => authorizeSomewhere(AUDITOR, "execute"),
    ],
    [
      "running for no team, as an auditor",
      "not_permitted",
      NO_TEAM,
      () => authorizeExecutionTeam(AUDITOR, null),
    ],
    ["executing nowhere", "not_permitted", TO_EXECUTE, () => authorizeSomewhere(OBSERVER, "execute")],
    [
      "restoring a deprecated runbook, as an admin",
      "not_permitted",
      RESTORING,
      () => authorizeRestoration(ADMIN, "DEPRECATED"),
    ],
  ])("%s is %s: %s", (_, code, message, run) => {
    expect(refusalOf(run)).toMatchObject({ code, message });
  });

  it("is the same for a missing and an invisible resource", () => {
    const { code, message } = notFound("runbook");
    expect({ code, message }).toEqual({ code: "not_found", message: NOT_SEEN });
    expect(refusalOf(() => authorize(NOBODY, "manage", "payments", "runbook"))?.message).toBe(message);
  });

  it.each<[string, () => void]>([
    ["running for no team, as a platform admin", () => authorizeExecutionTeam(BOSS, null)],
    ["running for a team as its responder", () => authorizeExecutionTeam(RESPONDER, "payments")],
    ["running for any team as a platform admin", () => authorizeExecutionTeam(BOSS, "payments")],
    ["creating in a team as its admin", () => authorizeCreation(ADMIN, "payments")],
    ["creating globally as a platform admin", () => authorizeCreation(BOSS, null)],
    ["viewing somewhere, with no group at all", () => authorizeSomewhere(NOBODY, "view")],
    ["managing somewhere, as an admin of one team", () => authorizeSomewhere(ADMIN, "manage")],
    ["executing somewhere, as a responder of one team", () => authorizeSomewhere(RESPONDER, "execute")],
    ["approving somewhere, as a platform admin of no team", () => authorizeSomewhere(BOSS, "approve")],
    ["bringing back what is deprecated, as a platform admin", () => authorizeRestoration(BOSS, "DEPRECATED")],
    ["rolling back what is approved, as an admin", () => authorizeRestoration(ADMIN, "APPROVED")],
    ["rolling back a draft, as an admin", () => authorizeRestoration(ADMIN, "DRAFT")],
  ])("and there is none of %s", (_, run) => {
    expect(refusalOf(run)).toBeNull();
  });
});

describe("the audience of a definition", () => {
  it.each([
    ["an admin, in its team", ADMIN, "payments", true],
    ["a responder, in its team", RESPONDER, "payments", false],
    ["an admin, of what is global", ADMIN, null, false],
    ["a platform admin, of what is global", BOSS, null, true],
    ["a platform auditor, of what is a team's", AUDITOR, "payments", false],
    ["a platform auditor, of what is global", AUDITOR, null, false],
  ] as const)("manages it or does not: %s", (_, caller, scope, manages) => {
    expect(getAudience(caller, scope)).toEqual({ manages });
  });
});

function refusalOf(run: () => void): ServiceError | null {
  try {
    run();
    return null;
  } catch (error) {
    if (error instanceof ServiceError) return error;
    throw error;
  }
}

function codeOf(run: () => void): string {
  return refusalOf(run)?.code ?? "allowed";
}
