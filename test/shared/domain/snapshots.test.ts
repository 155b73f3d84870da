// What each change of a runbook leaves behind: a version with its note, a summary with its editors, an audit entry.
import { describe, expect, it } from "vitest";
import { digestOf } from "../../../shared/domain/digest.ts";
import { approveRunbook, deprecateRunbook } from "../../../shared/domain/runbooks/approval-changes.ts";
import {
  createRunbook,
  type Runbook,
  rollbackRunbook,
  updateRunbook,
} from "../../../shared/domain/runbooks/runbook-changes.ts";
import { act, after, definition, newId, review } from "../../support/seed.ts";

const created = (by = "ana") => createRunbook(newId("runbook"), "payments", definition(), act(by));
const edit = (runbook: Runbook, by: string, note: string | null = null) => {
  const changed = definition({ description: `By ${by}, after version ${runbook.state.version}` });
  const change = updateRunbook(runbook, changed, note, act(by));
  if (!change) throw new Error("Nothing has changed");
  return change;
};

describe("a change of a runbook", () => {
  it("as its creation is version 1, with its hash, its author and its entry", () => {
    const change = created();
    expect(change.version).toMatchObject({
      ...{
        version: 1,
        change: "created",
        changeNote: "Initial version",
        changedBy: "ana",
        selfApproved: false,
      },
      definitionHash: digestOf("definition/1", definition()),
    });
    expect(change.audit).toMatchObject({
      action: "runbook.created",
      details: { runbookName: definition().name, version: 1, approvalStatus: "DRAFT" },
    });
  });

  it.each([
    ["an update", "Updated", "My note", (note: string | null) => edit(after(created()), "ana", note)],
    [
      "an approval",
      "Approved",
      "My note",
      (note: string | null) => approveRunbook(after(created()), { ...review(1), note }, act("boss")),
    ],
    [
      "a deprecation",
      "Deprecated",
      "My note",
      (note: string | null) => {
        const approved = approveRunbook(after(created()), review(1), act("boss"));
        return deprecateRunbook(after(approved), note, act("boss"));
      },
    ],
    [
      "a rollback",
      "Rolled back to version 1",
      "My note",
      (note: string | null) =>
        rollbackRunbook(after(edit(after(created()), "ana")), created().version, definition(), note, act()),
    ],
  ] as const)("as %s has its reason, or a default description", (_, byDefault, given, make) => {
    expect(make(null).version.changeNote).toBe(byDefault);
    expect(make(given).version.changeNote).toBe(given);
  });

  it("records its subject in the audit", () => {
    const draft = after(created());
    const approved = approveRunbook(draft, { ...review(1), note: "Read" }, act("ana"));
    expect(approved.audit.details).toMatchObject({ reviewedVersion: 1, selfApproved: true, note: "Read" });
    expect(approved.version.selfApproved).toBe(true);
    const deprecated = deprecateRunbook(after(approved), "Old", act("boss"));
    expect(deprecated.audit.details).toMatchObject({ reason: "Old" });
    expect(deprecated.summary).toMatchObject({ approvedBy: "ana", approvedAt: approved.summary.approvedAt });
    const back = rollbackRunbook(after(deprecated), draft.current, definition(), "Again", act("boss"));
    expect(back.audit.details).toMatchObject({ toVersion: 1, note: "Again" });
    expect(back.summary).toMatchObject({ approvedBy: null, approvedAt: null });
    expect(edit(draft, "ana").version.selfApproved).toBe(false);
  });

  it("[H1] is refused with both versions, if another one was reviewed", () => {
    const message = "Version 1 was reviewed, but the runbook is at version 2: review that.";
    const twice = after(edit(after(created()), "ana"));
    expect(() => approveRunbook(twice, review(1), act("boss"))).toThrow(
      expect.objectContaining({ code: "version_conflict", message }),
    );
  });

  it("[H2] is refused as an approval of one's own work, where four eyes are asked for", () => {
    const own = { ...review(1), fourEyes: true };
    expect(() => approveRunbook(after(created("ana")), own, act("ana"))).toThrow(
      expect.objectContaining({
        code: "not_permitted",
        message:
          "You wrote part of this definition, so somebody else must approve it: ask another platform admin.",
      }),
    );
  });
});
