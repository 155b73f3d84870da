// Routes of decisions over all automations: a list, and what became of one event.
import * as z from "zod";
import { DECISION_DAYS, SKIP_REASONS } from "../domain/automations/automation-decision.ts";
import { EventOutcome } from "../domain/automations/event-outcome.ts";
import { FoundDecision } from "../domain/automations/found-decision.ts";
import { EventId, ExternalId, IncidentId } from "../domain/ids.ts";
import { queryInRange, severalOf } from "./filters.ts";
import { pageOf, paging, type Route } from "./route.ts";

const access = { action: "view", on: "own" } as const;

export const DECISION_ROUTES = {
  "find-decisions": {
    method: "GET",
    path: "/decisions",
    summary:
      "Find what automations decided about events that match, newest first: about an incident, or in a range of times",
    access,
    query: queryInRange("was decided", {
      incidentId: IncidentId.optional().describe("Only decisions about this incident."),
      teamId: ExternalId.optional().describe("Only decisions about incidents of this team."),
      outcome: z
        .enum(["fired", "skipped"])
        .optional()
        .describe("Only those that fired, or that were skipped."),
      reason: severalOf(SKIP_REASONS)
        .optional()
        .describe("Only those skipped for one of these reasons, separated by commas."),
      ...paging,
    }),
    answer: { status: 200, body: pageOf(FoundDecision) },
  },
  "explain-event": {
    method: "GET",
    path: "/events/{eventId}",
    summary: `Say what became of an event, for ${DECISION_DAYS} days: for each automation whether it fired, or why not`,
    access,
    params: z.strictObject({ eventId: EventId }),
    answer: { status: 200, body: EventOutcome },
  },
} as const satisfies Record<string, Route>;
