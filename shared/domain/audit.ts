// Audit entries: one for each state change, chained by hash within the one thing they tell of.
import * as z from "zod";
import { digestOf } from "./digest.ts";
import { AuditId, AutomationId, EventId, ExecutionId, RunbookId, TeamScope, Timestamp } from "./ids.ts";
import { Json, type JsonObject } from "./json.ts";
import type { Scope } from "./permissions.ts";

export const AUDIT_ACTIONS = [
  "runbook.created",
  "runbook.updated",
  "runbook.approved",
  "runbook.deprecated",
  "runbook.rolled_back",
  "runbook.deleted",
  "runbook.signing_secret_read",
  "runbook.signing_secret_rotated",
  "execution.requested",
  "execution.started",
  "execution.succeeded",
  "execution.failed",
  "execution.cancelled",
  "execution.rejected",
  "automation.created",
  "automation.updated",
  "automation.deleted",
  "automation.fired",
  "automation.skipped",
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/**
 * `sequence` counts 1, 2, 3 … within one chain; `hash` covers all else, `previousHash` included. A chain is one
 * execution's, one event's for one automation, one automation's, one refused event's, or else one runbook's: the first
 * of these that is named.
 */
export const AuditEntry = z.strictObject({
  id: AuditId,
  runbookId: RunbookId,
  executionId: ExecutionId.nullable(),
  automationId: AutomationId.nullable(),
  eventId: EventId.nullable(),
  /** The scope of the runbook or the automation that did it. */
  teamId: TeamScope,
  /** The team that a run is for, or an event is about; null where it tells of neither, or of no team. */
  ranForTeamId: TeamScope,
  sequence: z.int().min(1),
  action: z.enum(AUDIT_ACTIONS),
  /** A token's `sub`, `automation:<id>`, `workflow:<source>`, or `system:<part of this service>`. */
  actor: z.string().min(1).max(300),
  /** The e-mail or name that the token gave, for a reader; never used to decide. */
  actorName: z.string().max(256).nullable(),
  at: Timestamp,
  details: z.record(z.string(), Json),
  previousHash: z.string(),
  hash: z.string().length(64),
});
export type AuditEntry = z.infer<typeof AuditEntry>;

/** Where a chain stands: the sequence and hash of its last entry; `{0, ""}` before the first. */
export const ChainHead = z.strictObject({ auditSequence: z.int().min(0), auditHash: z.string() });
export type ChainHead = z.infer<typeof ChainHead>;
export const EMPTY_CHAIN: ChainHead = { auditSequence: 0, auditHash: "" };

/** Who acts: `id` goes to every `…By` field, `name` only to the audit. */
export type Actor = { id: string; name: string | null };

export type AuditFact = {
  id: string;
  runbookId: string;
  executionId?: string;
  automationId?: string;
  eventId?: string;
  teamId: Scope;
  /** Left out: null. */
  ranForTeamId?: Scope;
  action: AuditAction;
  actor: Actor;
  at: string;
  /** Plain data; `undefined` members are left out. */
  details?: object;
};

/** The next entry of a chain. Pure: the same fact on the same head gives the same entry. */
export function appendToChain(head: ChainHead, fact: AuditFact): AuditEntry {
  const entry = {
    id: fact.id,
    runbookId: fact.runbookId,
    executionId: fact.executionId ?? null,
    automationId: fact.automationId ?? null,
    eventId: fact.eventId ?? null,
    teamId: fact.teamId,
    ranForTeamId: fact.ranForTeamId ?? null,
    sequence: head.auditSequence + 1,
    action: fact.action,
    actor: fact.actor.id,
    actorName: fact.actor.name,
    at: fact.at,
    details: JSON.parse(JSON.stringify(fact.details ?? {})) as JsonObject,
    previousHash: head.auditHash,
  };
  return { ...entry, hash: hashOf(entry) };
}

/** The hash that an entry must carry. */
export function hashOf(entry: Omit<AuditEntry, "hash">): string {
  return digestOf("audit/1", entry);
}

/** The head of the chain that ends with this entry. */
export function headAfter(entry: Pick<AuditEntry, "sequence" | "hash">): ChainHead {
  return { auditSequence: entry.sequence, auditHash: entry.hash };
}
