// What things belong to: a team, several, or nobody in particular.

/** A team's id, or null: global. */
export type Scope = string | null;

/** What belongs to a runbook's scope, and to that of the team that it was run for. */
export type Owned = { teamId: Scope; ranForTeamId: Scope };

/** Both scopes of an execution, or of what tells of one. */
export const scopesOf = ({ teamId, ranForTeamId }: Owned): Scope[] => [teamId, ranForTeamId];

/** The scopes whose lists are read. */
export type ListScopes = readonly Scope[] | "all";
