// What became of one event: for each automation that it can trigger, what was decided, or why there is no decision.
import * as z from "zod";
import { AutomationId, EventId, ExecutionId, ExternalId, IncidentId, TeamScope, Timestamp } from "../ids.ts";
import { Rejection } from "../incidents/rejection.ts";
import { type Automation, AutomationView } from "./automation.ts";
import { Decision, SKIP_REASONS } from "./automation-decision.ts";
import { FailedCondition } from "./dry-run.ts";
import type { FoundDecision } from "./found-decision.ts";

/** The first two are decisions, stored and final. The others are computed from the automation as it is now. */
const OUTCOMES = ["fired", "skipped", "not_matched", "disabled", "undecided"] as const;

export const AutomationOutcome = z
  .strictObject({
    automationId: AutomationId,
    automationName: z.string().describe("Name of the automation."),
    teamId: TeamScope.describe("Team of the automation; null: global."),
    automationVersion: AutomationView.shape.version.describe(
      "The version that decided, or that this was computed from.",
    ),
    outcome: z
      .enum(OUTCOMES)
      .describe(
        "`fired`, `skipped`: it was decided so. `not_matched`: the event does not match its pattern. `disabled`: it processes no events. `undecided`: it matches, and nothing is decided.",
      ),
    reason: z.enum(SKIP_REASONS).nullable().describe("Why it was skipped; null if it was not."),
    message: z.string().nullable().describe("The outcome in words; null if it fired."),
    executionId: ExecutionId.nullable().describe("The started execution; null if none was."),
    decidedAt: Timestamp.nullable().describe(
      "When it was decided; null: nothing is, and the outcome is computed now, from the automation as it is now.",
    ),
    caughtUp: Decision.shape.caughtUp,
    failed: z
      .array(FailedCondition)
      .describe("The conditions of the pattern that the event does not meet; empty if it was decided."),
  })
  .describe("What an automation did with an event, or why it did nothing.");
export type AutomationOutcome = z.output<typeof AutomationOutcome>;

export const EventOutcome = z
  .strictObject({
    eventId: EventId,
    time: Timestamp.nullable().describe("Time of the event; null if it was rejected."),
    detailType: z.string().nullable().describe("Detail type of the event; null if it has no readable one."),
    source: z.string().nullable().describe("Source of the event; null if it has no readable one."),
    incidentId: IncidentId.nullable().describe("The incident that it is about; null if it was rejected."),
    teamId: ExternalId.nullable().describe(
      "Team of the incident, as the event has it; null if it was rejected.",
    ),
    rejection: Rejection.nullable().describe(
      "Why it was rejected: no automation saw it. null: it was not, or you may not view rejected events.",
    ),
    automations: z.array(AutomationOutcome).describe("The automations of the team, and the global ones."),
  })
  .describe("What became of an event.");
export type EventOutcome = z.output<typeof EventOutcome>;

const ofAutomation = ({ id, name, teamId, version }: Automation) => ({
  automationId: id,
  automationName: name,
  teamId,
  automationVersion: version,
});

export function toDecided(decided: FoundDecision): AutomationOutcome {
  const {
    eventId: _event,
    eventTime: _time,
    incidentId: _incident,
    ranForTeamId: _team,
    at,
    ...shown
  } = decided;
  return { ...shown, decidedAt: at, failed: [] };
}

export const withNames = (decision: Decision, { name, teamId }: Automation): FoundDecision => ({
  ...decision,
  automationName: name,
  teamId,
});

/** `failed`: what the event does not meet, null if matching it would cost too much. `eventTime`: ISO 8601. */
export function toUndecided(
  automation: Automation,
  failed: AutomationOutcome["failed"] | null,
  eventTime: string,
): AutomationOutcome {
  const none = { reason: null, executionId: null, decidedAt: null, caughtUp: null } as const;
  const [outcome, message] = judge(automation, failed, eventTime);
  return { ...ofAutomation(automation), ...none, outcome, message, failed: failed ?? [] };
}

function judge(
  { enabled, createdAt, updatedAt }: Automation,
  failed: AutomationOutcome["failed"] | null,
  eventTime: string,
): [AutomationOutcome["outcome"], string] {
  if (!enabled) return ["disabled", "The automation is not enabled."];
  if (failed !== null && failed.length > 0)
    return ["not_matched", "The event does not match the pattern as it is now."];
  if (createdAt > eventTime) return ["undecided", "The automation was made after the event."];
  if (updatedAt > eventTime)
    return ["undecided", "The event matches the automation as it is now, which was changed after the event."];
  const message =
    "The event matches, and nothing is decided yet. It waits in its queue, or is in the dead-letter queue.";
  return ["undecided", message];
}
