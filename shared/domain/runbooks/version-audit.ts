// Checks versions and approvals against the audit that tells of them: a definition that was changed later is found. Pure.
import { AuditEntry } from "../audit.ts";
import type { Finding } from "../audit-chain.ts";
import { ApprovalRecord, definitionHashOf, type RunbookVersion } from "./runbook.ts";

/** The place that its key gives it, and the hash that it stands for; null where it contradicts itself. */
export type VersionHash = { place: number; hash: string | null };

/** All that one runbook's audit tells of. */
export type VersionAudit = {
  runbookId: string;
  versions: readonly VersionHash[];
  approvals: readonly VersionHash[];
  entries: readonly unknown[];
};

type Problem = [Finding["problem"], string] | null;

export function checkVersions({ runbookId, versions, approvals, entries }: VersionAudit): Finding[] {
  const audited = entries.flatMap((entry) => toAuditedVersion(AuditEntry.safeParse(entry).data) ?? []);
  const approved = audited.filter(({ action }) => action === "runbook.approved");
  return [
    ...compareHashes(`version#${runbookId}`, versions, audited),
    ...compareHashes(`approval#${runbookId}`, approvals, approved),
  ];
}

type AuditedVersion = { action: string; version: number; hash: string };

/** The version that an entry tells of, and the hash of its definition. */
function toAuditedVersion(entry: AuditEntry | undefined): AuditedVersion | null {
  const { version, definitionHash } = entry?.details ?? {};
  if (!entry || typeof version !== "number" || typeof definitionHash !== "string") return null;
  return { action: entry.action, version, hash: definitionHash };
}

/** `version`: null where the item is not in the form that versions have. */
export function toVersionHash(version: RunbookVersion | null, place: number): VersionHash {
  const isSound =
    version?.version === place && definitionHashOf(version.definition) === version.definitionHash;
  return { place, hash: isSound ? version.definitionHash : null };
}

export function toApprovalHash(record: unknown, place: number): VersionHash {
  const { data } = ApprovalRecord.safeParse(record);
  return { place, hash: data?.version === place ? data.definitionHash : null };
}

function compareHashes(
  chain: string,
  found: readonly VersionHash[],
  audited: readonly AuditedVersion[],
): Finding[] {
  const hashes = new Map(audited.map(({ version, hash }) => [version, hash]));
  const places = new Set(found.map(({ place }) => place));
  const gone = [...hashes.keys()].filter((place) => !places.has(place));
  const wrong = found.flatMap(({ place, hash }) => {
    const problem = findProblem(hash, hashes.get(place));
    return problem ? [{ chain, sequence: place, problem: problem[0], message: problem[1] }] : [];
  });
  const missing = gone.map((place) => ({
    chain,
    sequence: place,
    problem: "missing" as const,
    message: "The audit tells of this version, and it is gone from the table.",
  }));
  return [...wrong, ...missing];
}

function findProblem(hash: string | null, auditedHash: string | undefined): Problem {
  if (hash === null) return ["altered", "The definition is not the one that its own hash covers."];
  if (auditedHash === undefined) return ["unanchored", "No audit entry tells of this version."];
  return hash === auditedHash ? null : ["altered", "The definition is not the one that the audit tells of."];
}
