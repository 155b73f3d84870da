// Sources: reads, lists by owner or kind, and writes together with the audit chain of the controls.
import { LISTS, listsKeys } from "../contract/lists.ts";
import { KEYS } from "../contract/table.ts";
import { ServiceError } from "../domain/errors.ts";
import type { ListScopes } from "../domain/scopes.ts";
import { KIND_NAMES, type KindName } from "../domain/sources/kinds.ts";
import { Source } from "../domain/sources/source.ts";
import type { SourceChange } from "../domain/sources/source-changes.ts";
import { ownerOf } from "../domain/sources/source-checks.ts";
import { jsonText } from "./codecs.ts";
import { appendWrites } from "./controls.ts";
import { type ListResult, listMerged, type Page } from "./lists.ts";
import { getRecord, type Item, parseItem, queryListPage, readListed } from "./read.ts";
import { transact, type Write } from "./transact.ts";

/** What an author writes has names of its own: it is stored as text. */
const SourceRecord = Source.extend({
  team: jsonText.pipe(Source.shape.team),
  priority: jsonText.pipe(Source.shape.priority),
  filter: jsonText.pipe(Source.shape.filter),
  mapping: jsonText.pipe(Source.shape.mapping),
});
const parse = (item: Item) => parseItem(SourceRecord, item);

/** Returns the source, or null if it is absent or, unless they count too, deleted. */
export async function getSource(id: string, deleted?: "deleted too" | false): Promise<Source | null> {
  const found = await getRecord(SourceRecord, KEYS.source(id));
  return deleted || found?.deletedAt === null ? found : null;
}

/** @throws `precondition_failed` if `ifMatch` names another version than the stored one. */
export function requireSourceMatch(ifMatch: number | undefined, { version }: Source): void {
  if (ifMatch === undefined || ifMatch === version) return;
  const message = `If-Match asks for version ${ifMatch}, but the source is at version ${version}: read it again.`;
  throw new ServiceError("precondition_failed", message);
}

/**
 * Writes the source and its audit entry in one transaction, with `extraWrites`. @throws ConditionFailed with the label
 * `source` if it has changed meanwhile, with another one if the chain has.
 */
export async function saveSource(
  { before, source, control }: SourceChange,
  extraWrites: readonly Write[] = [],
): Promise<void> {
  await transact([
    {
      label: "source",
      put: sourceItem(source),
      ...(before
        ? {
            condition: "version = :version AND deletedAt = :none",
            values: { ":version": before.version, ":none": null },
          }
        : { condition: "attribute_not_exists(pk)" }),
    },
    ...appendWrites(control),
    ...extraWrites,
  ]);
}

function sourceItem(source: Source): Item {
  const lists = [LISTS.teamSources(ownerOf(source)), LISTS.sourcesOfKind(source.kind)];
  const { team, priority, filter, mapping } = source;
  const texts = Object.entries({ team, priority, filter, mapping });
  return {
    ...KEYS.source(source.id),
    ...(source.deletedAt === null && listsKeys(lists, source.id)),
    ...source,
    ...Object.fromEntries(texts.map(([name, value]) => [name, JSON.stringify(value)])),
  };
}

type SourceFilter = { kind?: KindName | undefined; enabled?: boolean | undefined };

/** Lists the sources that these scopes own, newest first. */
export async function listSources(
  scopes: ListScopes,
  { kind, enabled }: SourceFilter,
  page: Page,
): Promise<ListResult<Source>> {
  const kinds = kind === undefined ? KIND_NAMES : [kind];
  return listMerged({
    lists: scopes === "all" ? kinds.map(LISTS.sourcesOfKind) : scopes.map(LISTS.teamSources),
    page,
    parse,
    keep: (source) =>
      (kind === undefined || source.kind === kind) && (enabled === undefined || source.enabled === enabled),
  });
}

const PAGE = 100;

/** Returns all sources of a kind. The index lags: a new one may be missing for a moment. */
export async function listSourcesOfKind(kind: KindName): Promise<Source[]> {
  const list = LISTS.sourcesOfKind(kind);
  const sources: Source[] = [];
  let from: string | undefined;
  for (;;) {
    const { items, more } = await queryListPage(list, from, PAGE);
    const rows = items.map((keys) => ({ list, sort: String(keys["listSort"]), keys }));
    sources.push(...(await readListed(rows)).map(({ item }) => parse(item)));
    from = rows.at(-1)?.sort;
    if (!more || from === undefined) return sources;
  }
}
