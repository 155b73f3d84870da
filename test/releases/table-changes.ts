// How a table of the last release becomes that of this one: which updates its indexes need, and whether its keys stay.
import type { readRelease } from "./release.ts";

type Table = ReturnType<typeof readRelease<"table.json">>;

/** Returns an update for each index that is added or deleted. One whose keys change is deleted and added. */
export function listIndexUpdates({ indexes: before }: Table, { indexes: now }: Table): string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])].sort();
  return names.flatMap((name) => {
    const [old, next] = [before[name], now[name]];
    if (!old) return [`add ${name}`];
    if (!next) return [`delete ${name}`];
    return isSame(old, next) ? [] : [`delete ${name}`, `add ${name}`];
  });
}

const isSame = (a: Table["indexes"][string], b: Table["indexes"][string]) =>
  a.partitionKey === b.partitionKey && a.sortKey === b.sortKey;

/** Returns what to do about it; empty: one update does it. */
export function explainTable(before: Table, now: Table): string {
  if (JSON.stringify(before.keys) !== JSON.stringify(now.keys)) {
    return "The keys of the table have changed. CloudFormation would replace the table, without its data. Keep shared/contract/table.ts as it was.";
  }
  const updates = listIndexUpdates(before, now);
  if (updates.length <= 1) return "";
  return `The indexes need ${updates.length} updates (${updates.join(", ")}), and DynamoDB takes one at a time. Release the first by itself, with code that needs no other (docs/releasing.md, “Indexes”), then run npm run release:record, then make the next change.`;
}
