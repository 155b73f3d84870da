// Claims: what may happen once while the claim is valid, claimed in the transaction in which it happens.

import * as z from "zod";
import { KEYS } from "../contract/table.ts";
import { epochSeconds } from "./codecs.ts";
import { getRecord } from "./read.ts";
import { EVIDENCE, type Write } from "./transact.ts";

const ClaimRecord = z.object({ validUntil: z.int() });

export async function isClaimed(subject: readonly string[], now: Date): Promise<boolean> {
  const stored = await getRecord(ClaimRecord, KEYS.claim(subject));
  return stored !== null && stored.validUntil > epochSeconds(now);
}

/** Fails with its label while somebody else's claim is valid. That is judged here and now: TTL only tidies up. */
export function claimWrite(label: string, subject: readonly string[], seconds: number, now: Date): Write {
  const validUntil = epochSeconds(now) + seconds;
  return {
    label,
    put: { ...KEYS.claim(subject), validUntil, expiresAt: validUntil },
    condition: "attribute_not_exists(pk) OR validUntil <= :now",
    values: { ":now": epochSeconds(now) },
  };
}

/** Evidence for other transactions: the claim is valid. */
export function claimCheck(subject: readonly string[], now: Date): Write {
  return {
    label: EVIDENCE,
    check: KEYS.claim(subject),
    condition: "validUntil > :now",
    values: { ":now": epochSeconds(now) },
  };
}
