// Scopes: the team that owns a resource, or global.

/** A team's id, or null: global. */
export type Scope = string | null;

/** The scopes of an execution: its runbook's, and that of the team it runs for. */
export type Owned = { teamId: Scope; ranForTeamId: Scope };

/** Returns both scopes of an execution or of its audit entry. */
export const scopesOf = ({ teamId, ranForTeamId }: Owned): Scope[] => [teamId, ranForTeamId];

/** Returns the scopes whose pauses and freeze windows stop an execution, without duplicates. The whole service is first. */
export const gatesOf = (run: Owned): Scope[] => [...new Set([null, ...scopesOf(run)])];

/** Scopes to list. `all` needs a platform admin or auditor. */
export type ListScopes = readonly Scope[] | "all";
