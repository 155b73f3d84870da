// Idempotency keys: carries out a request once per key. A repeated request gets the result of the first one.
import { createHmac } from "node:crypto";
import { ServiceError } from "../../domain/errors.ts";
import { canonicalJson } from "../../domain/json.ts";
import type { IdempotentRequest } from "../../domain/keyed-request.ts";
import { requireOwnKey } from "../../secrets/own-keys.ts";
import { ConditionFailed } from "../../store/client.ts";
import { getIdempotencyRecord, type IdempotencyRecord, idempotencyWrite } from "../../store/idempotency.ts";
import { transact } from "../../store/transact.ts";

/**
 * `load` returns the resource that the key already created. `create` creates one, and the idempotency record in the
 * same transaction.
 */
type IdempotentOperation<T> = {
  load: (resourceId: string) => Promise<T>;
  create: (record: IdempotencyRecord | null) => Promise<T>;
};

/**
 * Returns the result of the request. An error is final only if the key has no record after it. If it has one, a
 * concurrent copy of this request succeeded and may have caused the error.
 */
export async function withIdempotency<T>(
  keyed: IdempotentRequest | null,
  resourceId: string,
  { load, create }: IdempotentOperation<T>,
): Promise<T> {
  if (!keyed) return create(null);
  const record = await toIdempotencyRecord(keyed, resourceId);
  const known = await getResourceId(record);
  if (known !== null) return load(known);
  try {
    return await create(record);
  } catch (error) {
    const raced = await getResourceId(record);
    if (raced === null) throw error;
    return load(raced);
  }
}

/**
 * Takes the key for a request that creates many resources, each under a key of its own (`keyForOne`). A repeated request
 * finds it taken, and goes on. @throws `idempotency_conflict` if the key was used for another request.
 */
export async function claimKey(keyed: IdempotentRequest | null): Promise<void> {
  if (!keyed) return;
  const record = await toIdempotencyRecord(keyed, "many");
  if ((await getResourceId(record)) !== null) return;
  try {
    await transact([idempotencyWrite(record)]);
  } catch (error) {
    if (!(error instanceof ConditionFailed) || (await getResourceId(record)) === null) throw error;
  }
}

/** Returns the key under which one of many resources is created from this one. */
export const keyForOne = (keyed: IdempotentRequest | null, one: string): IdempotentRequest | null =>
  keyed && { ...keyed, route: `${keyed.route}/${one}`, asked: [one] };

/** The hash is keyed. A plain hash would let readers of the table guess a secret in the request. */
async function toIdempotencyRecord(
  { asked, ...keyed }: IdempotentRequest,
  resourceId: string,
): Promise<IdempotencyRecord> {
  const key = await requireOwnKey("FINGERPRINT_KEY");
  const requestHash = createHmac("sha256", key).update(canonicalJson(asked)).digest("hex");
  return { ...keyed, requestHash, resourceId };
}

/**
 * Returns the id of the resource that the key created, or null if the key is unused. @throws `idempotency_conflict` if
 * the key was used for another request.
 */
async function getResourceId(record: IdempotencyRecord): Promise<string | null> {
  const known = await getIdempotencyRecord(record);
  if (!known) return null;
  if (known.requestHash === record.requestHash) return known.resourceId;
  throw new ServiceError(
    "idempotency_conflict",
    "This Idempotency-Key was used for another request: use a new key.",
  );
}
