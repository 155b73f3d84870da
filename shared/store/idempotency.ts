// Idempotency records: a caller's key identifies one request and the resource that it created, for 24 hours.

import * as z from "zod";
import { KEYS } from "../contract/table.ts";
import type { IdempotentRequest } from "../domain/keyed-request.ts";
import { epochSeconds } from "./codecs.ts";
import { getRecord } from "./read.ts";
import type { Write } from "./transact.ts";

const IDEMPOTENCY_HOURS = 24;

/**
 * `requestHash` distinguishes a retry from a different request with the same key. The request itself is not stored.
 * `resourceId`: the created resource.
 */
export type IdempotencyRecord = Omit<IdempotentRequest, "asked"> & {
  requestHash: string;
  resourceId: string;
};

const IdempotencyItem = z.object({ requestHash: z.string(), resourceId: z.string(), validUntil: z.int() });

/**
 * For the transaction that creates the resource. The condition fails with the label `idempotency` if the key is used.
 * It compares `validUntil` (epoch seconds), because DynamoDB's TTL may delete an expired item days later.
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

/** Returns the write, or none for a request without a key. */
export function idempotencyWrites(record: IdempotencyRecord | null): Write[] {
  return record ? [idempotencyWrite(record)] : [];
}

/** Returns the unexpired record of the key, or null. */
export async function getIdempotencyRecord({ caller, route, key, now }: Omit<IdempotentRequest, "asked">) {
  const stored = await getRecord(IdempotencyItem, KEYS.idempotency(caller, route, key));
  return stored && stored.validUntil > epochSeconds(now) ? stored : null;
}
