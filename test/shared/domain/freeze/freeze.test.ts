// What freeze windows stop: deny beats allow, each scope by itself, people where all windows in the way let them.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ServiceError } from "../../../../shared/domain/errors.ts";
import {
  findFreeze,
  frozenError,
  frozenMessage,
  listFreezes,
  toFreezeWindowView,
} from "../../../../shared/domain/freeze/freeze.ts";
import type { FreezeWindow } from "../../../../shared/domain/freeze/freeze-window.ts";
import { newId } from "../../../support/seed.ts";

const AT = new Date("2026-05-04T10:30:00Z");
/** Open at AT from 10:00 to 11:00, or closed: from 20:00 to 21:00. */
const OPEN = { schedule: "0 10 * * *", durationMinutes: 60, timeZone: "UTC" };
const CLOSED = { ...OPEN, schedule: "0 20 * * *" };
const windowOf = (more: Partial<FreezeWindow>): FreezeWindow => ({
  id: newId("freezewindow"),
  name: "Night",
  scope: null,
  kind: "deny",
  manual: "refuse",
  reason: "Nobody is there.",
  createdBy: "ana",
  createdByName: null,
  createdAt: "2026-01-01T00:00:00.000Z",
  ...OPEN,
  ...more,
});

const startOf = (triggeredBy: "manual" | "workflow", teamId: string | null = "payments") => ({
  teamId,
  ranForTeamId: teamId,
  triggeredBy,
});
/** Who may start at AT. */
function passing(windows: readonly FreezeWindow[], teamId: string | null = "payments") {
  const triggers = ["workflow", "manual"] as const;
  return triggers.filter((by) => findFreeze(windows, startOf(by, teamId), AT) === null);
}
const EVERYBODY = ["workflow", "manual"];
const PEOPLE = ["manual"];

describe("windows of one scope", () => {
  const deny = windowOf({});
  const kindly = windowOf({ manual: "allow" });
  const allow = windowOf({ kind: "allow" });
  const laterDeny = windowOf(CLOSED);
  const laterAllow = windowOf({ kind: "allow", ...CLOSED });
  const kindlyLater = windowOf({ kind: "allow", manual: "allow", ...CLOSED });

  it.each<[string, FreezeWindow[], string[]]>([
    ["none", [], EVERYBODY],
    ["an open deny", [deny], []],
    ["a closed deny", [laterDeny], EVERYBODY],
    ["an open allow", [allow], EVERYBODY],
    ["a closed allow", [laterAllow], []],
    ["an open and a closed allow", [allow, laterAllow], EVERYBODY],
    ["an open deny and an open allow", [deny, allow], []],
    ["a closed deny and an open allow", [laterDeny, allow], EVERYBODY],
    ["a closed deny and a closed allow", [laterDeny, laterAllow], []],
    ["an open deny that lets people pass", [kindly], PEOPLE],
    ["two open denies, one lets people pass", [kindly, deny], []],
    ["two open denies, both let people pass", [kindly, kindly], PEOPLE],
    ["a closed allow that lets people pass", [kindlyLater], PEOPLE],
    ["two closed allows, one lets people pass", [kindlyLater, laterAllow], []],
    ["an open deny for people beside a closed allow", [kindly, laterAllow], []],
    ["an open deny and a closed allow, both for people", [kindly, kindlyLater], PEOPLE],
  ])("%s", (_name, windows, expected) => {
    expect(passing(windows)).toEqual(expected);
    expect(passing(windows.toReversed())).toEqual(expected);
  });

  it("a further deny window lets nothing pass that was stopped, whatever there is", () => {
    const some = fc.array(fc.constantFrom(deny, kindly, allow, laterDeny, laterAllow, kindlyLater), {
      maxLength: 5,
    });
    fc.assert(
      fc.property(some, fc.constantFrom(deny, kindly, laterDeny), (windows, further) => {
        const before = new Set(passing(windows));
        for (const who of passing([...windows, further])) expect(before).toContain(who);
      }),
    );
  });
});

