// Idempotency records: one caller's key stands for one request and the execution that came of it, for 24 hours.
import * as z from "zod";
import { KEYS } from "../contract/table.ts";
import { ExecutionId } from "../domain/ids.ts";
import { get } from "./read.ts";
import type { Write } from "./transact.ts";

export const IDEMPOTENCY_HOURS = 24;

/** `bodyHash` tells the same request from another under the same key; the body itself is not kept. `expiresAt`: epoch seconds. */
export type IdempotencyRecord = {
  caller: string;
  route: string;
  key: string;
  bodyHash: string;
  executionId: string;
  now: Date;
};

const Stored = z.object({ bodyHash: z.string(), executionId: ExecutionId, validUntil: z.int() });

const seconds = (date: Date) => Math.floor(date.getTime() / 1000);

/** The expiry is judged here and now: DynamoDB's TTL only tidies up, up to days later. */
export function idempotencyWrite({
  caller,
  route,
  key,
  bodyHash,
  executionId,
  now,
}: IdempotencyRecord): Write {
  const validUntil = seconds(now) + IDEMPOTENCY_HOURS * 3600;
  return {
    label: "idempotency",
    put: {
      ...KEYS.idempotency(caller, route, key),
      bodyHash,
      executionId,
      validUntil,
      expiresAt: validUntil,
    },
    condition: "attribute_not_exists(pk) OR validUntil <= :now",
    values: { ":now": seconds(now) },
  };
}

/** What this key stands for now, or null. */
export async function recalled(caller: string, route: string, key: string, now: Date) {
  const stored = await get(Stored, KEYS.idempotency(caller, route, key));
  return stored && stored.validUntil > seconds(now) ? stored : null;
}
