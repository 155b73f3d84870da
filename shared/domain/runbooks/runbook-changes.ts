// State changes of a runbook. Pure: the store writes them only if the runbook has not changed meanwhile.

import { type AuditAction, type AuditEntry, appendToChain, EMPTY_CHAIN, toChainHead } from "../audit.ts";
import { clampTime } from "../chronology.ts";
import { type Act, toCreated, toUpdated } from "../context.ts";
import { ServiceError } from "../errors.ts";
import { isSameJson, type JsonObject } from "../json.ts";
import type { Scope } from "../scopes.ts";
import { type Change, requireTransition } from "./approval.ts";
import { computeAuthors, unreviewedAuthors } from "./authors.ts";
import { buildVersion, type VersionContent } from "./build-version.ts";
import { DEFINITION_FIELDS, type DefinitionRecord } from "./definition.ts";
import type { ApprovalRecord, RunbookState, RunbookSummary, RunbookVersion } from "./runbook.ts";
import type { Warning } from "./warnings.ts";

/** A runbook as stored. `current` is its newest version. */
export type Runbook = { state: RunbookState; summary: RunbookSummary; current: RunbookVersion };

/** The writes of one change, conditional on version and audit sequence of `before`; null: no runbook exists yet. */
export type RunbookChange = {
  before: RunbookState | null;
  state: RunbookState;
  summary: RunbookSummary;
  version: RunbookVersion;
  audit: AuditEntry;
};

export function createRunbook(
  id: string,
  teamId: Scope,
  definition: DefinitionRecord,
  act: Act,
  warnings: Warning[] = [],
): RunbookChange {
  const { actor, at } = act;
  const fresh = { id, teamId, version: 1, approvalStatus: "DRAFT" } as const;
  const state: RunbookState = {
    ...EMPTY_CHAIN,
    ...fresh,
    auditAt: at,
    activeExecutions: 0,
    executionsStarted: 0,
    deletedAt: null,
  };
  const { name, description } = definition;
  const authored = { ...toCreated(act), ...toUpdated(act) };
  const summary: RunbookSummary = {
    ...fresh,
    ...NOT_APPROVED,
    lastApprovedVersion: null,
    ...NOT_DELETED,
    ...authored,
    name,
    description,
  };
  const written = { change: "created", note: "Initial version", by: actor, at } as const;
  const version = buildVersion(state, { definition, authors: [actor.id], warnings }, written);
  return withAudit(null, state, summary, version, { ...act, action: "runbook.created", details: {} });
}

/**
 * What is known of a definition beside its content. `approvals`: all approvals of the runbook, read after it. Without
 * them, nothing counts as reviewed.
 */
type Review = { approvals: readonly ApprovalRecord[]; warnings: Warning[] };
const UNREVIEWED: Review = { approvals: [], warnings: [] };

const NOT_DELETED = { deletedBy: null, deletedByName: null, deletedAt: null } as const;
const NOT_APPROVED = { approvedBy: null, approvedByName: null, approvedAt: null } as const;

/** Returns the change, or null if the definition does not differ: no version, no change of status. */
export function updateRunbook(
  runbook: Runbook,
  definition: DefinitionRecord,
  note: string | null,
  act: Act,
  { approvals, warnings }: Review = UNREVIEWED,
): RunbookChange | null {
  requireTransition("update", runbook.state.approvalStatus);
  const fields = DEFINITION_FIELDS.filter((f) => !isSameJson(runbook.current.definition[f], definition[f]));
  if (fields.length === 0) return null;
  const authors = computeAuthors(
    { definition, editor: act.actor.id, from: unreviewedAuthors(runbook) },
    approvals,
  );
  const content = { definition, authors, warnings };
  return applyTransition(runbook, "update", content, note ?? "Updated", act, { fields, note });
}

/** Default change notes. */
export const [APPROVED_NOTE, DEPRECATED_NOTE] = ["Approved", "Deprecated"] as const;

type Approval = { version: number; note: string | null; fourEyes: boolean };

