// Freeze windows: times at which nothing may start, or outside of which nothing may start.
import * as z from "zod";
import { byNameOf } from "../display-text.ts";
import { FreezeWindowId, TeamScope, Timestamp } from "../ids.ts";
import { findScheduleFault, findTimesFault, isTimeZone } from "./schedule.ts";

/** A month and a day: the longest freeze of a year. */
const MAX_WINDOW_MINUTES = 32 * 24 * 60;

/** Most windows of one team, or of the whole service, and of all together. All are in one item, which starts may read. */
export const MAX_WINDOWS = { scope: 20, all: 100 } as const;

/** Cron expressions repeat: where the check of one begins makes no difference. */
const COMPARED_FROM = new Date("2026-01-01T00:00:00Z");

const schedule = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .superRefine((text, context) => {
    const message = findScheduleFault(text);
    if (message !== null) context.addIssue({ code: "custom", message, input: text });
  })
  .describe(
    "When it begins: five cron fields, minute hour day month weekday, in `timeZone`. A time that the clocks skip counts as the end of the gap; of one that they repeat, the first counts.",
  );

const durationMinutes = z
  .int()
  .min(1)
  .max(MAX_WINDOW_MINUTES)
  .describe("Minutes from beginning to end, as they pass: a change of the clocks does not stretch them.");

const timeZone = z
  .string()
  .max(64)
  .refine(isTimeZone, "must be the IANA name of a time zone, like Europe/Berlin")
  .describe("IANA name of the time zone of `schedule`.");

const Times = z.object({ schedule, durationMinutes, timeZone });

/** The rule of a window, without who made it. */
export const FreezeWindowRule = z.strictObject({
  name: z.string().trim().min(1).max(100).describe("Name. Refused callers see it."),
  scope: TeamScope.describe("The team whose executions it concerns; null: all of the service."),
  kind: z
    .enum(["deny", "allow"])
    .describe(
      "`deny`: nothing starts while it is open. `allow`: in its scope, nothing starts while no allow window is open. Deny beats allow.",
    ),
  schedule,
  durationMinutes,
  timeZone,
  manual: z
    .enum(["allow", "refuse"])
    .describe("Whether people may start executions all the same. Automations and workflows never may."),
  reason: z.string().trim().min(1).max(500).describe("The reason. Refused callers see it."),
});
export type FreezeWindowRule = z.infer<typeof FreezeWindowRule>;

/** Whatever else is wrong with the input: all issues are told at once. */
const isObject = ({ value }: { value: unknown }) => typeof value === "object" && value !== null;

function faultOf(input: unknown) {
  const times = Times.safeParse(input);
  return times.success ? findTimesFault(times.data, COMPARED_FROM) : null;
}

/** Returns when the window begins although it is still open, or null. */
function overlapOf(input: unknown): string | null {
  const fault = faultOf(input);
  return fault === null || fault === "never_begins" ? null : fault.overlapsAt.toISOString();
}

export const FreezeWindowInput = FreezeWindowRule.extend({
  manual: FreezeWindowRule.shape.manual.default("refuse"),
})
  .refine((input) => faultOf(input) !== "never_begins", {
    path: ["schedule"],
    message: "never begins: there is no such day. Choose another day or month",
    when: isObject,
  })
  .refine((input) => overlapOf(input) === null, {
    path: ["durationMinutes"],
    error: ({ input }) =>
      `must be shorter than the time between two beginnings, or the window never ends: it begins again on ${overlapOf(input)}`,
    when: isObject,
  })
  .describe("When nothing may start, or when alone something may start.");

/** A window as stored. */
export const FreezeWindow = FreezeWindowRule.extend({
  id: FreezeWindowId,
  createdBy: z.string().describe("Who made it."),
  createdByName: byNameOf("createdBy"),
  createdAt: Timestamp.describe("When it was made."),
});
export type FreezeWindow = z.infer<typeof FreezeWindow>;

export const FreezeWindowView = FreezeWindow.extend({
  active: z.boolean().describe("Whether it is open now."),
  beginsAt: Timestamp.nullable().describe(
    "When it began, if it is open, else when it begins next; null: never.",
  ),
  endsAt: Timestamp.nullable().describe("When it ends after that; null: never."),
}).describe("A freeze window, and when it is open.");
export type FreezeWindowView = z.infer<typeof FreezeWindowView>;

/** What is frozen in one scope at one time. */
export const Freeze = z
  .strictObject({
    scope: TeamScope.describe("The team whose executions are frozen; null: all of the service."),
    manual: FreezeWindowRule.shape.manual.describe("Whether people may start executions all the same."),
    until: Timestamp.nullable().describe(
      "When the freeze ends; null: not within the next changes that were looked at.",
    ),
    windowId: FreezeWindowId.describe("The window that freezes: one of them, if there are several."),
    name: FreezeWindowRule.shape.name.describe("Name of that window."),
    kind: FreezeWindowRule.shape.kind.describe(
      "`deny`: the window is open. `allow`: no allow window is open.",
    ),
    reason: FreezeWindowRule.shape.reason.describe("Reason of that window."),
  })
  .describe("A scope in which nothing may start now.");
export type Freeze = z.infer<typeof Freeze>;
