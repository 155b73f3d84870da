// Which input makes a freeze window: its times must begin, end, and not overlap, and all that is wrong is told at once.
import { describe, expect, it } from "vitest";
import { FreezeWindowInput, FreezeWindowRule } from "../../../../shared/domain/freeze/freeze-window.ts";

const RULE = {
  ...{ name: "Night", scope: null, kind: "deny", reason: "Nobody is there" },
  ...{ schedule: "0 22 * * *", durationMinutes: 480, timeZone: "Europe/Berlin" },
};
const issuesOf = (input: unknown) =>
  (FreezeWindowInput.safeParse(input).error?.issues ?? []).map(
    ({ path, message }) => `${path.join("/")}: ${message}`,
  );

describe("a freeze window", () => {
  it("lets nobody pass unless it says so", () => {
    expect(FreezeWindowInput.parse(RULE)).toEqual({ ...RULE, manual: "refuse" });
    expect(FreezeWindowInput.parse({ ...RULE, manual: "allow" }).manual).toBe("allow");
    expect(FreezeWindowRule.safeParse(RULE).success).toBe(false);
  });

  it("may last for a month and a day, not longer", () => {
    const yearly = { ...RULE, schedule: "0 0 1 12 *" };
    expect(issuesOf({ ...yearly, durationMinutes: 32 * 24 * 60 })).toEqual([]);
    for (const durationMinutes of [0, 1.5, 32 * 24 * 60 + 1])
      expect(issuesOf({ ...yearly, durationMinutes }), `${durationMinutes}`).toMatchObject([
        expect.stringMatching(/^durationMinutes: /),
      ]);
  });

  it("that never begins is refused at its schedule", () => {
    expect(issuesOf({ ...RULE, schedule: "0 0 30 2 *" })).toEqual([
      "schedule: never begins: there is no such day. Choose another day or month",
    ]);
  });

  it("that begins again before it has ended is refused at its duration, with the time", () => {
    const message = (at: string) =>
      `durationMinutes: must be shorter than the time between two beginnings, or the window never ends: it begins again on ${at}`;
    expect(issuesOf({ ...RULE, schedule: "0 * * * *", durationMinutes: 60, timeZone: "UTC" })).toEqual([
      message("2026-01-01T02:00:00.000Z"),
    ]);
    // It is too long only where the clocks are put forward.
    expect(issuesOf({ ...RULE, schedule: "0 0 * * *", durationMinutes: 23 * 60 })).toEqual([
      message("2026-03-29T22:00:00.000Z"),
    ]);
    expect(issuesOf({ ...RULE, schedule: "0 0 * * *", durationMinutes: 23 * 60 - 1 })).toEqual([]);
  });

  it("is refused for its times beside all else that is wrong", () => {
    const { name: _none, ...unnamed } = RULE;
    expect(issuesOf({ ...unnamed, schedule: "0 0 30 2 *", reason: " " })).toMatchObject([
      expect.stringMatching(/^name: /),
      expect.stringMatching(/^reason: /),
      expect.stringMatching(/^schedule: never begins/),
    ]);
    expect(issuesOf({ ...unnamed, schedule: "0 * * * *", durationMinutes: 60 })).toMatchObject([
      expect.stringMatching(/^name: /),
      expect.stringMatching(/^durationMinutes: must be shorter/),
    ]);
  });

  it("is not asked for its times while one of them is wrong in itself", () => {
    const wrong = { schedule: "never", durationMinutes: 60, timeZone: "Berlin" };
    expect(issuesOf({ ...RULE, ...wrong })).toEqual([
      "schedule: must have five fields, minute hour day month weekday, like 0 22 * * 5",
      "timeZone: must be the IANA name of a time zone, like Europe/Berlin",
    ]);
  });

  it.each([null, "Night", 5, undefined, []])("is an object, which %j is not", (input) => {
    expect(FreezeWindowInput.safeParse(input).error?.issues).toHaveLength(1);
  });
});
