// Runbooks: reads, and conditional writes that fail on concurrent changes.
import { KEYS } from "../contract/table.ts";
import { type AuditAction, type AuditEntry, appendToChain, toChainHead } from "../domain/audit.ts";
import { clampTime } from "../domain/chronology.ts";
import { type Act, toDeleted } from "../domain/context.ts";
import { ServiceError } from "../domain/errors.ts";
import { RunbookState } from "../domain/runbooks/runbook.ts";
import type { Runbook, RunbookChange } from "../domain/runbooks/runbook-changes.ts";
import { auditWrite } from "./audit.ts";
import { ConditionFailed } from "./client.ts";
import { getRecord, parseItem, queryRange } from "./read.ts";
import { parseSummary, summaryWrite } from "./runbook-summaries.ts";
import { type SigningSecret, signingSecretWrite } from "./signing-secrets.ts";
import { transact, type Write } from "./transact.ts";
import { getVersion, versionWrites } from "./versions.ts";

export async function getRunbookState(id: string): Promise<RunbookState | null> {
  return getRecord(RunbookState, KEYS.runbookState(id));
}

/** Maximum attempts to read a runbook that changes during the read. */
const READ_TRIES = 5;

/**
 * Returns state, summary and newest version from one point in time. A query is not atomic, so a torn read is repeated.
 * @throws `unavailable` if the runbook changes during every attempt.
 */
export async function getRunbook(id: string): Promise<Runbook | null> {
  for (let attempt = 1; attempt <= READ_TRIES; attempt++) {
    const { pk, sk } = KEYS.runbookState(id);
    const items = await queryRange(pk, { from: sk, to: KEYS.runbookSummary(id).sk });
    if (items.length === 0) return null;
    const [state, summary] = items;
    if (!summary || !state)
      throw new ServiceError("internal_error", `The runbook ${id} is incomplete in the table.`);
    const runbook = { summary: parseSummary(summary), state: parseItem(RunbookState, state) };
    const current = await getVersion(id, runbook.state.version);
    if (runbook.summary.version === runbook.state.version && current) return { ...runbook, current };
  }
  throw new ServiceError("unavailable", `The runbook ${id} changes faster than it can be read.`, {
    retryAfterSeconds: 1,
  });
}

const UNCHANGED = "version = :version AND auditSequence = :sequence AND deletedAt = :none";
const stateValues = (state: RunbookState) => ({
  ":version": state.version,
  ":sequence": state.auditSequence,
  ":none": null,
});

/** `ifMatch`: the version from the caller's `If-Match`, if any. `extraWrites`: more writes of the same transaction. */
export type SaveOptions = { ifMatch?: number | undefined; extraWrites?: readonly Write[] };

/**
 * Writes state, summary, version, audit entry and any approval record in one transaction.
 * @throws `version_conflict`, or `precondition_failed` with `ifMatch`, if the runbook changed concurrently.
 */
export async function saveRunbook(
  change: RunbookChange,
  { ifMatch, extraWrites = [] }: SaveOptions = {},
): Promise<void> {
  const { summary, version, audit } = change;
  if (change.before) requireRunbookMatch(ifMatch, change.before.version);
  await translateConflict(ifMatch, () =>
    transact([
      stateWrite(change),
      summaryWrite(summary, version),
      ...versionWrites(version),
      auditWrite(audit),
      ...extraWrites,
    ]),
  );
}

function stateWrite({ before, state, audit }: RunbookChange): Write {
  const key = KEYS.runbookState(state.id);
  if (!before) return { label: "runbook", put: { ...key, ...state }, condition: "attribute_not_exists(pk)" };
  const { version, approvalStatus } = state;
  return {
    label: "runbook",
    key,
    update: `SET version = :v, approvalStatus = :s, ${CHAIN_UPDATE}`,
    condition: UNCHANGED,
    values: { ...stateValues(before), ":v": version, ":s": approvalStatus, ...chainValues(audit) },
  };
}

/**
 * Replaces the signing secret and writes the audit entry.
 * @throws `version_conflict` if the runbook or its secret changed concurrently.
 */
