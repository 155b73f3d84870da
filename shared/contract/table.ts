// The one table as data: keys, indexes named for the question they answer, and what each kind of item is keyed by.
import { createHash } from "node:crypto";

export const TABLE = { partitionKey: "pk", sortKey: "sk", expiry: "expiresAt" } as const;

type Index = { partitionKey: string; sortKey: string; projection: "ALL" | "KEYS_ONLY" };

/** All key attributes are strings. An item without an index's attributes is not in it. */
export const INDEXES = {
  "runbooks-by-team": { partitionKey: "teamRunbooks", sortKey: "changeSort", projection: "ALL" },
  "runbooks-everywhere": { partitionKey: "anyRunbooks", sortKey: "changeSort", projection: "ALL" },
  "executions-by-runbook": { partitionKey: "runbookExecutions", sortKey: "executionSort", projection: "ALL" },
  "executions-by-incident": {
    partitionKey: "incidentExecutions",
    sortKey: "executionSort",
    projection: "ALL",
  },
  "executions-active": { partitionKey: "activeShard", sortKey: "executionSort", projection: "KEYS_ONLY" },
  "automations-by-team": {
    partitionKey: "teamAutomations",
    sortKey: "automationSort",
    projection: "ALL",
  },
  "automations-by-runbook": {
    partitionKey: "runbookAutomations",
    sortKey: "automationSort",
    projection: "ALL",
  },
  "automations-everywhere": {
    partitionKey: "anyAutomations",
    sortKey: "automationSort",
    projection: "ALL",
  },
  "audit-by-runbook": { partitionKey: "runbookAudit", sortKey: "auditSort", projection: "ALL" },
} as const satisfies Record<string, Index>;
export type IndexName = keyof typeof INDEXES;

export type Key = { pk: string; sk: string };

/** `#` separates the parts of a key, so no part may hold one: two different things never share a key. */
function joinKey(...parts: string[]): string {
  if (parts.some((p) => p === "" || p.includes("#"))) throw new Error("A key part is empty or contains #");
  return parts.join("#");
}

/** Not for `join`: it is a whole key, or the beginning of one. */
const scopeKey = (what: string, teamId: string | null) =>
  teamId === null ? joinKey(what, "global") : joinKey(what, "team", teamId);

const padNumber = (n: number, width: number) => String(n).padStart(width, "0");

/**
 * The entries of a chain lie apart from the thing that they tell of, as versions, approvals and signing secrets lie apart
 * from their runbook: IAM tells partitions apart, not sort keys, and few functions may write these.
 */
export const auditPartition = (pk: string) => `audit#${pk}`;
const auditKey = (pk: string, sequence: number): Key => ({
  pk: auditPartition(pk),
  sk: joinKey("audit", padNumber(sequence, 8)),
});
const decisionPartition = (automationId: string, eventId: string) =>
  joinKey("decision", sha256(JSON.stringify([automationId, eventId])));

