// Who may do what: one table, and the only function that reads it.
import type { Caller, TeamRole } from "./caller.ts";
import { notFound, ServiceError } from "./errors.ts";
import { type ListScopes, type Owned, type Scope, scopesOf } from "./scopes.ts";

export const ACTIONS = ["view", "manage", "approve", "execute"] as const;
export type Action = (typeof ACTIONS)[number];

type Rule = {
  /** Roles in the runbook's own team. */ team: readonly TeamRole[];
  /** Roles, in whatever team, that suffice for a global runbook; `everyone` is whoever is signed in. */
  global: readonly TeamRole[] | "everyone";
};

/** A platform admin may do everything; who else may is written here. */
export const PERMISSIONS: Record<Action, Rule> = {
  view: { team: ["admin", "responder", "observer"], global: "everyone" },
  manage: { team: ["admin"], global: [] },
  approve: { team: [], global: [] },
  execute: { team: ["admin", "responder"], global: ["admin", "responder"] },
};

/** May this caller do this to something of this scope? */
export function isAllowed(caller: Caller, action: Action, scope: Scope): boolean {
  if (caller.platformAdmin) return true;
  const rule = PERMISSIONS[action];
  if (scope !== null) return hasRole(caller, scope, rule.team);
  if (rule.global === "everyone") return true;
  const sufficient = rule.global;
  return Object.keys(caller.teams).some((team) => hasRole(caller, team, sufficient));
}

/** Who a definition is shown to: names of secrets in AWS are for those who manage the runbook. */
export type Audience = { manages: boolean };

/** As what the caller is shown the definitions of this scope. */
export function getAudience(caller: Caller, scope: Scope): Audience {
  return { manages: isAllowed(caller, "manage", scope) };
}

/** The same for what belongs to several scopes: each of them is asked. */
export function isAllowedInAll(caller: Caller, action: Action, scopes: readonly Scope[]): boolean {
  return scopes.every((scope) => isAllowed(caller, action, scope));
}

/** Lets a caller see what belongs to scopes that it may all view. */
export const mayView = (caller: Caller) => (owned: Owned) => isAllowedInAll(caller, "view", scopesOf(owned));

/** The scopes whose lists a caller is shown. One that it asks for and may not view is none. */
export function listViewableScopes(caller: Caller, asked?: Scope): ListScopes {
  if (asked !== undefined) return isAllowed(caller, "view", asked) ? [asked] : [];
  return caller.platformAdmin ? "all" : [null, ...Object.keys(caller.teams)];
}

/** The scopes whose runbooks a caller may run for an incident of this team. */
export function listRunnableScopes(caller: Caller, incidentTeam: string): Scope[] {
  if (!isAllowed(caller, "execute", incidentTeam)) return [];
  return [incidentTeam, null].filter((scope) => isAllowed(caller, "execute", scope));
}

function hasRole(caller: Caller, team: string, roles: readonly TeamRole[]): boolean {
  const held = Object.hasOwn(caller.teams, team) ? caller.teams[team] : undefined;
  return held?.some((role) => roles.includes(role)) ?? false;
}

/**
 * Lets through, or says why not: what the caller may not view does not exist for it (`not_found`),
 * what it may view but not do is `not_permitted`.
 */
export function authorize(caller: Caller, action: Action, scope: Scope, what: string): void {
  authorizeInAll(caller, action, [scope], what);
}

/** The same for what belongs to several scopes. */
export function authorizeInAll(caller: Caller, action: Action, scopes: readonly Scope[], what: string): void {
  if (!isAllowedInAll(caller, "view", scopes)) throw notFound(what);
  if (!isAllowedInAll(caller, action, scopes)) {
    throw new ServiceError("not_permitted", `You may see this ${what}, but not ${action} it.`);
  }
}

/** A run for an incident needs a role on the incident's team, and a team runbook serves its own team only. */
export function authorizeIncident(caller: Caller, runbookScope: Scope, incidentTeam: string): void {
  if (!isAllowed(caller, "view", incidentTeam)) throw notFound("incident");
  if (!isAllowed(caller, "execute", incidentTeam)) {
    throw new ServiceError("not_permitted", "You may see this incident, but not run runbooks for it.");
  }
  if (runbookScope !== null && runbookScope !== incidentTeam) {
    throw new ServiceError("not_permitted", "A team's runbook runs only for incidents of its own team.");
  }
}

/** The team is named by the caller itself, so there is nothing to hide. Null, no team at all, is for platform admins. */
export function authorizeExecutionTeam(caller: Caller, team: Scope): void {
  if (team === null ? caller.platformAdmin : isAllowed(caller, "execute", team)) return;
  const needed =
    team === null ? "platform-admin" : `team:${team}:responder, team:${team}:admin or platform-admin`;
  const whom = team === null ? "no team" : "this team";
  throw new ServiceError("not_permitted", `Running for ${whom} needs the group ${needed}.`);
}

/** Creating for a scope that the caller does not manage is `not_permitted`, whether or not it may view it. */
export function authorizeCreation(caller: Caller, scope: Scope): void {
  if (isAllowed(caller, "manage", scope)) return;
  const needed = scope === null ? "platform-admin" : `team:${scope}:admin or platform-admin`;
  throw new ServiceError("not_permitted", `Creating here needs the group ${needed}.`);
}

/** Refuses a caller that may do this in no scope, before a body names the scope. */
export function authorizeSomewhere(caller: Caller, action: Action): void {
  if ([null, ...Object.keys(caller.teams)].some((scope) => isAllowed(caller, action, scope))) return;
  const groups = [...PERMISSIONS[action].team.map((role) => `team:<teamId>:${role}`), "platform-admin"];
  throw new ServiceError("not_permitted", `This needs the group ${groups.join(" or ")}.`);
}

/** What is deprecated comes back only through a platform admin. */
export function authorizeRestoration(caller: Caller, approvalStatus: string): void {
  if (approvalStatus !== "DEPRECATED" || caller.platformAdmin) return;
  throw new ServiceError("not_permitted", "Only a platform admin brings back a deprecated runbook.");
}
