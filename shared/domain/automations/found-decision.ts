// A decision as lists over all automations show it. It is read from its audit entry, which also says whose it is.
import * as z from "zod";
import type { AuditEntry } from "../audit.ts";
import { TeamScope } from "../ids.ts";
import { Decision } from "./automation-decision.ts";

export const FoundDecision = Decision.extend({
  automationName: z.string().describe("Name of the automation, as it was then."),
  teamId: TeamScope.describe("Team of the automation; null: global."),
}).describe("What an automation decided about one event that matches its pattern, with its name and team.");
export type FoundDecision = z.output<typeof FoundDecision>;

/** What `buildDecision` writes into the entry. */
const Details = z.object({
  incidentId: FoundDecision.shape.incidentId,
  automationName: FoundDecision.shape.automationName,
  automationVersion: FoundDecision.shape.automationVersion,
  eventTime: FoundDecision.shape.eventTime,
  caughtUp: FoundDecision.shape.caughtUp.default(null),
  executionId: z.string().optional(),
  reason: z.string().optional(),
  message: z.string().optional(),
});

/** @throws if the entry is of something else: only decisions are in the lists that it is read from. */
export function toFoundDecision(entry: AuditEntry): FoundDecision {
  const { executionId = null, reason = null, message = null, ...occurrence } = Details.parse(entry.details);
  return FoundDecision.parse({
    automationId: entry.automationId,
    eventId: entry.eventId,
    ranForTeamId: entry.ranForTeamId,
    teamId: entry.teamId,
    outcome: executionId === null ? "skipped" : "fired",
    executionId,
    reason,
    message,
    at: entry.at,
    ...occurrence,
  });
}
