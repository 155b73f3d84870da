// The widgets of the AWS console, as data: what the dashboard shows, asks and sends.
import * as z from "zod";

/** The function in functions/widgets that draws all of them. It only reads. */
export const WIDGETS_FUNCTION = "show-widgets";

/** `width`, `height`: in units of the dashboard. It is 24 wide, and a unit of height has about 50 pixels. */
export const WIDGETS = {
  "in-flight-and-ended": {
    title: "In flight and just ended",
    about: "Runs that are under way, and those that ended last in the time range, each with its attempts.",
    width: 24,
    height: 10,
  },
  "waiting-for-review": {
    title: "Waiting for review",
    about: "Drafts of which somebody has asked for a review: the highest risk first, then the longest wait.",
    width: 12,
    height: 7,
  },
  "failing-most": {
    title: "Failing most",
    about: "Runbooks by their failed runs in the time range.",
    width: 12,
    height: 7,
  },
} as const satisfies Record<string, { title: string; about: string; width: number; height: number }>;
export type WidgetName = keyof typeof WIDGETS;
export const WIDGET_NAMES = Object.keys(WIDGETS) as [WidgetName, ...WidgetName[]];

const Milliseconds = z.number().min(0).max(253_402_300_799_000);
const TimeRange = z.looseObject({ start: Milliseconds, end: Milliseconds });

/** Documentation that CloudWatch asks for when somebody edits a widget. */
const Describe = z.looseObject({ describe: z.literal(true) });

/** What CloudWatch sends to draw one. `zoom`: a part of the time range that somebody has marked in a graph. */
const Draw = z.looseObject({
  describe: z.literal(false).optional(),
  widget: z.enum(WIDGET_NAMES),
  widgetContext: z
    .looseObject({
      theme: z.enum(["light", "dark"]).optional(),
      timeRange: TimeRange.extend({ zoom: TimeRange.optional() }).optional(),
    })
    .optional(),
});

export const WidgetEvent = z.union([Describe, Draw]);
export type WidgetEvent = z.output<typeof WidgetEvent>;

/** `theme`: `auto` follows the browser. `from`, `to`: ISO 8601. */
export type Drawing = {
  widget: WidgetName;
  theme: "light" | "dark" | "auto";
  from: string;
  to: string;
};

const DAY_MS = 86_400_000;

/** Returns what to draw. Without a time range: the last day. */
export function toDrawing({ widget, widgetContext }: z.output<typeof Draw>, now: Date): Drawing {
  const { theme = "auto", timeRange } = widgetContext ?? {};
  const { start, end } = timeRange?.zoom ??
    timeRange ?? { start: now.getTime() - DAY_MS, end: now.getTime() };
  return { widget, theme, from: new Date(start).toISOString(), to: new Date(end).toISOString() };
}
