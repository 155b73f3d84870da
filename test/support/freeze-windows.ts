// Freeze windows of tests: some that are open now, some that never are.
import type { FreezeWindowRule } from "../../shared/domain/freeze/freeze-window.ts";
import type { Scope } from "../../shared/domain/scopes.ts";
import { getFreezeWindows } from "../../shared/store/freeze-windows.ts";
import { ask } from "./api.ts";
import { idOf } from "./library.ts";

/** A minute every four years: it stops no other test. */
export const neverNow = (scope: Scope): FreezeWindowRule => ({
  name: "Leap day",
  scope,
  kind: "deny",
  schedule: "0 3 29 2 *",
  durationMinutes: 1,
  timeZone: "Europe/Berlin",
  manual: "refuse",
  reason: "The shop is moving",
});

/** Began yesterday, and ends in some days. */
export function openNow(scope: Scope, more: Partial<FreezeWindowRule> = {}): FreezeWindowRule {
  const yesterday = new Date(Date.now() - 24 * 3_600_000);
  const schedule = `0 0 ${yesterday.getUTCDate()} ${yesterday.getUTCMonth() + 1} *`;
  const times = { schedule, durationMinutes: 5 * 24 * 60, timeZone: "UTC" };
  return { ...neverNow(scope), name: "Year end", ...times, ...more };
}

/** The generated suites make many: more than a scope may have. */
const KEPT = 10;

async function makeRoom(scope: Scope): Promise<void> {
  const { windows } = await getFreezeWindows();
  for (const { id } of windows.filter((window) => window.scope === scope).slice(0, -KEPT))
    await ask("delete-freeze-window", { params: { freezeWindowId: id } });
}

/** Returns the body of a good request, when there is room for its window. */
export async function roomFor(rule: FreezeWindowRule): Promise<FreezeWindowRule> {
  await makeRoom(rule.scope);
  return rule;
}

/** Creates a window, and returns its id. */
export async function freezeWindowIn(scope: Scope, rule = neverNow(scope)): Promise<string> {
  return idOf(await ask("create-freeze-window", { body: await roomFor(rule) }));
}
