// How long an approval holds: every edge of it, what each change does to it, and what is announced when.
import { describe, expect, it } from "vitest";
import {
  approveRunbook,
  deprecateRunbook,
  withdrawRunbook,
} from "../../../../shared/domain/runbooks/approval-changes.ts";
import {
  getRenewalVotes,
  hasExpired,
  isRenewable,
  Renewal,
  startTerm,
} from "../../../../shared/domain/runbooks/approval-term.ts";
import {
  ApprovalExpiry,
  announceExpiry,
  chooseAnnouncement,
} from "../../../../shared/domain/runbooks/expiry-announcement.ts";
import { renewApproval } from "../../../../shared/domain/runbooks/renewal-changes.ts";
import {
  applyTransition,
  createRunbook,
  type Runbook,
  rollbackRunbook,
  updateRunbook,
} from "../../../../shared/domain/runbooks/runbook-changes.ts";
import { requireValidApproval } from "../../../../shared/domain/runbooks/runnable.ts";
import { act, after, definition, newId, review } from "../../../support/seed.ts";

const T = "2026-04-01T03:00:00.000Z";
const later = (days: number, ms = 0) => new Date(Date.parse(T) + days * 86_400_000 + ms).toISOString();
const at = (time: string, by = "boss") => ({ ...act(by), at: time });

describe("the term of an approval", () => {
  it.each<[number, string | null, string | null]>([
    [0, null, null],
    [1, later(1), later(0.5)],
    [27, later(27), later(13.5)],
    [28, later(28), later(14)],
    [29, later(29), later(15)],
    [365, later(365), later(351)],
    [3650, later(3650), later(3636)],
  ])(
    "of %i days ends at the same time of day, and can be renewed in its last 14 days, or its second half",
    (days, expires, from) => {
      const { approvalExpiresAt, renewal } = startTerm(T, { risk: "medium", days });
      expect([approvalExpiresAt, renewal?.from ?? null]).toEqual([expires, from]);
      expect(renewal).toEqual(days === 0 ? null : { from, risk: "medium", votes: [] });
    },
  );

  it("has ended at its last instant, and not a millisecond before; what has none never ends", () => {
    expect([later(1, -1), later(1), later(1, 1)].map((now) => hasExpired(later(1), now))).toEqual([
      false,
      true,
      true,
    ]);
    expect(hasExpired(null, "9999-12-31T23:59:59.999Z")).toBe(false);
  });

  it("can be renewed from its instant on, also after it has ended; what was renewed for ever cannot", () => {
    const { renewal } = startTerm(T, { risk: "low", days: 28 });
    const times = [later(14, -1), later(14), later(28), later(900)];
    expect(times.map((now) => isRenewable(renewal, now))).toEqual([false, true, true, true]);
    expect(isRenewable(null, later(900))).toBe(false);
    expect(isRenewable({ from: null, risk: "low", votes: [] }, later(900))).toBe(false);
  });

  it("counts the votes of a renewal from that instant on; before it, those of the last one are shown", () => {
    const vote = (time: string) => ({ by: time, byName: null, at: time, note: null, selfApproved: false });
    const [old, first, second] = [vote(T), vote(later(14)), vote(later(15))];
    const renewal = { from: later(14), risk: "low", votes: [old, first, second] } as const;
    expect(getRenewalVotes({ ...renewal, votes: [old] }, later(14, -1))).toEqual([old]);
    expect(getRenewalVotes({ ...renewal, votes: [...renewal.votes] }, later(14))).toEqual([first, second]);
    expect(getRenewalVotes({ ...renewal, from: null, votes: [old] }, later(900))).toEqual([old]);
    expect(getRenewalVotes(null, T)).toEqual([]);
  });
});

describe("a stored renewal", () => {
  const stored = { from: later(14), risk: "high", votes: [] };

  it("is read field by field, and nothing else is let in", () => {
    expect(Renewal.parse(stored)).toEqual(stored);
    expect(Renewal.safeParse({ ...stored, note: "Fine" }).success).toBe(false);
    expect(Renewal.safeParse({ ...stored, risk: "none" }).success).toBe(false);
    expect(ApprovalExpiry.parse({ approvalExpiresAt: null, stage: "valid" }).stage).toBe("valid");
    expect(ApprovalExpiry.safeParse({ approvalExpiresAt: null }).success).toBe(false);
  });

  it("is explained to the readers of the API, as a whole and field by field", () => {
    expect(Renewal.description).toMatch(/renewal of the approval/);
    expect(Renewal.shape.from.description).toMatch(/14 days before it expires, or half of its validity/);
    expect(Renewal.shape.risk.description).toMatch(/how many people must renew, and for how long/);
    expect(Renewal.shape.votes.description).toMatch(/oldest first/);
  });
});

