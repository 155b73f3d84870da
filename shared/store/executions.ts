// Executions: one partition each. Every status change is conditional on the status that was read.

import * as z from "zod";
import { LISTS, listsKeys, sortByTime } from "../contract/lists.ts";
import { KEYS, SORT_PREFIXES } from "../contract/table.ts";
import { ServiceError } from "../domain/errors.ts";
import type { Callback } from "../domain/executions/callback.ts";
import { type Attempt, Execution, ExecutionInput, SentRequest } from "../domain/executions/execution.ts";
import type { ExecutionChange } from "../domain/executions/execution-changes.ts";
import { AttemptRecord } from "./attempts.ts";
import { auditWrite } from "./audit.ts";
import { parseCallback } from "./callbacks.ts";
import { ConditionFailed } from "./client.ts";
import { jsonText } from "./codecs.ts";
import { chooseMemberships } from "./execution-memberships.ts";
import { clearCallDeadlineWrites, completionWrites } from "./execution-writes.ts";
import { type IdempotencyRecord, idempotencyWrites } from "./idempotency.ts";
import { getRecord, type Item, parseItem, queryRange } from "./read.ts";
import { whileApproved } from "./runbook-check.ts";
import { transact, type Write } from "./transact.ts";

const InputRecord = ExecutionInput.extend({
  parameters: jsonText.pipe(ExecutionInput.shape.parameters),
  incident: jsonText.pipe(ExecutionInput.shape.incident),
  automation: jsonText.pipe(ExecutionInput.shape.automation),
});

/** The body is text of its own: as JSON, a body full of quotes would be twice as large, and an item has a limit. */
const SentRequestRecord = z
  .object({ request: jsonText.pipe(SentRequest.omit({ body: true })), body: z.string() })
  .transform(({ request, body }): SentRequest => ({ ...request, body }));

/** Records the request, secrets masked, in the transaction that claims the first attempt which sends it. */
export function requestWrite(id: string, { body, ...request }: SentRequest): Write {
  const item = { ...KEYS.executionRequest(id), request: JSON.stringify(request), body };
  return { label: "request", put: item, condition: "attribute_not_exists(pk)" };
}

/** An execution with its input, request, attempts and callback. */
export type ExecutionRecord = {
  execution: Execution;
  input: ExecutionInput;
  request: SentRequest | null;
  attempts: Attempt[];
  callback: Callback | null;
};

export async function getExecution(id: string): Promise<Execution | null> {
  return getRecord(Execution, KEYS.execution(id));
}

/** Reads an execution's whole partition except its audit. Returns null if the execution does not exist. */
export async function getExecutionRecord(id: string): Promise<ExecutionRecord | null> {
  const { pk } = KEYS.execution(id);
  const items = await queryRange(pk, { from: SORT_PREFIXES.attempt, to: "~" });
  const findItem = (sk: string) => items.find((item) => item["sk"] === sk);
  const execution = findItem(KEYS.execution(id).sk);
  const input = findItem(KEYS.executionInput(id).sk);
  if (!execution) return null;
  if (!input) throw new ServiceError("internal_error", `The input of the execution ${id} is missing.`);
  const request = findItem(KEYS.executionRequest(id).sk);
  return {
    execution: parseItem(Execution, execution),
    input: parseItem(InputRecord, input),
    request: request ? parseItem(SentRequestRecord, request) : null,
    attempts: items.filter(isAttempt).map((item) => parseItem(AttemptRecord, item).attempt),
    callback: parseCallback(id, items),
  };
}

/** A query may see only half of a claiming transaction. No decision may use such a read. */
export const hasAllAttempts = ({ execution, attempts }: ExecutionRecord) =>
  execution.attemptsClaimed === attempts.length;

const isAttempt = (item: Item) => String(item["sk"]).startsWith(SORT_PREFIXES.attempt);

