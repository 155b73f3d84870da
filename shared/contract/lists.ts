// The lists of the indexes as data: their partitions, and the keys that put an item in them.
import { INDEXES, type IndexName, joinKey, scopeParts } from "./table.ts";

/** Every kind of list: its index, and how its partition keys begin. IAM grants a list by both. */
export const LIST_KINDS = {
  teamRunbooks: { index: "by-team", kind: "runbooks" },
  teamAutomations: { index: "by-team", kind: "automations" },
  teamExecutions: { index: "by-team", kind: "executions" },
  teamAudit: { index: "by-team", kind: "audit" },
  teamIncidents: { index: "by-team", kind: "incidents" },
  teamSources: { index: "by-team", kind: "sources" },
  sourcesOfKind: { index: "by-state", kind: "sources" },
  runbookExecutions: { index: "by-runbook", kind: "executions" },
  runbookAutomations: { index: "by-runbook", kind: "automations" },
  runbookAudit: { index: "by-runbook", kind: "audit" },
  sourceAudit: { index: "by-runbook", kind: "source-audit" },
  automationDecisions: { index: "by-runbook", kind: "decisions" },
  incidentExecutions: { index: "by-incident", kind: "executions" },
  incidentDecisions: { index: "by-incident", kind: "decisions" },
  event: { index: "by-incident", kind: "events" },
  activeExecutions: { index: "by-state", kind: "active-executions" },
  unsuccessfulExecutions: { index: "by-state", kind: "unsuccessful-executions" },
  openBreakGlass: { index: "by-state", kind: "break-glass" },
  awaitingReview: { index: "by-state", kind: "reviews" },
  approvalExpiries: { index: "by-state", kind: "approvals" },
  runbookDeletions: { index: "by-state", kind: "deletions" },
  runbooksInStatus: { index: "by-state", kind: "runbooks" },
  automationsInState: { index: "by-state", kind: "automations" },
  teamExecutionsByParameter: { index: "by-team", kind: "parameter-executions" },
  allExecutionsByParameter: { index: "by-time", kind: "parameter-executions" },
  allExecutions: { index: "by-time", kind: "executions" },
  allAudit: { index: "by-time", kind: "audit" },
  allIncidents: { index: "by-time", kind: "incidents" },
  allRejections: { index: "by-time", kind: "rejections" },
} as const satisfies Record<string, { index: IndexName; kind: string }>;
export type ListName = keyof typeof LIST_KINDS;

/** One partition of an index. */
export type List = { index: IndexName; partition: string };

function listOf(name: ListName, ...parts: string[]): List {
  const { index, kind } = LIST_KINDS[name];
  return { index, partition: joinKey(kind, ...parts) };
}

export const LISTS = {
  teamRunbooks: (teamId: string | null) => listOf("teamRunbooks", ...scopeParts(teamId)),
  teamAutomations: (teamId: string | null) => listOf("teamAutomations", ...scopeParts(teamId)),
  /** `teamId`: the team that the executions ran for. */
  teamExecutions: (teamId: string | null) => listOf("teamExecutions", ...scopeParts(teamId)),
  /** `teamId`: the team that the entry is about, else the one that owns the runbook or automation. */
  teamAudit: (teamId: string | null) => listOf("teamAudit", ...scopeParts(teamId)),
  teamIncidents: (teamId: string) => listOf("teamIncidents", ...scopeParts(teamId)),
  /** `owner`: who manages the source. */
  teamSources: (owner: string | null) => listOf("teamSources", ...scopeParts(owner)),
  /** Every source that is not deleted is in one. */
  sourcesOfKind: (kind: string) => listOf("sourcesOfKind", kind),
  runbookExecutions: (runbookId: string) => listOf("runbookExecutions", runbookId),
  runbookAutomations: (runbookId: string) => listOf("runbookAutomations", runbookId),
  runbookAudit: (runbookId: string) => listOf("runbookAudit", runbookId),
  sourceAudit: (sourceId: string) => listOf("sourceAudit", sourceId),
  automationDecisions: (automationId: string) => listOf("automationDecisions", automationId),
  incidentExecutions: (incidentId: string) => listOf("incidentExecutions", incidentId),
  /** Audit entries of decisions about the incident. */
  incidentDecisions: (incidentId: string) => listOf("incidentDecisions", incidentId),
  /** What is kept of an event: itself, and why it was rejected. */
  event: (eventId: string) => listOf("event", eventId),
  activeExecutions: (shard: number) => listOf("activeExecutions", String(shard)),
  /** Executions that have failed or were cancelled, once no call of them can be under way. */
  unsuccessfulExecutions: (shard: number) => listOf("unsuccessfulExecutions", String(shard)),
  /** Executions whose break-glass nobody has closed. */
  openBreakGlass: () => listOf("openBreakGlass", "open"),
  /** Runbooks of which somebody has asked for a review. */
  awaitingReview: () => listOf("awaitingReview", "requested"),
  /** Runbooks whose live approval expires, by what was announced of it last. */
  approvalExpiries: (stage: string) => listOf("approvalExpiries", stage),
  /** Deleted runbooks whose automations are to be disabled, by when to look for these. */
  runbookDeletions: () => listOf("runbookDeletions", "due"),
  runbooksInStatus: (status: string, shard: number) => listOf("runbooksInStatus", status, String(shard)),
  /** They sort by the time of the deletion. */
  deletedRunbooks: (shard: number) => listOf("runbooksInStatus", "DELETED", String(shard)),
  automationsInState: (enabled: boolean, shard: number) =>
    listOf("automationsInState", enabled ? "enabled" : "disabled", String(shard)),
  /** `digest`: of the parameter's name and value. */
  teamExecutionsByParameter: (teamId: string | null, digest: string) =>
    listOf("teamExecutionsByParameter", ...scopeParts(teamId), digest),
  allExecutionsByParameter: (digest: string) => listOf("allExecutionsByParameter", digest),
  allExecutions: (shard: number) => listOf("allExecutions", String(shard)),
  allAudit: (shard: number) => listOf("allAudit", String(shard)),
  allIncidents: (shard: number) => listOf("allIncidents", String(shard)),
  allRejections: (shard: number) => listOf("allRejections", String(shard)),
} as const;

/** Returns a sort key by time. The id makes it unique. A range of times is a range of these keys. */
export const sortByTime = (time: string, id: string) => `${time}#${id}`;

/** Returns the time in a sort key by time. */
export const timeOfSort = (sort: string) => sort.slice(0, sort.indexOf("#"));

/** Returns the id in a sort key by time. */
export const idOfSort = (sort: string) => sort.slice(sort.indexOf("#") + 1);

/**
 * Returns the attributes that put an item in a list. `sort` is unique in all partitions of the list's kind, and the same
 * in all lists of the item.
 */
export function listKeys({ index, partition }: List, sort: string): Record<string, string> {
  const { partitionKey, sortKey } = INDEXES[index];
  return { [partitionKey]: partition, [sortKey]: sort };
}

/** The same for several lists, at most one of each index. */
export const listsKeys = (lists: readonly List[], sort: string): Record<string, string> =>
  Object.fromEntries(lists.flatMap((list) => Object.entries(listKeys(list, sort))));
