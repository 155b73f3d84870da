// Running again: the parameters of an earlier run, its secret ones as they are sealed, at today's approved version.
import type { Caller } from "../domain/caller.ts";
import { RunbookError } from "../domain/errors.ts";
import type { Scope } from "../domain/permissions.ts";
import { teamToRunFor } from "../domain/run-team.ts";
import type { Runbook } from "../domain/runbook-changes.ts";
import type { Run } from "../store/executions.ts";
import { versionOf } from "../store/versions.ts";
import { incidentFor, teamOf } from "./incident.ts";
import { type Starter, type StartRequest, startRun } from "./start-run.ts";

/** `teamId`: the team that the caller names, for a run that was for none. */
type Again = Pick<StartRequest, "version" | "record"> & { teamId?: Scope | undefined };

/** The new run, linked to the earlier one by `trigger.rerunOf`. The incident, if any, is asked for anew. */
export async function rerun(
  caller: Caller,
  runbook: Runbook,
  before: Run,
  { teamId, ...asked }: Again,
  starter: Starter,
): Promise<Run> {
  const { execution, input } = before;
  const incident = await incidentFor(caller, runbook.head.teamId, execution.incidentId ?? undefined);
  const given = runbook.head.teamId ?? teamOf(incident) ?? execution.ranForTeamId;
  const ranForTeamId = teamToRunFor(caller, { given, asked: teamId });
  if (ranForTeamId !== execution.ranForTeamId) refuseSecrets(before);
  const { definition } = await versionOf(execution.runbookId, execution.runbookVersion);
  const request = {
    parameters: input.parameters,
    kept: { ...input, webhookUrl: definition.webhookUrl },
    ranForTeamId,
    incident,
    automation: input.automation,
    triggeredBy: "manual",
    trigger: { rerunOf: execution.id },
    ...asked,
  } as const;
  return startRun(runbook, request, starter);
}

/** What one team gave as a secret is not used for another. */
function refuseSecrets({ input }: Run): void {
  const names = Object.keys(input.secrets);
  if (names.length === 0) return;
  const message = "was given for a run of another team: start a new run, and give it again";
  throw new RunbookError("invalid_parameters", "Secret parameters are not taken over to another team.", {
    issues: names.map((name) => ({ pointer: `/parameters/${name}`, message })),
  });
}
