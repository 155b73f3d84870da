// Cooldowns: when an automation has last fired for a key. The transaction of each firing replaces the item.
import * as z from "zod";
import { KEYS } from "../contract/table.ts";
import { Timestamp } from "../domain/ids.ts";
import { epochSeconds } from "./codecs.ts";
import { DECISION_SECONDS } from "./decisions.ts";
import { getRecord } from "./read.ts";
import { EVIDENCE, type Write } from "./transact.ts";

/** `executionId`: null if it fired in shadow mode. */
const Firing = z.object({ firedAt: Timestamp, executionId: z.string().nullable() });
export type Firing = z.output<typeof Firing>;

/** Parts of any length: the key is their hash. */
type Subject = readonly string[];

export async function getLastFiring(subject: Subject): Promise<Firing | null> {
  return getRecord(Firing, KEYS.claim(subject));
}

/** Returns the write of a firing. Its condition fails as evidence if another has been written since `last` was read. */
export function firingWrite(subject: Subject, last: Firing | null, firing: Firing): Write {
  const expiresAt = epochSeconds(new Date(firing.firedAt)) + DECISION_SECONDS;
  return {
    label: EVIDENCE,
    put: { ...KEYS.claim(subject), ...firing, expiresAt },
    ...(last ? unchanged(last) : { condition: "attribute_not_exists(pk)" }),
  };
}

/** For other transactions: checks that this is still the last firing. */
export function lastFiringCheck(subject: Subject, last: Firing): Write {
  return { label: EVIDENCE, check: KEYS.claim(subject), ...unchanged(last) };
}

const unchanged = ({ firedAt, executionId }: Firing) => ({
  condition: "firedAt = :firedAt AND executionId = :executionId",
  values: { ":firedAt": firedAt, ":executionId": executionId },
});
