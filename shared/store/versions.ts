// Versions: immutable snapshots; the definition is kept as JSON text, so that no user data meets DynamoDB's map rules.

import * as z from "zod";
import { KEYS, SORT_PREFIXES } from "../contract/table.ts";
import { notFound } from "../domain/permissions.ts";
import { RunbookVersion } from "../domain/runbook.ts";
import type { Listed, Page } from "./lists.ts";
import { get, type Item, parseItem, range } from "./read.ts";

const StoredVersion = RunbookVersion.extend({
  definition: z
    .string()
    .transform((text) => JSON.parse(text) as unknown)
    .pipe(RunbookVersion.shape.definition),
});

export function versionItem(version: RunbookVersion): Item {
  const key = KEYS.version(version.runbookId, version.version);
  return { ...key, ...version, definition: JSON.stringify(version.definition) };
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
  const items = await range(KEYS.runbookHead(runbookId).pk, {
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
