// Checks erasures against their records: whoever takes data out of audit entries without one is found. Pure.
import { AuditEntry } from "./audit.ts";
import type { Finding } from "./audit-chain.ts";
import { digestOfEntries, type ErasureRecord, listMarks } from "./erasure.ts";
import { KillSwitchAuditEntry } from "./kill-switches.ts";

/** Mark → ids of the audit entries that hold it. */
export type MarkedEntries = Map<string, string[]>;

/** Adds the marks of a stored entry. One that is no entry is another finding. */
export function collectMarks(found: MarkedEntries, stored: unknown): void {
  const entry = AuditEntry.safeParse(stored).data ?? KillSwitchAuditEntry.safeParse(stored).data;
  if (!entry?.erased) return;
  for (const mark of new Set(listMarks(entry).flat()))
    found.set(mark, [...(found.get(mark) ?? []), entry.id]);
}

/** Returns the records of erasures among the entries of the controls, the latest of each mark. */
export function readErasures(stored: readonly unknown[]): Map<string, ErasureRecord> {
  const records = stored.flatMap((entry) => KillSwitchAuditEntry.safeParse(entry).data?.erasure ?? []);
  return new Map(records.map((record) => [record.mark, record]));
}

const toFinding = (problem: Finding["problem"], message: string): Finding => ({
  chain: "erasures",
  sequence: null,
  problem,
  message,
});

/** `before`, `after`: the records from before and after the entries were read. What is erased meanwhile is not compared. */
export function checkErasures(
  found: MarkedEntries,
  before: Map<string, ErasureRecord>,
  after: Map<string, ErasureRecord>,
): Finding[] {
  const unknown = [...found.keys()].filter((mark) => !after.has(mark));
  return [
    ...unknown.map((mark) =>
      toFinding("unanchored", `Entries hold the mark ${mark}, and no record of an erasure names it.`),
    ),
    ...[...after.values()].flatMap((record) => {
      if (record.digest === null) return toFinding("unfinished", unfinished(record));
      if (!before.get(record.mark)?.digest) return [];
      const ids = found.get(record.mark) ?? [];
      return digestOfEntries(ids) === record.digest ? [] : toFinding("altered", differing(record, ids));
    }),
  ];
}

const unfinished = ({ mark, what, target }: ErasureRecord) =>
  `The erasure ${mark} of ${target === null ? "a person" : `the ${what === "executions" ? "executions before" : what} ${target}`} was begun and is not done: run npm run erase again with the same arguments.`;

const differing = ({ mark, entries }: ErasureRecord, ids: readonly string[]) =>
  `The erasure ${mark} was of ${entries} entries, and its mark is in ${ids.length} entries, or in others.`;
