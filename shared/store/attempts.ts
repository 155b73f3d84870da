// Attempts: claimed together with the run before the call goes out, completed with the outcome after it.

import { PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import { KEYS } from "../contract/table.ts";
import { mayChange } from "../domain/executions/attempts.ts";
import { Attempt, type Execution, type SentRequest } from "../domain/executions/execution.ts";
import { noResultChecks } from "./callbacks.ts";
import { ConditionFailed, callTable, openTable } from "./client.ts";
import { jsonText } from "./codecs.ts";
import { getRecord } from "./read.ts";
import { transact, type Write } from "./transact.ts";

/**
 * `claim` tells whose intention it is: a repeated write of the same call knows itself. `presumed`: others took it for
 * unknown, so that its true outcome may still come. `executionEnded`: the run ended while this could still change.
 */
export const AttemptRecord = z.object({
  outcome: z.string(),
  claim: z.string(),
  presumed: z.literal(true).optional(),
  executionEnded: z.literal(true).optional(),
  attempt: jsonText.pipe(Attempt),
});

const buildClaimedAttempt = (number: number, startedAt: string): Attempt => ({
  number,
  startedAt,
  durationMs: null,
  outcome: "in_progress",
  retryable: true,
  retryAfterSeconds: null,
  answer: null,
  error: null,
});

/** `id` is one of its own for each claim. `callDeadlineAt`: when the call that it allows is surely over. */
type AttemptClaim = { id: string; startedAt: string; callDeadlineAt: string };

/**
 * Claims the attempt after `attempts`, before its call goes out: only while the run is RUNNING with as many attempts as
 * it was read with, none of them has told more since, and no callback has told the end. True: it is ours, call now.
 * False: the run moved, and no call may go out.
 */
export async function claimAttempt(
  execution: Execution,
  attempts: readonly Attempt[],
  claim: AttemptClaim,
): Promise<boolean> {
  const attempt = buildClaimedAttempt(execution.attemptsClaimed + 1, claim.startedAt);
  const key = KEYS.attempt(execution.id, attempt.number);
  const item = { ...key, claim: claim.id, outcome: attempt.outcome, attempt: JSON.stringify(attempt) };
  try {
    await transact([
      attemptCountWrite(execution, claim),
      { label: "attempt", put: item, condition: "attribute_not_exists(pk)" },
      ...attempts.filter(mayChange).map((before) => attemptUnchangedCheck(execution.id, before)),
      ...noResultChecks(execution),
    ]);
    return true;
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
    return (await getRecord(AttemptRecord, key))?.claim === claim.id;
  }
}

function attemptCountWrite({ id, attemptsClaimed }: Execution, { callDeadlineAt }: AttemptClaim): Write {
  return {
    label: "execution",
    key: KEYS.execution(id),
    update: "SET attemptsClaimed = :number, callDeadlineAt = :until",
    condition: "#status = :running AND attemptsClaimed = :before",
    names: { "#status": "status" },
    values: {
      ":number": attemptsClaimed + 1,
      ":until": callDeadlineAt,
      ":running": "RUNNING",
      ":before": attemptsClaimed,
    },
  };
}

/** `recorded`: this outcome stands. `ended`: the run had ended before, and somebody has to give back what it kept. */
type RecordedAttempt = { recorded: boolean; executionEnded: boolean };

/** Completes an attempt with what came of its call, once; also one that others took for unknown, or whose run has ended. */
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

/** Completes an attempt whose call is over without a word; false where its outcome was told after all. */
export async function markOutcomeUnknown(executionId: string, attempt: Attempt): Promise<boolean> {
  const before = await updateAttempt(executionId, attempt, {
    update: "SET outcome = :outcome, attempt = :attempt, presumed = :true",
    condition: "outcome = :in_progress",
    values: { ":true": true },
  });
  return before !== null;
}

/** In the transaction of an end: the attempt is as the end was decided from, and its outcome will come beside the end. */
export function executionEndedWrite(executionId: string, attempt: Attempt): Write {
  const { label, check: key, condition, values } = attemptUnchangedCheck(executionId, attempt);
  return {
    ...{ label, key, condition, update: "SET executionEnded = :ended" },
    values: { ...values, ":ended": true },
  };
}

/** An attempt that may still tell its outcome has not done so since it was read. */
function attemptUnchangedCheck(executionId: string, { number, outcome }: Attempt) {
  const check = { label: "attempt", check: KEYS.attempt(executionId, number) };
  if (outcome === "in_progress")
    return { ...check, condition: "outcome = :outcome", values: { ":outcome": outcome } };
  return { ...check, condition: "presumed = :presumed", values: { ":presumed": true } };
}

type Expressions = { update: string; condition: string; values: Record<string, unknown> };

/** The item as it was before, or null where the condition did not hold. */
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

/** Keeps the request as it is about to be sent, secrets masked; the first one stays. */
export async function saveSentRequest(executionId: string, request: SentRequest): Promise<void> {
  const { documents, table: TableName } = openTable();
  const Item = { ...KEYS.executionRequest(executionId), request: JSON.stringify(request) };
  const put = new PutCommand({ TableName, Item, ConditionExpression: "attribute_not_exists(pk)" });
  try {
    await callTable(() => documents.send(put));
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
  }
}
