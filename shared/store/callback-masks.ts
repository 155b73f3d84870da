// What was secret in each call of a run that a callback completes: encrypted, in a partition that no reader of runs asks.
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import { KEYS, SORT_PREFIXES } from "../contract/table.ts";
import { EncryptedText } from "../domain/runbooks/webhook-auth.ts";
import { callTable, openTable } from "./client.ts";
import { parseItem, queryRange } from "./read.ts";

const CallbackMasksRecord = z.object({ masks: EncryptedText });

/** Before the call goes out: what it carries may come back at once. */
export async function saveCallbackMasks(
  executionId: string,
  attempt: number,
  masks: EncryptedText,
): Promise<void> {
  const { documents, table: TableName } = openTable();
  const Item = { ...KEYS.callbackMasks(executionId, attempt), masks };
  await callTable(() => documents.send(new PutCommand({ TableName, Item })));
}

/** Of every call of the run that has gone out. */
export async function listCallbackMasks(executionId: string): Promise<EncryptedText[]> {
  const { pk } = KEYS.callbackMasks(executionId, 1);
  const items = await queryRange(pk, { from: SORT_PREFIXES.attempt, to: `${SORT_PREFIXES.attempt}~` });
  return items.map((item) => parseItem(CallbackMasksRecord, item).masks);
}
