// The permission table, and the only function that reads it.
import type { Caller, TeamRole } from "./caller.ts";
import { notFound, ServiceError } from "./errors.ts";
import { type ListScopes, type Owned, type Scope, scopesOf } from "./scopes.ts";

export const ACTIONS = ["view", "manage", "approve", "execute"] as const;
export type Action = (typeof ACTIONS)[number];

type Rule = {
  /** Roles in the runbook's own team. */ team: readonly TeamRole[];
  /** Roles, in any team, that suffice for a global runbook. `everyone`: every signed-in caller. */
  global: readonly TeamRole[] | "everyone";
};

/** Roles that allow each action. Platform admins may do everything, platform auditors what `AUDITOR_ACTIONS` says. */
export const PERMISSIONS: Record<Action, Rule> = {
  view: { team: ["admin", "responder", "observer"], global: "everyone" },
  manage: { team: ["admin"], global: [] },
  approve: { team: [], global: [] },
  execute: { team: ["admin", "responder"], global: ["admin", "responder"] },
};

/** The actions of platform auditors, in every scope. */
export const AUDITOR_ACTIONS: readonly Action[] = ["view"];

/** Whether the caller may perform the action in the scope. */
export function isAllowed(caller: Caller, action: Action, scope: Scope): boolean {
  if (caller.platformAdmin || (caller.platformAuditor && AUDITOR_ACTIONS.includes(action))) return true;
  const rule = PERMISSIONS[action];
  if (scope !== null) return hasRole(caller, scope, rule.team);
  if (rule.global === "everyone") return true;
  const sufficient = rule.global;
  return Object.keys(caller.teams).some((team) => hasRole(caller, team, sufficient));
}

/** No team has this id, so nobody has a role in it. */
const ANY_TEAM = "";

/** Returns the caller's actions, by the scope of a resource. `everyTeam`: also in teams where it has no role. */
export function listPermissions(caller: Caller) {
  const allowedIn = (scope: Scope) => ACTIONS.filter((action) => isAllowed(caller, action, scope));
  return {
    everyTeam: allowedIn(ANY_TEAM),
    global: allowedIn(null),
    teams: Object.fromEntries(Object.keys(caller.teams).map((team) => [team, allowedIn(team)])),
  };
}

/** Who receives a definition. Only callers who manage the runbook see the ARNs of its secrets. */
export type Audience = { manages: boolean };

/** Returns the caller's audience for definitions of this scope. */
export function getAudience(caller: Caller, scope: Scope): Audience {
  return { manages: isAllowed(caller, "manage", scope) };
}

/** Whether the caller may perform the action in all of these scopes. */
export function isAllowedInAll(caller: Caller, action: Action, scopes: readonly Scope[]): boolean {
  return scopes.every((scope) => isAllowed(caller, action, scope));
}

/** Returns a filter for items whose scopes the caller may all view. */
export const mayView = (caller: Caller) => (owned: Owned) => isAllowedInAll(caller, "view", scopesOf(owned));

/** Returns the scopes whose lists the caller may view. A requested scope that it may not view gives none. */
export function listViewableScopes(caller: Caller, asked?: Scope): ListScopes {
  if (asked !== undefined) return isAllowed(caller, "view", asked) ? [asked] : [];
  return caller.platformAdmin || caller.platformAuditor ? "all" : [null, ...Object.keys(caller.teams)];
}

/** Returns the scopes whose runbooks the caller manages. A requested scope that it does not manage gives none. */
export function listManageableScopes(caller: Caller, asked?: Scope): ListScopes {
  if (asked === undefined && caller.platformAdmin) return "all";
  const scopes = asked === undefined ? [null, ...Object.keys(caller.teams)] : [asked];
  return scopes.filter((scope) => isAllowed(caller, "manage", scope));
}

/** Returns the scopes whose runbooks the caller may run for an incident of this team. */
export function listRunnableScopes(caller: Caller, incidentTeam: string): Scope[] {
  if (!isAllowed(caller, "execute", incidentTeam)) return [];
  return [incidentTeam, null].filter((scope) => isAllowed(caller, "execute", scope));
}

function hasRole(caller: Caller, team: string, roles: readonly TeamRole[]): boolean {
  const held = Object.hasOwn(caller.teams, team) ? caller.teams[team] : undefined;
  return held?.some((role) => roles.includes(role)) ?? false;
}

