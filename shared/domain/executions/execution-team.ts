// Chooses the team of an execution. Viewing, cancelling and rerunning need a role in it and on the runbook.
import type { Caller } from "../caller.ts";
import { ServiceError } from "../errors.ts";
import { authorizeExecutionTeam, isAllowed } from "../permissions.ts";
import type { Scope } from "../scopes.ts";

/**
 * `fixed` is the team of the runbook, the incident or the execution to repeat; null: none of them has one. `requested`
 * is the team in the request; null: no team.
 */
type TeamSelection = { fixed: Scope; requested?: Scope | undefined };

/**
 * Returns the fixed team, else the requested one, else the only team that the caller may execute for. Null: no team, a
 * platform execution. A caller with several teams must name one, so that no team's execution lacks an owner. @throws
 * `malformed_request` if the team is missing or differs from the fixed one.
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
 * Returns the team to notify of a refused request for a global runbook: the first candidate that the caller may execute
 * for, else one of the caller's teams. Null, visible to everyone, only if the caller has no team.
 */
export function chooseTeamToNotify(
  caller: Caller,
  candidates: readonly (string | null | undefined)[],
): Scope {
  const known = candidates.filter((team) => typeof team === "string");
  return known.find((team) => isAllowed(caller, "execute", team)) ?? Object.keys(caller.teams)[0] ?? null;
}

/** The most teams in one message. */
const MAX_LISTED_TEAMS = 10;

const formatTeams = (teams: readonly string[]) =>
  [...teams.toSorted().slice(0, MAX_LISTED_TEAMS), ...(teams.length > MAX_LISTED_TEAMS ? ["…"] : [])].join(
    ", ",
  );

function teamRequiredError(message: string): ServiceError {
  return new ServiceError("malformed_request", "The request does not name its team correctly.", {
    issues: [{ pointer: "/teamId", message }],
  });
}
