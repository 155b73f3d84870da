// The team that a run is for: whoever sees, stops or repeats the run needs a role in it, besides one on its runbook.
import type { Caller } from "./caller.ts";
import { RunbookError } from "./errors.ts";
import { authorizeRunFor, isAllowed, type Scope } from "./permissions.ts";

/**
 * `given` is the team that leaves no choice: the runbook's, the incident's, or that of the run which is repeated. Null:
 * there is none. `asked` is the team that the caller names; null: it acts for no team.
 */
export type RunFor = { given: Scope; asked?: Scope | undefined };

/**
 * The given team, else the one that the caller names, else the only one that it may run for. Null is no team: a run of
 * the platform. Who may run for several teams has to say for which: nothing that a team does is left without an owner.
 */
export function teamToRunFor(caller: Caller, { given, asked }: RunFor): Scope {
  if (given !== null) {
    if (asked === undefined || asked === given) return given;
    throw refusal(
      `must be "${given}", or be left out: the runbook, the incident or the earlier run has a team`,
    );
  }
  if (asked !== undefined) {
    authorizeRunFor(caller, asked);
    return asked;
  }
  const teams = Object.keys(caller.teams).filter((team) => isAllowed(caller, "execute", team));
  if (teams.length > 1) throw refusal(`is required, since you may run for several teams: ${namesOf(teams)}`);
  return teams[0] ?? null;
}

/**
 * The team that is told of a refused request for a run of a global runbook: the first of those it names that its caller
 * may run for, else one of the caller's own. Null, which everybody sees, only where the caller acts for no team.
 */
export function teamToTell(caller: Caller, named: readonly (string | null | undefined)[]): Scope {
  const known = named.filter((team) => typeof team === "string");
  return known.find((team) => isAllowed(caller, "execute", team)) ?? Object.keys(caller.teams)[0] ?? null;
}

/** Teams that a message names at most. */
const NAMED = 10;

const namesOf = (teams: readonly string[]) =>
  [...teams.toSorted().slice(0, NAMED), ...(teams.length > NAMED ? ["…"] : [])].join(", ");

function refusal(message: string): RunbookError {
  return new RunbookError("malformed_request", "The request does not say rightly for which team it is.", {
    issues: [{ pointer: "/teamId", message }],
  });
}
