// Erasures in the table: the item that one needs to go on, the records of its beginning and end, and single changes under
// the condition that what they replace is still there.
import { DeleteCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import { KEYS } from "../contract/table.ts";
import { isSameJson } from "../domain/json.ts";
import type { KillSwitchChange } from "../domain/kill-switches.ts";
import { ConditionFailed, callTable, openTable } from "./client.ts";
import { appendWrites } from "./controls.ts";
import { getRecord, type Item } from "./read.ts";
import { toStored } from "./stored-form.ts";
import { transact, type Write } from "./transact.ts";

/**
 * `names`: what a person was called when the erasure began. They go with the item. `writes`: changes under this mark, so
 * that it ends only over what its last reading has seen.
 */
const OpenErasure = z.strictObject({
  mark: z.string(),
  at: z.string(),
  reason: z.string(),
  names: z.array(z.string()),
  writes: z.int(),
});
export type OpenErasure = z.infer<typeof OpenErasure>;

/** What is erased. `target`: the subject of a person, or an id. */
type Erased = { what: string; target: string };

/** Returns the erasure that was begun and is not done, or null. */
export const getOpenErasure = ({ what, target }: Erased): Promise<OpenErasure | null> =>
  getRecord(OpenErasure, KEYS.erasure([what, target]));

type Recorded = Pick<KillSwitchChange, "before" | "after" | "audit">;

/** @throws ConditionFailed with the label `erasure` if one was begun, `kill-switch-chain` if the chain has moved. */
export async function beginErasure({ what, target }: Erased, open: OpenErasure, record: Recorded) {
  const put = { ...KEYS.erasure([what, target]), ...open };
  await transact([...appendWrites(record), { label: "erasure", put, condition: "attribute_not_exists(pk)" }]);
}

/** @throws ConditionFailed with the label `erasure` if another run has ended it or is at work, `kill-switch-chain` if the chain has moved. */
export async function endErasure({ what, target }: Erased, seen: OpenErasure, record: Recorded) {
  const values = { ":mark": seen.mark, ":writes": seen.writes };
  const condition = "mark = :mark AND writes = :writes";
  const remove = KEYS.erasure([what, target]);
  await transact([...appendWrites(record), { label: "erasure", remove, condition, values }]);
}

/** Removes an item. Again, it removes nothing. */
export async function removeItem({ pk, sk }: Item): Promise<void> {
  const { documents, table: TableName } = openTable();
  await callTable(() => documents.send(new DeleteCommand({ TableName, Key: { pk, sk } })));
}

/**
 * Writes what differs, if each of these attributes is as it was read, and the erasure is not done. Whatever else has
 * changed in the item stays. Returns whether it was written.
 */
export async function replaceItem(erased: Erased, mark: string, before: Item, after: Item): Promise<boolean> {
  const key = { pk: String(before["pk"]), sk: String(before["sk"]) };
  const counted: Write = {
    label: "erasure",
    key: KEYS.erasure([erased.what, erased.target]),
    update: "ADD writes :one",
    condition: "mark = :mark",
    values: { ":one": 1, ":mark": mark },
  };
  try {
    await transact([{ label: "item", key, ...toExpressions(compareItems(before, after)) }, counted]);
    return true;
  } catch (error) {
    if (error instanceof ConditionFailed) return false;
    throw error;
  }
}

/** An attribute that differs; undefined: it is not there. */
type Difference = { name: string; old: unknown; now: unknown };

/** Compares the stored forms, where an attribute that the others say is not there. Sets are never changed. */
export function compareItems(before: Item, after: Item): Difference[] {
  const [old, now] = [toStored(before), toStored(after)];
  return [...new Set([...Object.keys(old), ...Object.keys(now)])].flatMap((name) =>
    isSame(old[name], now[name]) ? [] : [{ name, old: old[name], now: now[name] }],
  );
}

/** DynamoDB keeps no order of members. */
const isSame = (old: unknown, now: unknown) =>
  old === now || (old !== undefined && now !== undefined && isSameJson(old, now));

function toExpressions(differences: readonly Difference[]) {
  const numbered = differences.map((difference, n) => ({ ...difference, n }));
  const wasThere = numbered.filter(({ old }) => old !== undefined);
  const isThere = numbered.filter(({ now }) => now !== undefined);
  const isGone = numbered.filter(({ now }) => now === undefined);
  const set = isThere.map(({ n }) => `#a${n} = :n${n}`).join(", ");
  const remove = isGone.map(({ n }) => `#a${n}`).join(", ");
  return {
    update: [set && `SET ${set}`, remove && `REMOVE ${remove}`].filter(Boolean).join(" "),
    condition: [
      "attribute_exists(pk)",
      ...numbered.map(({ n, old }) =>
        old === undefined ? `attribute_not_exists(#a${n})` : `#a${n} = :o${n}`,
      ),
    ].join(" AND "),
    names: Object.fromEntries(numbered.map(({ n, name }) => [`#a${n}`, name])),
    values: Object.fromEntries([
      ...wasThere.map(({ n, old }) => [`:o${n}`, old]),
      ...isThere.map(({ n, now }) => [`:n${n}`, now]),
    ]),
  };
}
