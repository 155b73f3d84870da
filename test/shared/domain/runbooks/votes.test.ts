// Votes: who counts, for which version, and when a draft becomes approved.
import { describe, expect, it } from "vitest";
import {
  approveRunbook,
  deprecateRunbook,
  withdrawRunbook,
} from "../../../../shared/domain/runbooks/approval-changes.ts";
import { isRepeatedApproval } from "../../../../shared/domain/runbooks/repeats.ts";
import {
  createRunbook,
  type Runbook,
  rollbackRunbook,
  updateRunbook,
} from "../../../../shared/domain/runbooks/runbook-changes.ts";
import { act, after, definition, newId } from "../../../support/seed.ts";

const drafted = (by = "ana") => after(createRunbook(newId("runbook"), "payments", definition(), act(by)));
const vote = (runbook: Runbook, by: string, options: object = {}) =>
  approveRunbook(
    runbook,
    { version: runbook.state.version, note: null, fourEyes: false, required: 2, ...options },
    act(by),
  );
const voted = (runbook: Runbook, ...people: string[]) =>
  people.reduce((now, by) => after(vote(now, by)), runbook);
const NOW = "2026-04-01T03:00:00.000Z";
const votersOf = ({ summary }: Runbook) => summary.approvals.map(({ by }) => by);
const edited = (runbook: Runbook, by = "ana") => {
  const change = updateRunbook(runbook, definition({ description: "Gently" }), null, act(by));
  if (!change) throw new Error("Nothing has changed");
  return after(change);
};

describe("a vote", () => {
  it("leaves a draft that needs more as it is: same version, same hash, nothing live", () => {
    const before = drafted();
    const { state, summary, version, live, audit } = vote(before, "ben");
    expect(state).toMatchObject({ version: 1, approvalStatus: "DRAFT", liveVersion: null, reviewChanges: 1 });
    expect(summary).toMatchObject({ approvalStatus: "DRAFT", approvedBy: null, lastApprovedVersion: null });
    expect([version, live]).toEqual([before.current, null]);
    expect(audit).toMatchObject({
      action: "runbook.approval_given",
      details: {
        reviewedVersion: 1,
        version: 1,
        approvalsGiven: 1,
        approvalsRequired: 2,
        selfApproved: false,
      },
    });
  });

  it("approves the version once enough people have voted, and the audit names all of them", () => {
    const { state, summary, version, audit } = vote(voted(drafted(), "ben"), "cyd");
    expect(state).toMatchObject({ version: 2, approvalStatus: "APPROVED", liveVersion: 2 });
    expect(summary).toMatchObject({ approvedBy: "cyd", approvals: [{ by: "ben" }, { by: "cyd" }] });
    expect(version).toMatchObject({ change: "approved", selfApproved: false });
    expect(audit).toMatchObject({
      action: "runbook.approved",
      details: { approvalsGiven: 2, approvalsRequired: 2, approvals: [{ by: "ben" }, { by: "cyd" }] },
    });
  });

  it("is one for each person, and says who is needed", () => {
    const once = voted(drafted(), "ben");
    expect(() => vote(once, "ben")).toThrow(/You have already approved version 1.*another platform admin/);
    const code = "invalid_transition";
    expect(() => vote(once, "ben", { note: "Again" })).toThrow(expect.objectContaining({ code }));
  });

  it("is for the current version alone", () => {
    const now = edited(voted(drafted(), "ben"));
    expect(() => vote(now, "cyd", { version: 1 })).toThrow(/Version 1 was reviewed.*at version 2/);
  });

  it.each<[string, (runbook: Runbook) => Runbook]>([
    ["an edit", (runbook) => edited(runbook, "dan")],
    [
      "a rollback",
      (runbook) => after(rollbackRunbook(runbook, runbook.current, definition(), null, act("dan"))),
    ],
  ])("falls with the version: %s", (_what, change) => {
    const now = change(voted(drafted(), "ben"));
    expect(votersOf(now)).toEqual([]);
    expect(vote(now, "cyd").state.approvalStatus).toBe("DRAFT");
  });

  it("falls with a withdrawal of what is live beside the draft", () => {
    const live = voted(
      after(
        createRunbook(newId("runbook"), "payments", definition({ whileDraft: "run_approved" }), act("ana")),
      ),
      "ben",
      "cyd",
    );
    const beside = voted(edited(live), "ben");
    expect(beside.state).toMatchObject({ approvalStatus: "DRAFT", liveVersion: 2 });
    expect(votersOf(after(withdrawRunbook(beside, "It does harm", act("dan"))))).toEqual([]);
  });

  it("stays on record of what was approved, and deprecated", () => {
    const approved = voted(drafted(), "ben", "cyd");
    expect(votersOf(after(deprecateRunbook(approved, null, act("dan"))))).toEqual(["ben", "cyd"]);
  });
});

