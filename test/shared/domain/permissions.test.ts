// Every cell of action × role × scope, against a table written down here once more, independently.
import { describe, expect, it } from "vitest";
import { ServiceError } from "../../../shared/domain/errors.ts";
import {
  ACTIONS,
  type Action,
  authorize,
  authorizeIncident,
  isAllowed,
} from "../../../shared/domain/permissions.ts";
import { callerIn } from "../../support/seed.ts";

const ROLES = {
  "platform admin": ["platform-admin"],
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
    ["a platform admin, but a team's runbook", "payments", "search", ["platform-admin"], "not_permitted"],
  ])("running for an incident: %s", (_, runbookTeam, incidentTeam, groups, expected) => {
    expect(codeOf(() => authorizeIncident(callerIn(...groups), runbookTeam, incidentTeam))).toBe(expected);
  });
});

function codeOf(run: () => void): string {
  try {
    run();
    return "allowed";
  } catch (error) {
    return error instanceof ServiceError ? error.code : "another error";
  }
}
