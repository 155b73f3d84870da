// What an automation would do, or would have done: the answers of its test and its backtest.
import * as z from "zod";
import { SKIP_REASONS } from "./automation-decision.ts";
import { SentRequest } from "./execution.ts";
import { EventId, ExternalId, Timestamp } from "./ids.ts";
import { DAY_MS } from "./incident-event.ts";
import { Json } from "./json.ts";

const parameters = z.record(z.string(), Json);

/** Why nothing would run. `not_addressed`: the event is of another team, and never reaches this automation. */
export const WHY_NOT = [
  "not_matched",
  "disabled",
  "not_addressed",
  "source_not_allowed",
  "team_unknown",
  "time_in_future",
  "too_old",
  ...SKIP_REASONS,
] as const;

export const Rehearsal = z.strictObject({
  matched: z.boolean(),
  /** The conditions of the pattern that the event does not meet. */
  failed: z.array(z.strictObject({ pointer: z.string(), message: z.string() })),
  wouldRun: z.boolean(),
  reason: z.enum(WHY_NOT).nullable(),
  message: z.string().nullable(),
  /** As the run would get them and send it, secrets masked; null where they cannot be made. */
  parameters: parameters.nullable(),
  request: SentRequest.nullable(),
});
export type Rehearsal = z.output<typeof Rehearsal>;

export const BACKTEST_DAYS = 31;
const instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text));

/** From `from` to before `to`. `teamId`: whose events a global automation is tried on. */
export const BacktestRange = z
  .strictObject({ from: instant, to: instant, teamId: ExternalId.optional() })
  .refine(({ from, to }) => from < to, { path: ["to"], message: "must be later than from", when: bothSound })
  .refine(({ from, to }) => to.getTime() - from.getTime() <= BACKTEST_DAYS * DAY_MS, {
    path: ["to"],
    message: `must be at most ${BACKTEST_DAYS} days later than from`,
    when: bothSound,
  });

/** Only two instants can be compared. */
function bothSound({ issues }: { issues: readonly unknown[] }): boolean {
  return issues.length === 0;
}

export const BacktestItem = z.strictObject({
  eventId: EventId,
  time: Timestamp,
  detailType: z.string(),
  incidentId: ExternalId,
  wouldRun: z.boolean(),
  reason: z.enum(SKIP_REASONS).nullable(),
  message: z.string().nullable(),
  parameters: parameters.nullable(),
});
export type BacktestItem = z.output<typeof BacktestItem>;

/** `truncated`: there are more events in the range than one answer looks at; go on from `nextFrom`. */
export const BacktestAnswer = z.strictObject({
  examined: z.int().min(0),
  matched: z.int().min(0),
  wouldRun: z.int().min(0),
  truncated: z.boolean(),
  nextFrom: Timestamp.nullable(),
  items: z.array(BacktestItem),
});
export type BacktestAnswer = z.output<typeof BacktestAnswer>;
