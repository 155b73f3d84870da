// Claims: each lets an act happen once while it is valid. The transaction of the act writes its claim.

import { PutCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import { KEYS } from "../contract/table.ts";
import { callTable, openTable } from "./client.ts";
import { epochSeconds } from "./codecs.ts";
import { getRecord } from "./read.ts";
import { EVIDENCE, type Write } from "./transact.ts";

const ClaimRecord = z.object({ validUntil: z.int() });

export async function isClaimed(subject: readonly string[], now: Date): Promise<boolean> {
  const stored = await getRecord(ClaimRecord, KEYS.claim(subject));
  return stored !== null && stored.validUntil > epochSeconds(now);
}

/** Claims what is done already, whoever else has. */
export async function saveClaim(subject: readonly string[], seconds: number, now: Date): Promise<void> {
  const { documents, table: TableName } = openTable();
  const validUntil = epochSeconds(now) + seconds;
  const Item = { ...KEYS.claim(subject), validUntil, expiresAt: validUntil };
  await callTable(() => documents.send(new PutCommand({ TableName, Item })));
}

/**
 * Returns the write of a claim. Its condition fails with `label` while another claim is valid. The condition compares
 * `validUntil`, because DynamoDB's TTL deletes expired items late.
 */
export function claimWrite(label: string, subject: readonly string[], seconds: number, now: Date): Write {
  const validUntil = epochSeconds(now) + seconds;
  return {
    label,
    put: { ...KEYS.claim(subject), validUntil, expiresAt: validUntil },
    condition: "attribute_not_exists(pk) OR validUntil <= :now",
    values: { ":now": epochSeconds(now) },
  };
}

/** For other transactions: checks that the claim is valid. */
export function claimCheck(subject: readonly string[], now: Date): Write {
  return {
    label: EVIDENCE,
    check: KEYS.claim(subject),
    condition: "validUntil > :now",
    values: { ":now": epochSeconds(now) },
  };
}
