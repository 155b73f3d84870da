// Verifying the audit: every chain of the table against itself, its end, and the count of its runbook.
import * as z from "zod";
import { SORT_PREFIXES, TABLE } from "../contract/table.ts";
import { AuditEntry, ChainHead } from "../domain/audit.ts";
import { type Chain, checkChain, checkRuns, type Finding } from "../domain/audit-chain.ts";
import { countExecutions, type Partition, partition, partitions } from "../store/partitions.ts";
import type { Item } from "../store/read.ts";

/** `anchor`: the sort key of the item that says where the chain ends; null: one entry is all. */
type ChainData = { entries: string; form: Chain["form"]; anchor: string | null };

/** Kinds of partitions with a chain: the first part of their key. */
const CHAINS = {
  runbook: { entries: SORT_PREFIXES.audit, form: "audit", anchor: "head" },
  execution: { entries: SORT_PREFIXES.audit, form: "audit", anchor: "execution" },
  automation: { entries: SORT_PREFIXES.audit, form: "audit", anchor: "automation" },
  decision: { entries: SORT_PREFIXES.audit, form: "audit", anchor: null },
  controls: { entries: SORT_PREFIXES.change, form: "control", anchor: "head" },
} as const satisfies Record<string, ChainData>;
type Kind = keyof typeof CHAINS;

export type Verified = { chains: number; entries: number; findings: Finding[] };

const Started = z.object({ executionsStarted: z.int() });
const OfRunbook = z.object({ runbookId: z.string() });

/**
 * Reads the whole table once. It may be at work meanwhile: what looks wrong is read again, consistently, before it
 * is reported.
 */
export async function verifyAudit(): Promise<Verified> {
  const verified: Verified = { chains: 0, entries: 0, findings: [] };
  const runs = new Map<string, { started: number | null; found: number }>();
  const runsOf = (id: string) => {
    const known = runs.get(id) ?? { started: null, found: 0 };
    runs.set(id, known);
    return known;
  };
  for await (const read of partitions()) {
    const kind = kindOf(read.pk);
    if (kind === null || isEmpty(kind, read)) continue;
    verified.chains++;
    verified.entries += entriesOf(kind, read).length;
    verified.findings.push(...(await checkTwice(kind, read)));
    if (kind === "runbook") runsOf(idOf(read.pk)).started = started(read);
    if (kind === "execution") runsOf(runbookOf(read)).found++;
  }
  for (const [runbookId, { started, found }] of runs) {
    verified.findings.push(...(await recounted({ runbookId, started, found })));
  }
  return verified;
}

function kindOf(pk: string): Kind | null {
  const [first] = pk.split("#");
  return Object.keys(CHAINS).find((kind): kind is Kind => kind === first) ?? null;
}

const idOf = (pk: string) => pk.slice(pk.indexOf("#") + 1);
const entriesOf = (kind: Kind, { items }: Partition) =>
  items.filter((item) => String(item["sk"]).startsWith(CHAINS[kind].entries));
const isEmpty = (kind: Kind, read: Partition) =>
  entriesOf(kind, read).length === 0 && anchorOf(kind, read) === undefined;

async function checkTwice(kind: Kind, read: Partition): Promise<Finding[]> {
  if (check(kind, read).length === 0) return [];
  return check(kind, await partition(read.pk));
}

function check(kind: Kind, read: Partition): Finding[] {
  const { form, anchor } = CHAINS[kind];
  const entries = entriesOf(kind, read).map((item) => ({
    place: Number(idOf(String(item["sk"]))),
    entry: withoutKeys(item),
  }));
  const [only] = entries;
  const end = anchor === null && entries.length === 1 && only ? endOf(only.entry) : anchorOf(kind, read);
  const head = ChainHead.nullable()
    .catch(null)
    .parse(end ?? null);
  return checkChain({ name: read.pk, form, entries, head });
}

function anchorOf(kind: Kind, { items }: Partition): Item | undefined {
  const anchor = items.find((item) => item["sk"] === CHAINS[kind].anchor);
  return anchor && { auditSequence: anchor["auditSequence"], auditHash: anchor["auditHash"] };
}

/** A chain of one entry ends with it. */
function endOf(entry: unknown): Item | undefined {
  const parsed = AuditEntry.safeParse(entry);
  return parsed.success ? { auditSequence: 1, auditHash: parsed.data.hash } : undefined;
}

function withoutKeys(item: Item): Item {
  const own = Object.keys(AuditEntry.shape);
  const ours = new Set<string>([
    TABLE.partitionKey,
    TABLE.sortKey,
    TABLE.expiry,
    "runbookAudit",
    "auditSort",
  ]);
  return Object.fromEntries(Object.entries(item).filter(([name]) => own.includes(name) || !ours.has(name)));
}

function started({ items }: Partition): number | null {
  const head = Started.safeParse(items.find((item) => item["sk"] === CHAINS.runbook.anchor));
  return head.success ? head.data.executionsStarted : null;
}

/** A run whose item is gone is known by its entries. */
function runbookOf({ pk, items }: Partition): string {
  const found = items.map((item) => OfRunbook.safeParse(item)).find((parsed) => parsed.success);
  return found?.data?.runbookId ?? pk;
}

/** The table may have gone on between the runs and their runbook: where they differ, they are counted again. */
async function recounted(runs: {
  runbookId: string;
  started: number | null;
  found: number;
}): Promise<Finding[]> {
  if (checkRuns(runs).length === 0) return [];
  const found = await countExecutions(runs.runbookId);
  return checkRuns({ ...runs, started: started(await partition(`runbook#${runs.runbookId}`)), found });
}
