// Renewals: who renews what is live, when, and what that leaves as it is.
import { describe, expect, it } from "vitest";
import { approveRunbook } from "../../../../shared/domain/runbooks/approval-changes.ts";
import { isAboutRenewal, renewApproval } from "../../../../shared/domain/runbooks/renewal-changes.ts";
import { isRepeatedApproval } from "../../../../shared/domain/runbooks/repeats.ts";
import {
  createRunbook,
  type Runbook,
  updateRunbook,
} from "../../../../shared/domain/runbooks/runbook-changes.ts";
import { act, after, definition, newId } from "../../../support/seed.ts";

const T = "2026-04-01T03:00:00.000Z";
const later = (days: number, ms = 0) => new Date(Date.parse(T) + days * 86_400_000 + ms).toISOString();
const at = (time: string, by: string) => ({ ...act(by), at: time });
const RULES = { note: null, fourEyes: false, validity: { risk: "high", days: 28 } } as const;

/** Approved at version 2 by these, and live until day 28. */
const live = (...by: string[]) =>
  (by.length === 0 ? ["boss"] : by).reduce(
    (runbook, who) =>
      after(approveRunbook(runbook, { ...RULES, version: 1, required: by.length || 1 }, at(T, who))),
    after(
      createRunbook(newId("runbook"), "payments", definition({ whileDraft: "run_approved" }), at(T, "ana")),
    ),
  );
const besideDraft = (runbook = live()) => {
  const changed = { ...runbook.current.definition, name: "Restart gently" };
  const change = updateRunbook(runbook, changed, null, at(later(1), "dan"));
  if (!change) throw new Error("Nothing has changed");
  return after(change);
};
const renew = (runbook: Runbook, by: string, time = later(20), more: object = {}) =>
  renewApproval(runbook, { ...RULES, version: 2, ...more }, at(time, by));

describe("a renewal", () => {
  it("starts the term anew, at the same version, with the same definition and the same approval", () => {
    const before = live();
    const { state, summary, version, live: stays, audit } = renew(before, "ben");
    expect(state).toMatchObject({ version: 2, approvalStatus: "APPROVED", liveVersion: 2, reviewChanges: 1 });
    expect([state.approvalExpiresAt, summary.approvalExpiresAt]).toEqual([later(48), later(48)]);
    expect(summary.renewal).toMatchObject({ from: later(34), risk: "high", votes: [{ by: "ben" }] });
    expect(summary).toMatchObject({ approvedBy: "boss", approvedAt: T, approvals: [{ by: "boss" }] });
    expect([version, stays]).toEqual([before.current, before.live]);
    expect(audit).toMatchObject({
      action: "runbook.approval_renewed",
      details: {
        ...{ reviewedVersion: 2, approvalsGiven: 1, approvalsRequired: 1, selfApproved: false },
        ...{ approvalExpiresAt: later(48), previousExpiry: later(28), approvals: [{ by: "ben" }] },
      },
    });
  });

  it("leaves a draft beside the live version as it is, with its votes and its request for a review", () => {
    const half = after(
      approveRunbook(besideDraft(), { ...RULES, version: 3, required: 2 }, at(later(2), "ben")),
    );
    const { state, summary, version, live: stays } = renew(half, "ben");
    expect([state.version, state.approvalStatus, state.liveVersion]).toEqual([3, "DRAFT", 2]);
    expect(summary).toMatchObject({ approvals: [{ by: "ben" }], approvedBy: null, version: 3 });
    expect([version, stays]).toEqual([half.current, half.live]);
    expect(state.approvalExpiresAt).toBe(later(48));
  });

  it("needs as many people as it is told, and each counts once; the term stays until the last of them", () => {
    const first = renew(live(), "ben", later(20), { required: 2 });
    expect(first.audit).toMatchObject({ action: "runbook.renewal_given", details: { approvalsGiven: 1 } });
    expect(first.state.approvalExpiresAt).toBe(later(28));
    expect(() => renew(after(first), "ben", later(21), { required: 2 })).toThrow(/each person counts once/);
    const last = renew(after(first), "boss", later(30), { required: 2 });
    expect(last.state.approvalExpiresAt).toBe(later(58));
    expect(last.summary.renewal?.votes).toMatchObject([{ by: "ben" }, { by: "boss" }]);
  });

  it("is no matter of those who renewed it the last time: everybody may again", () => {
    const renewed = after(renew(live(), "ben"));
    const again = renew(renewed, "ben", later(40));
    expect(again.summary.renewal?.votes).toMatchObject([{ by: "ben", at: later(40) }]);
    expect(again.state.approvalExpiresAt).toBe(later(68));
  });

  it("follows the options of the day: a shorter term, or one for ever, which cannot be renewed", () => {
    const soon = renew(live(), "ben", later(20), { validity: { risk: "high", days: 1 } });
    expect(soon.state.approvalExpiresAt).toBe(later(21));
    const forever = after(renew(live(), "ben", later(20), { validity: { risk: "high", days: 0 } }));
    expect(forever.state.approvalExpiresAt).toBeNull();
    expect(forever.summary.renewal).toMatchObject({ from: null, votes: [{ by: "ben" }] });
    expect(isAboutRenewal(forever, 2, later(9999))).toBe(false);
  });

  it("[H2] is refused with four eyes to whoever wrote what is live, and not to its approver or the author of a draft", () => {
    const eyes = { fourEyes: true };
    expect(() => renew(besideDraft(), "ana", later(20), eyes)).toThrow(/You wrote part/);
    for (const by of ["boss", "dan", "ben"])
      expect(renew(besideDraft(), by, later(20), eyes).state.approvalExpiresAt, by).toBe(later(48));
    const marked = renew(live(), "ana");
    expect(marked.audit.details["selfApproved"]).toBe(true);
  });

  it("is refused to the owning team where approvers must be of another", () => {
    expect(() => renew(live(), "ben", later(20), { ownTeam: "payments" })).toThrow(/another team/);
  });

  it("is refused before its time, to the millisecond, and says from when on it is possible", () => {
    expect(() => renew(live(), "ben", later(14, -1))).toThrow(
      expect.objectContaining({
        code: "invalid_transition",
        message: `Version 2 is approved until ${later(28)}. Its approval can be renewed from ${later(14)} on.`,
      }),
    );
    expect(renew(live(), "ben", later(14)).state.approvalExpiresAt).toBe(later(42));
  });
});

