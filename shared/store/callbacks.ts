// Callbacks: hashes of callback tokens, the receiver's notes and result, and Step Functions task tokens.

import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import { KEYS, SORT_PREFIXES } from "../contract/table.ts";
import {
  CALLBACK_LIMITS,
  type Callback,
  CallbackNote,
  CallbackResult,
} from "../domain/executions/callback.ts";
import type { Execution } from "../domain/executions/execution.ts";
import { callTable, openTable } from "./client.ts";
import { jsonText } from "./codecs.ts";
import { type Item, parseItem } from "./read.ts";
import { transact, type Write } from "./transact.ts";

/** `resultStatus` repeats the status inside the JSON `result`, so that conditions can compare it. */
const CallbackRecord = z.object({
  tokenHashes: z.set(z.string()).optional(),
  taskTokens: z.set(z.string()).optional(),
  noteCount: z.int().optional(),
  result: jsonText.pipe(CallbackResult).optional(),
  resultStatus: z.string().optional(),
  resultProof: z.string().optional(),
});

/** Parses the callback from the items of an execution's partition. Returns null if no token was sent yet. */
export function parseCallback(executionId: string, items: readonly Item[]): Callback | null {
  const item = items.find(({ sk }) => sk === KEYS.callback(executionId).sk);
  if (!item) return null;
  const stored = parseItem(CallbackRecord, item);
  const { tokenHashes = [], taskTokens = [], result = null, resultProof } = stored;
  const notes = items
    .filter(({ sk }) => String(sk).startsWith(SORT_PREFIXES.note))
    .map((note) => parseItem(CallbackNote, note))
    .sort((a, b) => a.number - b.number);
  return { tokenHashes: [...tokenHashes], taskTokens: [...taskTokens], result, resultProof, notes };
}

/** Saves the hash of the callback token before the call that carries the token. */
export async function saveTokenHash(executionId: string, hash: string): Promise<void> {
  await updateCallback(executionId, "ADD tokenHashes :hash", { ":hash": new Set([hash]) });
}

/** Adds a task token. Retries may arrive out of order, so a new token never replaces an earlier one. */
export async function saveTaskToken(executionId: string, taskToken: string): Promise<void> {
  await updateCallback(executionId, "ADD taskTokens :token", { ":token": new Set([taskToken]) });
}

async function updateCallback(executionId: string, expression: string, values: Record<string, unknown>) {
  const { documents, table: TableName } = openTable();
  const Key = KEYS.callback(executionId);
  const command = { TableName, Key, UpdateExpression: expression, ExpressionAttributeValues: values };
  await callTable(() => documents.send(new UpdateCommand(command)));
}

/** The token belongs to this execution, and no token of the execution has been used for a result. */
const UNUSED = "contains(tokenHashes, :hash) AND attribute_not_exists(resultStatus)";

/**
 * Records the receiver's result once, while the execution is RUNNING. `proof` identifies a repetition of the report.
 * @throws ConditionFailed with the label `callback` or `execution`.
 */
export async function recordResult(
  executionId: string,
  hash: string,
  result: CallbackResult,
  proof: string,
): Promise<void> {
  await transact([
    {
      label: "callback",
      key: KEYS.callback(executionId),
      update: "SET #result = :result, resultStatus = :status, resultProof = :proof",
      condition: UNUSED,
      names: { "#result": "result" },
      values: { ":hash": hash, ":result": JSON.stringify(result), ":status": result.status, ":proof": proof },
    },
    runningCheck(executionId),
  ]);
}

/**
 * Saves a progress note. Overwrites the oldest note once the limit is reached.
 * @throws ConditionFailed like `recordResult`, and with the label `callback` if the note's number is taken.
 */
export async function recordNote(executionId: string, hash: string, note: CallbackNote): Promise<void> {
  const before = note.number - 1;
  await transact([
    {
      label: "callback",
      key: KEYS.callback(executionId),
      update: "SET noteCount = :number",
      condition: `${UNUSED} AND (${before === 0 ? "attribute_not_exists(noteCount)" : "noteCount = :before"})`,
      values: { ":hash": hash, ":number": note.number, ...(before > 0 && { ":before": before }) },
    },
    {
      label: "note",
      put: { ...KEYS.callbackNote(executionId, before % CALLBACK_LIMITS.notes), ...note },
    },
    runningCheck(executionId),
  ]);
}

function runningCheck(executionId: string): Write {
  return {
    label: "execution",
    check: KEYS.execution(executionId),
    condition: "#status = :running",
    names: { "#status": "status" },
    values: { ":running": "RUNNING" },
  };
}

/**
 * For the completing transaction: checks that the outcome matches the callback's result, or that there is no result.
 * With callback completion, SUCCESS and `callback_failed` come only from a result, and all other outcomes require none.
 */
export function callbackChecks({ id, status, error, callbackTimeoutSeconds }: Execution): Write[] {
  if (callbackTimeoutSeconds === undefined) return [];
  const expectedStatus =
    status === "SUCCESS" ? "SUCCESS" : error?.code === "callback_failed" ? "FAILED" : null;
  if (expectedStatus === null) return noResultChecks({ id, callbackTimeoutSeconds });
  const check = { label: "callback", check: KEYS.callback(id) };
  return [{ ...check, condition: "resultStatus = :status", values: { ":status": expectedStatus } }];
}

/** Checks that no callback has reported a result. */
export function noResultChecks({
  id,
  callbackTimeoutSeconds,
}: Pick<Execution, "id" | "callbackTimeoutSeconds">): Write[] {
  if (callbackTimeoutSeconds === undefined) return [];
  const condition = "attribute_not_exists(resultStatus)";
  return [{ label: "callback", check: KEYS.callback(id), condition }];
}