describe("scopes", () => {
  const run = (teamId: string | null, ranForTeamId: string | null) => ({
    teamId,
    ranForTeamId,
    triggeredBy: "workflow" as const,
  });

  it("the whole service stops every team, a team only itself", () => {
    const [everywhere, payments] = [windowOf({}), windowOf({ scope: "payments" })];
    expect(findFreeze([everywhere], run("search", "search"), AT)?.scope).toBeNull();
    expect(findFreeze([payments], run("payments", "payments"), AT)?.scope).toBe("payments");
    expect(findFreeze([payments], run("search", "search"), AT)).toBeNull();
    expect(findFreeze([payments], run(null, null), AT)).toBeNull();
  });

  it("a global runbook is stopped by the windows of the team that it runs for", () => {
    const payments = windowOf({ scope: "payments" });
    expect(findFreeze([payments], run(null, "payments"), AT)?.scope).toBe("payments");
    expect(findFreeze([payments], run(null, "search"), AT)).toBeNull();
  });

  it("a team's allow window does not open what the whole service closes", () => {
    const closed = windowOf({ kind: "allow", ...CLOSED });
    const mine = windowOf({ kind: "allow", scope: "payments" });
    expect(passing([closed, mine])).toEqual([]);
    expect(passing([windowOf({}), mine])).toEqual([]);
  });

  it("people pass only where each scope lets them", () => {
    const everywhere = windowOf({ manual: "allow" });
    const payments = windowOf({ scope: "payments" });
    expect(passing([everywhere])).toEqual(PEOPLE);
    expect(passing([everywhere, payments])).toEqual([]);
    expect(findFreeze([everywhere, payments], startOf("manual"), AT)?.scope).toBe("payments");
    expect(findFreeze([everywhere, payments], startOf("workflow"), AT)?.scope).toBeNull();
  });
});

describe("a freeze", () => {
  it("tells scope, window, reason and end", () => {
    const window = windowOf({ scope: "payments", name: "Move", manual: "allow" });
    const told = { scope: "payments", manual: "allow", until: "2026-05-04T11:00:00.000Z" };
    const of = { windowId: window.id, name: "Move", kind: "deny", reason: window.reason };
    expect(listFreezes([window, windowOf({ scope: "search", ...CLOSED })], AT)).toEqual([{ ...told, ...of }]);
    expect(listFreezes([], AT)).toEqual([]);
  });

  it("names a window that refuses people, if one does", () => {
    const [kindly, strict] = [windowOf({ manual: "allow" }), windowOf({})];
    expect(listFreezes([kindly, strict], AT)[0]).toMatchObject({ windowId: strict.id, manual: "refuse" });
  });

  it.each<[string, Partial<FreezeWindow>[], string | null]>([
    ["of an allow window ends when it opens", [{ kind: "allow", ...CLOSED }], "2026-05-04T20:00:00.000Z"],
    [
      "goes on where another window takes over",
      [{}, { schedule: "0 11 * * *" }, { schedule: "30 11 * * *", durationMinutes: 45 }],
      "2026-05-04T12:15:00.000Z",
    ],
    [
      "of two that meet ends where none is open",
      [{}, { schedule: "45 10 * * *", durationMinutes: 120 }],
      "2026-05-04T12:45:00.000Z",
    ],
    [
      "is without an end if the windows take turns for ever",
      [
        { schedule: "0 */2 * * *", durationMinutes: 61 },
        { schedule: "0 1-23/2 * * *", durationMinutes: 61 },
      ],
      null,
    ],
    ["is without an end if its allow window never begins", [{ kind: "allow", schedule: "0 0 30 2 *" }], null],
  ])("%s", (_name, windows, until) => {
    expect(listFreezes(windows.map(windowOf), AT)[0]?.until).toBe(until);
  });

  it("is refused as frozen, with until when, which window and why, in 500 characters", () => {
    const [freeze] = listFreezes([windowOf({ scope: "payments" })], AT);
    if (!freeze) throw new Error("The window is open");
    expect(frozenError(freeze)).toEqual(
      new ServiceError(
        "frozen",
        "New runs of the team payments are frozen until 2026-05-04T11:00:00.000Z by the freeze window Night: Nobody is there.",
      ),
    );
    const other = frozenMessage({ ...freeze, scope: null, kind: "allow", until: null });
    expect(other).toBe("New runs are frozen outside of the allow window Night: Nobody is there.");
    expect(frozenMessage({ ...freeze, reason: "x".repeat(600) })).toHaveLength(500);
  });
});

describe("a window as callers see it", () => {
  it("says whether it is open, and when it begins and ends", () => {
    const times = { beginsAt: "2026-05-04T10:00:00.000Z", endsAt: "2026-05-04T11:00:00.000Z" };
    expect(toFreezeWindowView(windowOf({}), AT)).toMatchObject({ active: true, ...times });
    expect(toFreezeWindowView(windowOf({}), new Date("2026-05-04T09:00:00Z"))).toMatchObject({
      active: false,
      ...times,
    });
    const never = windowOf({ schedule: "0 0 30 2 *" });
    expect(toFreezeWindowView(never, AT)).toMatchObject({ active: false, beginsAt: null, endsAt: null });
  });
});
