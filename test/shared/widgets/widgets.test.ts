// The widgets show names from outside as text, whatever is in them, and say in words what they draw.
import { describe, expect, it } from "vitest";
import { toDrawing, WIDGET_NAMES, WidgetEvent } from "../../../shared/contract/widgets.ts";
import { drawFailing, rankFailing } from "../../../shared/widgets/failing.ts";
import { frame } from "../../../shared/widgets/frame.ts";
import { html, linkTo, nameOf } from "../../../shared/widgets/html.ts";
import { drawRuns, type Run } from "../../../shared/widgets/runs.ts";
import { drawTimeline } from "../../../shared/widgets/timeline.ts";
import { sayDuration } from "../../../shared/widgets/times.ts";
import { drawWaiting } from "../../../shared/widgets/waiting.ts";

const NOW = new Date("2026-03-01T12:00:00.000Z");
const at = (secondsAgo: number) => new Date(NOW.getTime() - secondsAgo * 1000).toISOString();

const HOSTILE = [
  "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>",
  "</td></table><style>*{display:none}</style>",
  "\u202egnirts\u0000\u200b\u2066hidden",
  "&lt;b&gt;",
  "a".repeat(16_384),
  "🧨".repeat(200),
  "\ud800",
];

const run: Run = {
  runbookName: "Restart",
  status: "FAILED",
  createdAt: at(60),
  completedAt: at(30),
  ranForTeamId: "payments",
  error: { code: "webhook_refused", message: "The receiver answered 500." },
  attempts: [
    { number: 1, startedAt: at(59), durationMs: 2_000, outcome: "failed" },
    { number: 2, startedAt: at(40), durationMs: 9_500, outcome: "refused" },
  ],
  link: "https://api.example.com/console/executions/execution_1",
  machine: "https://eu-central-1.console.aws.amazon.com/states/home?region=eu-central-1#/v2",
};

/** Every tag that a widget may have, with its attributes' names. */
function tagsIn(markup: string): string[] {
  return [...markup.replace(/<style>.*?<\/style>/s, "").matchAll(/<([a-z]+)([^>]*)>/g)].flatMap(
    ([, tag = "", rest = ""]) => [
      tag,
      ...[...rest.matchAll(/\s([\w:-]+)="/g)].map(([, name]) => `${tag} ${name}`),
    ],
  );
}
const KNOWN =
  /^(div|p|table|thead|tbody|tr|th|td|a|bdi|span|br|code|time|svg|rect|title|text)( (class|scope|href|target|rel|title|datetime|viewBox|width|height|role|aria-label|aria-hidden|x|y|rx|fill|font-size))?$/;

describe.each(HOSTILE)("a name like %j", (name) => {
  const drawn = [
    drawRuns([{ ...run, runbookName: name, ranForTeamId: name }], false, NOW),
    drawWaiting(
      [{ name, teamId: name, version: 3, risk: "high", since: at(60), link: "https://x" }],
      false,
      NOW,
    ),
    drawFailing([{ runbookId: "r", name, count: 2, code: name, latest: at(1), link: null }], 2, false, NOW),
  ].map((content) => frame("light", content));

  it("is text: there are only tags and attributes of ours", () => {
    for (const markup of drawn) {
      expect(tagsIn(markup).filter((tag) => !KNOWN.test(tag))).toEqual([]);
      expect(markup.match(/<style>/g)).toHaveLength(1);
      expect(markup).not.toMatch(/<script|<img|\son\w+="/);
      expect(markup.isWellFormed()).toBe(true);
    }
  });

  it("shows what cannot be seen, and keeps its direction to itself", () => {
    for (const markup of drawn) expect(markup).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Cs}]/u);
    expect(nameOf("a\u202eb").text).toBe("<bdi>a□b</bdi>");
  });
});

it("a long name is cut with a sign, and is whole where one points at it", () => {
  const name = "n".repeat(61);
  expect(nameOf(name).text).toBe(`<bdi title="${name}">${"n".repeat(60)}…</bdi>`);
  expect(nameOf("n".repeat(60)).text).toBe(`<bdi>${"n".repeat(60)}</bdi>`);
});

it.each(["javascript:alert(1)", "data:text/html,x", "//evil.example", ""])("%s is no link", (address) => {
  expect(linkTo(address, html`x`).text).toBe("x");
});