describe("an author's vote", () => {
  it("[H2] is refused with four eyes, whoever else has voted", () => {
    const now = edited(voted(drafted(), "ben"), "ben");
    for (const author of ["ana", "ben"])
      expect(() => vote(voted(now, "cyd"), author, { fourEyes: true }), author).toThrow(/You wrote part/);
  });

  it("counts without four eyes, and is marked in vote, version and audit only where nobody else voted", () => {
    const mixed = vote(voted(drafted(), "ana"), "ben");
    expect(mixed.summary.approvals).toMatchObject([{ selfApproved: true }, { selfApproved: false }]);
    expect([mixed.version.selfApproved, mixed.audit.details["selfApproved"]]).toEqual([false, false]);
    const alone = vote(drafted(), "ana", { required: 1 });
    expect([alone.version.selfApproved, alone.audit.details["selfApproved"]]).toEqual([true, true]);
  });

  it("[H2] given before four eyes came on does not count towards the approval", () => {
    const now = voted(drafted(), "ana");
    const second = vote(now, "ben", { fourEyes: true });
    expect(second.state.approvalStatus).toBe("DRAFT");
    expect(vote(after(second), "cyd", { fourEyes: true }).state.approvalStatus).toBe("APPROVED");
  });

  it("[H2] is no review by another: after it an author is still one", () => {
    const now = edited(voted(drafted(), "ana", "ben"), "dan");
    expect(now.current.authors).toEqual(["dan"]);
    const self = edited(after(vote(drafted(), "ana", { required: 1 })), "dan");
    expect(self.current.authors).toEqual(["ana", "dan"]);
  });
});

it("a vote of the owning team is refused where approvers must be of another, and says so", () => {
  const refused = expect.objectContaining({
    code: "not_permitted",
    message: expect.stringMatching(/your team payments.*another team/),
  });
  expect(() => vote(drafted(), "ben", { ownTeam: "payments" })).toThrow(refused);
});

describe("a repeated vote", () => {
  const asked = { by: "ben", version: 1, note: null };

  it("is known as long as only votes of the same version came after it", () => {
    const once = voted(drafted(), "ben");
    expect([once, voted(once, "cyd")].map((now) => isRepeatedApproval(now, asked, NOW))).toEqual([
      true,
      true,
    ]);
  });

  it("is none of another person, version or note, and none after another change", () => {
    const once = voted(drafted(), "ben");
    for (const other of [{ by: "cyd" }, { version: 2 }, { note: "Fine" }])
      expect(isRepeatedApproval(once, { ...asked, ...other }, NOW), JSON.stringify(other)).toBe(false);
    const approved = voted(once, "cyd");
    for (const now of [
      drafted(),
      edited(once),
      edited(approved),
      after(deprecateRunbook(approved, null, act())),
    ])
      expect(isRepeatedApproval(now, asked, NOW), now.current.change).toBe(false);
  });
});
