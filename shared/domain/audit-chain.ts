// Checks chains of audit entries: whatever was altered, removed or moved after it was written is found. Pure.
import { AuditEntry, type ChainHead, EMPTY_CHAIN, hashOf } from "./audit.ts";
import { KillSwitchAuditEntry, killSwitchHashOf } from "./kill-switches.ts";

export const PROBLEMS = ["altered", "missing", "reordered", "unanchored"] as const;

/** `sequence` is the place in the chain, or null where the chain as a whole is meant. */
export type Finding = {
  chain: string;
  sequence: number | null;
  problem: (typeof PROBLEMS)[number];
  message: string;
};

/** An entry as it lies in the table, and the place that its key gives it. */
export type ChainEntry = { place: number; entry: unknown };

/** What every kind of entry has, and the hash that its content must have. */
type ChainLink = { sequence: number; previousHash: string; hash: string; expectedHash: string };

/** How the entries of a chain are read: null for what is not in their form. */
export const ENTRY_READERS = {
  audit: (entry: unknown) => toChainLink(AuditEntry.safeParse(entry).data, hashOf),
  control: (entry: unknown) => toChainLink(KillSwitchAuditEntry.safeParse(entry).data, killSwitchHashOf),
} as const;

function toChainLink<E extends Omit<ChainLink, "expectedHash">>(
  entry: E | undefined,
  digest: (content: Omit<E, "hash">) => string,
): ChainLink | null {
  if (entry === undefined) return null;
  const { hash, ...content } = entry;
  const { sequence, previousHash } = entry;
  return { sequence, previousHash, hash, expectedHash: digest(content) };
}

/** `head` is where the chain must end, as the thing itself says; null where the thing is gone. */
export type Chain = {
  name: string;
  form: keyof typeof ENTRY_READERS;
  entries: readonly ChainEntry[];
  head: ChainHead | null;
};

/** Every finding of one chain, in the order of the chain. */
export function checkChain({ name, form, entries, head }: Chain): Finding[] {
  const findings: Finding[] = [];
  const addFinding = (sequence: number | null, problem: Finding["problem"], message: string) =>
    void findings.push({ chain: name, sequence, problem, message });
  let before: ChainHead = EMPTY_CHAIN;
  for (const { place, entry } of entries.toSorted((a, b) => a.place - b.place)) {
    for (let gone = before.auditSequence + 1; gone < place; gone++) {
      addFinding(gone, "missing", "There is no entry at this place.");
    }
    const link = ENTRY_READERS[form](entry);
    if (link === null) {
      addFinding(place, "altered", "The entry is not in the form that entries have.");
      before = { auditSequence: place, auditHash: textOf(entry, "hash") };
      continue;
    }
    const problem = findProblem(link, place, before);
    if (problem) addFinding(place, ...problem);
    before = { auditSequence: place, auditHash: link.hash };
  }
  findings.push(...checkEnd(name, before, head));
  return findings;
}

function findProblem(link: ChainLink, place: number, before: ChainHead): [Finding["problem"], string] | null {
  if (link.hash !== link.expectedHash)
    return ["altered", "The entry does not have the content that its hash covers."];
  if (link.sequence !== place) return ["reordered", `The entry was written as number ${link.sequence}.`];
  const follows = link.previousHash === before.auditHash || before.auditSequence + 1 < place;
  return follows ? null : ["reordered", "The entry was not written after the one before it."];
}

/** The thing itself knows how many entries there are, and the hash of the last. */
function checkEnd(name: string, last: ChainHead, head: ChainHead | null): Finding[] {
  const toFinding = (sequence: number | null, problem: Finding["problem"], message: string) => [
    { chain: name, sequence, problem, message },
  ];
  if (!head)
    return toFinding(null, "unanchored", "The thing that this chain tells of is gone from the table.");
  const { auditSequence, auditHash } = head;
  if (last.auditSequence > auditSequence)
    return toFinding(last.auditSequence, "unanchored", `The chain should end at number ${auditSequence}.`);
  const gone: Finding[] = [];
  for (let n = last.auditSequence + 1; n <= auditSequence; n++) {
    gone.push(...toFinding(n, "missing", "The chain ends before this place."));
  }
  if (gone.length > 0) return gone;
  return last.auditHash === auditHash
    ? []
    : toFinding(auditSequence, "altered", "The last entry is not the one that the chain was written up to.");
}

/** What is known of a runbook's runs: how many it says it has started, and how many chains there are. */
export type ExecutionCount = { runbookId: string; started: number | null; found: number };

/** A run whose whole chain was taken away is missed by the count that its runbook keeps. */
export function checkExecutionCount({ runbookId, started, found }: ExecutionCount): Finding[] {
  if (started === found) return [];
  const problem = started === null || found > started ? "unanchored" : "missing";
  const message =
    started === null
      ? `There are ${found} runs of a runbook that is gone from the table.`
      : `The runbook has started ${started} runs, and there are ${found}.`;
  return [{ chain: runbookId, sequence: null, problem, message }];
}

function textOf(value: unknown, name: string): string {
  const member: unknown = Object(value)[name];
  return typeof member === "string" ? member : "";
}
