// Running again: the parameters of an earlier run, its secret ones as they are sealed, at today's approved version.

import * as z from "zod";
import type { Caller } from "../domain/caller.ts";
import { type Issue, RunbookError } from "../domain/errors.ts";
import { TeamScope } from "../domain/ids.ts";
import type { Scope } from "../domain/permissions.ts";
import { teamToRunFor } from "../domain/run-team.ts";
import type { Runbook } from "../domain/runbook-changes.ts";
import type { Run } from "../store/executions.ts";
import { versionOf } from "../store/versions.ts";
import { requireRunbook } from "./access.ts";
import { incidentFor, teamOf } from "./incident.ts";
import { type Kept, keptSecrets } from "./kept-secrets.ts";
import { parameterIssues } from "./preview.ts";
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
  const request = {
    parameters: input.parameters,
    kept: await keptFrom(before, ranForTeamId),
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
async function keptFrom({ execution, input }: Run, ranForTeamId: Scope): Promise<Kept> {
  const { definition } = await versionOf(execution.runbookId, execution.runbookVersion);
  const otherTeam = ranForTeamId !== execution.ranForTeamId;
  return { ...input, webhookUrl: definition.webhookUrl, otherTeam };
}

const WithTeam = z.object({ teamId: TeamScope.optional().catch(undefined) });

/** What else is wrong with a rerun whose body does not fit its schema. Throws where the caller may not rerun it. */
export async function otherRerunIssues(data: unknown, before: Run, caller: Caller): Promise<Issue[]> {
  const runbook = await requireRunbook(caller, "execute", before.execution.runbookId);
  const asked = WithTeam.safeParse(data).data?.teamId;
  const team = teamOrIssues(caller, runbook.head.teamId ?? before.execution.ranForTeamId, asked);
  const kept = await keptFrom(before, team.teamId);
  const { definition } = runbook.current;
  const { secrets, issues } = keptSecrets(definition, kept);
  const others = parameterIssues(definition, before.input.parameters, Object.keys(secrets));
  return [...team.issues, ...issues, ...others];
}

/** A team that may not be named is an issue; the rest is then looked at as for the given one. */
function teamOrIssues(caller: Caller, given: Scope, asked: Scope | undefined) {
  try {
    return { teamId: teamToRunFor(caller, { given, asked }), issues: [] };
  } catch (error) {
    if (!(error instanceof RunbookError) || error.issues.length === 0) throw error;
    return { teamId: given, issues: error.issues };
  }
}
