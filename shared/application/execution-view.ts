// Builds the view of an execution, with the definition that it runs.
import type { Caller } from "../domain/caller.ts";
import {
  type ConcurrencySlots,
  getQueuePosition,
  type QueuePosition,
} from "../domain/executions/concurrency.ts";
import type { Execution } from "../domain/executions/execution.ts";
import type { ExecutionView } from "../domain/executions/execution-view.ts";
import { getAudience, isAllowedInAll } from "../domain/permissions.ts";
import type { DefinitionRecord } from "../domain/runbooks/definition.ts";
import { scopesOf } from "../domain/scopes.ts";
import { toExecutionView } from "../domain/views.ts";
import { logger, toLogFields } from "../logging/logger.ts";
import { getSlots } from "../store/concurrency-slots.ts";
import { type ExecutionRecord, filterExecutions } from "../store/executions.ts";
import { requireVersion } from "../store/versions.ts";
import { consoleLinksOf } from "./console-links.ts";
import type { CreatedExecution } from "./start/create-execution.ts";

/** Returns the current view. The caller must already be authorized to view the execution. */
export async function getExecutionView(record: ExecutionRecord, caller: Caller): Promise<ExecutionView> {
  const definition = await getDefinition(record);
  const slots = await getSlotsWaitedFor(record.execution);
  const queue = slots && (await getVisibleQueuePosition(slots, record.execution, caller));
  return buildView({ ...record, queue }, definition, caller);
}

/** Returns the definition that the execution runs. */
export async function getDefinition({ execution }: ExecutionRecord): Promise<DefinitionRecord> {
  return (await requireVersion(execution.runbookId, execution.runbookVersion)).definition;
}

/** Returns the view of an execution that was just stored. A failed read must not hide that it was stored. */
export async function toCreatedExecutionView(
  created: CreatedExecution,
  caller: Caller,
): Promise<ExecutionView> {
  const { definition, queue: slots, ...record } = created;
  const queue = slots && (await tryGetVisibleQueuePosition(slots, record.execution, caller));
  return buildView({ ...record, queue }, definition, caller);
}

/** Returns the view of a completed execution, which has no queue position. */
export const toCompletedExecutionView = (
  record: ExecutionRecord,
  definition: DefinitionRecord,
  caller: Caller,
) => buildView({ ...record, queue: null }, definition, caller);

function buildView(
  record: ExecutionRecord & { queue: QueuePosition | null },
  definition: DefinitionRecord,
  caller: Caller,
): ExecutionView {
  const { execution } = record;
  return toExecutionView(
    record,
    definition,
    consoleLinksOf(execution),
    getAudience(caller, execution.teamId),
  );
}

async function getSlotsWaitedFor({
  runbookId,
  status,
  concurrency,
}: Execution): Promise<ConcurrencySlots | null> {
  if (status !== "PENDING" || !concurrency?.queuedAt) return null;
  return getSlots(runbookId, concurrency.slotKey);
}

/** Returns the queue position. It names only executions that the caller may view. */
async function getVisibleQueuePosition(
  slots: ConcurrencySlots,
  { id, teamId }: Execution,
  caller: Caller,
): Promise<QueuePosition | null> {
  const position = getQueuePosition(slots, id);
  if (!position || teamId !== null) return position;
  const waitingFor = await filterExecutions(position.waitingFor, (other) =>
    isAllowedInAll(caller, "view", scopesOf(other)),
  );
  return { ...position, waitingFor };
}

/** Names no executions if the caller's right to view them cannot be read. */
async function tryGetVisibleQueuePosition(slots: ConcurrencySlots, execution: Execution, caller: Caller) {
  try {
    return await getVisibleQueuePosition(slots, execution, caller);
  } catch (error) {
    logger.warn("The runs that a new run waits for could not be read; the answer names none", {
      executionId: execution.id,
      failure: toLogFields(error),
    });
    const position = getQueuePosition(slots, execution.id);
    return position && { ...position, waitingFor: [] };
  }
}
