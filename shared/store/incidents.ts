// Incidents: the latest report of each. An older report never overwrites a newer one.

import { PutCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import { LISTS, listsKeys, sortByTime } from "../contract/lists.ts";
import { KEYS, SHARDS, shardOf, shardsOf } from "../contract/table.ts";
import type { Episode } from "../domain/incidents/episode.ts";
import { Incident } from "../domain/incidents/incident.ts";
import type { RunbookSummary } from "../domain/runbooks/runbook.ts";
import type { ListScopes, Scope } from "../domain/scopes.ts";
import { ConditionFailed, callTable, openTable } from "./client.ts";
import { jsonText } from "./codecs.ts";
import type { EventLocation } from "./event-log.ts";
import { type ListResult, listMerged, type Page } from "./lists.ts";
import { getRecord, parseItem } from "./read.ts";
import { parseFound } from "./runbook-summaries.ts";
import { EVIDENCE, type Write } from "./transact.ts";

const IncidentRecord = z.object({
  /** Who reports the incident: nobody else may. */
  reportedBy: z.string(),
  reportOrder: z.string(),
  eventId: z.string(),
  eventTime: z.string(),
  /** Number of the incident's episode, and whether it has ended. */
  episode: z.int().min(1),
  ended: z.boolean(),
  incident: jsonText.pipe(Incident),
});

export async function getIncident(id: string): Promise<Incident | null> {
  const stored = await getRecord(IncidentRecord, KEYS.incident(id));
  return stored?.incident ?? null;
}

/** The latest report of an incident, and who reports it. */
export type StoredReport = z.output<typeof IncidentRecord>;

export async function getReport(id: string): Promise<StoredReport | null> {
  return getRecord(IncidentRecord, KEYS.incident(id));
}

/** For other transactions: checks that the incident is unknown. */
export function incidentAbsentCheck(id: string): Write {
  return { label: EVIDENCE, check: KEYS.incident(id), condition: "attribute_not_exists(pk)" };
}

/** For other transactions: checks that no newer report of the incident came. `order`: of the report decided from. */
export function reportLatestCheck({ incident, order }: { incident: Incident; order: string }): Write {
  return {
    label: EVIDENCE,
    check: KEYS.incident(incident.id),
    condition: "reportOrder = :order",
    values: { ":order": order },
  };
}

/** Returns the event log key of the latest report, or null for an unknown incident. */
export async function getLatestReportLocation(id: string): Promise<EventLocation | null> {
  const stored = await getRecord(IncidentRecord, KEYS.incident(id));
  if (!stored) return null;
  const { incident, eventId, eventTime } = stored;
  return { teamId: incident.teamId, time: eventTime, eventId };
}

/** What a report replaces and says. `episode` follows from both. */
export type NewReport = {
  incident: Incident;
  order: string;
  event: Pick<EventLocation, "eventId" | "time">;
  reportedBy: string;
  episode: Pick<Episode, "number" | "ended">;
};

/** Saves the report if `before` is still the stored one; null: there is none. Returns whether it was saved. */
export async function saveReport(
  { incident, order, event: { eventId, time }, reportedBy, episode }: NewReport,
  before: StoredReport | null,
): Promise<boolean> {
  const { documents, table: TableName } = openTable();
  const report = {
    reportedBy,
    reportOrder: order,
    eventId,
    eventTime: time,
    episode: episode.number,
    ended: episode.ended,
    incident: JSON.stringify(incident),
  };
  const put = new PutCommand({
    TableName,
    Item: { ...KEYS.incident(incident.id), ...incidentLists(incident), ...report },
    ...(before
      ? {
          ConditionExpression: "reportOrder = :order AND reportedBy = :by",
          ExpressionAttributeValues: { ":order": before.reportOrder, ":by": before.reportedBy },
        }
      : { ConditionExpression: "attribute_not_exists(pk)" }),
  });
  try {
    await callTable(() => documents.send(put));
    return true;
  } catch (error) {
    if (error instanceof ConditionFailed) return false;
    throw error;
  }
}

function incidentLists({ id, teamId, createdAt }: Incident) {
  const lists = [LISTS.teamIncidents(teamId), LISTS.allIncidents(shardOf(id, SHARDS.incidents))];
  return listsKeys(lists, sortByTime(createdAt, id));
}

/** Lists the incidents of these scopes, the latest created first. `status`: in one of these. */
export async function listIncidents(
  scopes: ListScopes,
  status: readonly string[] | undefined,
  page: Page,
): Promise<ListResult<Incident>> {
  const teams = scopes === "all" ? [] : scopes.filter((scope) => scope !== null);
  return listMerged({
    lists:
      scopes === "all" ? shardsOf(SHARDS.incidents).map(LISTS.allIncidents) : teams.map(LISTS.teamIncidents),
    page,
    parse: (item) => parseItem(IncidentRecord, item).incident,
    keep: (incident) => status === undefined || status.includes(incident.status),
  });
}

/** Lists the runbooks that can run, of these scopes, latest change first. */
export async function listLiveRunbooks(
  scopes: readonly Scope[],
  page: Page,
): Promise<ListResult<RunbookSummary>> {
  return listMerged({
    lists: scopes.map(LISTS.teamRunbooks),
    page,
    parse: (item) => parseFound(item).summary,
    keep: (runbook) => runbook.liveVersion !== null,
  });
}
