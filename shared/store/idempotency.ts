// Idempotency records: one caller's key stands for one request and what came of it, for 24 hours.

import * as z from "zod";
import { KEYS } from "../contract/table.ts";
import type { IdempotentRequest } from "../domain/keyed-request.ts";
import { epochSeconds } from "./codecs.ts";
import { getRecord } from "./read.ts";
import type { Write } from "./transact.ts";

const IDEMPOTENCY_HOURS = 24;

/**
 * `requestHash` tells the same request from another under the same key; the request itself is not kept.
 * `resourceId`: what was created.
 */
export type IdempotencyRecord = Omit<IdempotentRequest, "asked"> & {
  requestHash: string;
  resourceId: string;
};

const IdempotencyItem = z.object({ requestHash: z.string(), resourceId: z.string(), validUntil: z.int() });

/**
 * For the transaction that creates the resource; fails with the label `idempotency` where the key is taken.
 * The expiry (epoch seconds) is judged here and now: DynamoDB's TTL only tidies up, up to days later.
 */
export function idempotencyWrite(record: IdempotencyRecord): Write {
  const { caller, route, key, requestHash, resourceId, now } = record;
  const validUntil = epochSeconds(now) + IDEMPOTENCY_HOURS * 3600;
  return {
    label: "idempotency",
    put: {
      ...KEYS.idempotency(caller, route, key),
      requestHash,
      resourceId,
      validUntil,
      expiresAt: validUntil,
    },
    condition: "attribute_not_exists(pk) OR validUntil <= :now",
    values: { ":now": epochSeconds(now) },
  };
}

/** The write for a request with a key, and none for one without. */
export function idempotencyWrites(record: IdempotencyRecord | null): Write[] {
  return record ? [idempotencyWrite(record)] : [];
}

/** What this key stands for now, or null. */
export async function getIdempotencyRecord({ caller, route, key, now }: Omit<IdempotentRequest, "asked">) {
  const stored = await getRecord(IdempotencyItem, KEYS.idempotency(caller, route, key));
  return stored && stored.validUntil > epochSeconds(now) ? stored : null;
}