/**
 * @throws `not_found` if the caller may not view the scope, `not_permitted` if it may view but not perform the action.
 */
export function authorize(caller: Caller, action: Action, scope: Scope, what: string): void {
  authorizeInAll(caller, action, [scope], what);
}

/** Like `authorize`, for a resource with several scopes. All of them must allow the action. */
export function authorizeInAll(caller: Caller, action: Action, scopes: readonly Scope[], what: string): void {
  if (!isAllowedInAll(caller, "view", scopes)) throw notFound(what);
  const refused = scopes.find((scope) => !isAllowed(caller, action, scope));
  if (refused === undefined) return;
  const message = `You may see this ${what}, but ${ACTS[action]} it needs ${namedGroups(action, refused)}.`;
  throw new ServiceError("not_permitted", message);
}

const ACTS: Record<Action, string> = {
  view: "seeing",
  manage: "changing",
  approve: "approving or deprecating",
  execute: "running or cancelling",
};

/** The groups that may do this in this scope, as the token spells them, the one with the fewest rights first. */
function namedGroups(action: Action, scope: Scope): string {
  const { team, global } = PERMISSIONS[action];
  if (scope !== null) return listGroups(team, scope);
  return listGroups(global === "everyone" ? [] : global, "<teamId>");
}

function listGroups(roles: readonly TeamRole[], team: string): string {
  const groups = roles.map((role) => `team:${team}:${role}`).toReversed();
  return groups.length === 0
    ? "the group platform-admin"
    : `the group ${groups.join(", ")} or platform-admin`;
}

/**
 * An execution for an incident needs a role in the incident's team. A team runbook serves only its own team's
 * incidents.
 */
export function authorizeIncident(caller: Caller, runbookScope: Scope, incidentTeam: string): void {
  if (!isAllowed(caller, "view", incidentTeam)) throw notFound("incident");
  if (!isAllowed(caller, "execute", incidentTeam)) {
    const groups = namedGroups("execute", incidentTeam);
    const message = `You may see this incident, but running runbooks for it needs ${groups}.`;
    throw new ServiceError("not_permitted", message);
  }
  if (runbookScope !== null && runbookScope !== incidentTeam) {
    throw new ServiceError("not_permitted", "A team's runbook runs only for incidents of its own team.");
  }
}

/**
 * @throws `not_permitted` unless the caller may execute for this team. The caller named the team, so `not_found` would
 * hide nothing. Null, no team, needs a platform admin.
 */
export function authorizeExecutionTeam(caller: Caller, team: Scope): void {
  if (team === null ? caller.platformAdmin : isAllowed(caller, "execute", team)) return;
  const needed = team === null ? listGroups([], "") : namedGroups("execute", team);
  const whom = team === null ? "no team" : "this team";
  throw new ServiceError("not_permitted", `Running for ${whom} needs ${needed}.`);
}

/**
 * Breaking the glass is for who manages the team that the execution is for. Null, no team, needs a
 * platform admin. @throws `not_permitted`.
 */
export function authorizeBreakGlass(caller: Caller, team: Scope): void {
  if (isAllowed(caller, "manage", team)) return;
  const message = `Break-glass for ${team === null ? "no team" : "this team"} needs ${namedGroups("manage", team)}.`;
  throw new ServiceError("not_permitted", message);
}

/** @throws `not_permitted` if the caller does not manage the scope, whether or not it may view it. */
export function authorizeCreation(caller: Caller, scope: Scope): void {
  if (isAllowed(caller, "manage", scope)) return;
  throw new ServiceError("not_permitted", `Creating here needs ${namedGroups("manage", scope)}.`);
}

/** @throws `not_permitted` if the caller may perform the action in no scope. Runs before the body names the scope. */
export function authorizeSomewhere(caller: Caller, action: Action): void {
  if ([null, ...Object.keys(caller.teams)].some((scope) => isAllowed(caller, action, scope))) return;
  throw new ServiceError("not_permitted", `This needs ${namedGroups(action, "<teamId>")}.`);
}

/** @throws `not_permitted` unless a platform admin restores the deprecated runbook. */
export function authorizeRestoration(caller: Caller, approvalStatus: string): void {
  if (approvalStatus !== "DEPRECATED" || caller.platformAdmin) return;
  throw new ServiceError("not_permitted", "Restoring a deprecated runbook needs the group platform-admin.");
}
