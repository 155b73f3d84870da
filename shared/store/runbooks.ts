// Runbooks: read with who may see them, written only if nobody else wrote in between.
import { KEYS, LISTS, SHARDS, shardOf } from "../contract/table.ts";
import { type AuditAction, type AuditEntry, appendToChain, headAfter } from "../domain/audit.ts";
import { notBefore } from "../domain/chronology.ts";
import { RunbookError } from "../domain/errors.ts";
import { RunbookHead, RunbookSummary } from "../domain/runbook.ts";
import type { Act, Runbook, RunbookChange } from "../domain/runbook-changes.ts";
import { auditWrite } from "./audit.ts";
import { ConditionFailed } from "./client.ts";
import { get, parseItem, range } from "./read.ts";
import { type SigningSecret, signingSecretWrite } from "./signing-secrets.ts";
import { transact, type Write } from "./transact.ts";
import { getVersion, versionWrites } from "./versions.ts";

export async function getHead(id: string): Promise<RunbookHead | null> {
  return get(RunbookHead, KEYS.runbookHead(id));
}

/** How often a read that fell between two writes is done again. */
const READ_TRIES = 5;

/** Head, card and newest version, as of one moment: a query is not atomic, so a torn read is read again. */
export async function getRunbook(id: string): Promise<Runbook | null> {
  for (let attempt = 1; attempt <= READ_TRIES; attempt++) {
    const { pk, sk } = KEYS.runbookCard(id);
    const items = await range(pk, { from: sk, to: KEYS.runbookHead(id).sk });
    if (items.length === 0) return null;
    const [card, head] = items;
    if (!card || !head)
      throw new RunbookError("internal_error", `The runbook ${id} is not complete in the table.`);
    const runbook = { card: parseItem(RunbookSummary, card), head: parseItem(RunbookHead, head) };
    const current = await getVersion(id, runbook.head.version);
    if (runbook.card.version === runbook.head.version && current) return { ...runbook, current };
  }
  throw new RunbookError("unavailable", `The runbook ${id} changes faster than it can be read.`, {
    retryAfterSeconds: 1,
  });
}

const unchanged = "version = :version AND auditSequence = :sequence AND deletedAt = :none";
const asOf = (head: RunbookHead) => ({
  ":version": head.version,
  ":sequence": head.auditSequence,
  ":none": null,
});

/** `ifMatch`: the version that the caller insists on, where it does. `also`: writes of the same transaction. */
export type SaveOptions = { ifMatch?: number | undefined; also?: readonly Write[] };

/**
 * Writes head, card, version and audit entry together, with the record of an approval. When somebody else was faster, throws `precondition_failed`
 * to a caller that insisted on a version, else `version_conflict`.
 */
export async function saveRunbook(
  change: RunbookChange,
  { ifMatch, also = [] }: SaveOptions = {},
): Promise<void> {
  const { card, version, audit } = change;
  if (change.before) requireMatch(ifMatch, change.before.version);
  await orConflict(ifMatch, () =>
    transact([
      headWrite(change),
      { label: "card", put: { ...KEYS.runbookCard(card.id), ...listKeys(card), ...card } },
      ...versionWrites(version),
      auditWrite(audit),
      ...also,
    ]),
  );
}

function headWrite({ before, head, audit }: RunbookChange): Write {
  const key = KEYS.runbookHead(head.id);
  if (!before) return { label: "head", put: { ...key, ...head }, condition: "attribute_not_exists(pk)" };
  const { version, approvalStatus } = head;
  return {
    label: "head",
    key,
    update: `SET version = :v, approvalStatus = :s, ${CHAINED}`,
    condition: unchanged,
    values: { ...asOf(before), ":v": version, ":s": approvalStatus, ...chainValues(audit) },
  };
}

/** Replaces the signing secret, with its audit entry; two rotations at once: one wins, the other is told. */
export async function saveRotation({ head }: Runbook, secret: SigningSecret, act: Act): Promise<void> {
  const details = { rotation: secret.rotation, previousUntil: secret.previousUntil };
  const told = chained(head, "runbook.signing_secret_rotated", details, act);
  await orConflict(undefined, () => transact([...told, signingSecretWrite(secret)]));
}