describe("the timeline", () => {
  const rects = (markup: string) =>
    [...markup.matchAll(/<rect x="([\d.]+)" y="2" width="([\d.]+)"/g)].map(([, x, width]) => [
      Number(x),
      Number(width),
    ]);

  it("draws each attempt where it was, and says it in words", () => {
    const { text } = drawTimeline(run.attempts, NOW.getTime() - 60_000, NOW.getTime() - 30_000);
    expect(rects(text)).toEqual([
      [8, 16],
      [160, 76],
    ]);
    expect(text).toContain('aria-label="Attempt 1: failed, 2 s; Attempt 2: refused, 9.5 s"');
  });

  it("keeps attempts in view that are short, outside of the run, or without an end", () => {
    const odd = [
      { number: 1, startedAt: at(90), durationMs: 0, outcome: "unknown" as const },
      { number: 2, startedAt: at(-5), durationMs: 1, outcome: "delivered" as const },
      { number: 3, startedAt: at(10), durationMs: null, outcome: "in_progress" as const },
    ];
    for (const [x = 0, width = 0] of rects(drawTimeline(odd, NOW.getTime() - 60_000, NOW.getTime()).text)) {
      expect(x).toBeGreaterThanOrEqual(0);
      expect(width).toBeGreaterThanOrEqual(4);
      expect(x + width).toBeLessThanOrEqual(240.1);
    }
  });

  it("of a run that took no time, and has none, is a line", () => {
    const { text } = drawTimeline([], NOW.getTime(), NOW.getTime());
    expect(text).toContain('aria-label="No attempt yet"');
    expect(text).not.toMatch(/NaN|Infinity/);
  });
});

describe("each widget says", () => {
  it.each([
    [0, false, "Nothing waits for a review."],
    [1, false, "1 draft waits for a review."],
    [2, false, "2 drafts wait for a review."],
    [2, true, "The 2 most urgent drafts; more are waiting."],
  ])("of %i drafts (more: %s): %s", (count, more, words) => {
    const one = { name: "n", teamId: null, version: 1, risk: "low" as const, since: at(5), link: null };
    const { text } = drawWaiting(
      Array.from({ length: count }, () => one),
      more,
      NOW,
    );
    expect(text).toContain(words);
    expect(text.includes("<table>")).toBe(count > 0);
  });

  it("how many runs are in flight, and leads to Step Functions where there is one", () => {
    const active = { ...run, status: "RUNNING" as const, completedAt: null, error: null };
    expect(drawRuns([active, run], false, NOW).text).toContain(
      "1 in flight, 1 ended last in the time range.",
    );
    expect(drawRuns([active], true, NOW).text).toContain("1 or more in flight");
    expect(drawRuns([run], false, NOW).text).toContain("Step Functions</a>");
    expect(drawRuns([{ ...run, machine: null }], false, NOW).text).not.toContain("Look at");
  });

  it("which runbooks fail most, and mostly why", () => {
    const failed = (runbookId: string, code: "timeout" | "webhook_refused", secondsAgo: number) => ({
      runbookId,
      runbookName: `Name of ${runbookId}`,
      createdAt: at(secondsAgo),
      error: { code, message: "" },
    });
    const ranked = rankFailing([
      failed("b", "timeout", 1),
      failed("a", "timeout", 2),
      failed("a", "webhook_refused", 3),
      failed("a", "webhook_refused", 4),
    ]);
    expect(ranked).toEqual([
      { runbookId: "a", name: "Name of a", count: 3, code: "webhook_refused", latest: at(2) },
      { runbookId: "b", name: "Name of b", count: 1, code: "timeout", latest: at(1) },
    ]);
    const shown = ranked.map((each) => ({ ...each, link: null }));
    expect(drawFailing(shown, 4, false, NOW).text).toContain("Of 4 failed runs in the time range.");
    expect(drawFailing(shown, 4, true, NOW).text).toContain("there are earlier ones");
    expect(drawFailing([], 0, false, NOW).text).toContain("No run has failed");
  });

  it.each([
    [0, "0 ms"],
    [999, "999 ms"],
    [1_000, "1 s"],
    [1_449, "1.4 s"],
    [59_999, "59 s"],
    [60_000, "1 min"],
    [7_200_000, "2 h"],
    [200_000_000, "2 d"],
    [-5, "0 ms"],
  ])("%i ms as %s", (ms, words) => {
    expect(sayDuration(ms)).toBe(words);
  });
});

describe("what CloudWatch sends", () => {
  const draw = (context: object) => {
    const event = WidgetEvent.parse({ widget: "failing-most", widgetContext: context });
    if (event.describe) throw new Error("It is no request to draw");
    return toDrawing(event, NOW);
  };

  it("names the time range, or the part of it that somebody has marked", () => {
    const timeRange = { mode: "relative", start: 1_000, end: 5_000, zoom: { start: 2_000, end: 3_000 } };
    expect(draw({ timeRange, theme: "dark" })).toEqual({
      widget: "failing-most",
      theme: "dark",
      from: "1970-01-01T00:00:02.000Z",
      to: "1970-01-01T00:00:03.000Z",
    });
  });

  it("may leave out range and theme", () => {
    expect(draw({})).toMatchObject({ theme: "auto", from: at(86_400), to: NOW.toISOString() });
  });

  it.each([
    {},
    { widget: "other" },
    { widget: WIDGET_NAMES[0], widgetContext: { timeRange: { start: "x" } } },
    null,
  ])("is nothing else: %j", (event) => {
    expect(WidgetEvent.safeParse(event).success).toBe(false);
  });
});
