// Which version new executions run, which waiting ones may still begin, and what each change does to both. Pure.
import { TRANSITIONS, type TransitionName } from "./approval.ts";
import type { RunbookState, RunbookVersion } from "./runbook.ts";

/** Executions of the versions from `oldestLiveVersion` to `liveVersion` may begin. Both null: none may. */
type LiveVersions = Pick<RunbookState, "liveVersion" | "oldestLiveVersion">;

export const NOTHING_LIVE: LiveVersions = { liveVersion: null, oldestLiveVersion: null };

/**
 * Returns what is live after the change. `live`: the version that was live. Its own `whileDraft` decides, because it was
 * reviewed: an unreviewed edit must not change what happens to it.
 */
export function getLiveAfter(
  step: TransitionName,
  { version, oldestLiveVersion }: RunbookState,
  live: RunbookVersion | null,
): LiveVersions {
  const effect = TRANSITIONS[step].live;
  if (effect === "stop") return NOTHING_LIVE;
  if (effect === "replace") {
    const liveVersion = version + 1;
    return { liveVersion, oldestLiveVersion: oldestLiveVersion ?? liveVersion };
  }
  if (live?.definition.whileDraft !== "run_approved") return NOTHING_LIVE;
  return { liveVersion: live.version, oldestLiveVersion };
}

/** Whether executions of this version may still begin. */
export const mayStillBegin = (
  { liveVersion, oldestLiveVersion, deletedAt }: RunbookState,
  version: number,
): boolean =>
  deletedAt === null &&
  liveVersion !== null &&
  oldestLiveVersion !== null &&
  oldestLiveVersion <= version &&
  version <= liveVersion;
