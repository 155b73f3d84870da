// What was secret in each call of a run that a callback completes: encrypted, in a partition that no reader of runs asks.
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import { KEYS, SORT_PREFIXES } from "../contract/table.ts";
import { SealedText } from "../domain/webhook-auth.ts";
import { call, table } from "./client.ts";
import { parseItem, range } from "./read.ts";

const StoredMasks = z.object({ masks: SealedText });

/** Before the call goes out: what it carries may come back at once. */
export async function keepCallbackMasks(
  executionId: string,
  attempt: number,
  masks: SealedText,
): Promise<void> {
  const { documents, table: TableName } = table();
  const Item = { ...KEYS.callbackMasks(executionId, attempt), masks };
  await call(() => documents.send(new PutCommand({ TableName, Item })));
}

/** Of every call of the run that has gone out. */
export async function callbackMasks(executionId: string): Promise<SealedText[]> {
  const { pk } = KEYS.callbackMasks(executionId, 1);
  const items = await range(pk, { from: SORT_PREFIXES.attempt, to: `${SORT_PREFIXES.attempt}~` });
  return items.map((item) => parseItem(StoredMasks, item).masks);
}
