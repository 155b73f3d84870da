// The team that a run is for: whoever sees, stops or repeats the run needs a role in it, besides one on its runbook.
import type { Caller } from "../caller.ts";
import { ServiceError } from "../errors.ts";
import { authorizeExecutionTeam, isAllowed } from "../permissions.ts";
import type { Scope } from "../scopes.ts";

/**
 * `given` is the team that leaves no choice: the runbook's, the incident's, or that of the run which is repeated. Null:
 * there is none. `asked` is the team that the caller names; null: it acts for no team.
 */
export type TeamSelection = { fixed: Scope; requested?: Scope | undefined };

/**
 * The given team, else the one that the caller names, else the only one that it may run for. Null is no team: a run of
 * the platform. Who may run for several teams has to say for which: nothing that a team does is left without an owner.
 */
export function chooseExecutionTeam(caller: Caller, { fixed, requested }: TeamSelection): Scope {
  if (fixed !== null) {
    if (requested === undefined || requested === fixed) return fixed;
    throw teamRequiredError(
      `must be "${fixed}", or be left out: the runbook, the incident or the earlier run has a team`,
    );
  }
  if (requested !== undefined) {
    authorizeExecutionTeam(caller, requested);
    return requested;
  }
  const teams = Object.keys(caller.teams).filter((team) => isAllowed(caller, "execute", team));
  if (teams.length > 1)
    throw teamRequiredError(`is required, since you may run for several teams: ${formatTeams(teams)}`);
  return teams[0] ?? null;
}

/**
 * The team that is told of a refused request for a run of a global runbook: the first of those it names that its caller
 * may run for, else one of the caller's own. Null, which everybody sees, only where the caller acts for no team.
 */
export function chooseTeamToNotify(
  caller: Caller,
  candidates: readonly (string | null | undefined)[],
): Scope {
  const known = candidates.filter((team) => typeof team === "string");
  return known.find((team) => isAllowed(caller, "execute", team)) ?? Object.keys(caller.teams)[0] ?? null;
}

/** Teams that a message names at most. */
const MAX_LISTED_TEAMS = 10;

const formatTeams = (teams: readonly string[]) =>
  [...teams.toSorted().slice(0, MAX_LISTED_TEAMS), ...(teams.length > MAX_LISTED_TEAMS ? ["…"] : [])].join(
    ", ",
  );

function teamRequiredError(message: string): ServiceError {
  return new ServiceError("malformed_request", "The request does not say rightly for which team it is.", {
    issues: [{ pointer: "/teamId", message }],
  });
}
