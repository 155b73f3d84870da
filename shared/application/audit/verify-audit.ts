// Verifies the audit: checks every chain in itself and against its recorded end, and the audited items against their
// chains.
import { setTimeout as wait } from "node:timers/promises";
import * as z from "zod";
import { auditPartition, CONTROLS_AUDIT, KEYS } from "../../contract/table.ts";
import { AuditEntry, ChainHead } from "../../domain/audit.ts";
import {
  type Chain,
  type ChainEntry,
  checkChain,
  checkExecutionCount,
  type Finding,
} from "../../domain/audit-chain.ts";
import { checkErasures, collectMarks, type MarkedEntries, readErasures } from "../../domain/erasure-audit.ts";
import { checkVersions, toApprovalHash, toVersionHash } from "../../domain/runbooks/version-audit.ts";
import { countExecutions, type Partition, queryItems, scanPartitions } from "../../store/partitions.ts";
import { getItem, type Item, withoutKeys } from "../../store/read.ts";
import { parseVersion } from "../../store/versions.ts";

/** `anchor`: sort key of the item that records the end of the chain; null: the chain has exactly one entry. */
type ChainData = { form: Chain["form"]; anchor: string | null };

/** Kinds of audited items: the first part of their partition key. */
const CHAINS = {
  runbook: { form: "audit", anchor: "state" },
  execution: { form: "audit", anchor: "execution" },
  automation: { form: "audit", anchor: "automation" },
  decision: { form: "audit", anchor: "decision" },
  refusal: { form: "audit", anchor: null },
  "kill-switches": { form: "kill-switch", anchor: "chain-head" },
} as const satisfies Record<string, ChainData>;
type Kind = keyof typeof CHAINS;

type AuditReport = { chains: number; entries: number; findings: Finding[] };

const Started = z.object({ executionsStarted: z.int() });
const OfRunbook = z.object({ runbookId: z.string() });
const AUDIT = auditPartition("");

/**
 * Reads the whole table once, and each chain with consistent reads. The service may write meanwhile, so findings are
 * confirmed by another read before they are reported.
 */
export async function verifyAudit(): Promise<AuditReport> {
  const report: AuditReport = { chains: 0, entries: 0, findings: [] };
  const counts = new Map<string, { started: number | null; found: number }>();
  const getCount = (id: string) => {
    const known = counts.get(id) ?? { started: null, found: 0 };
    counts.set(id, known);
    return known;
  };
  const marked: MarkedEntries = new Map();
  let erasures: Erasures | null = null;
  for await (const partition of scanPartitions()) {
    report.findings.push(...(await confirmFindings(() => checkOwner(partition.pk))));
    const chain = await getChainToCheck(partition);
    if (!chain) continue;
    // A table without any chain may be another service's, with other keys.
    erasures ??= await getErasures();
    const { kind, pk } = chain;
    report.chains++;
    let seen: readonly ChainEntry[] = [];
    const checkChainNow = async () => {
      const { findings, entries } = await checkOneChain(kind, pk);
      seen = entries;
      return findings;
    };
    report.findings.push(...(await confirmFindings(checkChainNow)));
    report.entries += seen.length;
    for (const { entry } of seen) collectMarks(marked, entry);
    if (kind === "runbook") getCount(idOf(pk)).started = getExecutionsStarted(partition.items);
    if (kind === "execution") getCount(runbookOf(partition)).found++;
  }
  for (const [runbookId, { started, found }] of counts) {
    report.findings.push(...(await recountExecutions({ runbookId, started, found })));
  }
  if (erasures) report.findings.push(...checkErasures(marked, erasures, await getErasures()));
  return report;
}

/**
 * Returns the chain to check at this partition, if any. A chain is checked at its audited item. If that item is
 * missing, it is checked at its entries.
 */
async function getChainToCheck({ pk, items }: Partition): Promise<{ kind: Kind; pk: string } | null> {
  const isAudit = pk.startsWith(AUDIT);
  const thing = isAudit ? pk.slice(AUDIT.length) : pk;
  const kind = kindOf(thing);
  if (kind === null) return null;
  const { anchor } = CHAINS[kind];
  const due = isAudit ? !(await getAnchor(kind, thing)) : items.some(({ sk }) => sk === anchor);
  return due ? { kind, pk: thing } : null;
}

function kindOf(pk: string): Kind | null {
  const [first] = pk.split("#");
  return Object.keys(CHAINS).find((kind): kind is Kind => kind === first) ?? null;
}

const idOf = (key: string) => key.slice(key.indexOf("#") + 1);
const sequenceOf = (item: Item) => Number(idOf(String(item["sk"])));

/**
 * Two reads are not atomic: an item may change between them. Only findings that the last read still shows are reported.
 */