export const KEYS = {
  runbookState: (id: string): Key => ({ pk: joinKey("runbook", id), sk: "head" }),
  runbookSummary: (id: string): Key => ({ pk: joinKey("runbook", id), sk: "card" }),
  runbookSigningSecret: (id: string): Key => ({ pk: joinKey("signing-secret", id), sk: "signing-secret" }),
  version: (id: string, version: number): Key => ({
    pk: joinKey("version", id),
    sk: joinKey("version", padNumber(version, 8)),
  }),
  /** What the approval that made this version let through. */
  approval: (id: string, version: number): Key => ({
    pk: joinKey("approval", id),
    sk: joinKey("approval", padNumber(version, 8)),
  }),
  runbookAudit: (id: string, sequence: number): Key => auditKey(joinKey("runbook", id), sequence),
  execution: (id: string): Key => ({ pk: joinKey("execution", id), sk: "execution" }),
  executionInput: (id: string): Key => ({ pk: joinKey("execution", id), sk: "input" }),
  executionRequest: (id: string): Key => ({ pk: joinKey("execution", id), sk: "request" }),
  attempt: (id: string, number: number): Key => ({
    pk: joinKey("execution", id),
    sk: joinKey("attempt", padNumber(number, 3)),
  }),
  /** What the receiver of a run may call back with, and what it has said. */
  callback: (id: string): Key => ({ pk: joinKey("execution", id), sk: "callback" }),
  /** `slot`: notes are kept in as many places as are shown, the newest in place of the oldest. */
  callbackNote: (id: string, slot: number): Key => ({
    pk: joinKey("execution", id),
    sk: joinKey("note", padNumber(slot, 3)),
  }),
  executionAudit: (id: string, sequence: number): Key => auditKey(joinKey("execution", id), sequence),
  /** What must be masked in what the receiver of an attempt calls back with: encrypted, and read by what masks alone. */
  callbackMasks: (id: string, attempt: number): Key => ({
    pk: joinKey("callback-masks", id),
    sk: joinKey("attempt", padNumber(attempt, 3)),
  }),
  incident: (id: string): Key => ({ pk: joinKey("incident", id), sk: "incident" }),
  automation: (id: string): Key => ({ pk: joinKey("automation", id), sk: "automation" }),
  automationAudit: (id: string, sequence: number): Key => auditKey(joinKey("automation", id), sequence),
  /** What came of one event for one automation, decided once. */
  decision: (automationId: string, eventId: string): Key => ({
    pk: decisionPartition(automationId, eventId),
    sk: "decision",
  }),
  decisionAudit: (automationId: string, eventId: string): Key =>
    auditKey(decisionPartition(automationId, eventId), 1),
  /** Of a request that was refused: a chain of one entry, since there is no run to tell it of. */
  refusalAudit: (auditId: string): Key => auditKey(joinKey("refusal", auditId), 1),
  /** Whatever may happen only once while the item is valid: `what` tells one thing from every other. */
  claim: (what: readonly string[]): Key => ({
    pk: joinKey("claim", sha256(JSON.stringify(what))),
    sk: "claim",
  }),
  /** `day` is the UTC date of the event's time. */
  incidentEvent: (teamId: string, day: string, time: string, eventId: string): Key => ({
    pk: joinKey("incident-events", teamId, day),
    sk: joinKey("event", time, eventId),
  }),
  rejection: (day: string, id: string): Key => ({
    pk: joinKey("rejections", day),
    sk: joinKey("rejection", id),
  }),
  /** Who holds a runbook's lock, and who waits for it. */
  concurrencySlots: (runbookId: string, slotKey: string): Key => ({
    pk: joinKey("lock", runbookId, slotKey),
    sk: "lock",
  }),
  /** What a principal may still start. */
  rateLimit: (principal: string): Key => ({ pk: joinKey("rate-limit", sha256(principal)), sk: "rate-limit" }),
  /** How far the sweep has come. */
  sweepPositions: (): Key => ({ pk: "sweep", sk: "positions" }),
  /** Where the chain of all turns of switches stands. */
  killSwitchChainHead: (): Key => ({ pk: "controls", sk: "head" }),
  killSwitch: (teamId: string | null): Key => ({ pk: "controls", sk: scopeKey("control", teamId) }),
  killSwitchAudit: (sequence: number): Key => ({
    pk: auditPartition("controls"),
    sk: joinKey("change", padNumber(sequence, 8)),
  }),
  /** A copy of a switch, there to be checked by every start: in several shards, so that none of them is hot. */
  killSwitchCopy: (teamId: string | null, shard: number): Key => ({
    pk: `${scopeKey("control", teamId)}#${shard}`,
    sk: "control",
  }),
  /** Keyed by the hash of who, where and the key given: the same key of another caller is another item. */
  idempotency: (caller: string, route: string, key: string): Key => ({
    pk: joinKey("idempotency", sha256(JSON.stringify([caller, route, key]))),
    sk: "idempotency",
  }),
} as const;

/** Sort-key prefixes for reading a collection of one partition. */
export const SORT_PREFIXES = {
  version: "version#",
  approval: "approval#",
  attempt: "attempt#",
  audit: "audit#",
  event: "event#",
  killSwitch: "control#",
  killSwitchAudit: "change#",
  note: "note#",
} as const;

/** Partition keys of the indexes. */
export const LISTS = {
  teamRunbooks: (teamId: string | null) => (teamId === null ? "global" : joinKey("team", teamId)),
  anyRunbooks: (shard: number) => `runbooks#${shard}`,
  runbookExecutions: (runbookId: string) => runbookId,
  incidentExecutions: (incidentId: string) => incidentId,
  activeShard: (shard: number) => `active#${shard}`,
  runbookAudit: (runbookId: string) => runbookId,
  teamAutomations: (teamId: string | null) => (teamId === null ? "global" : joinKey("team", teamId)),
  anyAutomations: (shard: number) => `automations#${shard}`,
  runbookAutomations: (runbookId: string) => runbookId,
} as const;

/** How many partitions a list that spans all teams is spread over, so that none of them is hot. */
export const SHARDS = { anyRunbooks: 4, anyAutomations: 4, activeShard: 8, killSwitchCopy: 8 } as const;

/** The shard of an id: even, and always the same. */
export function shardOf(id: string, shards: number): number {
  return Number.parseInt(sha256(id).slice(0, 8), 16) % shards;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
