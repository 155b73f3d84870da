// Rejected events: written once for each, kept for a while, listed newest first.
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { readEnvironment } from "../contract/env.ts";
import { LISTS, listsKeys, sortByTime } from "../contract/lists.ts";
import { KEYS, SHARDS, shardOf, shardsOf } from "../contract/table.ts";
import { sha256 } from "../domain/digest.ts";
import { EventId } from "../domain/ids.ts";
import { Rejection } from "../domain/incidents/rejection.ts";
import type { ListScopes } from "../domain/scopes.ts";
import { callTable, openTable } from "./client.ts";
import { epochSeconds } from "./codecs.ts";
import { type ListResult, listMerged, type Page } from "./lists.ts";
import { parseItem } from "./read.ts";

/** Saves why an event was rejected, for each source that refuses it. A redelivery on the same day overwrites the item. */
export async function saveRejection(rejection: Rejection, messageId: string): Promise<void> {
  const { documents, table: TableName } = openTable();
  const { at, eventId, sourceId } = rejection;
  const id = sha256([eventId ?? messageId, ...(sourceId === null ? [] : [sourceId])].join("/"));
  const known = EventId.safeParse(eventId).data;
  const lists = listsKeys(
    [
      LISTS.allRejections(shardOf(id, SHARDS.rejections)),
      ...(known === undefined ? [] : [LISTS.event(known)]),
    ],
    sortByTime(at, id),
  );
  const { REJECTION_DAYS } = readEnvironment(["REJECTION_DAYS"], process.env);
  const expiresAt = epochSeconds(new Date(at)) + REJECTION_DAYS * 24 * 3600;
  const Item = { ...KEYS.rejection(at.slice(0, 10), id), ...lists, ...rejection, expiresAt };
  await callTable(() => documents.send(new PutCommand({ TableName, Item })));
}

/** Lists rejected events, newest first: all of them, or those of one source. */
export async function listRejections(
  page: Page,
  { sourceId }: { sourceId?: string | undefined } = {},
): Promise<ListResult<Rejection>> {
  return listMerged({
    lists: shardsOf(SHARDS.rejections).map(LISTS.allRejections),
    page,
    parse: (item) => parseItem(Rejection, item),
    keep: (rejection) => sourceId === undefined || rejection.sourceId === sourceId,
  });
}

const REJECTIONS = KEYS.rejection("day", "id").pk.split("#")[0];

/** Lists why the events of this id were rejected, newest first, as `listRejections` does. */
export async function findRejections(scopes: ListScopes, eventId: string): Promise<Rejection[]> {
  const found = await listMerged({
    lists: scopes === "all" ? [LISTS.event(eventId)] : [],
    page: { limit: MOST_OF_ONE_ID },
    among: ({ pk }) => String(pk).startsWith(`${REJECTIONS}#`),
    parse: (item) => parseItem(Rejection, item),
  });
  return found.items;
}

/** An event is rejected again each time that somebody sends it back from the dead letters. */
const MOST_OF_ONE_ID = 20;
