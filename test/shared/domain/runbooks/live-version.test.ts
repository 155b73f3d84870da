// Which version is live: after each change, and what each refusal to run says.
import { describe, expect, it } from "vitest";
import {
  approveRunbook,
  deprecateRunbook,
  withdrawRunbook,
} from "../../../../shared/domain/runbooks/approval-changes.ts";
import type { DefinitionRecord } from "../../../../shared/domain/runbooks/definition.ts";
import { getLiveAfter } from "../../../../shared/domain/runbooks/live-version.ts";
import {
  createRunbook,
  type Runbook,
  rollbackRunbook,
  updateRunbook,
} from "../../../../shared/domain/runbooks/runbook-changes.ts";
import {
  explainNotLive,
  getVersionToRun,
  requireRunnable,
} from "../../../../shared/domain/runbooks/runnable.ts";
import { act, after, definition, newId, review } from "../../../support/seed.ts";

type WhileDraft = DefinitionRecord["whileDraft"];

function edited(runbook: Runbook, changes: Partial<DefinitionRecord>): Runbook {
  const change = updateRunbook(runbook, { ...runbook.current.definition, ...changes }, null, act("ana"));
  if (!change) throw new Error("Nothing has changed");
  return after(change);
}
const approve = (runbook: Runbook) =>
  after(approveRunbook(runbook, review(runbook.state.version), act("boss")));
const rolledBack = (runbook: Runbook, to = 1) => {
  const target = { version: to, authors: ["ana"] };
  return after(rollbackRunbook(runbook, target, definition({ description: "Earlier" }), null, act("ana")));
};
const withdrawn = (runbook: Runbook, by = "ana") =>
  after(withdrawRunbook(runbook, "It restarts the wrong service", act(by)));
const deprecated = (runbook: Runbook) => after(deprecateRunbook(runbook, "Old", act("boss")));

/** A draft at version 1. */
const draft = (whileDraft: WhileDraft = "stop") =>
  after(createRunbook(newId("runbook"), "payments", definition({ whileDraft }), act("ana")));
/** Approved and live at version 2. */
const approved = (whileDraft: WhileDraft = "stop") => approve(draft(whileDraft));

/** `[current, live, oldest live]`, where state, summary and the loaded version say the same. */
function liveOf({ state, summary, current, live }: Runbook) {
  expect(summary.liveVersion).toBe(state.liveVersion);
  expect(live?.version ?? null).toBe(state.liveVersion);
  expect(state.liveVersion === null).toBe(state.oldestLiveVersion === null);
  expect(live?.approvalStatus ?? "APPROVED").toBe("APPROVED");
  return [current.version, state.liveVersion, state.oldestLiveVersion];
}

const name = { name: "Restart gently" };

describe("the live version", () => {
  it.each<[string, Runbook, (number | null)[]]>([
    ["a new draft", draft(), [1, null, null]],
    ["approve", approved(), [2, 2, 2]],
    ["an edit of one that stops", edited(approved(), name), [3, null, null]],
    ["an edit of one that stays", edited(approved("run_approved"), name), [3, 2, 2]],
    ["two edits of one that stays", edited(edited(approved("run_approved"), name), { name: "B" }), [4, 2, 2]],
    ["approve beside a live one", approve(edited(approved("run_approved"), name)), [4, 4, 2]],
    ["approve after a stop", approve(edited(approved(), name)), [4, 4, 4]],
    ["a rollback of one that stops", rolledBack(approved()), [3, null, null]],
    ["a rollback of one that stays", rolledBack(approved("run_approved")), [3, 2, 2]],
    ["deprecate", deprecated(approved("run_approved")), [3, null, null]],
    ["restore", rolledBack(deprecated(approved("run_approved"))), [4, null, null]],
    ["withdraw", withdrawn(approved("run_approved")), [3, null, null]],
    ["withdraw beside a draft", withdrawn(edited(approved("run_approved"), name)), [4, null, null]],
    ["approve after withdraw", approve(withdrawn(approved("run_approved"))), [4, 4, 4]],
  ])("after %s: current, live, and the oldest whose executions may begin", (_, runbook, expected) => {
    expect(liveOf(runbook)).toEqual(expected);
  });

  it.each<[WhileDraft, WhileDraft, number | null]>([
    ["stop", "run_approved", null],
    ["run_approved", "stop", 2],
  ])("decides itself: approved with %s, edited to %s", (reviewed, unreviewed, live) => {
    const runbook = edited(approved(reviewed), { whileDraft: unreviewed });
    expect(runbook.state.liveVersion).toBe(live);
    expect(edited(runbook, name).state.liveVersion).toBe(live);
  });

  it("that stays is said in full, with the oldest whose executions may begin", () => {
    const { state, live } = approve(edited(approved("run_approved"), name));
    expect(getLiveAfter("update", state, live)).toEqual({ liveVersion: 4, oldestLiveVersion: 2 });
  });

  it("that is approved with `stop` stops with the next edit, and takes the older ones with it", () => {
    const runbook = approve(edited(approved("run_approved"), { whileDraft: "stop" }));
    expect(liveOf(runbook)).toEqual([4, 4, 2]);
    expect(liveOf(edited(runbook, name))).toEqual([5, null, null]);
  });

  it("keeps the definition that was approved, whatever the draft says", () => {
    const runbook = edited(approved("run_approved"), { payloadTemplate: "{}" });
    expect(requireRunnable(runbook).definition).toEqual(approved("run_approved").current.definition);
    expect(requireRunnable(runbook)).toBe(getVersionToRun(runbook));
    expect(getVersionToRun(edited(approved(), name)).version).toBe(3);
  });

  it("is in the audit entry of each change", () => {
    const runbook = approved("run_approved");
    const change = updateRunbook(runbook, definition({ whileDraft: "run_approved", ...name }), null, act());
    expect(change?.audit.details).toMatchObject({ version: 3, approvalStatus: "DRAFT", liveVersion: 2 });
    const { audit } = withdrawRunbook(runbook, "Harm", act());
    const details = { reason: "Harm", withdrawnVersion: 2, version: 3, liveVersion: null };
    expect(audit).toMatchObject({ action: "runbook.withdrawn", details });
  });
});

