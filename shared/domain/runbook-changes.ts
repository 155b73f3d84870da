// What each action makes of a runbook: pure decisions, written by the store only if nothing moved in between.
import { type Change, transition } from "./approval.ts";
import {
  type Actor,
  type AuditAction,
  type AuditEntry,
  appendToChain,
  EMPTY_CHAIN,
  headAfter,
} from "./audit.ts";
import { authorsAfter, unreviewedAuthors } from "./authors.ts";
import { notBefore } from "./chronology.ts";
import { DEFINITION_FIELDS, type StoredDefinition } from "./definition.ts";
import { RunbookError } from "./errors.ts";
import { type JsonObject, sameJson } from "./json.ts";
import type { Scope } from "./permissions.ts";
import {
  type ApprovalRecord,
  definitionHashOf,
  type RunbookHead,
  type RunbookSummary,
  type RunbookVersion,
} from "./runbook.ts";

/** A runbook as it stands: `current` is its newest version. */
export type Runbook = { head: RunbookHead; card: RunbookSummary; current: RunbookVersion };

/** Who acts, when, and the id of the audit entry. */
export type Act = { actor: Actor; at: string; auditId: string };

/** What is to be written, if the head still has the version and audit sequence of `before` (null: no head yet). */
export type RunbookChange = {
  before: RunbookHead | null;
  head: RunbookHead;
  card: RunbookSummary;
  version: RunbookVersion;
  audit: AuditEntry;
};

export function createRunbook(
  id: string,
  teamId: Scope,
  definition: StoredDefinition,
  act: Act,
): RunbookChange {
  const { actor, at } = act;
  const fresh = { id, teamId, version: 1, approvalStatus: "DRAFT" } as const;
  const head: RunbookHead = {
    ...EMPTY_CHAIN,
    ...fresh,
    auditAt: at,
    activeExecutions: 0,
    executionsStarted: 0,
    deletedAt: null,
  };
  const { name, description } = definition;
  const authored = { createdBy: actor.id, createdAt: at, updatedBy: actor.id, updatedAt: at };
  const card: RunbookSummary = {
    ...fresh,
    approvedBy: null,
    approvedAt: null,
    ...authored,
    name,
    description,
  };
  const written = { change: "created", note: "Initial version", by: actor.id, at } as const;
  const version = snapshot(head, definition, { ...written, authors: [actor.id] });
  return sealed(null, head, card, version, { ...act, action: "runbook.created", details: { name } });
}

/**
 * Null where nothing really changes: no version, no change of status. `approvals`: all that the runbook has had, read
 * after it; where none are given, nothing counts as reviewed.
 */
export function updateRunbook(
  runbook: Runbook,
  definition: StoredDefinition,
  note: string | null,
  act: Act,
  approvals: readonly ApprovalRecord[] = [],
): RunbookChange | null {
  transition("update", runbook.head.approvalStatus);
  const fields = DEFINITION_FIELDS.filter((f) => !sameJson(runbook.current.definition[f], definition[f]));
  if (fields.length === 0) return null;
  const authors = authorsAfter(
    { definition, editor: act.actor.id, from: unreviewedAuthors(runbook) },
    approvals,
  );
  return next(runbook, "update", { definition, authors }, note ?? "Updated", act, { fields, note });
}

/** Notes of versions whose caller gave none. */
export const [APPROVED_NOTE, DEPRECATED_NOTE] = ["Approved", "Deprecated"] as const;

export type Review = { version: number; note: string | null; fourEyes: boolean };

export function approveRunbook(runbook: Runbook, review: Review, act: Act): RunbookChange {
  const { head, current } = runbook;
  transition("approve", head.approvalStatus);
  if (review.version !== head.version) {
    const message = `Version ${review.version} was reviewed, but the runbook is at version ${head.version}: review that.`;
    throw new RunbookError("version_conflict", message);
  }
  const selfApproved = current.authors.includes(act.actor.id);
  if (review.fourEyes && selfApproved) {
    throw new RunbookError(
      "not_permitted",
      "You wrote a part of this definition that nobody else has reviewed, so you cannot approve it: ask another platform admin.",
    );
  }
  const details = { reviewedVersion: review.version, selfApproved, note: review.note };
  return next(runbook, "approve", current, review.note ?? APPROVED_NOTE, act, details);
}

