// Versions: immutable snapshots; the definition is kept as JSON text, so that no user data meets DynamoDB's map rules.

import * as z from "zod";
import { KEYS, SORT_PREFIXES } from "../contract/table.ts";
import { notFound } from "../domain/permissions.ts";
import { ApprovalRecord, approvalRecordOf, RunbookVersion } from "../domain/runbook.ts";
import type { Listed, Page } from "./lists.ts";
import { get, type Item, parseItem, range } from "./read.ts";
import type { Write } from "./transact.ts";

const StoredVersion = RunbookVersion.extend({
  definition: z
    .string()
    .transform((text) => JSON.parse(text) as unknown)
    .pipe(RunbookVersion.shape.definition),
});

/** A version, and the record of the approval that made it, where one did: each written once. */
export function versionWrites(version: RunbookVersion): Write[] {
  const { runbookId, version: number } = version;
  const item: Item = {
    ...KEYS.version(runbookId, number),
    ...version,
    definition: JSON.stringify(version.definition),
  };
  const condition = "attribute_not_exists(pk)";
  const approval = approvalRecordOf(version);
  return [
    { label: "version", put: item, condition },
    ...(approval
      ? [{ label: "approval", put: { ...KEYS.approval(runbookId, number), ...approval }, condition }]
      : []),
  ];
}

/** A version as it lies in the table; null where that is not in the form that versions have. */
export function versionFrom(item: Item): RunbookVersion | null {
  try {
    return parseItem(StoredVersion, item);
  } catch {
    return null;
  }
}

export async function getApproval(runbookId: string, version: number): Promise<ApprovalRecord | null> {
  return get(ApprovalRecord, KEYS.approval(runbookId, version));
}

/** All approvals that a runbook has had, read consistently; `atOnce`: how many with one query, 1000 are about 300 KB. */
export async function listApprovals(runbookId: string, atOnce = 1000): Promise<ApprovalRecord[]> {
  const { pk, sk } = KEYS.approval(runbookId, 1);
  const approvals: ApprovalRecord[] = [];
  for (let from = sk; ; ) {
    const items = await range(pk, { from, to: `${SORT_PREFIXES.approval}~`, limit: atOnce });
    approvals.push(...items.map((item) => parseItem(ApprovalRecord, item)));
    const last = approvals.at(-1);
    if (!last || items.length < atOnce) return approvals;
    from = KEYS.approval(runbookId, last.version + 1).sk;
  }
}

export async function getVersion(runbookId: string, version: number): Promise<RunbookVersion | null> {
  return get(StoredVersion, KEYS.version(runbookId, version));
}

/** Newest first; `before` is the number of the version that the last page ended with. */
export async function listVersions(
  runbookId: string,
  { limit, before }: Page,
): Promise<Listed<RunbookVersion>> {
  const last =
    before === undefined ? `${SORT_PREFIXES.version}~` : KEYS.version(runbookId, Number(before) - 1).sk;
  const items = await range(KEYS.version(runbookId, 1).pk, {
    from: SORT_PREFIXES.version,
    to: last,
    newestFirst: true,
    limit,
  });
  const versions = items.map((item) => parseItem(StoredVersion, item));
  const oldest = versions.at(-1)?.version ?? 1;
  return { items: versions, next: oldest > 1 ? String(oldest) : null };
}

/** The version, or `not_found`. */
export async function versionOf(runbookId: string, version: number): Promise<RunbookVersion> {
  const found = await getVersion(runbookId, version);
  if (!found) throw notFound("version");
  return found;
}