describe("a runbook's approval", () => {
  const DAYS = { validity: { risk: "high", days: 28 } } as const;
  const approve = (runbook: Runbook, more: object = DAYS, time = T) =>
    after(approveRunbook(runbook, { ...review(runbook.state.version), ...more }, at(time)));
  const draft = (whileDraft: "stop" | "run_approved" = "run_approved") =>
    after(
      createRunbook(newId("runbook"), "payments", definition({ whileDraft }), {
        ...act("ana"),
        at: later(-9),
      }),
    );
  const edited = (runbook: Runbook) => {
    const changed = { ...runbook.current.definition, name: "Restart gently" };
    const change = updateRunbook(runbook, changed, null, at(later(1), "ana"));
    if (!change) throw new Error("Nothing has changed");
    return after(change);
  };
  /** State and summary say the same. */
  const termOf = ({ state, summary }: Runbook) => {
    expect(summary.approvalExpiresAt).toBe(state.approvalExpiresAt);
    expect(summary.renewal === null).toBe(state.approvalExpiresAt === null);
    return state.approvalExpiresAt;
  };
  const rotated = (runbook: Runbook) =>
    after(
      applyTransition(
        runbook,
        "rotate",
        {
          ...runbook.current,
          kept: { approvedBy: "boss", approvedByName: null, approvedAt: T, selfApproved: false },
        },
        "Credential rotated",
        at(later(1), "ana"),
        {},
      ),
    );

  it.each<[string, (live: Runbook) => Runbook, string | null]>([
    ["starts when it is given", (live) => live, later(28)],
    ["stays with the live version beside an edit", edited, later(28)],
    [
      "stays with the live version beside a rollback",
      (live) =>
        after(rollbackRunbook(live, live.current, definition({ description: "B" }), null, at(later(1)))),
      later(28),
    ],
    ["stays when the credential is rotated", rotated, later(28)],
    [
      "starts anew with the approval of a newer version",
      (live) => approve(edited(live), DAYS, later(2)),
      later(30),
    ],
    [
      "ends with the approval of a newer version that holds for ever",
      (live) => approve(edited(live), {}, later(2)),
      null,
    ],
    ["ends with a withdrawal", (live) => after(withdrawRunbook(live, "Harm", at(later(1)))), null],
    [
      "ends with a withdrawal beside a draft",
      (live) => after(withdrawRunbook(edited(live), "Harm", at(later(2)))),
      null,
    ],
    ["ends with a deprecation", (live) => after(deprecateRunbook(live, "Old", at(later(1)))), null],
  ])("%s", (_what, change, expected) => {
    expect(termOf(change(approve(draft())))).toBe(expected);
  });

  it("keeps the votes of its renewal beside an edit; a rotation makes a version, so it ends them, and no more", () => {
    const half = after(
      renewApproval(
        approve(draft()),
        { ...review(2), required: 2, ...DAYS },
        { ...act("ben"), at: later(0.9 * 28) },
      ),
    );
    expect(edited(half).summary.renewal).toMatchObject({
      from: later(14),
      risk: "high",
      votes: [{ by: "ben" }],
    });
    expect(rotated(half).summary.renewal).toEqual({ from: later(14), risk: "high", votes: [] });
    expect(rotated(approve(draft(), {})).summary.renewal).toBeNull();
  });

  it("ends with an edit that stops what is live", () => {
    expect(termOf(edited(approve(draft("stop"))))).toBeNull();
  });

  it("is in the audit of the approval, and of no vote before it", () => {
    const first = approveRunbook(draft(), { ...review(1), ...DAYS, required: 2 }, at(T, "ben"));
    expect(first.audit.details).not.toHaveProperty("approvalExpiresAt");
    expect(termOf(after(first))).toBeNull();
    const last = approveRunbook(after(first), { ...review(1), ...DAYS, required: 2 }, at(T, "cyd"));
    expect(last.audit.details["approvalExpiresAt"]).toBe(later(28));
  });

  it("refuses a start from its last instant on, and says which version, since when, and who renews it how", () => {
    const live = edited(approve(draft()));
    expect(() => requireValidApproval(live, later(28, -1))).not.toThrow();
    expect(() => requireValidApproval(live, later(28))).toThrow(
      expect.objectContaining({
        code: "approval_expired",
        message: `The approval of version 2 expired on ${later(28)}. Ask a platform admin to review version 2 and approve it again. Until then, an admin can start it by breaking the glass.`,
      }),
    );
    expect(() => requireValidApproval(approve(draft(), {}), later(9999))).not.toThrow();
  });
});

describe("the announcement of an expiry", () => {
  const WEEKS = { validity: { risk: "high", days: 28 } } as const;
  const expiry = (stage: "valid" | "expires_soon" | "expired") => ({ approvalExpiresAt: later(28), stage });

  it.each([
    [later(14, -1), [null, null, null]],
    [later(14), ["expires_soon", null, null]],
    [later(28, -1), ["expires_soon", null, null]],
    [later(28), ["expired", "expired", null]],
    [later(99), ["expired", "expired", null]],
  ])("at %s is due once, and a stage that was missed is left out", (now, expected) => {
    const due = (["valid", "expires_soon", "expired"] as const).map((stage) =>
      chooseAnnouncement(expiry(stage), now),
    );
    expect(due).toEqual(expected);
  });

  it("never comes of an approval that holds for ever", () => {
    expect(chooseAnnouncement({ approvalExpiresAt: null, stage: "valid" }, later(9999))).toBeNull();
  });

  it.each([
    ["expires_soon", "runbook.approval_expires_soon"],
    ["expired", "runbook.approval_expired"],
  ] as const)("%s is an audit entry with the date, and changes nothing else", (stage, action) => {
    const made = createRunbook(newId("runbook"), "payments", definition(), at(T, "ana"));
    const live = after(approveRunbook(after(made), { ...review(1), ...WEEKS }, at(later(1))));
    const { state, summary, version, audit } = announceExpiry(live, stage, at(later(20), "sweep"));
    expect(audit).toMatchObject({ action, at: later(20), details: { approvalExpiresAt: later(29) } });
    const ofAudit = { auditSequence: 3, auditHash: audit.hash, auditAt: later(20) };
    expect(state).toEqual({ ...live.state, ...ofAudit });
    expect([summary, version]).toEqual([live.summary, live.current]);
  });

  it("is never dated before what it announces, though the clock of the sweep is late", () => {
    const made = createRunbook(newId("runbook"), "payments", definition(), at(T, "ana"));
    const live = after(approveRunbook(after(made), { ...review(1), ...WEEKS }, at(later(1))));
    expect(announceExpiry(live, "expires_soon", at(later(1, -1), "sweep")).audit.at).toBe(later(1));
  });
});
