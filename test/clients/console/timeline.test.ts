// The course of a run, computed from its record: each wait and each call has its place, whatever is missing.
import { describe, expect, it } from "vitest";
import { computeTimeline } from "../../../clients/console/pages/execution/timeline.ts";

type Execution = Parameters<typeof computeTimeline>[0];
type Attempt = Execution["attempts"][number];

const at = (ms: number) => new Date(Date.parse("2026-03-01T03:00:00.000Z") + ms).toISOString();
const time = (ms: number) => Date.parse(at(ms));

const attempt = (
  number: number,
  from: number,
  took: number | null,
  outcome: Attempt["outcome"],
): Attempt => ({
  ...{ number, startedAt: at(from), durationMs: took, outcome, statusCode: null, error: null },
});

const run = (parts: Partial<Execution>) =>
  ({
    ...{ status: "SUCCESS", createdAt: at(0), startedAt: at(5), completedAt: at(1000), queuedAt: null },
    ...{ attempts: [], callback: null, ...parts },
  }) as Execution;

/** Label, and its spans as from–to with their kinds. */
const shapeOf = (execution: Execution, now = 5000) =>
  computeTimeline(execution, time(now)).rows.map(({ label, spans, marks }) => [
    label,
    ...spans.map(
      ({ kind, from, to, isOpen }) => `${kind} ${from - time(0)}–${to - time(0)}${isOpen ? " …" : ""}`,
    ),
    ...marks.map((mark) => mark - time(0)),
  ]);

describe("the course of a run", () => {
  it("has each attempt with the wait before it", () => {
    const attempts = [attempt(1, 5, 100, "refused"), attempt(2, 605, 50, "delivered")];
    expect(shapeOf(run({ attempts }))).toEqual([
      ["Attempt 1", "call 5–105"],
      ["Attempt 2", "wait 105–605", "call 605–655"],
    ]);
  });

  it("says how long it waited to begin, and in which queue", () => {
    const late = { startedAt: at(400), attempts: [attempt(1, 400, 10, "delivered")] };
    expect(shapeOf(run(late))[0]).toEqual(["Before it began", "wait 0–400"]);
    expect(shapeOf(run({ ...late, queuedAt: at(1) }))[0]).toEqual(["In the queue", "wait 0–400"]);
  });

  it("grows with the time while a call is under way", () => {
    const execution = run({
      ...{ status: "RUNNING", completedAt: null, attempts: [attempt(1, 5, null, "in_progress")] },
    });
    expect(shapeOf(execution, 3000)).toEqual([["Attempt 1", "call 5–3000 …"]]);
    expect(computeTimeline(execution, time(3000)).to).toBe(time(3000));
  });

  it("waits for the next attempt as long as one is to come", () => {
    const attempts = [attempt(1, 5, 100, "failed")];
    expect(shapeOf(run({ status: "RUNNING", completedAt: null, attempts }), 900)).toEqual([
      ["Attempt 1", "call 5–105"],
      ["Waits for the next attempt", "wait 105–900 …"],
    ]);
    expect(shapeOf(run({ status: "FAILED", attempts }))).toEqual([["Attempt 1", "call 5–105"]]);
  });

  it("gives a call without an end the time until what came next", () => {
    const attempts = [attempt(1, 5, null, "unknown"), attempt(2, 500, 10, "delivered")];
    expect(shapeOf(run({ attempts }))).toEqual([
      ["Attempt 1", "call 5–500"],
      ["Attempt 2", "call 500–510"],
    ]);
  });

  it("shows the work of a receiver, with a mark for each of its notes", () => {
    const result = { status: "SUCCESS", message: null, output: null, at: at(800) } as const;
    const notes = [{ number: 1, at: at(300), message: "half" }];
    const attempts = [attempt(1, 5, 100, "delivered")];
    const callback = { deadlineAt: at(9000), result, notes };
    expect(shapeOf(run({ attempts, callback }))[1]).toEqual(["Receiver at work", "callback 105–800", 300]);
    const open = run({
      status: "RUNNING",
      completedAt: null,
      attempts,
      callback: { ...callback, result: null },
    });
    expect(shapeOf(open, 2000)[1]).toEqual(["Receiver at work", "callback 105–2000 …", 300]);
  });

  it("is never of no length", () => {
    const { from, to } = computeTimeline(run({ completedAt: at(0), startedAt: null }), time(0));
    expect(to).toBeGreaterThan(from);
  });
});
