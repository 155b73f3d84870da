// When windows begin and end: in zones whose clocks change, at the edges, and which times make no window.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  findOccurrence,
  findScheduleFault,
  findTimesFault,
  isTimeZone,
  isWithin,
  type Schedule,
} from "../../../../shared/domain/freeze/schedule.ts";

const at = (text: string) => new Date(text);
const windowOf = (schedule: string, durationMinutes: number, timeZone: string): Schedule => ({
  schedule,
  durationMinutes,
  timeZone,
});
const open = (window: Schedule, time: string) => isWithin(findOccurrence(window, at(time)), at(time));

describe("a window", () => {
  const nightly = windowOf("0 22 * * *", 60, "UTC");

  it("is open from its beginning to before its end, to the millisecond", () => {
    const times = ["21:59:59.999", "22:00:00.000", "22:59:59.999", "23:00:00.000"];
    expect(times.map((time) => open(nightly, `2026-05-01T${time}Z`))).toEqual([false, true, true, false]);
    expect(open(nightly, "2026-05-01T22:00:00.500Z")).toBe(true);
  });

  it("tells the occurrence that is open, or else the next one", () => {
    const found = { beginsAt: at("2026-05-01T22:00:00Z"), endsAt: at("2026-05-01T23:00:00Z") };
    expect(findOccurrence(nightly, at("2026-05-01T22:30:00Z"))).toEqual(found);
    expect(findOccurrence(nightly, at("2026-05-01T07:00:00Z"))).toEqual(found);
    expect(findOccurrence(nightly, at("2026-05-01T23:00:00Z"))?.beginsAt).toEqual(at("2026-05-02T22:00:00Z"));
  });

  it("is over at its end, whoever asks about that occurrence", () => {
    const found = findOccurrence(nightly, at("2026-05-01T22:30:00Z"));
    const times = ["22:59:59.999", "23:00:00.000", "23:30:00.000"];
    expect(times.map((time) => isWithin(found, at(`2026-05-01T${time}Z`)))).toEqual([true, false, false]);
    expect(isWithin(null, at("2026-05-01T22:30:00Z"))).toBe(false);
  });

  it("begins by the local time of its zone, also from Friday to Monday", () => {
    const weekend = windowOf("0 18 * * FRI", 62 * 60, "Europe/Berlin");
    expect(open(weekend, "2026-05-01T15:59:59Z")).toBe(false);
    expect(open(weekend, "2026-05-01T16:00:00Z")).toBe(true);
    expect(open(weekend, "2026-05-04T05:59:59Z")).toBe(true);
    expect(open(weekend, "2026-05-04T06:00:00Z")).toBe(false);
  });

  it("is at no time open twice, and its occurrences are as long as it says", () => {
    const zones = fc.constantFrom(
      "Europe/Berlin",
      "America/New_York",
      "Australia/Lord_Howe",
      "Asia/Kathmandu",
    );
    const minutes = fc.integer({ min: 1, max: 1300 });
    const times = fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2028, 0, 1) });
    fc.assert(
      fc.property(zones, minutes, fc.integer({ min: 0, max: 23 }), times, (zone, duration, hour, time) => {
        const window = windowOf(`30 ${hour} * * *`, duration, zone);
        const found = findOccurrence(window, new Date(time));
        if (!found) throw new Error("A daily window always begins again");
        expect(found.endsAt.getTime() - found.beginsAt.getTime()).toBe(duration * 60_000);
        expect(found.endsAt.getTime()).toBeGreaterThan(time);
        const local = new Intl.DateTimeFormat("en-GB", {
          timeZone: zone,
          hour: "2-digit",
          minute: "2-digit",
        });
        const begins = local.format(found.beginsAt);
        const planned = `${String(hour).padStart(2, "0")}:30`;
        // Where the clocks skip the planned time, it begins at the end of the gap.
        if (begins !== planned)
          expect(local.format(new Date(found.beginsAt.getTime() - 1))).not.toBe(planned);
        if (begins !== planned) expect([1, 2, 3]).toContain(Number(begins.slice(0, 2)));
      }),
      { numRuns: 200 },
    );
  });
});

describe("where the clocks are put forward", () => {
  it.each([
    // zone, planned in the gap, the end of the gap
    ["Europe/Berlin", "30 2 29 3 *", "2026-03-29T01:00:00.000Z"],
    ["America/New_York", "30 2 8 3 *", "2026-03-08T07:00:00.000Z"],
    ["Australia/Lord_Howe", "15 2 4 10 *", "2026-10-03T15:30:00.000Z"],
  ])("in %s a window that begins in the gap (%s) begins at its end", (zone, schedule, beginsAt) => {
    const window = windowOf(schedule, 30, zone);
    expect(findOccurrence(window, at("2026-01-01T00:00:00Z"))?.beginsAt.toISOString()).toBe(beginsAt);
    const before = new Date(Date.parse(beginsAt) - 1).toISOString();
    expect([open(window, before), open(window, beginsAt)]).toEqual([false, true]);
  });

  it("a window over the change lasts its minutes, and ends an hour later by the clock", () => {
    const night = windowOf("0 22 28 3 *", 8 * 60, "Europe/Berlin");
    expect(findOccurrence(night, at("2026-03-29T00:00:00Z"))).toEqual({
      beginsAt: at("2026-03-28T21:00:00Z"),
      endsAt: at("2026-03-29T05:00:00Z"),
    });
  });

  it("a window that lasts from before one change to after the next keeps its length", () => {
    // Lord Howe: back on 5 April, forward on 4 October. Berlin: forward on 29 March.
    const month = windowOf("0 0 20 3 *", 32 * 24 * 60, "Europe/Berlin");
    const found = findOccurrence(month, at("2026-04-01T00:00:00Z"));
    expect(found?.beginsAt.toISOString()).toBe("2026-03-19T23:00:00.000Z");
    expect(found?.endsAt.toISOString()).toBe("2026-04-20T23:00:00.000Z");
  });
});

