// Versions: immutable snapshots. The definition is stored as JSON text, so that DynamoDB's rules for maps do not apply.

import { KEYS, SORT_PREFIXES } from "../contract/table.ts";
import { notFound } from "../domain/errors.ts";
import {
  ApprovalRecord,
  RunbookVersion,
  toApprovalRecord,
  VersionSummary,
} from "../domain/runbooks/runbook.ts";
import { jsonText } from "./codecs.ts";
import { remember } from "./immutable.ts";
import type { ListResult, Page } from "./lists.ts";
import { getRecord, type Item, parseItem, queryRange } from "./read.ts";
import type { Write } from "./transact.ts";

const VersionRecord = RunbookVersion.extend({
  definition: jsonText.pipe(RunbookVersion.shape.definition),
});

/** Returns the writes of a version and, if an approval created it, of its approval record. Neither is ever overwritten. */
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

/** Parses a version's item. Returns null if it does not match the schema. */
export function parseVersion(item: Item): RunbookVersion | null {
  try {
    return parseItem(VersionRecord, item);
  } catch {
    return null;
  }
}

/** Versions, and approvals, that a function remembers. A version is up to a few hundred KB. */
const REMEMBERED = 64;

// Marked as pure, so that a bundle that reads no version leaves them out.
export const getApproval = /* @__PURE__ */ remember(REMEMBERED, (runbookId, version) =>
  getRecord(ApprovalRecord, KEYS.approval(runbookId, version)),
);

/**
 * Returns all approvals of a runbook, with strongly consistent reads. `pageSize`: items per query; 1000 are about
 * 300 KB.
 */
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

export const getVersion = /* @__PURE__ */ remember(REMEMBERED, (runbookId, version) =>
  getRecord(VersionRecord, KEYS.version(runbookId, version)),
);

/** Lists versions, newest first. `before`: the last version number of the page before. */
export async function listVersions(runbookId: string, page: Page): Promise<ListResult<RunbookVersion>> {
  const items = await queryVersions(runbookId, page);
  const versions = items.map((item) => parseItem(VersionRecord, item));
  const oldest = versions.at(-1)?.version ?? 1;
  return { items: versions, next: oldest > 1 ? String(oldest) : null };
}

/** Returns the latest versions without their definitions, newest first. */
export async function listVersionSummaries(runbookId: string, limit: number): Promise<VersionSummary[]> {
  const fields = Object.keys(VersionSummary.shape);
  const items = await queryVersions(runbookId, { limit }, fields);
  return items.map((item) => parseItem(VersionSummary, item));
}

async function queryVersions(
  runbookId: string,
  { limit, before }: Page,
  fields?: readonly string[],
): Promise<Item[]> {
  const { pk } = KEYS.version(runbookId, 1);
  const last =
    before === undefined ? `${SORT_PREFIXES.version}~` : KEYS.version(runbookId, Number(before) - 1).sk;
  const range = { from: SORT_PREFIXES.version, to: last, newestFirst: true, limit };
  return queryRange(pk, fields ? { ...range, fields } : range);
}

/** @throws `not_found` if the version does not exist. */
export async function requireVersion(runbookId: string, version: number): Promise<RunbookVersion> {
  const found = await getVersion(runbookId, version);
  if (!found) throw notFound("version");
  return found;
}