export function approveRunbook(runbook: Runbook, review: Approval, act: Act): RunbookChange {
  const { state, current } = runbook;
  requireTransition("approve", state.approvalStatus);
  if (review.version !== state.version) {
    const message = `Version ${review.version} was reviewed, but the runbook is at version ${state.version}: review that.`;
    throw new ServiceError("version_conflict", message);
  }
  const selfApproved = current.authors.includes(act.actor.id);
  if (review.fourEyes && selfApproved) {
    throw new ServiceError(
      "not_permitted",
      "You wrote part of this definition and nobody else has reviewed it. Ask another platform admin to approve it.",
    );
  }
  const details = { reviewedVersion: review.version, selfApproved, note: review.note };
  return applyTransition(runbook, "approve", current, review.note ?? APPROVED_NOTE, act, details);
}

export function deprecateRunbook(runbook: Runbook, reason: string | null, act: Act): RunbookChange {
  requireTransition("deprecate", runbook.state.approvalStatus);
  return applyTransition(runbook, "deprecate", runbook.current, reason ?? DEPRECATED_NOTE, act, { reason });
}

/**
 * Returns the change back to version `to`. `definition` is that version's, validated again, with today's credentials.
 * Its authors are those of both versions.
 */
export function rollbackRunbook(
  runbook: Runbook,
  to: Pick<RunbookVersion, "version" | "authors">,
  definition: DefinitionRecord,
  note: string | null,
  act: Act,
  { approvals, warnings }: Review = UNREVIEWED,
): RunbookChange {
  const name = runbook.state.approvalStatus === "DEPRECATED" ? "restore" : "rollback";
  const toVersion = to.version;
  const text = note ?? `Rolled back to version ${toVersion}`;
  const from = [...unreviewedAuthors(runbook), ...to.authors];
  const authors = computeAuthors({ definition, editor: act.actor.id, from }, approvals);
  return applyTransition(runbook, name, { definition, authors, warnings }, text, act, { toVersion, note });
}

type Step = "update" | "approve" | "deprecate" | "rollback" | "restore";

function applyTransition(
  runbook: Runbook,
  step: Step,
  content: VersionContent,
  note: string,
  asked: Act,
  details: JsonObject,
): RunbookChange {
  const { to, change } = requireTransition(step, runbook.state.approvalStatus);
  const act = clampTime(asked, runbook.state.auditAt);
  const { actor, at } = act;
  const state = { ...runbook.state, version: runbook.state.version + 1, approvalStatus: to };
  const { name, description } = content.definition;
  const summary: RunbookSummary = {
    ...runbook.summary,
    name,
    description,
    version: state.version,
    approvalStatus: to,
    ...approvalFields(runbook.summary, change, act),
    lastApprovedVersion: change === "approved" ? state.version : runbook.summary.lastApprovedVersion,
    ...toUpdated(act),
  };
  const version = buildVersion(state, content, { change, note, by: actor, at });
  return withAudit(runbook.state, state, summary, version, { ...act, action: `runbook.${change}`, details });
}

/** A draft has no approval. A deprecated runbook keeps its last approval for the record. */
function approvalFields(summary: RunbookSummary, change: Change, { actor, at }: Act) {
  const { approvedBy, approvedByName, approvedAt } = summary;
  if (change === "approved") return { approvedBy: actor.id, approvedByName: actor.name, approvedAt: at };
  return change === "deprecated" ? { approvedBy, approvedByName, approvedAt } : NOT_APPROVED;
}

function withAudit(
  before: RunbookState | null,
  state: RunbookState,
  summary: RunbookSummary,
  version: RunbookVersion,
  { action, details, ...act }: Act & { action: AuditAction; details: JsonObject },
): RunbookChange {
  const { version: number, approvalStatus, definitionHash } = version;
  const facts = { runbookName: summary.name, version: number, approvalStatus, definitionHash };
  const audit = appendToChain(before ?? EMPTY_CHAIN, {
    id: act.auditId,
    runbookId: state.id,
    teamId: state.teamId,
    action,
    actor: act.actor,
    at: act.at,
    details: { ...details, ...facts },
  });
  return {
    before,
    state: { ...state, ...toChainHead(audit), auditAt: audit.at },
    summary,
    version,
    audit,
  };
}