async function confirmFindings(find: () => Promise<Finding[]>): Promise<Finding[]> {
  let findings = await find();
  for (let retry = 0; retry < 3 && findings.length > 0; retry++) findings = await find();
  return findings;
}

async function checkOneChain(
  kind: Kind,
  pk: string,
): Promise<{ findings: Finding[]; entries: ChainEntry[] }> {
  const { form, anchor } = CHAINS[kind];
  const items = await mapItems(auditPartition(pk), withoutKeys);
  const entries = items.map(({ position, own }) => ({ position, entry: own }));
  const [only] = entries;
  const end =
    anchor === null && entries.length === 1 ? headOfSingleEntry(only?.entry) : await getAnchor(kind, pk);
  const head = ChainHead.nullable()
    .catch(null)
    .parse(end ?? null);
  const definitionFindings = kind === "runbook" ? await checkDefinitions(idOf(pk), entries) : [];
  return {
    findings: [...checkChain({ name: pk, form, entries, head }), ...definitionFindings],
    entries,
  };
}

type Erasures = ReturnType<typeof readErasures>;

async function getErasures(): Promise<Erasures> {
  const controls = await mapItems(CONTROLS_AUDIT, withoutKeys);
  return readErasures(controls.map(({ own }) => own));
}

/** Compares every version and approval with their audit entries. */
async function checkDefinitions(
  runbookId: string,
  auditEntries: readonly { entry: unknown }[],
): Promise<Finding[]> {
  const versions = await mapItems(KEYS.version(runbookId, 1).pk, (item) =>
    toVersionHash(parseVersion(item), sequenceOf(item)),
  );
  const approvals = await mapItems(KEYS.approval(runbookId, 1).pk, (item) =>
    toApprovalHash(withoutKeys(item), sequenceOf(item)),
  );
  return checkVersions({
    runbookId,
    versions: versions.map(({ own }) => own),
    approvals: approvals.map(({ own }) => own),
    entries: auditEntries.map(({ entry }) => entry),
  });
}

/** Reports versions and approvals whose runbook is missing. */
async function checkOwner(pk: string): Promise<Finding[]> {
  const id = idOf(pk);
  if (pk !== `version#${id}` && pk !== `approval#${id}`) return [];
  const message = "The runbook that this belongs to is missing from the table.";
  const head = await getItem(KEYS.runbookState(id));
  return head ? [] : [{ chain: pk, sequence: null, problem: "unanchored", message }];
}

/** Maps the items of a partition one at a time, because versions may be large. */
async function mapItems<T>(pk: string, make: (item: Item) => T): Promise<{ position: number; own: T }[]> {
  const made: { position: number; own: T }[] = [];
  for await (const item of queryItems(pk)) made.push({ position: sequenceOf(item), own: make(item) });
  return made;
}

async function getAnchor(kind: Kind, pk: string): Promise<Item | null> {
  const { anchor } = CHAINS[kind];
  const item = anchor === null ? null : await getItem({ pk, sk: anchor });
  return item && { auditSequence: item["auditSequence"], auditHash: item["auditHash"] };
}

/** Returns the end of a chain with a single entry, which is the entry itself. */
function headOfSingleEntry(entry: unknown): ChainHead | null {
  const parsed = AuditEntry.safeParse(entry);
  return parsed.success ? { auditSequence: 1, auditHash: parsed.data.hash } : null;
}

function getExecutionsStarted(items: readonly Item[]): number | null {
  const head = Started.safeParse(items.find((item) => item["sk"] === CHAINS.runbook.anchor));
  return head.success ? head.data.executionsStarted : null;
}

/** Returns the execution's runbook. If the execution's item is missing, its audit entries name the runbook. */
function runbookOf({ pk, items }: Partition): string {
  const found = items.map((item) => OfRunbook.safeParse(item)).find((parsed) => parsed.success);
  return found?.data?.runbookId ?? pk;
}

/** Milliseconds between two counts, and how often one is repeated: an index lags by a second or so, seldom by more. */
const LAG_MS = 1_000;
const RECOUNTS = 5;

/**
 * Counts again while the counts differ: executions may be started meanwhile, and the index that lists them lags. What is
 * missing for good is missing from the last count, too.
 */
async function recountExecutions(counts: {
  runbookId: string;
  started: number | null;
  found: number;
}): Promise<Finding[]> {
  let findings = checkExecutionCount(counts);
  for (let count = 1; count <= RECOUNTS && findings.length > 0; count++) {
    if (count > 1) await wait(LAG_MS);
    const head = await getItem(KEYS.runbookState(counts.runbookId));
    const found = await countExecutions(counts.runbookId);
    const recounted = { ...counts, started: getExecutionsStarted(head ? [head] : []), found };
    findings = checkExecutionCount(recounted);
  }
  return findings;
}
