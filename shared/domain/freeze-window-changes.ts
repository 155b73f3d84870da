// Changes of the freeze windows: each with its entry in the audit chain of the controls.
import { latestTime } from "./chronology.ts";
import { type Act, toCreated } from "./context.ts";
import { digestOf } from "./digest.ts";
import { ServiceError } from "./errors.ts";
import { type FreezeWindow, type FreezeWindowRule, MAX_WINDOWS } from "./freeze/freeze-window.ts";
import {
  appendControlChange,
  type FreezeWindowAuditEntry,
  type KillSwitchAuditEntry,
  type KillSwitchChainHead,
} from "./kill-switches.ts";

/**
 * All windows, and their digest: equal digests are equal windows, whoever made them, so that a person can be erased
 * without closing a start that is being decided. The digest of none is null.
 */
export type FreezeWindows = { windows: readonly FreezeWindow[]; digest: string | null };
export const NO_FREEZE_WINDOWS: FreezeWindows = { windows: [], digest: null };

/** The writes of one change, conditional on the chain still ending with `before`. */
export type FreezeWindowsChange = {
  before: KillSwitchChainHead;
  after: KillSwitchChainHead;
  windows: FreezeWindows;
  audit: KillSwitchAuditEntry;
};

const toRule = ({ createdBy: _by, createdByName: _name, ...rule }: FreezeWindow) => rule;

const toFreezeWindows = (windows: readonly FreezeWindow[]): FreezeWindows =>
  windows.length === 0
    ? NO_FREEZE_WINDOWS
    : { windows, digest: digestOf("freeze-windows/2", windows.map(toRule)) };

/** @throws `invalid_transition` if the scope, or the service, has as many windows as it may have. */
export function addFreezeWindow(
  { windows }: FreezeWindows,
  { id, ...rule }: FreezeWindowRule & { id: string },
  before: KillSwitchChainHead,
  act: Act,
): FreezeWindowsChange & { window: FreezeWindow } {
  const inScope = windows.filter(({ scope }) => scope === rule.scope).length;
  if (inScope >= MAX_WINDOWS.scope || windows.length >= MAX_WINDOWS.all) {
    const message = `There may be ${MAX_WINDOWS.scope} freeze windows in one scope and ${MAX_WINDOWS.all} in all: delete one first.`;
    throw new ServiceError("invalid_transition", message);
  }
  const at = latestTime(act.at, before.auditAt);
  const window = { ...rule, id, ...toCreated({ ...act, at }) };
  const change = appendChange("freeze_window.created", window, before, { ...act, at });
  return { ...change, windows: toFreezeWindows([...windows, window]), window };
}

/** Returns the change that deletes a window, or null if there is none of this id. */
export function deleteFreezeWindow(
  { windows }: FreezeWindows,
  id: string,
  before: KillSwitchChainHead,
  act: Act,
): FreezeWindowsChange | null {
  const window = windows.find((one) => one.id === id);
  if (!window) return null;
  const at = latestTime(act.at, before.auditAt);
  const change = appendChange("freeze_window.deleted", window, before, { ...act, at });
  return { ...change, windows: toFreezeWindows(windows.filter((one) => one !== window)) };
}

function appendChange(
  action: FreezeWindowAuditEntry["action"],
  window: FreezeWindow,
  before: KillSwitchChainHead,
  act: Act,
) {
  const { id, createdAt: _at, ...rule } = toRule(window);
  const { scope, reason } = rule;
  return appendControlChange(before, { action, scope, reason, freezeWindow: { ...rule, id } }, act);
}
