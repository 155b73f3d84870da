// The deployment's rules for who may approve, read for one caller.
import { readEnvironment } from "../../contract/env.ts";
import type { ApproverRules } from "../../domain/approvers.ts";
import type { Caller } from "../../domain/caller.ts";
import type { Scope } from "../../domain/scopes.ts";

/** Returns the rules for this caller as an approver of what belongs to this team. */
export function readApproverRules(teamId: Scope, caller: Caller): ApproverRules {
  const options = readEnvironment(["FOUR_EYES", "APPROVER_OF_ANOTHER_TEAM"], process.env);
  const ownTeam = options.APPROVER_OF_ANOTHER_TEAM ? getOwnTeam(teamId, caller) : null;
  return { fourEyes: options.FOUR_EYES, ownTeam };
}

/** What is global belongs to no team. */
function getOwnTeam(teamId: Scope, { teams }: Caller): string | null {
  return teamId !== null && Object.hasOwn(teams, teamId) ? teamId : null;
}
