// Versions: immutable snapshots; the definition is kept as JSON text, so that no user data meets DynamoDB's map rules.

import { KEYS, SORT_PREFIXES } from "../contract/table.ts";
import { notFound } from "../domain/errors.ts";
import { ApprovalRecord, RunbookVersion, toApprovalRecord } from "../domain/runbooks/runbook.ts";
import { jsonText } from "./codecs.ts";
import type { ListResult, Page } from "./lists.ts";
import { getRecord, type Item, parseItem, queryRange } from "./read.ts";
import type { Write } from "./transact.ts";

const VersionRecord = RunbookVersion.extend({
  definition: jsonText.pipe(RunbookVersion.shape.definition),
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
  const approval = toApprovalRecord(version);
  return [
    { label: "version", put: item, condition },
    ...(approval
      ? [{ label: "approval", put: { ...KEYS.approval(runbookId, number), ...approval }, condition }]
      : []),
  ];
}

/** A version as it lies in the table; null where that is not in the form that versions have. */
export function parseVersion(item: Item): RunbookVersion | null {
  try {
    return parseItem(VersionRecord, item);
  } catch {
    return null;
  }
}

export async function getApproval(runbookId: string, version: number): Promise<ApprovalRecord | null> {
  return getRecord(ApprovalRecord, KEYS.approval(runbookId, version));
}

/** All approvals that a runbook has had, read consistently; `pageSize`: how many with one query, 1000 are about 300 KB. */
export async function listApprovals(runbookId: string, pageSize = 1000): Promise<ApprovalRecord[]> {
  const { pk, sk } = KEYS.approval(runbookId, 1);
  const approvals: ApprovalRecord[] = [];
  for (let from = sk; ; ) {
    const items = await queryRange(pk, { from, to: `${SORT_PREFIXES.approval}~`, limit: pageSize });
    approvals.push(...items.map((item) => parseItem(ApprovalRecord, item)));
    const last = approvals.at(-1);
    if (!last || items.length < pageSize) return approvals;
    from = KEYS.approval(runbookId, last.version + 1).sk;
  }
}

export async function getVersion(runbookId: string, version: number): Promise<RunbookVersion | null> {
  return getRecord(VersionRecord, KEYS.version(runbookId, version));
}

/** Newest first; `before` is the number of the version that the last page ended with. */
export async function listVersions(
  runbookId: string,
  { limit, before }: Page,
): Promise<ListResult<RunbookVersion>> {
  const last =
    before === undefined ? `${SORT_PREFIXES.version}~` : KEYS.version(runbookId, Number(before) - 1).sk;
  const items = await queryRange(KEYS.version(runbookId, 1).pk, {
    from: SORT_PREFIXES.version,
    to: last,
    newestFirst: true,
    limit,
  });
  const versions = items.map((item) => parseItem(VersionRecord, item));
  const oldest = versions.at(-1)?.version ?? 1;
  return { items: versions, next: oldest > 1 ? String(oldest) : null };
}

/** The version, or `not_found`. */
export async function requireVersion(runbookId: string, version: number): Promise<RunbookVersion> {
  const found = await getVersion(runbookId, version);
  if (!found) throw notFound("version");
  return found;
}
