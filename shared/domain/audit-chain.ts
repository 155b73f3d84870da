// Checks audit chains: finds every entry that was altered, removed or moved after it was written. Pure.
import { AuditEntry, type ChainHead, EMPTY_CHAIN, hashOf } from "./audit.ts";
import { listMarks } from "./erasure.ts";
import { KillSwitchAuditEntry, killSwitchHashOf } from "./kill-switches.ts";

const PROBLEMS = ["altered", "missing", "reordered", "unanchored", "unfinished"] as const;

/** `sequence` is the position in the chain; null: the chain as a whole. */
export type Finding = {
  chain: string;
  sequence: number | null;
  problem: (typeof PROBLEMS)[number];
  message: string;
};

/** A stored entry, unparsed, and its position according to its key. */
export type ChainEntry = { position: number; entry: unknown };

/** The fields that all kinds of entries share, and the hash computed from the entry's content. */
type ChainLink = {
  sequence: number;
  previousHash: string;
  hash: string;
  expectedHash: string;
  /** Of each part that was erased: the marks in its place. */
  marks: string[][];
};

/** Parsers by kind of chain. They return null for an entry that does not match its schema. */
const ENTRY_READERS = {
  audit: (entry: unknown) => toChainLink(AuditEntry.safeParse(entry).data, hashOf),
  "kill-switch": (entry: unknown) =>
    toChainLink(KillSwitchAuditEntry.safeParse(entry).data, killSwitchHashOf),
} as const;

function toChainLink<E extends Omit<ChainLink, "expectedHash" | "marks"> & Parameters<typeof listMarks>[0]>(
  entry: E | undefined,
  digest: (content: Omit<E, "hash">) => string,
): ChainLink | null {
  if (entry === undefined) return null;
  const { hash, ...content } = entry;
  const { sequence, previousHash } = entry;
  return { sequence, previousHash, hash, expectedHash: digest(content), marks: listMarks(entry) };
}

/** `head` is the last sequence and hash that the audited item records; null: the item no longer exists. */
export type Chain = {
  name: string;
  form: keyof typeof ENTRY_READERS;
  entries: readonly ChainEntry[];
  head: ChainHead | null;
};

/** Returns all findings of one chain, in the order of the chain. */
export function checkChain({ name, form, entries, head }: Chain): Finding[] {
  const findings: Finding[] = [];
  const addFinding = (sequence: number | null, problem: Finding["problem"], message: string) =>
    void findings.push({ chain: name, sequence, problem, message });
  let before: ChainHead = EMPTY_CHAIN;
  for (const { position, entry } of entries.toSorted((a, b) => a.position - b.position)) {
    for (let gone = before.auditSequence + 1; gone < position; gone++) {
      addFinding(gone, "missing", "There is no entry at this position.");
    }
    const link = ENTRY_READERS[form](entry);
    if (link === null) {
      addFinding(position, "altered", "The entry does not match the schema of entries.");
      before = { auditSequence: position, auditHash: textOf(entry, "hash") };
      continue;
    }
    const problem = findProblem(link, position, before);
    if (problem) addFinding(position, ...problem);
    before = { auditSequence: position, auditHash: link.hash };
  }
  findings.push(...checkEnd(name, before, head));
  return findings;
}

function findProblem(
  link: ChainLink,
  position: number,
  before: ChainHead,
): [Finding["problem"], string] | null {
  if (link.hash !== link.expectedHash)
    return ["altered", "The content of the entry does not match its hash."];
  if (link.marks.some((marks) => marks.length === 0))
    return ["altered", "A part of the entry is gone, and no mark of an erasure stands in its place."];
  if (link.sequence !== position) return ["reordered", `The entry was written as number ${link.sequence}.`];
  const follows = link.previousHash === before.auditHash || before.auditSequence + 1 < position;
  return follows ? null : ["reordered", "The entry was not written after the one before it."];
}

/** Compares the end of the chain with `head`, which counts the entries and holds the hash of the last one. */
function checkEnd(name: string, last: ChainHead, head: ChainHead | null): Finding[] {
  const toFinding = (sequence: number | null, problem: Finding["problem"], message: string) => [
    { chain: name, sequence, problem, message },
  ];
  if (!head)
    return toFinding(null, "unanchored", "The item that this chain belongs to is missing from the table.");
  const { auditSequence, auditHash } = head;
  if (last.auditSequence > auditSequence)
    return toFinding(last.auditSequence, "unanchored", `The chain should end at number ${auditSequence}.`);
  const gone: Finding[] = [];
  for (let n = last.auditSequence + 1; n <= auditSequence; n++) {
    gone.push(...toFinding(n, "missing", "The chain ends before this position."));
  }
  if (gone.length > 0) return gone;
  return last.auditHash === auditHash
    ? []
    : toFinding(auditSequence, "altered", "The last entry is not the one that the audited item records.");
}

/**
 * `started`: executions that the runbook's item counts; null: the runbook is gone. `found`: execution chains in the
 * table.
 */
type ExecutionCount = { runbookId: string; started: number | null; found: number };

/** Compares the runbook's own count with the chains found. A chain that was removed as a whole shows only here. */
export function checkExecutionCount({ runbookId, started, found }: ExecutionCount): Finding[] {
  if (started === found) return [];
  const problem = started === null || found > started ? "unanchored" : "missing";
  const message =
    started === null
      ? `There are ${found} executions of a runbook that is missing from the table.`
      : `The runbook counts ${started} executions, but the table has ${found}.`;
  return [{ chain: runbookId, sequence: null, problem, message }];
}

function textOf(value: unknown, name: string): string {
  const member: unknown = Object(value)[name];
  return typeof member === "string" ? member : "";
}
