// Rate limits: one small item for each principal, so that principals do not contend with each other.
import * as z from "zod";
import { KEYS } from "../contract/table.ts";
import { type Bucket, latestFullAtMs, type Rate, type TakeResult } from "../domain/executions/rate-limit.ts";
import { getRecord } from "./read.ts";
import type { Write } from "./transact.ts";

const BucketRecord = z.object({ fullAtMs: z.number(), takenAtMs: z.number() });

/** A full bucket expires after this time. A new bucket is full too, so nothing is lost. */
const RETENTION_SECONDS = 3600;

/** Returns the principal's bucket, or null if there is none. */
export async function getFullAtMs(principal: string): Promise<Bucket | null> {
  return (await getRecord(BucketRecord, KEYS.rateLimit(principal))) ?? null;
}

/**
 * Takes one token, in the transaction of the rate-limited write. The condition compares the stored bucket. Concurrent
 * starts therefore never take more tokens than there are, and fail only when the bucket is empty.
 */
export function takeTokenWrite(
  principal: string,
  { isUsed, atMs }: Extract<TakeResult, { taken: true }>,
  rate: Rate,
): Write {
  const key = KEYS.rateLimit(principal);
  const expiresAt = Math.ceil((latestFullAtMs(atMs, rate) + rate.intervalMs) / 1000) + RETENTION_SECONDS;
  const values = { ":now": atMs, ":expires": expiresAt };
  if (!isUsed) {
    return {
      label: "rate-limit",
      key,
      update: "SET fullAtMs = :full, takenAtMs = :now, expiresAt = :expires",
      condition: "attribute_not_exists(fullAtMs) OR fullAtMs <= :now",
      values: { ...values, ":full": atMs + rate.intervalMs },
    };
  }
  return {
    label: "rate-limit",
    key,
    update: "SET fullAtMs = fullAtMs + :interval, takenAtMs = :now, expiresAt = :expires",
    condition: "fullAtMs > :now AND fullAtMs <= :latest",
    values: { ...values, ":interval": rate.intervalMs, ":latest": latestFullAtMs(atMs, rate) },
  };
}
