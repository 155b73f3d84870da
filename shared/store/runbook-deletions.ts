// Deleted runbooks whose automations are yet to be disabled: listed by when to look for them, until that is done.
import * as z from "zod";
import { idOfSort, LISTS, listKeys, sortByTime, timeOfSort } from "../contract/lists.ts";
import { INDEXES, KEYS } from "../contract/table.ts";
import { Timestamp } from "../domain/ids.ts";
import { getRecord, queryListPage } from "./read.ts";
import { transact, type Write } from "./transact.ts";

/** The index of automations lags, so they are looked for once more this long after the deletion. */
const AGAIN_MS = 24 * 3_600_000;

const RunbookDeletion = z.strictObject({ deletedAt: Timestamp });

/** Returns the write that lists a runbook as deleted, for the transaction that deletes it. */
export function runbookDeletionWrite(id: string, deletedAt: string): Write {
  const listed = listKeys(LISTS.runbookDeletions(), sortByTime(deletedAt, id));
  return { label: "deletion", put: { ...KEYS.runbookDeletion(id), ...listed, deletedAt } };
}

/** Returns up to `most` runbooks whose automations are to be looked for at this time, the longest wait first. */
export async function listDueDeletions(at: string, most: number): Promise<string[]> {
  const { items } = await queryListPage(LISTS.runbookDeletions(), undefined, most, "oldest-first");
  return items
    .map(({ listSort }) => String(listSort))
    .filter((sort) => timeOfSort(sort) <= at)
    .map(idOfSort);
}

/** Notes that all automations that the index shows are disabled. The second time takes the runbook off the list. */
export async function noteDisabled(id: string, lookedAt: string): Promise<void> {
  const key = KEYS.runbookDeletion(id);
  const deletion = await getRecord(RunbookDeletion, key);
  if (!deletion) return;
  const again = new Date(Date.parse(deletion.deletedAt) + AGAIN_MS).toISOString();
  const { partitionKey, sortKey } = INDEXES[LISTS.runbookDeletions().index];
  const write: Write =
    lookedAt >= again
      ? { label: "deletion", key, update: `REMOVE ${partitionKey}, ${sortKey}` }
      : {
          label: "deletion",
          key,
          update: `SET ${sortKey} = :again`,
          values: { ":again": sortByTime(again, id) },
        };
  await transact([write]);
}
