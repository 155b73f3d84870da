// Audit entries: one for each state change. Each entry holds the hash of the one before it in its chain.
import * as z from "zod";
import { digestOf } from "./digest.ts";
import { DisplayName } from "./display-text.ts";
import { AuditId, AutomationId, EventId, ExecutionId, RunbookId, TeamScope, Timestamp } from "./ids.ts";
import { Json, type JsonObject } from "./json.ts";
import type { Scope } from "./scopes.ts";
import { SEALS, toHashed } from "./seals.ts";

export const AUDIT_ACTIONS = [
  "runbook.created",
  "runbook.updated",
  "runbook.review_requested",
  "runbook.changes_requested",
  "runbook.approval_given",
  "runbook.approved",
  "runbook.renewal_given",
  "runbook.approval_renewed",
  "runbook.approval_expires_soon",
  "runbook.approval_expired",
  "runbook.credential_rotated",
  "runbook.deprecated",
  "runbook.rolled_back",
  "runbook.withdrawn",
  "runbook.deleted",
  "runbook.signing_secret_read",
  "runbook.signing_secret_rotated",
  "execution.requested",
  "execution.started",
  "execution.succeeded",
  "execution.failed",
  "execution.cancelled",
  "execution.rejected",
  "execution.break_glass_opened",
  "execution.break_glass_closed",
  "automation.created",
  "automation.updated",
  "automation.approved",
  "automation.disabled",
  "automation.deleted",
  "automation.fired",
  "automation.skipped",
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/**
 * `sequence` counts 1, 2, 3 … within one chain. `hash` covers all other fields, `previousHash` included,
 * those that may be erased by their seals. A chain
 * belongs to one execution, one event for one automation, one automation, one refused event, or else one runbook: the
 * first of these that the entry names.
 */
export const AuditEntry = z
  .strictObject({
    id: AuditId,
    runbookId: RunbookId,
    executionId: ExecutionId.nullable().describe("The execution that the entry is about; null: none."),
    automationId: AutomationId.nullable().describe("The automation that the entry is about; null: none."),
    eventId: EventId.nullable().describe("The event that the entry is about; null: none."),
    teamId: TeamScope.describe("Team of the runbook, or of the automation that acted; null: global."),
    ranForTeamId: TeamScope.describe("Team that the execution is for, or the event is about; null: none."),
    sequence: z.int().min(1).describe("Counts 1, 2, 3 … within the chain of the entry."),
    action: z.enum(AUDIT_ACTIONS).describe("The action."),
    actor: z
      .string()
      .min(1)
      .max(300)
      .describe(
        "Who did it: a token's `sub`, `client:<id>` of a program, `automation:<id>`, `workflow:<source>`, `system:<part of this service>`, `operator:<who>` of a command for the table, or `erased:<mark>` of somebody who was erased.",
      ),
    // For display only. No decision reads it.
    actorName: DisplayName.describe("Name of the actor at that time, else its email; null: none."),
    at: Timestamp.describe("Time of the action."),
    details: z.record(z.string(), Json).describe("Facts about the action. Their fields depend on `action`."),
    ...SEALS,
    previousHash: z.string().describe("`hash` of the previous entry in the chain; empty for the first."),
    hash: z
      .string()
      .length(64)
      .describe("SHA-256 over the rest of the entry, with seals for the parts that can be erased, in hex."),
  })
  .describe("One entry of the audit trail.");
export type AuditEntry = z.infer<typeof AuditEntry>;

/** The end of a chain: sequence and hash of its last entry, or `{0, ""}` before the first. */
export const ChainHead = z.strictObject({ auditSequence: z.int().min(0), auditHash: z.string() });
export type ChainHead = z.infer<typeof ChainHead>;
export const EMPTY_CHAIN: ChainHead = { auditSequence: 0, auditHash: "" };

/** Who acts. `id` goes to every `…By` field, `name` to the `…ByName` beside it. */
export type Actor = { id: string; name: string | null };

type AuditFact = {
  id: string;
  runbookId: string;
  executionId?: string;
  automationId?: string;
  eventId?: string;
  teamId: Scope;
  /** Defaults to null. */
  ranForTeamId?: Scope;
  action: AuditAction;
  actor: Actor;
  at: string;
  salt: string;
  /** JSON data. `undefined` members are dropped. */
  details?: object;
};

/** Returns the next entry of a chain. Deterministic: equal inputs give equal entries. */
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
    salt: fact.salt,
    previousHash: head.auditHash,
  };
  return { ...entry, hash: hashOf(entry) };
}

/** Returns the expected hash of an entry. */
export function hashOf(entry: Omit<AuditEntry, "hash">): string {
  return digestOf("audit/2", toHashed(entry));
}

/** Returns the chain's end after this entry. */
export function toChainHead(entry: Pick<AuditEntry, "sequence" | "hash">): ChainHead {
  return { auditSequence: entry.sequence, auditHash: entry.hash };
}
