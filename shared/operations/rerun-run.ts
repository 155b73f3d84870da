// Running again: the parameters of an earlier run, its secret ones as they are sealed, at today's approved version.
import type { Caller } from "../domain/caller.ts";
import type { Runbook } from "../domain/runbook-changes.ts";
import type { Run } from "../store/executions.ts";
import { versionOf } from "../store/versions.ts";
import { incidentFor } from "./incident.ts";
import { type Starter, type StartRequest, startRun } from "./start-run.ts";

/** The new run, linked to the earlier one by `trigger.rerunOf`. The incident, if any, is asked for anew. */
export async function rerun(
  caller: Caller,
  runbook: Runbook,
  { execution, input }: Run,
  asked: Pick<StartRequest, "version" | "record">,
  starter: Starter,
): Promise<Run> {
  const incident = await incidentFor(caller, runbook.head.teamId, execution.incidentId ?? undefined);
  const { definition } = await versionOf(execution.runbookId, execution.runbookVersion);
  const request = {
    parameters: input.parameters,
    kept: { ...input, webhookUrl: definition.webhookUrl },
    incident,
    automation: input.automation,
    triggeredBy: "manual",
    trigger: { rerunOf: execution.id },
    ...asked,
  } as const;
  return startRun(runbook, request, starter);
}
