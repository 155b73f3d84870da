// The table as data: its keys and indexes, and the key of each kind of item.
import { createHash } from "node:crypto";

export const TABLE = { partitionKey: "pk", sortKey: "sk", expiry: "expiresAt" } as const;

type Index = { partitionKey: string; sortKey: string };

/**
 * Named for what an item is found by. Each serves several lists, so that a new list needs no new index. All key
 * attributes are strings. An index contains only items that have its attributes. They share the sort key, which an item
 * has once. All hold keys only: a change of the item's other attributes costs an index nothing, and a list reads its
 * rows from the table.
 */
export const INDEXES = {
  "by-team": { partitionKey: "teamList", sortKey: "listSort" },
  "by-runbook": { partitionKey: "runbookList", sortKey: "listSort" },
  "by-incident": { partitionKey: "incidentList", sortKey: "listSort" },
  "by-state": { partitionKey: "stateList", sortKey: "listSort" },
  "by-time": { partitionKey: "timeList", sortKey: "listSort" },
} as const satisfies Record<string, Index>;
export type IndexName = keyof typeof INDEXES;

/** What an item is found by and how long it lasts: the attributes that are not its content. */
export const KEY_ATTRIBUTES: ReadonlySet<string> = new Set<string>([
  ...Object.values(TABLE),
  ...Object.values(INDEXES).flatMap((index) => [index.partitionKey, index.sortKey]),
]);

export type Key = { pk: string; sk: string };

/** Joins key parts with `#`. No part may contain one, so different resources never share a key. */
export function joinKey(...parts: string[]): string {
  if (parts.some((p) => p === "" || p.includes("#"))) throw new Error("A key part is empty or contains #");
  return parts.join("#");
}

/** `global`, or `team` and the team's id. */
export const scopeParts = (teamId: string | null) => (teamId === null ? ["global"] : ["team", teamId]);

/** Returns a scope as the set of paused scopes holds it. */
export const scopeName = (teamId: string | null) => joinKey(...scopeParts(teamId));

/** Returns a complete key or the beginning of one. Its `#` must not go through `joinKey` again. */
const scopeKey = (what: string, teamId: string | null) => joinKey(what, ...scopeParts(teamId));

const padNumber = (n: number, width: number) => String(n).padStart(width, "0");

/**
 * Audit entries have a partition of their own, apart from their resource. So do versions, approvals and signing secrets
 * of runbooks. IAM can restrict partitions but not sort keys, and few functions may write these items.
 */
export const AUDIT_PREFIX = "audit#";
export const auditPartition = (pk: string) => `${AUDIT_PREFIX}${pk}`;
/** Of kill switches, freeze windows and sources: one chain. */
export const CONTROLS_AUDIT = auditPartition("kill-switches");
const auditKey = (pk: string, sequence: number): Key => ({
  pk: auditPartition(pk),
  sk: joinKey("audit", padNumber(sequence, 8)),
});
/** How the partitions of the decisions' audit entries begin. */
export const DECISION_AUDIT_PREFIX = auditPartition("decision#");
const decisionPartition = (automationId: string, eventId: string) =>
  joinKey("decision", hashOf([automationId, eventId]));

