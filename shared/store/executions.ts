// Executions: each in a partition of its own; every change of status carries the status it was decided from.
import * as z from "zod";
import { KEYS, LISTS, SHARDS, SORT_PREFIXES, shardOf } from "../contract/table.ts";
import type { Callback } from "../domain/callback.ts";
import type { Caller } from "../domain/caller.ts";
import { RunbookError } from "../domain/errors.ts";
import {
  type Attempt,
  Execution,
  ExecutionInput,
  type ExecutionStatus,
  SentRequest,
} from "../domain/execution.ts";
import { isAllowedInAll, scopesOf } from "../domain/permissions.ts";
import { isActive, isUnsettled, type RunChange } from "../domain/run-changes.ts";
import { StoredAttempt } from "./attempts.ts";
import { auditWrite } from "./audit.ts";
import { callbackFrom } from "./callbacks.ts";
import { ConditionFailed } from "./client.ts";
import { type IdempotencyRecord, idempotencyWrites } from "./idempotency.ts";
import { type Listed, listMerged, type Page } from "./lists.ts";
import { get, type Item, parseItem, range } from "./read.ts";
import { beginChecks, endWrites, settleWrites } from "./run-writes.ts";
import { transact, type Write } from "./transact.ts";

const jsonText = z.string().transform((text) => JSON.parse(text) as unknown);
const StoredInput = ExecutionInput.extend({
  parameters: jsonText.pipe(ExecutionInput.shape.parameters),
  incident: jsonText.pipe(ExecutionInput.shape.incident),
  automation: jsonText.pipe(ExecutionInput.shape.automation),
});
const StoredRequest = z.object({ request: jsonText.pipe(SentRequest) });

/** A run with all that belongs to it. */
export type Run = {
  execution: Execution;
  input: ExecutionInput;
  request: SentRequest | null;
  attempts: Attempt[];
  callback: Callback | null;
};

export async function getExecution(id: string): Promise<Execution | null> {
  return get(Execution, KEYS.execution(id));
}

/** Everything in the run's partition but its audit; null where there is no such run. */
export async function getRun(id: string): Promise<Run | null> {
  const { pk } = KEYS.execution(id);
  const items = await range(pk, { from: SORT_PREFIXES.attempt, to: "~" });
  const at = (sk: string) => items.find((item) => item["sk"] === sk);
  const execution = at(KEYS.execution(id).sk);
  const input = at(KEYS.executionInput(id).sk);
  if (!execution) return null;
  if (!input) throw new RunbookError("internal_error", `The execution ${id} has lost its input.`);
  const request = at(KEYS.executionRequest(id).sk);
  return {
    execution: parseItem(Execution, execution),
    input: parseItem(StoredInput, input),
    request: request ? parseItem(StoredRequest, request).request : null,
    attempts: items.filter(isAttempt).map((item) => parseItem(StoredAttempt, item).attempt),
    callback: callbackFrom(id, items),
  };
}

/** A read may fall into the middle of a claim, and see one half of it: nothing is decided from that. */
export const isWhole = ({ execution, attempts }: Run) => execution.attemptsClaimed === attempts.length;

const isAttempt = (item: Item) => String(item["sk"]).startsWith(SORT_PREFIXES.attempt);

/**
 * Writes a new PENDING run: only if the runbook is still approved at exactly this version, and the idempotency
 * record, if any, is not there yet. Throws ConditionFailed with the label `head` or `idempotency`.
 */
export async function createExecution(
  { execution, audit }: RunChange,
  input: ExecutionInput,
  idempotency: IdempotencyRecord | null,
  also: readonly Write[] = [],
): Promise<void> {
  await transact([
    {
      label: "head",
      key: KEYS.runbookHead(execution.runbookId),
      update: "ADD activeExecutions :one, executionsStarted :one",
      condition: "approvalStatus = :approved AND version = :version AND deletedAt = :none",
      values: { ":one": 1, ":approved": "APPROVED", ":version": execution.runbookVersion, ":none": null },
    },
    { label: "execution", put: executionItem(execution), condition: "attribute_not_exists(pk)" },
    { label: "input", put: inputItem(input), condition: "attribute_not_exists(pk)" },
    auditWrite(audit),
    ...idempotencyWrites(idempotency),
    ...also,
  ]);
}