export function deprecateRunbook(runbook: Runbook, reason: string | null, act: Act): RunbookChange {
  transition("deprecate", runbook.head.approvalStatus);
  return next(runbook, "deprecate", runbook.current, reason ?? DEPRECATED_NOTE, act, { reason });
}

/**
 * `definition` is the one of the version `to`, checked again and with the credentials that hold today: it is the work of
 * the authors of both. `approvals` as for an update.
 */
export function rollbackRunbook(
  runbook: Runbook,
  to: Pick<RunbookVersion, "version" | "authors">,
  definition: StoredDefinition,
  note: string | null,
  act: Act,
  approvals: readonly ApprovalRecord[] = [],
): RunbookChange {
  const name = runbook.head.approvalStatus === "DEPRECATED" ? "revive" : "rollback";
  const toVersion = to.version;
  const text = note ?? `Rolled back to version ${toVersion}`;
  const from = [...unreviewedAuthors(runbook), ...to.authors];
  const authors = authorsAfter({ definition, editor: act.actor.id, from }, approvals);
  return next(runbook, name, { definition, authors }, text, act, { toVersion, note });
}

type Step = "update" | "approve" | "deprecate" | "rollback" | "revive";

function next(
  runbook: Runbook,
  step: Step,
  { definition, authors }: Pick<RunbookVersion, "definition" | "authors">,
  note: string,
  asked: Act,
  details: JsonObject,
): RunbookChange {
  const { to, change } = transition(step, runbook.head.approvalStatus);
  const act = notBefore(asked, runbook.head.auditAt);
  const { actor, at } = act;
  const head = { ...runbook.head, version: runbook.head.version + 1, approvalStatus: to };
  const { name, description } = definition;
  const card: RunbookSummary = {
    ...runbook.card,
    name,
    description,
    version: head.version,
    approvalStatus: to,
    ...approval(runbook.card, change, act),
    updatedBy: actor.id,
    updatedAt: at,
  };
  const version = snapshot(head, definition, { change, note, by: actor.id, at, authors });
  return sealed(runbook.head, head, card, version, { ...act, action: `runbook.${change}`, details });
}

/** A draft has no approval; a deprecated runbook keeps the one it had, for the record. */
function approval(card: RunbookSummary, change: Change, { actor, at }: Act) {
  if (change === "approved") return { approvedBy: actor.id, approvedAt: at };
  if (change === "deprecated") return { approvedBy: card.approvedBy, approvedAt: card.approvedAt };
  return { approvedBy: null, approvedAt: null };
}

type Written = { change: Change; note: string; by: string; at: string; authors: string[] };

function snapshot(
  head: RunbookHead,
  definition: StoredDefinition,
  { change, note, by, at, authors }: Written,
): RunbookVersion {
  return {
    runbookId: head.id,
    version: head.version,
    change,
    approvalStatus: head.approvalStatus,
    changedBy: by,
    changeNote: note,
    createdAt: at,
    definitionHash: definitionHashOf(definition),
    authors,
    selfApproved: change === "approved" && authors.includes(by),
    definition,
  };
}

function sealed(
  before: RunbookHead | null,
  head: RunbookHead,
  card: RunbookSummary,
  version: RunbookVersion,
  { action, details, ...act }: Act & { action: AuditAction; details: JsonObject },
): RunbookChange {
  const facts = { ...details, version: version.version, approvalStatus: version.approvalStatus };
  const { definitionHash } = version;
  const audit = appendToChain(before ?? EMPTY_CHAIN, {
    id: act.auditId,
    runbookId: head.id,
    teamId: head.teamId,
    action,
    actor: act.actor,
    at: act.at,
    details: { ...facts, definitionHash },
  });
  return { before, head: { ...head, ...headAfter(audit), auditAt: audit.at }, card, version, audit };
}