/** The entry that somebody reads the signing secret. Throws ConditionFailed where the runbook has moved on. */
export async function saveSecretRead(
  { head }: Runbook,
  { rotation }: SigningSecret,
  act: Act,
): Promise<void> {
  await transact(chained(head, "runbook.signing_secret_read", { rotation }, act));
}

/** An entry on what changes neither version nor approval, and the head that it is chained to. */
function chained(head: RunbookHead, action: AuditAction, details: object, act: Act): Write[] {
  const { actor, at, auditId: id } = notBefore(act, head.auditAt);
  const { id: runbookId, teamId } = head;
  const audit = appendToChain(head, { id, runbookId, teamId, action, actor, at, details });
  const moved: Write = {
    label: "head",
    key: KEYS.runbookHead(head.id),
    update: `SET ${CHAINED}`,
    condition: unchanged,
    values: { ...asOf(head), ...chainValues(audit) },
  };
  return [moved, auditWrite(audit)];
}

/** Marks the runbook as gone and takes it off the lists. Refused while executions are PENDING or RUNNING. */
export async function deleteRunbook(
  { head, card }: Runbook,
  act: Act,
  ifMatch: number | undefined,
): Promise<void> {
  const { actor, at, auditId } = notBefore(act, head.auditAt);
  requireMatch(ifMatch, head.version);
  if (head.activeExecutions > 0) throw stillActive(head.activeExecutions);
  const fact = {
    id: auditId,
    runbookId: head.id,
    teamId: head.teamId,
    action: "runbook.deleted",
    actor,
    at,
  } as const;
  const audit = appendToChain(head, { ...fact, details: { name: card.name, version: head.version } });
  try {
    await transact([
      {
        label: "head",
        key: KEYS.runbookHead(head.id),
        update: `SET deletedAt = :at, ${CHAINED}`,
        condition: `${unchanged} AND activeExecutions = :zero`,
        values: { ...asOf(head), ":zero": 0, ":at": at, ...chainValues(audit) },
      },
      { label: "card", put: { ...KEYS.runbookCard(head.id), ...card } },
      auditWrite(audit),
    ]);
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
    const now = await getHead(head.id);
    if (now && !now.deletedAt && now.activeExecutions > 0) throw stillActive(now.activeExecutions);
    throw conflict(error, ifMatch);
  }
}

/** What moves a runbook's head to this entry: a part of an update, and its values. */
const CHAINED = "auditSequence = :a, auditHash = :h, auditAt = :t";

function chainValues(audit: AuditEntry) {
  const { auditSequence, auditHash } = headAfter(audit);
  return { ":a": auditSequence, ":h": auditHash, ":t": audit.at };
}

function stillActive(count: number): RunbookError {
  const runs = count === 1 ? "1 execution is" : `${count} executions are`;
  return new RunbookError(
    "active_executions",
    `${runs} PENDING or RUNNING: wait for the end, or cancel first.`,
  );
}

/** Refuses a caller that insists on another version than the stored one. */
export function requireMatch(ifMatch: number | undefined, version: number): void {
  if (ifMatch === undefined || ifMatch === version) return;
  const message = `If-Match asks for version ${ifMatch}, but the runbook is at version ${version}: read it again.`;
  throw new RunbookError("precondition_failed", message);
}

async function orConflict(ifMatch: number | undefined, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    throw error instanceof ConditionFailed ? conflict(error, ifMatch) : error;
  }
}

function conflict(cause: unknown, ifMatch: number | undefined): RunbookError {
  const message = "Somebody else changed the runbook at the same time: read it again, then decide.";
  return new RunbookError(ifMatch === undefined ? "version_conflict" : "precondition_failed", message, {
    cause,
  });
}

/** Sorts lists by the time of the latest change; the id makes it unique. */
function listKeys(card: RunbookSummary) {
  return {
    teamRunbooks: LISTS.teamRunbooks(card.teamId),
    anyRunbooks: LISTS.anyRunbooks(shardOf(card.id, SHARDS.anyRunbooks)),
    changeSort: `${card.updatedAt}#${card.id}`,
  };
}