/**
 * Writes a change of status, if the run still is as it was read. An end also gives back the runbook's active count.
 * Throws ConditionFailed with the label `execution`, `attempt` or `callback` if somebody else was faster, or, only when a run
 * begins, `approval` if the runbook is no longer approved at its version, `control` if new runs are paused, `lock` if
 * the run does not hold its lock.
 */
export async function saveExecution({ before, execution, audit, unsettled }: RunChange): Promise<void> {
  if (!before) throw new Error("A new run is written by createExecution");
  const begins = isActive(execution);
  await transact([
    {
      label: "execution",
      put: executionItem(execution),
      condition: "#status = :status AND auditSequence = :sequence AND attemptsClaimed = :claimed",
      names: { "#status": "status" },
      values: {
        ":status": before.status,
        ":sequence": before.auditSequence,
        ":claimed": before.attemptsClaimed,
      },
    },
    ...(begins ? beginChecks(execution) : endWrites(execution, unsettled)),
    auditWrite(audit),
  ]);
}

/** The last call of a run that has ended is over. False where somebody else has written that already. */
export async function settleExecution(execution: Execution): Promise<boolean> {
  try {
    await transact(settleWrites(execution));
    return true;
  } catch (error) {
    if (error instanceof ConditionFailed) return false;
    throw error;
  }
}

function executionItem(execution: Execution): Item {
  const { id, runbookId, incidentId } = execution;
  return {
    ...KEYS.execution(id),
    runbookExecutions: LISTS.runbookExecutions(runbookId),
    ...(incidentId && { incidentExecutions: LISTS.incidentExecutions(incidentId) }),
    ...(isUnsettled(execution) && { activeShard: LISTS.activeShard(shardOf(id, SHARDS.activeShard)) }),
    executionSort: id,
    ...execution,
  };
}

function inputItem(input: ExecutionInput): Item {
  return {
    ...KEYS.executionInput(input.executionId),
    ...input,
    parameters: JSON.stringify(input.parameters),
    incident: JSON.stringify(input.incident),
    automation: JSON.stringify(input.automation),
  };
}

/** Of the runs of a runbook, those that the caller may see, newest first. */
export async function listExecutions(
  caller: Caller,
  runbookId: string,
  status: ExecutionStatus | undefined,
  page: Page,
): Promise<Listed<Execution>> {
  return listMerged({
    index: "executions-by-runbook",
    partitions: [LISTS.runbookExecutions(runbookId)],
    page,
    parse: (item) => parseItem(Execution, item),
    keep: (execution) => (status === undefined || execution.status === status) && maySee(caller, execution),
  });
}

/** Runs for an incident that the caller may see, newest first. */
export async function listIncidentExecutions(
  caller: Caller,
  incidentId: string,
  page: Page,
): Promise<Listed<Execution>> {
  return listMerged({
    index: "executions-by-incident",
    partitions: [LISTS.incidentExecutions(incidentId)],
    page,
    parse: (item) => parseItem(Execution, item),
    keep: (execution) => maySee(caller, execution),
  });
}

const maySee = (caller: Caller, execution: Execution) => isAllowedInAll(caller, "view", scopesOf(execution));

/** Of these runs, those that the test lets through. */
export async function onlyRuns(ids: readonly string[], keep: (run: Execution) => boolean): Promise<string[]> {
  const runs = await Promise.all(ids.map(getExecution));
  return runs.flatMap((run) => (run && keep(run) ? [run.id] : []));
}

const MOVED: ReadonlySet<string> = new Set(["execution", "attempt", "callback"]);

/** True when the failed condition says that somebody else changed the run or an attempt, or its receiver called back. */
export function runMoved(error: unknown): boolean {
  return error instanceof ConditionFailed && error.labels.some((l) => MOVED.has(l));
}
