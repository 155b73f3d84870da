// Checks versions and approvals against the audit trail. Finds a definition that was changed later. Pure.
import { AuditEntry } from "../audit.ts";
import type { Finding } from "../audit-chain.ts";
import { ApprovalRecord, definitionHashOf, type RunbookVersion } from "./runbook.ts";

/** Position according to the key, and the hash of the content; null: the item contradicts itself. */
type VersionHash = { position: number; hash: string | null };

/** The stored items of one runbook and its audit entries. */
type VersionAudit = {
  runbookId: string;
  versions: readonly VersionHash[];
  approvals: readonly VersionHash[];
  entries: readonly unknown[];
};

/** What writes an approval: giving one, and keeping it. */
const APPROVING = ["runbook.approved", "runbook.credential_rotated"];

type Problem = [Finding["problem"], string] | null;

export function checkVersions({ runbookId, versions, approvals, entries }: VersionAudit): Finding[] {
  const audited = entries.flatMap((entry) => toAuditedVersion(AuditEntry.safeParse(entry).data) ?? []);
  const approved = audited.filter(({ action }) => APPROVING.includes(action));
  return [
    ...compareHashes(`version#${runbookId}`, versions, audited),
    ...compareHashes(`approval#${runbookId}`, approvals, approved),
  ];
}

type AuditedVersion = { action: string; version: number; hash: string };

/** Returns the version in an audit entry, and the hash of its definition. */
function toAuditedVersion(entry: AuditEntry | undefined): AuditedVersion | null {
  const { version, definitionHash } = entry?.details ?? {};
  if (!entry || typeof version !== "number" || typeof definitionHash !== "string") return null;
  return { action: entry.action, version, hash: definitionHash };
}

/** `version`: null if the item does not match the schema of versions. */
export function toVersionHash(version: RunbookVersion | null, position: number): VersionHash {
  const isSound =
    version?.version === position && definitionHashOf(version.definition) === version.definitionHash;
  return { position, hash: isSound ? version.definitionHash : null };
}

export function toApprovalHash(record: unknown, position: number): VersionHash {
  const { data } = ApprovalRecord.safeParse(record);
  return { position, hash: data?.version === position ? data.definitionHash : null };
}

function compareHashes(
  chain: string,
  found: readonly VersionHash[],
  audited: readonly AuditedVersion[],
): Finding[] {
  const hashes = new Map(audited.map(({ version, hash }) => [version, hash]));
  const positions = new Set(found.map(({ position }) => position));
  const gone = [...hashes.keys()].filter((position) => !positions.has(position));
  const wrong = found.flatMap(({ position, hash }) => {
    const problem = findProblem(hash, hashes.get(position));
    return problem ? [{ chain, sequence: position, problem: problem[0], message: problem[1] }] : [];
  });
  const missing = gone.map((position) => ({
    chain,
    sequence: position,
    problem: "missing" as const,
    message: "The audit trail has this version, but it is missing from the table.",
  }));
  return [...wrong, ...missing];
}

function findProblem(hash: string | null, auditedHash: string | undefined): Problem {
  if (hash === null) return ["altered", "The definition does not match its own hash."];
  if (auditedHash === undefined) return ["unanchored", "No audit entry mentions this version."];
  return hash === auditedHash ? null : ["altered", "The definition differs from the audit trail."];
}