describe("a renewal, besides", () => {
  it("is self-approved only if all who renew it have written it", () => {
    const byAuthor = renew(live(), "ana", later(20), { required: 2 });
    expect(byAuthor.audit.details["selfApproved"]).toBe(true);
    const last = renew(after(byAuthor), "ben", later(21), { required: 2 });
    expect(last.audit).toMatchObject({
      details: { selfApproved: false, approvals: [{ selfApproved: true }, { selfApproved: false }] },
    });
  });

  it("is for ever where no term is given, and keeps the risk of what was approved", () => {
    const { state, summary } = renew(live(), "ben", later(20), { validity: undefined });
    expect(state.approvalExpiresAt).toBeNull();
    expect(summary.renewal).toMatchObject({ from: null, risk: "high", votes: [{ by: "ben" }] });
  });

  it("is refused of what has no term: a draft, and what is approved for ever", () => {
    const created = createRunbook(newId("runbook"), "payments", definition(), at(T, "ana"));
    const forever = { note: null, fourEyes: false, version: 1 };
    const approved = approveRunbook(after(created), forever, at(T, "boss"));
    for (const runbook of [after(created), after(approved)])
      expect(() => renew(runbook, "ben")).toThrow(expect.objectContaining({ code: "invalid_transition" }));
  });
});

describe("an approval that names a version", () => {
  it.each<[string, Runbook, number, string, boolean]>([
    ["the live one before its time, which is current", live(), 2, later(1), true],
    ["the live one in its time", live(), 2, later(14), true],
    ["the live one in its time, beside a draft", besideDraft(), 2, later(14), true],
    ["the live one before its time, beside a draft", besideDraft(), 2, later(14, -1), false],
    ["the draft", besideDraft(), 3, later(20), false],
    ["the version before the live one", live(), 1, later(20), false],
  ])("%s: whether it is about a renewal", (_what, runbook, version, time, expected) => {
    expect(isAboutRenewal(runbook, version, time)).toBe(expected);
  });
});

describe("a repeated renewal", () => {
  const asked = { by: "ben", version: 2, note: null };

  it("is known while it is under way, and until the next one can begin", () => {
    const first = after(renew(live(), "ben", later(20), { required: 2 }));
    const renewed = after(renew(first, "cyd", later(21), { required: 2 }));
    expect(isRepeatedApproval(first, asked, later(21))).toBe(true);
    expect(isRepeatedApproval(renewed, asked, later(35, -1))).toBe(true);
    expect(isRepeatedApproval(renewed, asked, later(35))).toBe(false);
  });

  it("is not the approval of a year ago by the same person in the same words", () => {
    const approved = live("ben");
    expect(isRepeatedApproval(approved, { ...asked, version: 1 }, later(20))).toBe(true);
    expect(isRepeatedApproval(approved, asked, later(13))).toBe(true);
    expect(isRepeatedApproval(approved, asked, later(14))).toBe(false);
  });

  it("is known of one that holds for ever", () => {
    const forever = after(renew(live(), "ben", later(20), { validity: { risk: "high", days: 0 } }));
    expect(isRepeatedApproval(forever, asked, later(9999))).toBe(true);
  });

  it("is none of another person, or with another note", () => {
    const renewed = after(renew(live(), "ben"));
    for (const other of [{ by: "cyd" }, { note: "Fine" }])
      expect(isRepeatedApproval(renewed, { ...asked, ...other }, later(21))).toBe(false);
  });
});
