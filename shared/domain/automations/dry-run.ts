// What an automation would do, or would have done: the answers of its test and its backtest.
import * as z from "zod";
import { SentRequest } from "../executions/execution.ts";
import { EventId, ExternalId, IncidentId, Timestamp } from "../ids.ts";
import { DAY_MS } from "../incidents/incident-event.ts";
import { ParameterValues } from "../runbooks/definition.ts";
import { SKIP_REASONS } from "./automation-decision.ts";

const parameters = ParameterValues.nullable().describe(
  "The parameters that the execution would get, secrets masked; null where they cannot be made.",
);
const message = z.string().nullable().describe("The reason in words; null where it would run.");

/** Why nothing would run. `not_addressed`: the event is of another team, and never reaches this automation. */
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
    message: z.string().describe("What the event has there instead."),
  })
  .describe("A condition of a pattern that an event does not meet.");

export const DryRunResult = z
  .strictObject({
    matched: z.boolean().describe("Whether the event matches the pattern."),
    failed: z.array(FailedCondition).describe("The conditions of the pattern that the event does not meet."),
    wouldRun: z.boolean().describe("Whether an execution would start."),
    reason: z.enum(DRY_RUN_REASONS).nullable().describe("Why none would start; null where one would."),
    message,
    parameters,
    request: SentRequest.nullable().describe(
      "The request that the execution would send, secrets masked; null where it cannot be made.",
    ),
  })
  .describe("What an automation would do with an event.");
export type DryRunResult = z.output<typeof DryRunResult>;

export const BACKTEST_DAYS = 31;
const instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text));

export const BacktestRange = z
  .strictObject({
    from: instant.describe("Start of the range: ISO 8601 with a zone."),
    to: instant.describe(`End of the range, not included: at most ${BACKTEST_DAYS} days after \`from\`.`),
    teamId: ExternalId.optional().describe("Of a global automation: the team whose events to try."),
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
  .describe("The range of time whose events to try.");

/** Only two instants can be compared. */
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
    reason: z.enum(SKIP_REASONS).nullable().describe("Why none would have started; null where one would."),
    message,
    parameters,
  })
  .describe("What an automation would have done with one event that matches.");
export type BacktestItem = z.output<typeof BacktestItem>;

export const BacktestResult = z
  .strictObject({
    examined: z.int().min(0).describe("Events that were looked at."),
    matched: z.int().min(0).describe("Events that match the pattern."),
    wouldRun: z.int().min(0).describe("Events that would have started an execution."),
    truncated: z.boolean().describe("Whether the range holds more events than one answer looks at."),
    nextFrom: Timestamp.nullable().describe(
      "`from` of the request that goes on; null at the end of the range.",
    ),
    items: z.array(BacktestItem).describe("The events that match, oldest first."),
  })
  .describe("What an automation would have done over a range of time.");
export type BacktestResult = z.output<typeof BacktestResult>;
