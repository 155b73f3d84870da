// Versions of automations: immutable snapshots. The settings are stored as JSON text, as definitions of runbooks are.
import { KEYS, SORT_PREFIXES } from "../contract/table.ts";
import { AutomationVersion } from "../domain/automations/automation-version.ts";
import { notFound } from "../domain/errors.ts";
import { jsonText } from "./codecs.ts";
import type { ListResult, Page } from "./lists.ts";
import { getRecord, parseItem, queryRange } from "./read.ts";
import type { Write } from "./transact.ts";

const VersionRecord = AutomationVersion.extend({
  settings: jsonText.pipe(AutomationVersion.shape.settings),
});

/** Returns the write of a version, which is never overwritten. */
export function automationVersionWrite(version: AutomationVersion): Write {
  const key = KEYS.automationVersion(version.automationId, version.version);
  return {
    label: "version",
    put: { ...key, ...version, settings: JSON.stringify(version.settings) },
    condition: "attribute_not_exists(pk)",
  };
}

/** @throws `not_found` if the version does not exist. */
export async function requireAutomationVersion(id: string, version: number): Promise<AutomationVersion> {
  const found = await getRecord(VersionRecord, KEYS.automationVersion(id, version));
  if (!found) throw notFound("version");
  return found;
}

/** Lists versions, newest first. `before`: the last version number of the page before. */
export async function listAutomationVersions(
  id: string,
  { limit, before }: Page,
): Promise<ListResult<AutomationVersion>> {
  const { pk } = KEYS.automationVersion(id, 1);
  const to =
    before === undefined ? `${SORT_PREFIXES.version}~` : KEYS.automationVersion(id, Number(before) - 1).sk;
  const items = await queryRange(pk, { from: SORT_PREFIXES.version, to, newestFirst: true, limit });
  const versions = items.map((item) => parseItem(VersionRecord, item));
  const oldest = versions.at(-1)?.version ?? 1;
  return { items: versions, next: oldest > 1 ? String(oldest) : null };
}
