// What is asked of a catch-up, and its results: events that an automation missed, decided again.
import * as z from "zod";
import { ERROR_CODES, type ErrorCode } from "../errors.ts";
import { EventId, ExecutionId, IncidentId, Timestamp } from "../ids.ts";
import { Instant } from "../incidents/incident.ts";
import { DAY_MS } from "../incidents/incident-event.ts";
import { SKIP_REASONS } from "./automation-decision.ts";

const CATCH_UP_DAYS = 7;
/** Events in one request: each that fires is a start. */
export const MAX_CAUGHT_UP = 50;

const eventIds = z
  .array(EventId)
  .min(1)
  .max(MAX_CAUGHT_UP)
  .superRefine((ids, context) => {
    for (const [index, id] of ids.entries()) {
      if (ids.indexOf(id) < index)
        context.addIssue({ code: "custom", message: "is in the list before", path: [index] });
    }
  })
  .meta({ description: "Ids of the events, each once.", uniqueItems: true });

export const CatchUpInput = z
  .strictObject({
    eventIds: eventIds.optional(),
    from: Instant.optional().describe("Start of the range of times at which events were skipped, inclusive."),
    to: Instant.optional().describe(
      `End of the range, exclusive: at most ${CATCH_UP_DAYS} days after \`from\`.`,
    ),
    dryRun: z
      .boolean()
      .default(false)
      .describe("Only says what was missed, and what would become of it now. Starts and stores nothing."),
  })
  .superRefine(({ eventIds: ids, from, to }, context) => {
    const issue = (name: string, message: string) =>
      context.addIssue({ code: "custom", message, path: [name] });
    if (ids !== undefined && (from !== undefined || to !== undefined))
      issue("eventIds", "must not be given together with from and to");
    if (ids !== undefined) return;
    if (from === undefined) return issue("from", "is required, unless eventIds are given");
    if (to === undefined) return issue("to", "is required, unless eventIds are given");
    if (from >= to) issue("to", "must be later than from");
    if (Date.parse(to) - Date.parse(from) > CATCH_UP_DAYS * DAY_MS)
      issue("to", `must be at most ${CATCH_UP_DAYS} days later than from`);
  })
  .describe("The missed events: their ids, or the times at which they were skipped.");
export type CatchUpInput = z.output<typeof CatchUpInput>;

const ERROR_NAMES = Object.keys(ERROR_CODES) as [ErrorCode, ...ErrorCode[]];

const CatchUpItem = z
  .strictObject({
    eventId: EventId,
    eventTime: Timestamp.nullable().describe("Time of the event; null: there is no decision about it."),
    incidentId: IncidentId.nullable().describe("The incident; null: there is no decision about the event."),
    skippedFor: z
      .enum(SKIP_REASONS)
      .nullable()
      .describe("Why it was skipped before this request; null: it was not, or there is no decision."),
    outcome: z
      .enum(["fired", "skipped", "undecided"])
      .describe(
        "The decision now; with `dryRun` what it would be. `undecided`: it could not be decided, and stands as it was.",
      ),
    reason: z
      .enum([
        ...SKIP_REASONS,
        ...ERROR_NAMES.filter((code) => !(SKIP_REASONS as readonly string[]).includes(code)),
      ])
      .nullable()
      .describe(
        "Why nothing was started: of a skip its reason, else the code of the problem; null: it fired.",
      ),
    message: z.string().nullable().describe("The reason in words; null: it fired."),
    executionId: ExecutionId.nullable().describe("The started execution; null: none."),
  })
  .describe("What became of one missed event.");
export type CatchUpItem = z.output<typeof CatchUpItem>;

export const CatchUpResult = z
  .strictObject({
    items: z
      .array(CatchUpItem)
      .describe("One for each event: in the order of `eventIds`, or latest skip first."),
    nextTo: Timestamp.nullable().describe(
      "`to` of the next request with the same `from`; null: nothing more was missed in the range.",
    ),
  })
  .describe("What became of the events that an automation had missed.");
export type CatchUpResult = z.output<typeof CatchUpResult>;
