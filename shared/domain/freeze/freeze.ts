// Decides whether freeze windows let an execution start: deny beats allow, and each scope must let it pass.
import { ServiceError } from "../errors.ts";
import { gatesOf, type Owned, type Scope } from "../scopes.ts";
import type { Freeze, FreezeWindow, FreezeWindowView } from "./freeze-window.ts";
import { findOccurrence, isWithin } from "./schedule.ts";

/** Who starts: a person may pass a window that says so. */
type Starting = Owned & { triggeredBy: "manual" | "workflow" };

/** Changes that are looked at to find the end of a freeze. Windows that take turns may need several. */
const LOOKED_AT_CHANGES = 50;

/** Returns the freeze that stops this execution at this time, or null. The whole service comes first. */
export function findFreeze(windows: readonly FreezeWindow[], run: Starting, at: Date): Freeze | null {
  const frozen = gatesOf(run).flatMap((scope) => freezeOf(windows, scope, at) ?? []);
  return frozen.find(({ manual }) => run.triggeredBy !== "manual" || manual === "refuse") ?? null;
}

/** Returns what is frozen at this time, of the scopes that have windows. */
export function listFreezes(windows: readonly FreezeWindow[], at: Date): Freeze[] {
  const scopes = [...new Set(windows.map(({ scope }) => scope))];
  return scopes.flatMap((scope) => freezeOf(windows, scope, at) ?? []);
}

/** The team's windows cannot open what a window of the whole service closes: each scope is decided alone. */
function freezeOf(windows: readonly FreezeWindow[], scope: Scope, at: Date): Freeze | null {
  const own = windows.filter((window) => window.scope === scope);
  const blocking = listBlocking(own, at);
  // A window that refuses people is the one to name.
  const named = blocking.find(({ manual }) => manual === "refuse") ?? blocking[0];
  if (!named) return null;
  const { id: windowId, name, kind, manual, reason } = named;
  return { scope, manual, until: findEnd(own, at)?.toISOString() ?? null, windowId, name, kind, reason };
}

/**
 * Returns the open deny windows, and the allow windows if none of them is open. So a further deny window never lets
 * anything pass that was stopped before.
 */
function listBlocking(windows: readonly FreezeWindow[], at: Date): FreezeWindow[] {
  const isOpen = (window: FreezeWindow) => isWithin(findOccurrence(window, at), at);
  const allows = windows.filter(({ kind }) => kind === "allow");
  const denies = windows.filter((window) => window.kind === "deny" && isOpen(window));
  return allows.some(isOpen) ? denies : [...denies, ...allows];
}

/** Returns the first time after `at` when nothing is frozen. */
function findEnd(windows: readonly FreezeWindow[], at: Date): Date | null {
  let time = at;
  for (let n = 0; n < LOOKED_AT_CHANGES; n++) {
    const next = findNextChange(windows, time);
    if (!next || listBlocking(windows, next).length === 0) return next;
    time = next;
  }
  return null;
}

/** Returns when the first of the windows opens or closes after this time. */
function findNextChange(windows: readonly FreezeWindow[], at: Date): Date | null {
  const changes = windows.flatMap((window) => {
    const occurrence = findOccurrence(window, at);
    if (!occurrence) return [];
    return [isWithin(occurrence, at) ? occurrence.endsAt : occurrence.beginsAt];
  });
  return changes.length === 0 ? null : new Date(Math.min(...changes.map((change) => change.getTime())));
}

/** Returns a window with its times. */
export function toFreezeWindowView(window: FreezeWindow, at: Date): FreezeWindowView {
  const occurrence = findOccurrence(window, at);
  const beginsAt = occurrence?.beginsAt.toISOString() ?? null;
  const endsAt = occurrence?.endsAt.toISOString() ?? null;
  return { ...window, active: isWithin(occurrence, at), beginsAt, endsAt };
}

/** Returns why nothing may start, in words for callers, the audit and operators. At most 500 characters. */
export function frozenMessage({ scope, name, kind, until, reason }: Freeze): string {
  const what = scope === null ? "New runs are frozen" : `New runs of the team ${scope} are frozen`;
  const end = until === null ? "" : ` until ${until}`;
  const why = kind === "deny" ? `by the freeze window ${name}` : `outside of the allow window ${name}`;
  return `${what}${end} ${why}: ${reason}`.slice(0, 500);
}

/** Returns the error for an execution that would start during a freeze. */
export const frozenError = (freeze: Freeze) => new ServiceError("frozen", frozenMessage(freeze));
