// When a schedule is due: by the wall clock of its zone, over the changes of the clocks as AWS documents them.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findDueTick, findNextTick } from "../../../../shared/domain/schedules/tick-times.ts";

const inBerlin = (expression: string) => ({ expression, timeZone: "Europe/Berlin" });

/** The times at which it is due in a span, in UTC without seconds. */
function ticks(expression: string, from: string, to: string, timeZone = "Europe/Berlin"): string[] {
  const found: string[] = [];
  let at = findNextTick({ expression, timeZone }, new Date(from));
  while (at !== null && at.toISOString() < to) {
    found.push(at.toISOString().slice(0, 16));
    at = findNextTick({ expression, timeZone }, at);
  }
  return found;
}

describe("a cron expression", () => {
  it.each([
    ["cron(30 9 ? * MON-FRI *)", "2026-01-02T00:00Z", ["2026-01-02T08:30", "2026-01-05T08:30"]],
    ["cron(0 0 L * ? *)", "2026-01-02T00:00Z", ["2026-01-30T23:00", "2026-02-27T23:00"]],
    ["cron(0 12 15W * ? *)", "2026-02-01T00:00Z", ["2026-02-16T11:00", "2026-03-16T11:00"]],
    ["cron(0 12 ? * 3#2 *)", "2026-01-01T00:00Z", ["2026-01-13T11:00", "2026-02-10T11:00"]],
    ["cron(0 12 ? * 6L *)", "2026-01-01T00:00Z", ["2026-01-30T11:00", "2026-02-27T11:00"]],
    ["cron(0 12 ? * L *)", "2026-01-01T00:00Z", ["2026-01-03T11:00", "2026-01-10T11:00"]],
    ["cron(0 12 ? * 1 *)", "2026-01-01T00:00Z", ["2026-01-04T11:00", "2026-01-11T11:00"]],
    ["cron(0 12 29 2 ? *)", "2026-01-01T00:00Z", ["2028-02-29T11:00", "2032-02-29T11:00"]],
    ["cron(40/15 12 1 1 ? *)", "2026-01-01T00:00Z", ["2026-01-01T11:40", "2026-01-01T11:55"]],
  ])("%s is due as AWS's table of forms says", (expression, from, expected) => {
    expect(ticks(expression, from, "2040").slice(0, 2)).toEqual(expected);
  });

  it.each([
    ["31 February", "cron(0 0 31 2 ? *)"],
    ["29 February of a year without one", "cron(0 0 29 2 ? 2027)"],
    ["years that are over", "cron(0 0 1 1 ? 2020-2025)"],
    ["an hour that the clocks skip, on that day alone", "cron(30 2 29 3 ? 2026)"],
  ])("%s is never due", (_, expression) => {
    expect(findNextTick(inBerlin(expression), new Date("2026-01-01"))).toBeNull();
  });
});

describe("when the clocks go forward in Berlin, 29 March 2026 from 2:00 to 3:00", () => {
  const [from, to] = ["2026-03-27T23:00:00Z", "2026-03-31T00:00:00Z"];

  it("a time that does not exist is skipped, and the next day is as usual", () => {
    expect(ticks("cron(30 2 * * ? *)", from, to)).toEqual(["2026-03-28T01:30", "2026-03-30T00:30"]);
  });

  it("the hour before and the hour after are due", () => {
    expect(ticks("cron(0 1,3 29 3 ? *)", from, to)).toEqual(["2026-03-29T00:00", "2026-03-29T01:00"]);
  });

  it("every half hour leaves out the missing hour alone", () => {
    expect(ticks("cron(0/30 1-3 29 3 ? 2026)", from, to)).toEqual([
      ...["2026-03-29T00:00", "2026-03-29T00:30"],
      ...["2026-03-29T01:00", "2026-03-29T01:30"],
    ]);
  });
});

describe("when the clocks go back in Berlin, 25 October 2026 from 3:00 to 2:00", () => {
  const [from, to] = ["2026-10-23T22:00:00Z", "2026-10-27T00:00:00Z"];

  it("a time that comes twice is due once, the first time", () => {
    expect(ticks("cron(30 2 * * ? *)", from, to)).toEqual([
      "2026-10-24T00:30",
      "2026-10-25T00:30",
      "2026-10-26T01:30",
    ]);
  });

  it("it is not due again for somebody who asks in the hour that comes again", () => {
    const next = findNextTick(inBerlin("cron(45 2 * * ? *)"), new Date("2026-10-25T01:10:00Z"));
    expect(next?.toISOString()).toBe("2026-10-26T01:45:00.000Z");
  });

  it("a zone whose clocks stand still is not touched", () => {
    expect(ticks("cron(30 2 25 10 ? 2026)", from, to, "Asia/Kolkata")).toEqual(["2026-10-24T21:00"]);
  });
});

it("a rate of days is 24 hours, also over a change of the clocks", () => {
  const next = findNextTick(inBerlin("rate(1 day)"), new Date("2026-03-28T12:00:00Z"));
  expect(next?.toISOString()).toBe("2026-03-29T12:00:00.000Z");
});

describe("after hours in which nobody looked", () => {
  const at = (time: string) => new Date(`2026-01-05T${time}:00Z`);

  it.each([
    ["rate(15 minutes)", "08:00", "11:20", "11:15", "11:30"],
    ["cron(0/15 * * * ? *)", "08:00", "11:20", "11:15", "11:30"],
    ["rate(15 minutes)", "08:00", "08:15", "08:15", "08:30"],
    ["rate(15 minutes)", "08:00", "08:14", null, "08:15"],
    ["cron(0 12 * * ? *)", "08:00", "10:00", null, "11:00"],
  ])("%s was due last at one time, and will be at the next", (expression, after, now, due, next) => {
    expect(findDueTick(inBerlin(expression), at(after), at(now))).toEqual({
      due: due === null ? null : at(due),
      next: next === null ? null : at(next),
    });
  });

  it("a month of every minute is due once", () => {
    const { due } = findDueTick(
      inBerlin("cron(* * * * ? *)"),
      new Date("2026-01-01"),
      new Date("2026-02-01"),
    );
    expect(due?.toISOString()).toBe("2026-02-01T00:00:00.000Z");
  });
});

it("is always later, and shows its own time on the wall", () => {
  const zones = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"];
  const clock = { hour: fc.integer({ min: 0, max: 23 }), minute: fc.integer({ min: 0, max: 59 }) };
  const from = fc.date({ min: new Date("2025-01-01"), max: new Date("2030-01-01"), noInvalidDate: true });
  fc.assert(
    fc.property(fc.record(clock), from, fc.constantFrom(...zones), ({ hour, minute }, after, timeZone) => {
      const next = findNextTick({ expression: `cron(${minute} ${hour} * * ? *)`, timeZone }, after);
      if (next === null) throw new Error("It is due every day");
      const wall = new Intl.DateTimeFormat("en", { timeZone, hourCycle: "h23", timeStyle: "short" });
      const pad = (n: number) => String(n).padStart(2, "0");
      expect(next > after).toBe(true);
      expect(wall.format(next)).toBe(`${pad(hour)}:${pad(minute)}`);
      // A day may be an hour longer, and one may be skipped.
      expect(next.getTime() - after.getTime()).toBeLessThanOrEqual(49 * 3_600_000);
    }),
  );
});
