// Secrets to mask in callbacks: one encrypted item for each call, in a partition that no query for executions reads.
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import { KEYS, SORT_PREFIXES } from "../contract/table.ts";
import { EncryptedText } from "../domain/runbooks/webhook-auth.ts";
import { callTable, openTable } from "./client.ts";
import { parseItem, queryRange } from "./read.ts";

const CallbackMasksRecord = z.object({ masks: EncryptedText });

/** Saves the secrets of one call. Call it before the webhook call, because a callback may echo them immediately. */
export async function saveCallbackMasks(
  executionId: string,
  attempt: number,
  masks: EncryptedText,
): Promise<void> {
  const { documents, table: TableName } = openTable();
  const Item = { ...KEYS.callbackMasks(executionId, attempt), masks };
  await callTable(() => documents.send(new PutCommand({ TableName, Item })));
}

/** Returns the encrypted secrets of all calls of an execution. */
export async function listCallbackMasks(executionId: string): Promise<EncryptedText[]> {
  const { pk } = KEYS.callbackMasks(executionId, 1);
  const items = await queryRange(pk, { from: SORT_PREFIXES.attempt, to: `${SORT_PREFIXES.attempt}~` });
  return items.map((item) => parseItem(CallbackMasksRecord, item).masks);
}
