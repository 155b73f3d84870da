// The summary item of a runbook: its lists, and the targets that it is found by and no answer shows.
import * as z from "zod";
import { LISTS, type List, listsKeys, sortByTime } from "../contract/lists.ts";
import { KEYS, SHARDS, shardOf } from "../contract/table.ts";
import { RunbookSummary } from "../domain/runbooks/runbook.ts";
import type { Runbook } from "../domain/runbooks/runbook-changes.ts";
import { Targets, targetsOf } from "../domain/runbooks/targets.ts";
import { type Item, parseItem } from "./read.ts";
import type { Write } from "./transact.ts";

/** `reviewChanges`: as the state item has it. */
const SummaryRecord = RunbookSummary.extend({ targets: Targets, reviewChanges: z.int().min(0) });

/** Returns the write of the summary. It is found by the targets of the current and of the live version. */
export function summaryWrite(
  summary: RunbookSummary,
  { state, current, live }: Pick<Runbook, "state" | "current" | "live">,
): Write {
  const definitions = [current, ...(live ? [live] : [])].map(({ definition }) => definition);
  const { reviewChanges } = state;
  const record = { ...summary, reviewChanges, targets: targetsOf(definitions) };
  return { label: "summary", put: { ...KEYS.runbookSummary(summary.id), ...listed(summary), ...record } };
}

type Found = { summary: RunbookSummary; targets: Targets; reviewChanges: number };

/** Returns the summary and, apart from it, what no answer shows. */
export function parseFound(item: Item): Found {
  const { targets, reviewChanges, ...summary } = parseItem(SummaryRecord, item);
  return { summary, targets, reviewChanges };
}

/**
 * Returns the keys of the runbook's lists. They sort by the time of the latest change or of the deletion. The id makes
 * them unique.
 */
function listed({ id, teamId, approvalStatus, updatedAt, deletedAt }: RunbookSummary) {
  const shard = shardOf(id, SHARDS.runbooks);
  const lists: List[] =
    deletedAt === null
      ? [LISTS.teamRunbooks(teamId), LISTS.runbooksInStatus(approvalStatus, shard)]
      : [LISTS.deletedRunbooks(shard)];
  return listsKeys(lists, sortByTime(deletedAt ?? updatedAt, id));
}
