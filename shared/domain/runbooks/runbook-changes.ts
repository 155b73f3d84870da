// State changes of a runbook. Pure: the store writes them only if the runbook has not changed meanwhile.

import { type AuditAction, type AuditEntry, appendToChain, EMPTY_CHAIN, toChainHead } from "../audit.ts";
import { clampTime } from "../chronology.ts";
import { type Act, toCreated, toUpdated } from "../context.ts";
import { isSameJson, type JsonObject } from "../json.ts";
import type { Scope } from "../scopes.ts";
import { type Change, requireTransition, type TransitionName } from "./approval.ts";
import { getTermAfter, NO_TERM } from "./approval-term.ts";
import { computeAuthors, unreviewedAuthors } from "./authors.ts";
import { buildVersion, type VersionContent } from "./build-version.ts";
import { DEFINITION_FIELDS, type DefinitionRecord } from "./definition.ts";
import { getLiveAfter, NOTHING_LIVE } from "./live-version.ts";
import { NOTHING_REQUESTED } from "./review.ts";
import type { ApprovalRecord, RunbookState, RunbookSummary, RunbookVersion } from "./runbook.ts";
import type { Warning } from "./warnings.ts";

/** A runbook as stored. `current` is its newest version, `live` the one that executions run; null: none can start. */
export type Runbook = {
  state: RunbookState;
  summary: RunbookSummary;
  current: RunbookVersion;
  live: RunbookVersion | null;
};

/**
 * The writes of one change, conditional on version and audit sequence of `before`; null: no runbook exists yet. What is
 * said in a review makes no version: `version` is then the current one, which exists.
 */
export type RunbookChange = {
  before: RunbookState | null;
  state: RunbookState;
  summary: RunbookSummary;
  version: RunbookVersion;
  /** The live version after the change. */
  live: RunbookVersion | null;
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
    ...NOTHING_LIVE,
    approvalExpiresAt: null,
    auditAt: at,
    reviewChanges: 0,
    awaitsReview: false,
    activeExecutions: 0,
    executionsStarted: 0,
    deletedAt: null,
  };
  const { name, description } = definition;
  const authored = { ...toCreated(act), ...toUpdated(act) };
  const summary: RunbookSummary = {
    ...fresh,
    ...NOT_APPROVED,
    liveVersion: null,
    approvals: [],
    ...NOTHING_REQUESTED,
    lastApprovedVersion: null,
    ...NO_TERM,
    ...NOT_DELETED,
    ...authored,
    name,
    description,
  };
  const written = { change: "created", note: "Initial version", by: actor, at } as const;
  const version = buildVersion(state, { definition, authors: [actor.id], warnings }, written);
  return withAudit(null, { state, summary, current: version, live: null }, act, "runbook.created", {});
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

/** Returns the change that a transition makes. @throws `invalid_transition` if the status does not allow it. */
export function applyTransition(
  runbook: Runbook,
  step: TransitionName,
  content: VersionContent,
  note: string,
  asked: Act,
  details: JsonObject,
): RunbookChange {
  const { to, change } = requireTransition(step, runbook.state.approvalStatus);
  const act = clampTime(asked, runbook.state.auditAt);
  const liveVersions = getLiveAfter(step, runbook.state, runbook.live);
  const term = getTermAfter(runbook.summary, change, liveVersions.liveVersion);
  const state = {
    ...runbook.state,
    version: runbook.state.version + 1,
    approvalStatus: to,
    awaitsReview: false,
    ...liveVersions,
    approvalExpiresAt: term.approvalExpiresAt,
  };
  const { name, description } = content.definition;
  const summary: RunbookSummary = {
    ...runbook.summary,
    name,
    description,
    version: state.version,
    approvalStatus: to,
    liveVersion: state.liveVersion,
    ...approvalFields(change, act),
    ...term,
    ...NOTHING_REQUESTED,
    lastApprovedVersion: to === "APPROVED" ? state.version : runbook.summary.lastApprovedVersion,
    ...toUpdated(act),
  };
  const selfApproved = change === "approved" && summary.approvals.every((vote) => vote.selfApproved);
  const current = buildVersion(state, content, { change, note, by: act.actor, at: act.at, selfApproved });
  const stays = state.liveVersion === null ? null : runbook.live;
  const live = state.liveVersion === state.version ? current : stays;
  return withAudit(runbook.state, { state, summary, current, live }, act, `runbook.${change}`, details);
}

/** What differs from before: a new draft has no approval. A rotation keeps it, and a deprecated runbook for the record. */
function approvalFields(change: Change, { actor, at }: Act) {
  if (change === "approved") return { approvedBy: actor.id, approvedByName: actor.name, approvedAt: at };
  if (change === "deprecated" || change === "credential_rotated") return {};
  return { ...NOT_APPROVED, approvals: [] };
}

/** Completes a change with its audit entry. `runbook`: as the change leaves it. */
export function withAudit(
  before: RunbookState | null,
  { state, summary, current, live }: Runbook,
  act: Act,
  action: AuditAction,
  details: JsonObject,
): RunbookChange {
  const { version, approvalStatus, definitionHash } = current;
  const { liveVersion } = state;
  const facts = { runbookName: summary.name, version, approvalStatus, liveVersion, definitionHash };
  const audit = appendToChain(before ?? EMPTY_CHAIN, {
    id: act.auditId,
    runbookId: state.id,
    teamId: state.teamId,
    action,
    actor: act.actor,
    at: act.at,
    salt: act.salt,
    details: { ...details, ...facts },
  });
  return {
    before,
    state: { ...state, ...toChainHead(audit), auditAt: audit.at },
    summary,
    version: current,
    live,
    audit,
  };
}
