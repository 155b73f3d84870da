// Results of testing an automation with one event, and of a backtest over stored events.
import * as z from "zod";
import { SentRequest } from "../executions/execution.ts";
import { EventId, ExternalId, IncidentId, Timestamp } from "../ids.ts";
import { DAY_MS } from "../incidents/incident-event.ts";
import { ParameterValues } from "../runbooks/definition.ts";
import { SKIP_REASONS } from "./automation-decision.ts";

const parameters = ParameterValues.nullable().describe(
  "The parameters of the execution, secrets masked; null if they cannot be computed.",
);
const message = z.string().nullable().describe("The reason in words; null if an execution would start.");

/**
 * Why no execution would start. `not_addressed`: the event belongs to another team and never reaches this automation.
 */
export const DRY_RUN_REASONS = [
  "not_matched",
  "disabled",
  "not_addressed",
  "source_not_allowed",
  "team_unknown",
  "time_in_future",
  "too_old",
  ...SKIP_REASONS,
] as const;

export const FailedCondition = z
  .strictObject({
    pointer: z.string().describe("JSON Pointer into the pattern."),
    message: z.string().describe("What the event has instead."),
  })
  .describe("A condition of a pattern that an event does not meet.");

export const DryRunResult = z
  .strictObject({
    matched: z.boolean().describe("Whether the event matches the pattern."),
    failed: z.array(FailedCondition).describe("The conditions of the pattern that the event does not meet."),
    wouldRun: z.boolean().describe("Whether an execution would start."),
    reason: z.enum(DRY_RUN_REASONS).nullable().describe("Why no execution would start; null if one would."),
    message,
    parameters,
    request: SentRequest.nullable().describe(
      "The request of the execution, secrets masked; null if it cannot be rendered.",
    ),
  })
  .describe("What an automation would do with an event.");
export type DryRunResult = z.output<typeof DryRunResult>;

const BACKTEST_DAYS = 31;
const instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text));

export const BacktestRange = z
  .strictObject({
    from: instant.describe("Start of the range: ISO 8601 with a zone."),
    to: instant.describe(`End of the range, exclusive: at most ${BACKTEST_DAYS} days after \`from\`.`),
    teamId: ExternalId.optional().describe("For a global automation: the team whose events to test."),
  })
  .refine(({ from, to }) => from < to, {
    path: ["to"],
    message: "must be later than from",
    when: hasNoIssues,
  })
  .refine(({ from, to }) => to.getTime() - from.getTime() <= BACKTEST_DAYS * DAY_MS, {
    path: ["to"],
    message: `must be at most ${BACKTEST_DAYS} days later than from`,
    when: hasNoIssues,
  })
  .describe("The time range of the events to test.");

/** Ranges are compared only if both ends parsed. */
function hasNoIssues({ issues }: { issues: readonly unknown[] }): boolean {
  return issues.length === 0;
}

export const BacktestItem = z
  .strictObject({
    eventId: EventId,
    time: Timestamp.describe("Time of the event."),
    detailType: z.string().describe("`detail-type` of the event."),
    incidentId: IncidentId,
    wouldRun: z.boolean().describe("Whether an execution would have started."),
    reason: z
      .enum(SKIP_REASONS)
      .nullable()
      .describe("Why no execution would have started; null if one would."),
    message,
    parameters,
  })
  .describe("What an automation would have done with one event that matches.");
export type BacktestItem = z.output<typeof BacktestItem>;

export const BacktestResult = z
  .strictObject({
    examined: z.int().min(0).describe("Number of events examined."),
    matched: z.int().min(0).describe("Events that match the pattern."),
    wouldRun: z.int().min(0).describe("Events that would have started an execution."),
    truncated: z.boolean().describe("Whether the range has more events than one request examines."),
    nextFrom: Timestamp.nullable().describe("`from` of the next request; null at the end of the range."),
    items: z.array(BacktestItem).describe("The events that match, oldest first."),
  })
  .describe("What an automation would have done over a range of time.");
export type BacktestResult = z.output<typeof BacktestResult>;
