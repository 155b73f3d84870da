// A run as its readers see it, with the definition that it is carried out by.
import type { Caller } from "../domain/caller.ts";
import { getQueuePosition, type QueuePosition } from "../domain/executions/concurrency.ts";
import type { Execution } from "../domain/executions/execution.ts";
import type { ExecutionView } from "../domain/executions/execution-view.ts";
import { getAudience, isAllowedInAll, notFound, scopesOf } from "../domain/permissions.ts";
import { toExecutionView } from "../domain/views.ts";
import { consoleUrl } from "../step-functions/executions.ts";
import { type ExecutionRecord, filterExecutions, getExecutionRecord } from "../store/executions.ts";
import { getLock } from "../store/locks.ts";
import { requireVersion } from "../store/versions.ts";

/** By id, as it stands now. The caller may see it: that has been asked before. */
export async function getExecutionView(id: string, caller: Caller): Promise<ExecutionView> {
  const record = await getExecutionRecord(id);
  if (!record) throw notFound("execution");
  return toFullExecutionView(record, caller);
}

export async function toFullExecutionView(record: ExecutionRecord, caller: Caller): Promise<ExecutionView> {
  const { id, runbookId, runbookVersion, teamId } = record.execution;
  const { definition } = await requireVersion(runbookId, runbookVersion);
  const queue = await getVisibleQueuePosition(record.execution, caller);
  return toExecutionView({ ...record, queue }, definition, consoleUrl(id), getAudience(caller, teamId));
}

/** Of the runs that it waits for, those are named that the caller may see. */
async function getVisibleQueuePosition(execution: Execution, caller: Caller): Promise<QueuePosition | null> {
  const { id, runbookId, teamId, status, concurrency } = execution;
  if (status !== "PENDING" || !concurrency?.queuedAt) return null;
  const position = getQueuePosition(await getLock(runbookId, concurrency.lock), id);
  if (!position || teamId !== null) return position;
  const waitingFor = await filterExecutions(position.waitingFor, (other) =>
    isAllowedInAll(caller, "view", scopesOf(other)),
  );
  return { ...position, waitingFor };
}
