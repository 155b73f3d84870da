// Freeze windows are added and deleted with their entry in the audit, up to a limit, and known by a digest.
import { describe, expect, it } from "vitest";
import type { Act } from "../../../../shared/domain/context.ts";
import { type FreezeWindowRule, MAX_WINDOWS } from "../../../../shared/domain/freeze/freeze-window.ts";
import {
  addFreezeWindow,
  deleteFreezeWindow,
  type FreezeWindows,
  NO_FREEZE_WINDOWS,
} from "../../../../shared/domain/freeze-window-changes.ts";
import { type KillSwitchChainHead, NO_KILL_SWITCH_CHANGES } from "../../../../shared/domain/kill-switches.ts";
import { newId } from "../../../support/seed.ts";

const RULE: FreezeWindowRule = {
  ...{ name: "Night", scope: "payments", kind: "deny", manual: "refuse", reason: "Nobody is there" },
  ...{ schedule: "0 22 * * *", durationMinutes: 480, timeZone: "UTC" },
};
const AT = "2026-05-04T10:30:00.000Z";
const byAna = (at = AT): Act => ({
  actor: { id: "ana", name: "Ana" },
  at,
  auditId: newId("audit"),
  salt: newId("salt"),
});

const add = (
  windows: FreezeWindows,
  rule: Partial<FreezeWindowRule> = {},
  head = NO_KILL_SWITCH_CHANGES,
  act = byAna(),
) => addFreezeWindow(windows, { ...RULE, ...rule, id: newId("freezewindow") }, head, act);
const many = (count: number, scopeOf: (n: number) => string | null) => {
  const [first] = add(NO_FREEZE_WINDOWS).windows.windows;
  if (!first) throw new Error("There is no window");
  const windows = Array.from({ length: count }, (_, n) => ({
    ...first,
    scope: scopeOf(n),
    id: newId("freezewindow"),
  }));
  return { windows, digest: "many" };
};

describe("a window that is made", () => {
  it("says who made it and when, and is in the audit with its rule, scope and reason", () => {
    const { window, windows, audit, before, after } = add(NO_FREEZE_WINDOWS);
    expect(window).toEqual({ ...RULE, id: window.id, createdBy: "ana", createdByName: "Ana", createdAt: AT });
    expect(windows.windows).toEqual([window]);
    expect(audit).toMatchObject({
      ...{
        action: "freeze_window.created",
        scope: "payments",
        reason: "Nobody is there",
        at: AT,
        sequence: 1,
      },
      freezeWindow: { ...RULE, id: window.id },
    });
    expect(Object.keys(audit.freezeWindow ?? {}).sort()).toEqual([...Object.keys(RULE), "id"].sort());
    expect(before).toBe(NO_KILL_SWITCH_CHANGES);
    expect(after).toMatchObject({ auditSequence: 1, auditHash: audit.hash, auditAt: AT });
  });

  it("comes after those that there are", () => {
    const first = add(NO_FREEZE_WINDOWS);
    const second = add(first.windows, { name: "Weekend" }, first.after);
    expect(second.windows.windows.map(({ name }) => name)).toEqual(["Night", "Weekend"]);
    expect(second.audit).toMatchObject({ sequence: 2, previousHash: first.audit.hash });
  });

  it("is never earlier than the change before it", () => {
    const head: KillSwitchChainHead = { ...NO_KILL_SWITCH_CHANGES, auditAt: "2026-05-04T11:00:00.000Z" };
    const { window, audit } = add(NO_FREEZE_WINDOWS, {}, head);
    expect([window.createdAt, audit.at]).toEqual([head.auditAt, head.auditAt]);
  });
});

describe("the number of windows", () => {
  const message = `There may be ${MAX_WINDOWS.scope} freeze windows in one scope and ${MAX_WINDOWS.all} in all: delete one first.`;
  const refusal = expect.objectContaining({ code: "invalid_transition", message });

  it("is limited in each scope by itself", () => {
    const almost = many(MAX_WINDOWS.scope - 1, () => "payments");
    expect(add(almost).windows.windows).toHaveLength(MAX_WINDOWS.scope);
    const full = many(MAX_WINDOWS.scope, () => "payments");
    expect(() => add(full)).toThrow(refusal);
    for (const scope of ["search", null]) expect(add(full, { scope }).window.scope).toBe(scope);
  });

  it("is limited in all scopes together", () => {
    const teams = (n: number) => `team-${n % 10}`;
    expect(add(many(MAX_WINDOWS.all - 1, teams)).windows.windows).toHaveLength(MAX_WINDOWS.all);
    expect(() => add(many(MAX_WINDOWS.all, teams))).toThrow(refusal);
  });
});

describe("a window that is deleted", () => {
  const first = add(NO_FREEZE_WINDOWS);
  const second = add(first.windows, { name: "Weekend", scope: null, reason: "Rest" }, first.after);
  const gone = (id: string, act = byAna()) => deleteFreezeWindow(second.windows, id, second.after, act);

  it("is gone, the others stay, and the audit says which it was", () => {
    const change = gone(second.window.id);
    expect(change?.windows.windows).toEqual([first.window]);
    expect(change?.audit).toMatchObject({
      ...{ action: "freeze_window.deleted", scope: null, reason: "Rest", sequence: 3, actor: "ana" },
      freezeWindow: { name: "Weekend", id: second.window.id },
    });
  });

  it("is none where no window has this id", () => {
    expect(gone(newId("freezewindow"))).toBeNull();
  });

  it("is never deleted before the last change", () => {
    expect(gone(first.window.id, byAna("2026-05-04T09:00:00.000Z"))?.audit.at).toBe(AT);
  });
});

describe("the digest", () => {
  const first = add(NO_FREEZE_WINDOWS);
  const second = add(first.windows, { name: "Weekend" }, first.after);

  it("of no windows is null, also after the last one is deleted", () => {
    expect(NO_FREEZE_WINDOWS).toEqual({ windows: [], digest: null });
    expect(deleteFreezeWindow(first.windows, first.window.id, first.after, byAna())?.windows).toEqual(
      NO_FREEZE_WINDOWS,
    );
  });

  it("differs as the windows differ, and is the same for the same ones", () => {
    const back = deleteFreezeWindow(second.windows, second.window.id, second.after, byAna());
    expect(first.windows.digest).toMatch(/^[0-9a-f]{64}$/);
    expect(second.windows.digest).not.toBe(first.windows.digest);
    expect(back?.windows.digest).toBe(first.windows.digest);
  });
});
