// Says what became of an event: what each automation decided, and of those that decided nothing, why.
import type { Automation } from "../../domain/automations/automation.ts";
import { toDecisionView } from "../../domain/automations/automation-decision.ts";
import {
  type AutomationOutcome,
  type EventOutcome,
  toDecided,
  toUndecided,
  withNames,
} from "../../domain/automations/event-outcome.ts";
import type { FoundDecision } from "../../domain/automations/found-decision.ts";
import type { Caller } from "../../domain/caller.ts";
import { notFound } from "../../domain/errors.ts";
import { matchWithinLimit } from "../../domain/event-pattern/match.ts";
import { IncidentEvent, MAX_CLOCK_SKEW_MS } from "../../domain/incidents/incident-event.ts";
import type { JsonObject } from "../../domain/json.ts";
import { isAllowed, listViewableScopes, mayView } from "../../domain/permissions.ts";
import { getAutomation, listAutomationIds } from "../../store/automations.ts";
import { getDecision, listDecisionsOfIncident } from "../../store/decisions.ts";
import { findEvents } from "../../store/event-log.ts";
import { findRejections } from "../../store/rejections.ts";
import { explainMatch, UNEXPLAINED } from "./explain-match.ts";

/** @throws `not_found` if the event is unknown, or the caller may not view its team. */
export async function explainEvent(caller: Caller, eventId: string, now: Date): Promise<EventOutcome> {
  const [logged, rejected] = await Promise.all([
    findEvents(eventId),
    findRejections(listViewableScopes(caller), eventId),
  ]);
  const isVisible = (raw: JsonObject) =>
    isAllowed(caller, "view", IncidentEvent.parse(raw).detail.incident.teamId);
  const raw = logged.find(isVisible);
  const rejection = rejected[0] ?? null;
  if (raw) return { ...(await explainLogged(caller, raw, now)), rejection };
  if (!rejection) throw notFound("event");
  const { detailType, source } = rejection;
  const unread = { time: null, incidentId: null, teamId: null };
  return { eventId, detailType, source, ...unread, rejection, automations: [] };
}

async function explainLogged(caller: Caller, raw: JsonObject, now: Date) {
  const event = IncidentEvent.parse(raw);
  const { id: incidentId, teamId } = event.detail.incident;
  const decided = new Map<string, FoundDecision>();
  // A catch-up decides again: the newest comes first.
  for (const one of await listDecided(caller, event))
    if (!decided.has(one.automationId)) decided.set(one.automationId, one);
  const ids = await listAutomationIds(teamId);
  const others = await Promise.all(ids.filter((id) => !decided.has(id)).map((id) => getAutomation(id)));
  const rest = others.filter((automation) => automation !== null);
  const explain = createExplainer(raw, event.time);
  const undecided = await Promise.all(
    rest.map(async (automation) => {
      const decision = await getDecision(automation.id, event.id, now);
      if (!decision) return explain(automation);
      return isAllowed(caller, "view", decision.ranForTeamId)
        ? toDecided(withNames(toDecisionView(decision), automation))
        : null;
    }),
  );
  const automations = [...decided.values()].map(toDecided).concat(undecided.filter((one) => one !== null));
  return {
    eventId: event.id,
    time: event.time,
    detailType: event["detail-type"],
    source: event.source,
    incidentId,
    teamId,
    automations: automations.sort((a, b) => a.automationId.localeCompare(b.automationId)),
  };
}

/** Decisions of the event, those of deleted automations included. */
async function listDecided(caller: Caller, { id, time, detail }: IncidentEvent): Promise<FoundDecision[]> {
  const earliest = new Date(Date.parse(time) - MAX_CLOCK_SKEW_MS).toISOString();
  const keep = (decision: FoundDecision) => decision.eventId === id && mayView(caller)(decision);
  const page = { limit: MOST_DECISIONS, from: earliest };
  return (await listDecisionsOfIncident(detail.incident.id, keep, page)).items;
}

/** More than any team has automations, and global ones. */
const MOST_DECISIONS = 300;

/** Steps over all automations. Beyond them it is only said that the event does not match. */
const EXPLAINED_STEPS = 1_000_000;

function createExplainer(raw: JsonObject, eventTime: string) {
  let steps = 0;
  return (automation: Automation): AutomationOutcome => {
    const match =
      steps > EXPLAINED_STEPS ? matchOnly(automation, raw) : explainMatch(automation.pattern, raw);
    steps += match.steps;
    return toUndecided(automation, match.explanation?.failed ?? null, eventTime);
  };
}

function matchOnly({ pattern }: Automation, raw: JsonObject) {
  const { outcome, steps } = matchWithinLimit(pattern, raw);
  return { explanation: outcome === "not_matched" ? UNEXPLAINED : null, steps };
}