export async function saveSecretRotation({ state }: Runbook, secret: SigningSecret, act: Act): Promise<void> {
  const details = { rotation: secret.rotation, previousUntil: secret.previousUntil };
  const auditWrites = chainedWrites(state, "runbook.signing_secret_rotated", details, act);
  await translateConflict(undefined, () => transact([...auditWrites, signingSecretWrite(secret)]));
}

/** Writes the audit entry of a read of the signing secret. Throws ConditionFailed if the runbook has changed. */
export async function saveSecretRead(
  { state }: Runbook,
  { rotation }: SigningSecret,
  act: Act,
): Promise<void> {
  await transact(chainedWrites(state, "runbook.signing_secret_read", { rotation }, act));
}

/** Returns the writes for an audit entry without a change of version or approval: the entry and the chain's end. */
function chainedWrites(state: RunbookState, action: AuditAction, details: object, act: Act): Write[] {
  const { actor, at, auditId: id } = clampTime(act, state.auditAt);
  const { id: runbookId, teamId } = state;
  const audit = appendToChain(state, { id, runbookId, teamId, action, actor, at, details });
  const stateUpdate: Write = {
    label: "runbook",
    key: KEYS.runbookState(runbookId),
    update: `SET ${CHAIN_UPDATE}`,
    condition: UNCHANGED,
    values: { ...stateValues(state), ...chainValues(audit) },
  };
  return [stateUpdate, auditWrite(audit)];
}

/**
 * Marks the runbook as deleted, and moves it from its lists to that of the deleted ones.
 * @throws `active_executions` while executions are PENDING or RUNNING.
 */
export async function deleteRunbook(
  { state, summary, current }: Runbook,
  act: Act,
  ifMatch: number | undefined,
): Promise<void> {
  const { actor, at, auditId } = clampTime(act, state.auditAt);
  requireRunbookMatch(ifMatch, state.version);
  if (state.activeExecutions > 0) throw activeExecutionsError(state.activeExecutions);
  const fact = {
    id: auditId,
    runbookId: state.id,
    teamId: state.teamId,
    action: "runbook.deleted",
    actor,
    at,
  } as const;
  const audit = appendToChain(state, {
    ...fact,
    details: { runbookName: summary.name, version: state.version },
  });
  try {
    await transact([
      {
        label: "runbook",
        key: KEYS.runbookState(state.id),
        update: `SET deletedAt = :at, ${CHAIN_UPDATE}`,
        condition: `${UNCHANGED} AND activeExecutions = :zero`,
        values: { ...stateValues(state), ":zero": 0, ":at": at, ...chainValues(audit) },
      },
      summaryWrite({ ...summary, ...toDeleted({ actor, at, auditId }) }, current),
      auditWrite(audit),
    ]);
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
    const now = await getRunbookState(state.id);
    if (now && !now.deletedAt && now.activeExecutions > 0) throw activeExecutionsError(now.activeExecutions);
    throw conflictError(error, ifMatch);
  }
}

/** The part of an update expression that sets the end of a runbook's audit chain. */
const CHAIN_UPDATE = "auditSequence = :a, auditHash = :h, auditAt = :t";

function chainValues(audit: AuditEntry) {
  const { auditSequence, auditHash } = toChainHead(audit);
  return { ":a": auditSequence, ":h": auditHash, ":t": audit.at };
}

function activeExecutionsError(count: number): ServiceError {
  const executions = count === 1 ? "1 execution is" : `${count} executions are`;
  return new ServiceError(
    "active_executions",
    `${executions} PENDING or RUNNING: wait for the end, or cancel first.`,
  );
}

/** @throws `precondition_failed` if `ifMatch` names another version than the stored one. */
export function requireRunbookMatch(ifMatch: number | undefined, version: number): void {
  if (ifMatch === undefined || ifMatch === version) return;
  const message = `If-Match asks for version ${ifMatch}, but the runbook is at version ${version}: read it again.`;
  throw new ServiceError("precondition_failed", message);
}

async function translateConflict(ifMatch: number | undefined, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    throw error instanceof ConditionFailed ? conflictError(error, ifMatch) : error;
  }
}

function conflictError(cause: unknown, ifMatch: number | undefined): ServiceError {
  const message = "Somebody else changed the runbook at the same time: read it again, then decide.";
  return new ServiceError(ifMatch === undefined ? "version_conflict" : "precondition_failed", message, {
    cause,
  });
}
