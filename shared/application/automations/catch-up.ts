// Catches up what an automation missed: decides again about events that it skipped for what may have gone since, each
// at most once, by the rules and the state of now. Only the age of an event does not count.

import { timeOfSort } from "../../contract/lists.ts";
import type { Actor } from "../../domain/audit.ts";
import type { Automation } from "../../domain/automations/automation.ts";
import {
  type Decision,
  isMissed,
  type StoredDecision,
} from "../../domain/automations/automation-decision.ts";
import {
  type CatchUpInput,
  type CatchUpItem,
  type CatchUpResult,
  MAX_CAUGHT_UP,
} from "../../domain/automations/catch-up.ts";
import type { Caller } from "../../domain/caller.ts";
import type { TaskContext } from "../../domain/context.ts";
import { notFound, ServiceError } from "../../domain/errors.ts";
import { IncidentEvent, toIncident } from "../../domain/incidents/incident-event.ts";
import { isAllowed } from "../../domain/permissions.ts";
import { getDecision, listDecisions } from "../../store/decisions.ts";
import { getEvent } from "../../store/event-log.ts";
import { forEachId } from "../each-id.ts";
import { computeChainDepth } from "../request/accept-event.ts";
import { getLatestReport } from "../request/latest-report.ts";
import { foresee } from "./foresee.ts";
import type { DecisionContext, IncomingEvent } from "./incoming-event.ts";
import { decideEvent } from "./run-automations.ts";

type Asking = TaskContext & { caller: Caller; actor: Actor };

export async function catchUp(
  automation: Automation,
  input: CatchUpInput,
  { caller, actor, now, newId }: Asking,
): Promise<CatchUpResult> {
  if (!automation.enabled)
    throw new ServiceError("invalid_transition", "The automation is disabled: enable it, then catch up.");
  const { ids, nextTo } = await selectEvents(automation, input, caller);
  const context: DecisionContext = { now, newId, waited: true, mayWait: false, caughtUpBy: actor };
  const settled = await forEachId(ids, async (eventId) => {
    const before = await getDecision(automation.id, eventId, now);
    if (!before || !isAllowed(caller, "execute", before.ranForTeamId)) throw notFound("decision");
    if (!isMissed(before)) return toItem(before, before);
    const incoming = await readEvent(before);
    if (input.dryRun) return { ...toItem(before, before), ...(await foresee(automation, incoming, context)) };
    await decideEvent(automation.id, incoming, context);
    return toItem(before, (await getDecision(automation.id, eventId, now)) ?? before);
  });
  return {
    items: settled.map((one) => ("value" in one ? one.value : toUndecided(one.id, one.error))),
    nextTo,
  };
}

async function selectEvents(
  { id }: Automation,
  { eventIds, from, to }: CatchUpInput,
  caller: Caller,
): Promise<{ ids: string[]; nextTo: string | null }> {
  if (eventIds) return { ids: eventIds, nextTo: null };
  const isWanted = (decision: Decision) =>
    isMissed(decision) && isAllowed(caller, "execute", decision.ranForTeamId);
  const { items, next } = await listDecisions(id, isWanted, { limit: MAX_CAUGHT_UP, from, to });
  return { ids: items.map(({ eventId }) => eventId), nextTo: next && endOfNext(next, to) };
}

/** `to` excludes its own millisecond, and the next skip may be of the same as the last: it is in both answers then. */
function endOfNext(last: string, to: string | undefined): string {
  const time = timeOfSort(last);
  const after = new Date(Date.parse(time) + 1).toISOString();
  return after === to ? time : after;
}

/** Returns the event as it came, with the incident as it is now. @throws `not_found` if it is not kept any more. */
async function readEvent({ eventId, eventTime, eventTeamId }: StoredDecision): Promise<IncomingEvent> {
  const raw = await getEvent({ teamId: eventTeamId, time: eventTime, eventId });
  if (!raw) throw notFound("event");
  const event = IncidentEvent.parse(raw);
  const { causedBy } = event.detail;
  const report = { event: raw, time: event.time, incident: toIncident(event) };
  const latest = await getLatestReport(report.incident.id);
  if (!latest) throw notFound("incident");
  const depth = await computeChainDepth(causedBy);
  return { report, latest, eventId, teamId: eventTeamId, causedBy, depth };
}

function toItem({ reason: skippedFor }: Decision, decision: Decision): CatchUpItem {
  const { eventId, eventTime, incidentId, outcome, reason, message, executionId } = decision;
  return { eventId, eventTime, incidentId, skippedFor, outcome, reason, message, executionId };
}

function toUndecided(eventId: string, error: unknown): CatchUpItem {
  const { code, message } = error instanceof ServiceError ? error : UNKNOWN;
  const nothing = { eventTime: null, incidentId: null, skippedFor: null, executionId: null };
  return { ...nothing, eventId, outcome: "undecided", reason: code, message };
}

const UNKNOWN = new ServiceError("internal_error", "The event could not be decided. Its decision stands.");
