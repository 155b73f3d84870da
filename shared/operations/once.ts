// Under one Idempotency-Key a request is carried out once; asked again, it is answered with what came of it.
import { createHmac } from "node:crypto";
import { RunbookError } from "../domain/errors.ts";
import { canonicalJson } from "../domain/json.ts";
import type { KeyedRequest } from "../domain/keyed-request.ts";
import { ownKey } from "../secrets/own-keys.ts";
import { type IdempotencyRecord, recalled } from "../store/idempotency.ts";

/** `again` answers for the resource that the key stands for. `act` creates one, and the record in the same transaction. */
type Ways<T> = {
  again: (resourceId: string) => Promise<T>;
  act: (record: IdempotencyRecord | null) => Promise<T>;
};

/**
 * What came of this request. A refusal is final only if the key stands for nothing after it: the request that is in
 * the way may be this very one, sent twice.
 */
export async function once<T>(
  keyed: KeyedRequest | null,
  resourceId: string,
  { again, act }: Ways<T>,
): Promise<T> {
  if (!keyed) return act(null);
  const record = await recordOf(keyed, resourceId);
  const known = await resourceOf(record);
  if (known !== null) return again(known);
  try {
    return await act(record);
  } catch (error) {
    const raced = await resourceOf(record);
    if (raced === null) throw error;
    return again(raced);
  }
}

/** Keyed: the hash of a request with a guessable secret in it tells nothing. */
async function recordOf({ asked, ...keyed }: KeyedRequest, resourceId: string): Promise<IdempotencyRecord> {
  const key = await ownKey("FINGERPRINT_KEY");
  const requestHash = createHmac("sha256", key).update(canonicalJson(asked)).digest("hex");
  return { ...keyed, requestHash, resourceId };
}

/** What the key stands for; null: nothing yet. Throws `idempotency_conflict` where it stands for another request. */
async function resourceOf(record: IdempotencyRecord): Promise<string | null> {
  const known = await recalled(record);
  if (!known) return null;
  if (known.requestHash === record.requestHash) return known.resourceId;
  throw new RunbookError(
    "idempotency_conflict",
    "This Idempotency-Key was used for another request: use a new key.",
  );
}
