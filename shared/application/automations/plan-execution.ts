// Plans the execution that an automation requests, under the same rules and with the same rendering as for a person,
// without starting it.

import { PREVIEW_EXECUTION_ID } from "../../contract/context.ts";
import type { Automation } from "../../domain/automations/automation.ts";
import { automationActor } from "../../domain/automations/automation-actor.ts";
import { automationCaller } from "../../domain/automations/automation-decision.ts";
import type { Report } from "../../domain/automations/timeliness.ts";
import { ServiceError } from "../../domain/errors.ts";
import type { SentRequest } from "../../domain/executions/execution.ts";
import type { JsonObject } from "../../domain/json.ts";
import { authorize, authorizeIncident } from "../../domain/permissions.ts";
import type { Runbook } from "../../domain/runbooks/runbook-changes.ts";
import { requireRunnable, requireValidApproval } from "../../domain/runbooks/runnable.ts";
import { runbookUnchangedCheck } from "../../store/runbook-check.ts";
import { getRunbook } from "../../store/runbooks.ts";
import { pickIncidentFields } from "../request/incident.ts";
import { maskSecretParameters, previewRequest, validateParameters } from "../request/preview.ts";
import { Refusal } from "../request/refusal.ts";
import { renderParameters } from "./automation-parameters.ts";

/** `latest` has the incident as stored now. */
type PlanInput = { automation: Automation; report: Report; latest: Pick<Report, "incident"> };
type PlannedExecution = {
  runbook: Runbook;
  parameters: JsonObject;
  incident: JsonObject;
  automation: JsonObject;
};

/** Returns the planned execution. @throws ServiceError whose code says why it is not allowed. */
export async function planExecution({ automation, report, latest }: PlanInput): Promise<PlannedExecution> {
  const { incident } = latest;
  const runbook = await getRunbook(automation.runbookId);
  if (!runbook || runbook.state.deletedAt) {
    const deleted = new ServiceError("not_found", "The runbook was deleted.");
    throw new Refusal(deleted, [runbookUnchangedCheck(automation.runbookId, runbook?.state ?? null)]);
  }
  authorizeAutomation(automation, runbook, incident.teamId);
  return {
    runbook,
    parameters: renderParameters(automation.parameters, report.event, incident),
    incident: pickIncidentFields(incident),
    automation: { id: automation.id, name: automation.name },
  };
}

function authorizeAutomation(automation: Automation, { state }: Runbook, incidentTeam: string): void {
  const caller = automationCaller(automation, incidentTeam);
  try {
    authorize(caller, "execute", state.teamId, "runbook");
    authorizeIncident(caller, state.teamId, incidentTeam);
  } catch (cause) {
    const message = "The automation may not run this runbook for an incident of this team.";
    throw new ServiceError("not_permitted", message, { cause });
  }
}

/** Returns the request that the execution would send, secrets masked. @throws the refusal that a start would get. */
export async function dryRun(
  automation: Automation,
  { runbook, ...planned }: PlannedExecution,
  at: string,
): Promise<{ parameters: JsonObject; request: SentRequest }> {
  const { version, definition } = requireRunnable(runbook);
  requireValidApproval(runbook, at);
  const { state } = runbook;
  const schema = definition.parameters;
  const validated = await validateParameters(schema, planned.parameters);
  const parameters = { ...validated, ...maskSecretParameters(schema, validated) };
  const facts = {
    id: PREVIEW_EXECUTION_ID,
    runbookId: state.id,
    runbookName: definition.name,
    runbookVersion: version,
    teamId: state.teamId,
    createdAt: at,
    executedBy: automationActor(automation.id),
    triggeredBy: "workflow",
    incident: planned.incident,
    automation: planned.automation,
  } as const;
  return { parameters, request: previewRequest(definition, facts, parameters) };
}
