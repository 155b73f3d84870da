// Attempts: their records, and the update that records an outcome after the call.

import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import { KEYS, SORT_PREFIXES } from "../contract/table.ts";
import { Attempt } from "../domain/executions/execution.ts";
import { ConditionFailed, callTable, openTable } from "./client.ts";
import { jsonText } from "./codecs.ts";
import { getRecord, parseItem, queryRange } from "./read.ts";
import type { Write } from "./transact.ts";

/**
 * `claim` identifies the invocation that claimed the attempt, so that a retried write recognizes its own claim.
 * `presumed`: the outcome was marked `unknown`, and the real outcome may still arrive. `executionEnded`: the execution
 * completed while this attempt could still change.
 */
export const AttemptRecord = z.object({
  outcome: z.string(),
  claim: z.string(),
  presumed: z.literal(true).optional(),
  executionEnded: z.literal(true).optional(),
  attempt: jsonText.pipe(Attempt),
});

/** Lists the attempts of an execution, in order. */
export async function listAttempts(executionId: string): Promise<Attempt[]> {
  const { pk } = KEYS.execution(executionId);
  const range = { from: SORT_PREFIXES.attempt, to: `${SORT_PREFIXES.attempt}~` };
  const items = await queryRange(pk, range);
  return items.map((item) => parseItem(AttemptRecord, item).attempt);
}

/**
 * `recorded`: the store holds this outcome. `executionEnded`: the execution had already completed, so the caller must
 * release its concurrency slot.
 */
type RecordedAttempt = { recorded: boolean; executionEnded: boolean };

/** Records the outcome of an attempt once, even if it was presumed `unknown` or its execution has completed. */
export async function recordAttempt(executionId: string, attempt: Attempt): Promise<RecordedAttempt> {
  const before = await updateAttempt(executionId, attempt, {
    update: "SET outcome = :outcome, attempt = :attempt REMOVE presumed",
    condition: "outcome = :in_progress OR presumed = :true",
    values: { ":true": true },
  });
  if (before) return { recorded: true, executionEnded: before["executionEnded"] === true };
  const stored = await getRecord(AttemptRecord, KEYS.attempt(executionId, attempt.number));
  const same = JSON.stringify(stored?.attempt) === JSON.stringify(attempt);
  return { recorded: same, executionEnded: stored?.executionEnded === true };
}

/** Marks an attempt `unknown` after its call deadline. Returns false if its outcome has been recorded meanwhile. */
export async function markOutcomeUnknown(executionId: string, attempt: Attempt): Promise<boolean> {
  const before = await updateAttempt(executionId, attempt, {
    update: "SET outcome = :outcome, attempt = :attempt, presumed = :true",
    condition: "outcome = :in_progress",
    values: { ":true": true },
  });
  return before !== null;
}

/** For the completing transaction: checks that the attempt is unchanged, and marks that its execution has completed. */
export function executionEndedWrite(executionId: string, attempt: Attempt): Write {
  const { label, check: key, condition, values } = attemptUnchangedCheck(executionId, attempt);
  return {
    ...{ label, key, condition, update: "SET executionEnded = :ended" },
    values: { ...values, ":ended": true },
  };
}

/** Checks that an attempt without a final outcome has not changed since it was read. */
export function attemptUnchangedCheck(executionId: string, { number, outcome }: Attempt) {
  const check = { label: "attempt", check: KEYS.attempt(executionId, number) };
  if (outcome === "in_progress")
    return { ...check, condition: "outcome = :outcome", values: { ":outcome": outcome } };
  return { ...check, condition: "presumed = :presumed", values: { ":presumed": true } };
}

type Expressions = { update: string; condition: string; values: Record<string, unknown> };

/** Returns the item's old attributes, or null if the condition failed. */
async function updateAttempt(
  executionId: string,
  attempt: Attempt,
  { update, condition, values }: Expressions,
) {
  const { documents, table: TableName } = openTable();
  const command = new UpdateCommand({
    TableName,
    Key: KEYS.attempt(executionId, attempt.number),
    UpdateExpression: update,
    ConditionExpression: condition,
    ExpressionAttributeValues: {
      ...values,
      ":outcome": attempt.outcome,
      ":attempt": JSON.stringify(attempt),
      ":in_progress": "in_progress",
    },
    ReturnValues: "ALL_OLD",
  });
  try {
    return (await callTable(() => documents.send(command))).Attributes ?? {};
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
    return null;
  }
}
