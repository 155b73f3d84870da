// Decides a change of a runbook and saves it, once: the form of every handler that approves, refuses or withdraws.
import type { Caller } from "../../domain/caller.ts";
import type { Action } from "../../domain/permissions.ts";
import type { Runbook, RunbookChange } from "../../domain/runbooks/runbook-changes.ts";
import { requireRunbookMatch, saveRunbook } from "../../store/runbooks.ts";
import { requireRunbook } from "../request/access.ts";
import { changeOnce } from "./unless-repeated.ts";

type Decision = {
  caller: Caller;
  /** What the caller must still be allowed to do when the runbook is read again. */
  action: Action;
  /** The version from the caller's `If-Match`, if any. */
  ifMatch: number | undefined;
  /** As in `changeOnce`. */
  isRepeat: (runbook: Runbook) => boolean;
  decide: (runbook: Runbook) => RunbookChange | Promise<RunbookChange>;
  isStillAsked?: (now: Runbook) => boolean;
};

/** Saves what `decide` returns, if the runbook is still as it was read. @throws as `decide` and `saveRunbook`. */
export function decideOnce(runbook: Runbook, { caller, action, ifMatch, decide, ...repeats }: Decision) {
  return changeOnce(runbook, {
    ...repeats,
    reread: () => requireRunbook(caller, action, runbook.state.id),
    apply: async (before) => {
      requireRunbookMatch(ifMatch, before.state.version);
      const change = await decide(before);
      await saveRunbook(change, { ifMatch });
      return change;
    },
  });
}
