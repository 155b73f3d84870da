// Callbacks: hashes of the tokens that went out, what the receiver said, and where the state machine waits for it.

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

/** `resultStatus` repeats the status of the result, so that conditions can name it. */
const CallbackRecord = z.object({
  tokenHashes: z.set(z.string()).optional(),
  taskTokens: z.set(z.string()).optional(),
  noteCount: z.int().optional(),
  result: jsonText.pipe(CallbackResult).optional(),
  resultStatus: z.string().optional(),
  resultProof: z.string().optional(),
});

/** The callback among the items of a run's partition; null where no token has gone out. */
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

/** Before a call goes out: the hash of the token that it carries. */
export async function saveTokenHash(executionId: string, hash: string): Promise<void> {
  await updateCallback(executionId, "ADD tokenHashes :hash", { ":hash": new Set([hash]) });
}

/** One more place where the state machine waits, or has waited: tries may come late, so that none replaces another. */
export async function saveTaskToken(executionId: string, taskToken: string): Promise<void> {
  await updateCallback(executionId, "ADD taskTokens :token", { ":token": new Set([taskToken]) });
}

async function updateCallback(executionId: string, expression: string, values: Record<string, unknown>) {
  const { documents, table: TableName } = openTable();
  const Key = KEYS.callback(executionId);
  const command = { TableName, Key, UpdateExpression: expression, ExpressionAttributeValues: values };
  await callTable(() => documents.send(new UpdateCommand(command)));
}

/** The token is one of this run's, and no end has been told with any of them. */
const UNUSED = "contains(tokenHashes, :hash) AND attribute_not_exists(resultStatus)";

/**
 * Records the end that the receiver tells, with what proves that it is told again: once, while the run is under way.
 * Throws ConditionFailed with the label `callback` or `execution`.
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
 * Keeps a note on progress, in place of the oldest where there are as many as are kept.
 * Throws ConditionFailed as `recordResult` does, and if another note took its number.
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
 * In the transaction of an end: it is the one that the callback tells, or no callback had told any. Of a run that a
 * callback completes, SUCCESS and `callback_failed` come from it, and no other end does.
 */
export function callbackChecks({ id, status, error, callbackTimeoutSeconds }: Execution): Write[] {
  if (callbackTimeoutSeconds === undefined) return [];
  const expectedStatus =
    status === "SUCCESS" ? "SUCCESS" : error?.code === "callback_failed" ? "FAILED" : null;
  if (expectedStatus === null) return noResultChecks({ id, callbackTimeoutSeconds });
  const check = { label: "callback", check: KEYS.callback(id) };
  return [{ ...check, condition: "resultStatus = :told", values: { ":told": expectedStatus } }];
}

/** No callback has told an end. */
export function noResultChecks({
  id,
  callbackTimeoutSeconds,
}: Pick<Execution, "id" | "callbackTimeoutSeconds">): Write[] {
  if (callbackTimeoutSeconds === undefined) return [];
  const condition = "attribute_not_exists(resultStatus)";
  return [{ label: "callback", check: KEYS.callback(id), condition }];
}
