// The run that an automation asks for: the same rules as for a person, and the same rendering, without starting it.
import { PREVIEW_EXECUTION_ID } from "../contract/context.ts";
import type { Automation } from "../domain/automation.ts";
import { automationActor, automationCaller } from "../domain/automation-decision.ts";
import { RunbookError } from "../domain/errors.ts";
import type { SentRequest } from "../domain/execution.ts";
import type { Incident } from "../domain/incident.ts";
import type { JsonObject } from "../domain/json.ts";
import { authorize, authorizeIncident } from "../domain/permissions.ts";
import type { Runbook } from "../domain/runbook-changes.ts";
import { headCheck } from "../store/head-check.ts";
import { getRunbook } from "../store/runbooks.ts";
import { requireApproved } from "./automation.ts";
import { renderParameters } from "./automation-parameters.ts";
import { frozen } from "./incident.ts";
import { maskedSecrets, previewRequest, validParameters } from "./preview.ts";
import { Refusal } from "./refusal.ts";

/** `event` is the event as it came; `incident` the incident as it stands. */
export type Asked = { automation: Automation; event: JsonObject; incident: Incident };
export type PlannedRun = {
  runbook: Runbook;
  parameters: JsonObject;
  incident: JsonObject;
  automation: JsonObject;
};

/** What is to be run. Throws a RunbookError whose code says why nothing may be. */
export async function planRun({ automation, event, incident }: Asked): Promise<PlannedRun> {
  const runbook = await getRunbook(automation.runbookId);
  if (!runbook || runbook.head.deletedAt) {
    const deleted = new RunbookError("not_found", "The runbook was deleted.");
    throw new Refusal(deleted, [headCheck(automation.runbookId, runbook?.head ?? null)]);
  }
  authorizeAutomation(automation, runbook, incident.teamId);
  return {
    runbook,
    parameters: renderParameters(automation.parameters, event),
    incident: frozen(incident),
    automation: { id: automation.id, name: automation.name },
  };
}

function authorizeAutomation(automation: Automation, { head }: Runbook, incidentTeam: string): void {
  const caller = automationCaller(automation, incidentTeam);
  try {
    authorize(caller, "execute", head.teamId, "runbook");
    authorizeIncident(caller, head.teamId, incidentTeam);
  } catch (cause) {
    const message = "The automation may not run this runbook for an incident of this team.";
    throw new RunbookError("not_permitted", message, { cause });
  }
}

/** The request that the run would send, secrets masked; throws what starting it would be refused with. */
export function rehearse(
  automation: Automation,
  { runbook, ...planned }: PlannedRun,
  at: string,
): { parameters: JsonObject; request: SentRequest } {
  requireApproved(runbook);
  const { head, current } = runbook;
  const schema = current.definition.parameters;
  const given = validParameters(schema, planned.parameters);
  const parameters = { ...given, ...maskedSecrets(schema, given) };
  const run = {
    id: PREVIEW_EXECUTION_ID,
    runbookId: head.id,
    runbookName: current.definition.name,
    runbookVersion: head.version,
    teamId: head.teamId,
    createdAt: at,
    executedBy: automationActor(automation.id),
    triggeredBy: "workflow",
    incident: planned.incident,
    automation: planned.automation,
  } as const;
  return { parameters, request: previewRequest(current.definition, run, parameters) };
}