/**
 * Writes a new PENDING execution. The version must still be the live one, its approval must hold, and the idempotency
 * key, if any, must be unused.
 * @throws ConditionFailed with the label `runbook` or `idempotency`.
 */
export async function putExecution(
  { execution, audit }: ExecutionChange,
  input: ExecutionInput,
  idempotency: IdempotencyRecord | null,
  extraWrites: readonly Write[] = [],
): Promise<void> {
  await transact([
    {
      label: "runbook",
      key: KEYS.runbookState(execution.runbookId),
      update: "ADD activeExecutions :one, executionsStarted :one",
      ...whileApproved(execution, execution.createdAt, {
        condition: "liveVersion = :version AND deletedAt = :none",
        values: { ":one": 1, ":version": execution.runbookVersion, ":none": null },
      }),
    },
    { label: "execution", put: executionItem(execution), condition: "attribute_not_exists(pk)" },
    { label: "input", put: inputItem(input), condition: "attribute_not_exists(pk)" },
    ...parameterWrites(execution),
    auditWrite(audit),
    ...idempotencyWrites(idempotency),
    ...extraWrites,
  ]);
}

/** Writes the status of an execution if it has not changed since it was read. */
export function statusWrite({ before, execution }: Pick<ExecutionChange, "before" | "execution">): Write {
  if (!before) throw new Error("putExecution writes new executions");
  return {
    label: "execution",
    put: executionItem(execution),
    condition: "#status = :status AND auditSequence = :sequence AND attemptsClaimed = :claimed",
    names: { "#status": "status" },
    values: {
      ":status": before.status,
      ":sequence": before.auditSequence,
      ":claimed": before.attemptsClaimed,
    },
  };
}

/**
 * Writes the end of an execution if nothing it was decided from has changed, and decrements the runbook's count of
 * active executions.
 * @throws ConditionFailed with the label `execution`, `attempt` or `callback` on a concurrent change.
 */
export async function saveCompletion(change: ExecutionChange): Promise<void> {
  const { execution, audit, unfinishedAttempts } = change;
  await transact([
    statusWrite(change),
    ...completionWrites(execution, unfinishedAttempts),
    auditWrite(audit),
  ]);
}

/** Records that the last call of a completed execution is over. Returns false if that is already recorded. */
export async function clearCallDeadline(execution: Execution): Promise<boolean> {
  try {
    await transact(clearCallDeadlineWrites(execution));
    return true;
  } catch (error) {
    if (error instanceof ConditionFailed) return false;
    throw error;
  }
}

function executionItem(execution: Execution): Item {
  const { id, createdAt } = execution;
  const lists = listsKeys(chooseMemberships(execution), sortByTime(createdAt, id));
  return { ...KEYS.execution(id), ...lists, ...execution };
}

/** One for each searchable parameter. They never change. */
function parameterWrites({ id, createdAt, ranForTeamId, searchable = {} }: Execution): Write[] {
  return Object.entries(searchable).map(([name, digest]) => {
    const lists = [
      LISTS.teamExecutionsByParameter(ranForTeamId, digest),
      LISTS.allExecutionsByParameter(digest),
    ];
    const item = { ...KEYS.executionParameter(id, name), ...listsKeys(lists, sortByTime(createdAt, id)) };
    return { label: "parameter", put: item, condition: "attribute_not_exists(pk)" };
  });
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

/** Reads the executions and returns the ids of those that pass `keep`. */
export async function filterExecutions(
  ids: readonly string[],
  keep: (record: Execution) => boolean,
): Promise<string[]> {
  const executions = await Promise.all(ids.map(getExecution));
  return executions.flatMap((execution) => (execution && keep(execution) ? [execution.id] : []));
}

const STALE_LABELS: ReadonlySet<string> = new Set(["execution", "attempt", "request", "callback"]);

/** Returns true if the execution, an attempt or the callback changed between read and write. */
export function isStale(error: unknown): boolean {
  return error instanceof ConditionFailed && error.labels.some((l) => STALE_LABELS.has(l));
}
