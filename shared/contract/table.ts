// The table as data: keys, indexes named by the query they serve, and the key of each kind of item.
import { createHash } from "node:crypto";

export const TABLE = { partitionKey: "pk", sortKey: "sk", expiry: "expiresAt" } as const;

type Index = { partitionKey: string; sortKey: string; projection: "ALL" | "KEYS_ONLY" };

/** All key attributes are strings. An index contains only items that have its attributes. */
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

/** Joins key parts with `#`. No part may contain one, so different resources never share a key. */
function joinKey(...parts: string[]): string {
  if (parts.some((p) => p === "" || p.includes("#"))) throw new Error("A key part is empty or contains #");
  return parts.join("#");
}

/** Returns a complete key or the beginning of one. Its `#` must not go through `joinKey` again. */
const scopeKey = (what: string, teamId: string | null) =>
  teamId === null ? joinKey(what, "global") : joinKey(what, "team", teamId);

const padNumber = (n: number, width: number) => String(n).padStart(width, "0");

/**
 * Audit entries have a partition of their own, apart from their resource. So do versions, approvals and signing secrets
 * of runbooks. IAM can restrict partitions but not sort keys, and few functions may write these items.
 */
export const auditPartition = (pk: string) => `audit#${pk}`;
const auditKey = (pk: string, sequence: number): Key => ({
  pk: auditPartition(pk),
  sk: joinKey("audit", padNumber(sequence, 8)),
});
const decisionPartition = (automationId: string, eventId: string) =>
  joinKey("decision", sha256(JSON.stringify([automationId, eventId])));

export const KEYS = {
  runbookState: (id: string): Key => ({ pk: joinKey("runbook", id), sk: "state" }),
  runbookSummary: (id: string): Key => ({ pk: joinKey("runbook", id), sk: "summary" }),
  runbookSigningSecret: (id: string): Key => ({ pk: joinKey("signing-secret", id), sk: "signing-secret" }),
  version: (id: string, version: number): Key => ({
    pk: joinKey("version", id),
    sk: joinKey("version", padNumber(version, 8)),
  }),
  /** The approved definition hash of this version. */
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
  /** Callback tokens and the receiver's result. */
  callback: (id: string): Key => ({ pk: joinKey("execution", id), sk: "callback" }),
  /** `slot`: number of the note modulo the number of notes kept. The newest note replaces the oldest. */
  callbackNote: (id: string, slot: number): Key => ({
    pk: joinKey("execution", id),
    sk: joinKey("note", padNumber(slot, 3)),
  }),
  executionAudit: (id: string, sequence: number): Key => auditKey(joinKey("execution", id), sequence),
  /** Encrypted values to mask in callbacks of this attempt's receiver. Only the masking function may decrypt them. */
  callbackMasks: (id: string, attempt: number): Key => ({
    pk: joinKey("callback-masks", id),
    sk: joinKey("attempt", padNumber(attempt, 3)),
  }),
  incident: (id: string): Key => ({ pk: joinKey("incident", id), sk: "incident" }),
  automation: (id: string): Key => ({ pk: joinKey("automation", id), sk: "automation" }),
  automationAudit: (id: string, sequence: number): Key => auditKey(joinKey("automation", id), sequence),
  /** The decision about one event and one automation, written once. */
  decision: (automationId: string, eventId: string): Key => ({
    pk: decisionPartition(automationId, eventId),
    sk: "decision",
  }),
  decisionAudit: (automationId: string, eventId: string): Key =>
    auditKey(decisionPartition(automationId, eventId), 1),
  /** Audit of a refused request. It is a chain of one entry, because no execution exists. */
  refusalAudit: (auditId: string): Key => auditKey(joinKey("refusal", auditId), 1),
  /** A claim for an action that may happen only once before the item expires. `what` identifies the action. */
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
  /** Holders and waiting executions of a concurrency limit. */
  concurrencySlots: (runbookId: string, slotKey: string): Key => ({
    pk: joinKey("concurrency", runbookId, slotKey),
    sk: "slots",
  }),
  /** The token bucket of a principal. */
  rateLimit: (principal: string): Key => ({ pk: joinKey("rate-limit", sha256(principal)), sk: "rate-limit" }),
  /** Progress of reconciliation. */
  reconcilerPositions: (): Key => ({ pk: "reconciler", sk: "positions" }),
  /** End of the audit chain of all kill switch changes. */
  killSwitchChainHead: (): Key => ({ pk: "kill-switches", sk: "chain-head" }),
  killSwitch: (teamId: string | null): Key => ({ pk: "kill-switches", sk: scopeKey("kill-switch", teamId) }),
  killSwitchAudit: (sequence: number): Key => ({
    pk: auditPartition("kill-switches"),
    sk: joinKey("change", padNumber(sequence, 8)),
  }),
  /** A copy of a kill switch for the condition check of every start. Sharded, so that no copy is hot. */
  killSwitchCopy: (teamId: string | null, shard: number): Key => ({
    pk: `${scopeKey("kill-switch", teamId)}#${shard}`,
    sk: "kill-switch",
  }),
  /** Keyed by the hash of caller, route and key. Equal keys of different callers are different items. */
  idempotency: (caller: string, route: string, key: string): Key => ({
    pk: joinKey("idempotency", sha256(JSON.stringify([caller, route, key]))),
    sk: "idempotency",
  }),
} as const;

/** Sort key prefixes of the collections in a partition. */
export const SORT_PREFIXES = {
  version: "version#",
  approval: "approval#",
  attempt: "attempt#",
  audit: "audit#",
  event: "event#",
  killSwitch: "kill-switch#",
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

/** Number of shards of an index partition that spans all teams, so that none is hot. */
export const SHARDS = { anyRunbooks: 4, anyAutomations: 4, activeShard: 8, killSwitchCopy: 8 } as const;

/** Returns the shard of an id: evenly distributed, always the same for one id. */
export function shardOf(id: string, shards: number): number {
  return Number.parseInt(sha256(id).slice(0, 8), 16) % shards;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
