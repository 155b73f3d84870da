// Under one Idempotency-Key a request is carried out once; asked again, it is answered with what came of it.
import { createHmac } from "node:crypto";
import { ServiceError } from "../../domain/errors.ts";
import { canonicalJson } from "../../domain/json.ts";
import type { IdempotentRequest } from "../../domain/keyed-request.ts";
import { requireOwnKey } from "../../secrets/own-keys.ts";
import { getIdempotencyRecord, type IdempotencyRecord } from "../../store/idempotency.ts";

/** `again` answers for the resource that the key stands for. `act` creates one, and the record in the same transaction. */
type IdempotentOperation<T> = {
  load: (resourceId: string) => Promise<T>;
  create: (record: IdempotencyRecord | null) => Promise<T>;
};

/**
 * What came of this request. A refusal is final only if the key stands for nothing after it: the request that is in
 * the way may be this very one, sent twice.
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

/** Keyed: the hash of a request with a guessable secret in it tells nothing. */
async function toIdempotencyRecord(
  { asked, ...keyed }: IdempotentRequest,
  resourceId: string,
): Promise<IdempotencyRecord> {
  const key = await requireOwnKey("FINGERPRINT_KEY");
  const requestHash = createHmac("sha256", key).update(canonicalJson(asked)).digest("hex");
  return { ...keyed, requestHash, resourceId };
}

/** What the key stands for; null: nothing yet. Throws `idempotency_conflict` where it stands for another request. */
async function getResourceId(record: IdempotencyRecord): Promise<string | null> {
  const known = await getIdempotencyRecord(record);
  if (!known) return null;
  if (known.requestHash === record.requestHash) return known.resourceId;
  throw new ServiceError(
    "idempotency_conflict",
    "This Idempotency-Key was used for another request: use a new key.",
  );
}
