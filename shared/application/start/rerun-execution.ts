// Reruns an execution: its parameters, secret ones in encrypted form, at the version that is live now.

import * as z from "zod";
import type { Caller } from "../../domain/caller.ts";
import type { Context } from "../../domain/context.ts";
import { type Issue, ServiceError } from "../../domain/errors.ts";
import { chooseExecutionTeam } from "../../domain/executions/execution-team.ts";
import { TeamScope } from "../../domain/ids.ts";
import type { Runbook } from "../../domain/runbooks/runbook-changes.ts";
import { getVersionToRun } from "../../domain/runbooks/runnable.ts";
import type { Scope } from "../../domain/scopes.ts";
import type { ExecutionRecord } from "../../store/executions.ts";
import { requireVersion } from "../../store/versions.ts";
import { requireRunbook } from "../request/access.ts";
import { resolveIncident, teamOf } from "../request/incident.ts";
import { findInvalidParameters } from "../request/preview.ts";
import { type CreatedExecution, type CreateExecutionInput, createExecution } from "./create-execution.ts";
import { type ReusedSecrets, selectReusedSecrets } from "./reused-secrets.ts";

/** `teamId`: the team that the caller names, if the earlier execution ran for none. */
type RerunInput = Pick<CreateExecutionInput, "version" | "record"> & { teamId?: Scope | undefined };

/**
 * Returns the new execution, linked to the earlier one by `trigger.rerunOf`. Reads the incident again, if there is one.
 */
export async function rerunExecution(
  caller: Caller,
  runbook: Runbook,
  previous: ExecutionRecord,
  { teamId, ...asked }: RerunInput,
  context: Context,
): Promise<CreatedExecution> {
  const { execution, input } = previous;
  if (execution.erasedAt) throw erasedError(execution.erasedAt);
  const incident = await resolveIncident(caller, runbook.state.teamId, execution.incidentId ?? undefined);
  const given = runbook.state.teamId ?? teamOf(incident) ?? execution.ranForTeamId;
  const ranForTeamId = chooseExecutionTeam(caller, { fixed: given, requested: teamId });
  const request = {
    parameters: input.parameters,
    reusedSecrets: await loadReusedSecrets(previous, ranForTeamId),
    ranForTeamId,
    incident,
    automation: input.automation,
    triggeredBy: "manual",
    trigger: { rerunOf: execution.id },
    ...asked,
  } as const;
  return createExecution(runbook, request, context);
}

function erasedError(at: string): ServiceError {
  const message = `What the execution was given was erased (${at}): start the runbook with parameters of your own.`;
  return new ServiceError("invalid_transition", message);
}

/** Secrets that one team provided are not used for another team. */
async function loadReusedSecrets(
  { execution, input }: ExecutionRecord,
  ranForTeamId: Scope,
): Promise<ReusedSecrets> {
  const { definition } = await requireVersion(execution.runbookId, execution.runbookVersion);
  const otherTeam = ranForTeamId !== execution.ranForTeamId;
  return { ...input, webhookUrl: definition.webhookUrl, otherTeam };
}

const WithTeam = z.object({ teamId: TeamScope.optional().catch(undefined) });

/**
 * Returns further issues of a rerun whose body does not match its schema. @throws if the caller may not rerun the
 * execution.
 */
export async function inspectRerun(
  data: unknown,
  previous: ExecutionRecord,
  caller: Caller,
): Promise<Issue[]> {
  const runbook = await requireRunbook(caller, "execute", previous.execution.runbookId);
  const asked = WithTeam.safeParse(data).data?.teamId;
  const team = resolveTeam(caller, runbook.state.teamId ?? previous.execution.ranForTeamId, asked);
  const reused = await loadReusedSecrets(previous, team.teamId);
  const { definition } = getVersionToRun(runbook);
  const { secrets, issues } = selectReusedSecrets(definition, reused);
  const others = await findInvalidParameters(definition, previous.input.parameters, Object.keys(secrets));
  return [...team.issues, ...issues, ...others];
}

/** A team that the caller may not name becomes an issue. The remaining checks then use `given`. */
function resolveTeam(caller: Caller, given: Scope, asked: Scope | undefined) {
  try {
    return { teamId: chooseExecutionTeam(caller, { fixed: given, requested: asked }), issues: [] };
  } catch (error) {
    if (!(error instanceof ServiceError) || error.issues.length === 0) throw error;
    return { teamId: given, issues: error.issues };
  }
}