export const KEYS = {
  runbookState: (id: string): Key => ({ pk: joinKey("runbook", id), sk: "state" }),
  runbookSummary: (id: string): Key => ({ pk: joinKey("runbook", id), sk: "summary" }),
  /** Puts the runbook in the list of those that wait for a review, until it is reviewed. */
  runbookReviewRequest: (id: string): Key => ({ pk: joinKey("runbook", id), sk: "review-request" }),
  /** Puts the runbook in the lists of approvals that expire. */
  runbookApprovalExpiry: (id: string): Key => ({ pk: joinKey("runbook", id), sk: "approval-expiry" }),
  /** Puts a deleted runbook in the list of those whose automations are to be disabled. */
  runbookDeletion: (id: string): Key => ({ pk: joinKey("runbook", id), sk: "deletion" }),
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
  /** Puts the execution in the lists of a searchable parameter's value. */
  executionParameter: (id: string, name: string): Key => ({
    pk: joinKey("execution", id),
    sk: joinKey("parameter", name),
  }),
  /** Puts the execution in the list of what broke the glass, until that is closed. */
  executionBreakGlass: (id: string): Key => ({ pk: joinKey("execution", id), sk: "break-glass" }),
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
  source: (id: string): Key => ({ pk: joinKey("source", id), sk: "source" }),
  automation: (id: string): Key => ({ pk: joinKey("automation", id), sk: "automation" }),
  automationVersion: (id: string, version: number): Key => ({
    pk: joinKey("automation-version", id),
    sk: joinKey("version", padNumber(version, 8)),
  }),
  automationAudit: (id: string, sequence: number): Key => auditKey(joinKey("automation", id), sequence),
  /** The decision about one event and one automation. Only a catch-up replaces it. */
  decision: (automationId: string, eventId: string): Key => ({
    pk: decisionPartition(automationId, eventId),
    sk: "decision",
  }),
  decisionAudit: (automationId: string, eventId: string, sequence: number): Key =>
    auditKey(decisionPartition(automationId, eventId), sequence),
  /** Audit of a refused request. It is a chain of one entry, because no execution exists. */
  refusalAudit: (auditId: string): Key => auditKey(joinKey("refusal", auditId), 1),
  /** A claim for an action that may happen only once before the item expires. `what` identifies the action. */
  claim: (what: readonly string[]): Key => ({ pk: joinKey("claim", hashOf(what)), sk: "claim" }),
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
  /** The latest failure of a runbook and concurrency key, and the success that recovered from it. */
  recovery: (id: string, key: string): Key => ({ pk: joinKey("recovery", id, key), sk: "recovery" }),
  /** One of the calls that may be under way for a team at the same time. */
  deliverySlot: (teamId: string | null, number: number): Key => ({
    pk: scopeKey("delivery-slots", teamId),
    sk: `${SORT_PREFIXES.deliverySlot}${String(number).padStart(4, "0")}`,
  }),
  /** The token bucket of a principal. */
  rateLimit: (principal: string): Key => ({ pk: joinKey("rate-limit", sha256(principal)), sk: "rate-limit" }),
  /** Progress of reconciliation. */
  reconcilerPositions: (): Key => ({ pk: "reconciler", sk: "positions" }),
  /** End of the audit chain of all kill switch changes. */
  killSwitchChainHead: (): Key => ({ pk: "kill-switches", sk: "chain-head" }),
  killSwitch: (teamId: string | null): Key => ({ pk: "kill-switches", sk: scopeKey("kill-switch", teamId) }),
  /** An erasure that is under way. */
  erasure: (of: readonly string[]): Key => ({ pk: joinKey("erasure", hashOf(of)), sk: "erasure" }),
  /** All freeze windows. */
  freezeWindows: (): Key => ({ pk: "kill-switches", sk: "freeze-windows" }),
  killSwitchAudit: (sequence: number): Key => ({
    pk: CONTROLS_AUDIT,
    sk: joinKey("change", padNumber(sequence, 8)),
  }),
  /** The paused scopes, for the condition check of every start. Sharded, so that no copy is hot. */
  pausedScopes: (shard: number): Key => ({
    pk: joinKey("paused-scopes", String(shard)),
    sk: "paused-scopes",
  }),
  /** Keyed by the hash of caller, route and key. Equal keys of different callers are different items. */
  idempotency: (caller: string, route: string, key: string): Key => ({
    pk: joinKey("idempotency", hashOf([caller, route, key])),
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
  deliverySlot: "slot#",
} as const;

/** Number of shards of a partition that spans all teams, so that none is hot. */
export const SHARDS = {
  runbooks: 2,
  automations: 2,
  executions: 4,
  audit: 8,
  incidents: 2,
  rejections: 2,
  activeExecutions: 8,
  unsuccessfulExecutions: 4,
  pausedScopes: 8,
} as const;

/** Returns the numbers of so many shards. */
export const shardsOf = (count: number): number[] => Array.from({ length: count }, (_, shard) => shard);

/** Returns the shard of an id: evenly distributed, always the same for one id. */
export function shardOf(id: string, shards: number): number {
  return Number.parseInt(sha256(id).slice(0, 8), 16) % shards;
}

const hashOf = (parts: readonly string[]) => sha256(JSON.stringify(parts));

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
