// State changes of a source. Pure: the store writes them only if neither the source nor the audit chain has changed since.
import { latestTime } from "../chronology.ts";
import { type Act, toCreated, toUpdated } from "../context.ts";
import { isSameJson } from "../json.ts";
import {
  appendControlChange,
  type KillSwitchAuditEntry,
  type KillSwitchChainHead,
} from "../kill-switches.ts";
import { SOURCE_SETTINGS, type Source, type SourceInput } from "./source.ts";
import { ownerOf } from "./source-checks.ts";

export type StoredVerification = Source["verification"];

/** The writes of one change, conditional on the stored version of `before`; null: there is no source yet. */
export type SourceChange = {
  before: Source | null;
  source: Source;
  control: {
    before: KillSwitchChainHead;
    after: KillSwitchChainHead;
    audit: KillSwitchAuditEntry;
  };
};

export function createSource(
  id: string,
  { verification: _plain, ...settings }: SourceInput,
  verification: StoredVerification,
  chain: KillSwitchChainHead,
  asked: Act,
): SourceChange {
  const act = { ...asked, at: latestTime(asked.at, chain.auditAt) };
  const source: Source = {
    ...settings,
    verification,
    id,
    version: 1,
    ...toCreated(act),
    ...toUpdated(act),
    deletedAt: null,
  };
  return withAudit(null, source, "source.created", chain, act);
}

/** Returns the change, or null if nothing differs. `verification` undefined: it stays as it is. */
export function updateSource(
  before: Source,
  settings: Pick<SourceInput, (typeof SOURCE_SETTINGS)[number]>,
  verification: StoredVerification | undefined,
  chain: KillSwitchChainHead,
  asked: Act,
): SourceChange | null {
  const act = { ...asked, at: latestTime(asked.at, chain.auditAt, before.updatedAt) };
  const changed = SOURCE_SETTINGS.filter((field) => !isSameJson(before[field], settings[field]));
  if (changed.length === 0 && verification === undefined) return null;
  const source: Source = {
    ...before,
    ...Object.fromEntries(SOURCE_SETTINGS.map((field) => [field, settings[field]])),
    ...(verification !== undefined && { verification }),
    version: before.version + 1,
    ...toUpdated(act),
  };
  const fields = [...changed, ...(verification === undefined ? [] : ["verification"])];
  return withAudit(before, source, "source.updated", chain, act, fields);
}

export function deleteSource(before: Source, chain: KillSwitchChainHead, asked: Act): SourceChange {
  const act = { ...asked, at: latestTime(asked.at, chain.auditAt, before.updatedAt) };
  const source: Source = { ...before, enabled: false, verification: null, deletedAt: act.at };
  return withAudit(before, source, "source.deleted", chain, act);
}

function withAudit(
  before: Source | null,
  source: Source,
  action: KillSwitchAuditEntry["action"],
  chain: KillSwitchChainHead,
  act: Act,
  fields?: string[],
): SourceChange {
  const { id, name, kind, version, enabled } = source;
  const fact = {
    action,
    scope: ownerOf(source),
    reason: null,
    source: { id, name, kind, version, enabled, ...(fields && { fields }) },
  };
  return { before, source, control: appendControlChange(chain, fact, act) };
}