describe("what is no longer live", () => {
  it("is explained by what took it out of service, or by what is live now", () => {
    expect(explainNotLive(null, 2)).toBe("Version 2 is no longer live. The runbook was deleted.");
    const { state, ...rest } = approved();
    const deleted = { ...rest, state: { ...state, deletedAt: "2026-03-01T04:00:00.000Z" } };
    expect(explainNotLive(deleted, 2)).toBe("Version 2 is no longer live. The runbook was deleted.");
    expect(explainNotLive(edited(approved(), name), 2)).toMatch(
      /^Version 2 is no longer live\. The runbook is DRAFT \(version 3 by ana, .*approve version 3\.$/,
    );
    expect(explainNotLive(approve(withdrawn(approved())), 2)).toMatch(
      /^Version 2 is no longer live\. It was taken out of service, and version 4 by boss, .*, is live now: start that one\.$/,
    );
  });
});

describe("withdrawing", () => {
  it("leaves the current definition as a draft, and its version says so", () => {
    const beside = edited(approved("run_approved"), name);
    const { current, state, summary } = withdrawn(beside, "ben");
    expect(current).toMatchObject({
      ...{ change: "withdrawn", approvalStatus: "DRAFT", changedBy: "ben" },
      ...{ changeNote: "It restarts the wrong service", definition: beside.current.definition },
    });
    expect([state.approvalStatus, summary.approvedBy, summary.lastApprovedVersion]).toEqual([
      "DRAFT",
      null,
      2,
    ]);
  });

  it("[H2] keeps what was reviewed reviewed, and what was not, not", () => {
    expect(withdrawn(approved()).current.authors).toEqual([]);
    expect(withdrawn(edited(approved("run_approved"), name)).current.authors).toEqual(["ana"]);
  });

  it.each<[string, Runbook, RegExp]>([
    [
      "that was never approved",
      draft(),
      /No version .* is live .DRAFT, version 1., so nothing can be withdrawn/,
    ],
    ["whose edit has stopped it", edited(approved(), name), /No version .* is live .DRAFT, version 3./],
    ["that is withdrawn", withdrawn(approved()), /No version .* is live .DRAFT, version 3./],
    ["that is deprecated", deprecated(approved()), /The runbook is DEPRECATED; to withdraw it/],
  ])("is refused of a runbook %s", (_, runbook, message) => {
    expect(() => withdrawn(runbook)).toThrow(
      expect.objectContaining({ code: "invalid_transition", message: expect.stringMatching(message) }),
    );
  });
});

describe("a refusal to run", () => {
  const refusal = (runbook: Runbook, version?: number) => {
    try {
      return requireRunnable(runbook, version);
    } catch (error) {
      return error;
    }
  };
  const beside = edited(approved("run_approved"), name);

  it.each<[string, Runbook, number | undefined, string, RegExp]>([
    [
      "of the draft beside a live version names both, its author, and who can approve it",
      ...([beside, 3, "version_conflict"] as const),
      /^Version 3 was requested, but version 2 is the live one, beside the draft .version 3 by ana, .*Start version 2, or ask a platform admin to review and approve version 3\.$/,
    ],
    [
      "of an older version names the live one",
      ...([approved(), 1, "version_conflict"] as const),
      /^Version 1 was requested, but version 2 is the live one: read the runbook again\.$/,
    ],
    [
      "of what was withdrawn names who withdrew it, and why",
      ...([withdrawn(approved(), "ben"), undefined, "runbook_not_approved"] as const),
      /^The runbook is DRAFT .version 3 by ben, .*: what was live was withdrawn\. Version 2 was approved last\. Ask a platform admin to review and approve version 3\. Reason: It restarts the wrong service$/,
    ],
    [
      "of a draft names who edited it, and the version that was approved last",
      ...([edited(approved(), name), 2, "runbook_not_approved"] as const),
      /^The runbook is DRAFT .version 3 by ana, .*: only an approved version can run\. Version 2 was approved last\./,
    ],
  ])("%s", (_, runbook, version, code, message) => {
    expect(refusal(runbook, version)).toMatchObject({ code, message: expect.stringMatching(message) });
  });
});