describe("where the clocks are put back", () => {
  it.each([
    // zone, planned in the hour that is repeated, the first of the two, the second of the two
    ["Europe/Berlin", "30 2 25 10 *", "2026-10-25T00:30:00.000Z", "2026-10-25T01:30:00.000Z"],
    ["America/New_York", "30 1 1 11 *", "2026-11-01T05:30:00.000Z", "2026-11-01T06:30:00.000Z"],
    ["Australia/Lord_Howe", "45 1 5 4 *", "2026-04-04T14:45:00.000Z", "2026-04-04T15:15:00.000Z"],
  ])(
    "in %s a window that begins in the fold (%s) begins once, at the first",
    (zone, schedule, first, second) => {
      const window = windowOf(schedule, 15, zone);
      expect(findOccurrence(window, at("2026-01-01T00:00:00Z"))?.beginsAt.toISOString()).toBe(first);
      expect([open(window, first), open(window, second)]).toEqual([true, false]);
    },
  );

  it("an hourly window is open in both of the hours", () => {
    const hourly = windowOf("0 * * * *", 10, "Europe/Berlin");
    for (const hour of ["00", "01", "02"]) {
      expect(open(hourly, `2026-10-25T${hour}:05:00Z`)).toBe(true);
      expect(open(hourly, `2026-10-25T${hour}:15:00Z`)).toBe(false);
    }
  });
});

describe("times that make no window", () => {
  const from = at("2026-01-01T00:00:00Z");

  it.each([
    ["0 0 30 2 *", 60, "never_begins"],
    ["0 0 31 4,6,9,11 *", 60, "never_begins"],
    ["0 * * * *", 60, { overlapsAt: at("2026-01-01T02:00:00Z") }],
    ["*/5 9-17 * * *", 6, { overlapsAt: at("2026-01-01T09:05:00Z") }],
    // Twice a day, from the evening to the morning: what is too close are the two over midnight.
    ["0 1,23 * * *", 120, { overlapsAt: at("2026-01-02T01:00:00Z") }],
  ] as const)("%s for %d minutes: %o", (schedule, duration, fault) => {
    expect(findTimesFault(windowOf(schedule, duration, "UTC"), from)).toEqual(fault);
  });

  it("are found on the one day of the year that is shorter", () => {
    const almostAlways = (zone: string) => findTimesFault(windowOf("0 0 * * *", 23 * 60, zone), from);
    expect(almostAlways("Europe/Berlin")).toEqual({ overlapsAt: at("2026-03-29T22:00:00Z") });
    expect(almostAlways("Australia/Lord_Howe")).toBeNull();
    expect(almostAlways("UTC")).toBeNull();
  });

  it.each([
    ["0 * * * *", 59],
    ["0 0 29 2 *", 32 * 24 * 60],
    ["0 18 * * FRI", 7 * 24 * 60 - 61],
  ])("are not %s for %d minutes", (schedule, duration) => {
    expect(findTimesFault(windowOf(schedule, duration, "America/New_York"), from)).toBeNull();
  });
});

describe("a cron expression", () => {
  it.each(["0 22 * * 5", "*/15 0-6 1,15 JAN-MAR MON", "0 0 L * *", "  0  0 * * *  "])("may be %s", (text) => {
    expect(findScheduleFault(text)).toBeNull();
  });

  it.each(["", "0 22 * *", "0 0 22 * * 5", "0 0 1 1 * 2030", "@daily"])(
    "has five fields, which %o has not",
    (text) => {
      expect(findScheduleFault(text)).toBe(
        "must have five fields, minute hour day month weekday, like 0 22 * * 5",
      );
    },
  );

  it.each(["60 0 * * *", "0 24 * * *", "0 0 0 * *", "0 0 * 13 *", "0 0 * * 8", "*/0 0 * * *", "a b c d e"])(
    "has fields in their range, which those of %s are not",
    (text) => {
      expect(findScheduleFault(text)).toMatch(/^is no cron expression: /);
    },
  );
});

describe("a time zone", () => {
  it("is one that Intl knows by an IANA name", () => {
    for (const zone of ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC", "Etc/GMT+5"])
      expect(isTimeZone(zone)).toBe(true);
    for (const zone of ["", "Berlin", "Mars/Olympus", "+02:00", "-0300", "Europe/Berlin ", " UTC"])
      expect(isTimeZone(zone)).toBe(false);
  });
});
