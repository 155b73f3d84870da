// Runbooks: reads, and conditional writes that fail on concurrent changes.
import { KEYS } from "../contract/table.ts";
import { type AuditAction, appendToChain } from "../domain/audit.ts";
import { clampTime } from "../domain/chronology.ts";
import { type Act, toDeleted } from "../domain/context.ts";
import { ServiceError } from "../domain/errors.ts";
import { NO_TERM } from "../domain/runbooks/approval-term.ts";
import { NOTHING_REQUESTED } from "../domain/runbooks/review.ts";
import { RunbookState, type RunbookVersion } from "../domain/runbooks/runbook.ts";
import type { Runbook, RunbookChange } from "../domain/runbooks/runbook-changes.ts";
import { approvalExpiryWrites } from "./approval-expiries.ts";
import { auditWrite } from "./audit.ts";
import { ConditionFailed } from "./client.ts";
import { getRecord, parseItem, queryRange } from "./read.ts";
import { reviewRequestWrites } from "./review-requests.ts";
import { runbookDeletionWrite } from "./runbook-deletions.ts";
import { CHAIN_UPDATE, chainValues, stateValues, stateWrite, UNCHANGED } from "./runbook-state-write.ts";
import { parseFound, summaryWrite } from "./runbook-summaries.ts";
import { type SigningSecret, signingSecretWrite } from "./signing-secrets.ts";
import { transact, type Write } from "./transact.ts";
import { getVersion, requireVersion, versionWrites } from "./versions.ts";

export async function getRunbookState(id: string): Promise<RunbookState | null> {
  return getRecord(RunbookState, KEYS.runbookState(id));
}

/** Maximum attempts to read a runbook that changes during the read. */
const READ_TRIES = 5;

/**
 * Returns state, summary, newest and live version from one point in time. A query is not atomic, so a torn read is repeated.
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
    const found = parseFound(summary);
    const runbook = { summary: found.summary, state: parseItem(RunbookState, state) };
    const { version, reviewChanges } = runbook.state;
    const current = await getVersion(id, version);
    if (runbook.summary.version === version && found.reviewChanges === reviewChanges && current)
      return { ...runbook, current, live: await getLiveVersion(runbook.state, current) };
  }
  throw new ServiceError("unavailable", `The runbook ${id} changes faster than it can be read.`, {
    retryAfterSeconds: 1,
  });
}

/** Versions never change, and a live one was written before the state that names it. */
async function getLiveVersion({ id, liveVersion }: RunbookState, current: RunbookVersion) {
  if (liveVersion === null) return null;
  return liveVersion === current.version ? current : requireVersion(id, liveVersion);
}

/** `ifMatch`: the version from the caller's `If-Match`, if any. `extraWrites`: more writes of the same transaction. */
export type SaveOptions = { ifMatch?: number | undefined; extraWrites?: readonly Write[] };

/**
 * Writes state, summary, audit entry, and a new version with any approval record, in one transaction.
 * @throws `version_conflict`, or `precondition_failed` with `ifMatch`, if the runbook changed concurrently.
 */
export async function saveRunbook(
  change: RunbookChange,
  { ifMatch, extraWrites = [] }: SaveOptions = {},
): Promise<void> {
  const { before, state, summary, version, live, audit } = change;
  if (change.before) requireRunbookMatch(ifMatch, change.before.version);
  await translateConflict(ifMatch, () =>
    transact([
      stateWrite(change),
      summaryWrite(summary, { state, current: version, live }),
      ...reviewRequestWrites(before, summary),
      ...approvalExpiryWrites(before, summary),
      ...(before?.version === state.version ? [] : versionWrites(version)),
      auditWrite(audit),
      ...extraWrites,
    ]),
  );
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
  const { actor, at, auditId: id, salt } = clampTime(act, state.auditAt);
  const { id: runbookId, teamId } = state;
  const audit = appendToChain(state, { id, runbookId, teamId, action, actor, at, salt, details });
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
 * Marks the runbook as deleted, and moves it from its lists to that of the deleted ones. The sweep disables its
 * automations.
 * @throws `active_executions` while executions are PENDING or RUNNING.
 */
export async function deleteRunbook(runbook: Runbook, act: Act, ifMatch: number | undefined): Promise<void> {
  const { state } = runbook;
  requireRunbookMatch(ifMatch, state.version);
  if (state.activeExecutions > 0) throw activeExecutionsError(state.activeExecutions);
  try {
    await transact(deletionWrites(runbook, clampTime(act, state.auditAt)));
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
    const now = await getRunbookState(state.id);
    if (now && !now.deletedAt && now.activeExecutions > 0) throw activeExecutionsError(now.activeExecutions);
    throw conflictError(error, ifMatch);
  }
}

function deletionWrites({ state, summary, current }: Runbook, act: Act): Write[] {
  const { id: runbookId, teamId, version } = state;
  const details = { runbookName: summary.name, version };
  const { actor, at, auditId: id, salt } = act;
  const fact = { id, runbookId, teamId, action: "runbook.deleted", actor, at, salt, details } as const;
  const audit = appendToChain(state, fact);
  const deleted = {
    ...summary,
    ...NOTHING_REQUESTED,
    liveVersion: null,
    ...NO_TERM,
    ...toDeleted(act),
  };
  return [
    {
      label: "runbook",
      key: KEYS.runbookState(runbookId),
      update: `SET deletedAt = :at, liveVersion = :none, oldestLiveVersion = :none, approvalExpiresAt = :none, ${CHAIN_UPDATE}`,
      condition: `${UNCHANGED} AND activeExecutions = :zero`,
      values: { ...stateValues(state), ":zero": 0, ":at": at, ...chainValues(audit) },
    },
    summaryWrite(deleted, { state, current, live: null }),
    ...reviewRequestWrites(state, deleted),
    ...approvalExpiryWrites(state, deleted),
    runbookDeletionWrite(runbookId, at),
    auditWrite(audit),
  ];
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
