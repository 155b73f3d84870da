// Freeze windows: all of them in one item, and their digest beside the paused scopes, which starts check.
import * as z from "zod";
import { KEYS, SHARDS, shardsOf } from "../contract/table.ts";
import { FreezeWindow } from "../domain/freeze/freeze-window.ts";
import {
  type FreezeWindows,
  type FreezeWindowsChange,
  NO_FREEZE_WINDOWS,
} from "../domain/freeze-window-changes.ts";
import { isSameJson } from "../domain/json.ts";
import { jsonText } from "./codecs.ts";
import { appendWrites } from "./controls.ts";
import { getRecord } from "./read.ts";
import { EVIDENCE, transact, type Write } from "./transact.ts";

const FreezeWindowsRecord = z.strictObject({
  windows: jsonText.pipe(z.array(FreezeWindow)),
  digest: z.string().nullable(),
});

/**
 * The windows that this process read last. They may be out of date: whoever decides by them writes under the condition
 * that their digest is still the current one, so that a start needs no read.
 */
let known: FreezeWindows = NO_FREEZE_WINDOWS;
export const getKnownFreezeWindows = (): FreezeWindows => known;

/** Reads the windows, and remembers them. */
export async function getFreezeWindows(): Promise<FreezeWindows> {
  const found = (await getRecord(FreezeWindowsRecord, KEYS.freezeWindows())) ?? NO_FREEZE_WINDOWS;
  // The same windows stay the same objects: what is compiled for them is kept.
  if (found.digest !== known.digest || !isSameJson(found.windows, known.windows)) known = found;
  return known;
}

/** For other transactions: checks that the windows behind a decision are still the current ones. */
export function freezeWindowsUnchangedCheck({ digest }: FreezeWindows): Write {
  return {
    label: EVIDENCE,
    check: KEYS.freezeWindows(),
    condition: digest === null ? "attribute_not_exists(pk) OR digest = :digest" : "digest = :digest",
    values: { ":digest": digest },
  };
}

/**
 * Writes the windows, every copy of their digest, and the audit entry in one transaction, with `extraWrites`.
 * @throws ConditionFailed if another change of a window or switch came first.
 */
export async function saveFreezeWindows(
  { windows: { windows, digest }, ...change }: FreezeWindowsChange,
  extraWrites: readonly Write[] = [],
): Promise<void> {
  const copies = shardsOf(SHARDS.pausedScopes).map((shard) => ({
    label: "paused-scopes",
    key: KEYS.pausedScopes(shard),
    ...(digest === null
      ? { update: "REMOVE freezeWindows" }
      : { update: "SET freezeWindows = :digest", values: { ":digest": digest } }),
  }));
  await transact([
    ...appendWrites(change),
    { label: "freeze-windows", put: { ...KEYS.freezeWindows(), windows: JSON.stringify(windows), digest } },
    ...copies,
    ...extraWrites,
  ]);
}
