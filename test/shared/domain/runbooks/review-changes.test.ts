// Requests for a review and for changes: of which version, what they leave as it is, and what takes them back.
import { describe, expect, it } from "vitest";
import { approveRunbook, deprecateRunbook } from "../../../../shared/domain/runbooks/approval-changes.ts";
import { requestChanges, requestReview } from "../../../../shared/domain/runbooks/review-changes.ts";
import {
  createRunbook,
  type Runbook,
  type RunbookChange,
  updateRunbook,
} from "../../../../shared/domain/runbooks/runbook-changes.ts";
import { act, after, definition, newId, review } from "../../../support/seed.ts";

const NIGHT = { note: "Before the night, please", risk: "high" } as const;
const ASKS: [string, (runbook: Runbook, version?: number) => RunbookChange][] = [
  [
    "a request for a review",
    (runbook, version = runbook.state.version) => requestReview(runbook, { version, ...NIGHT }, act("ana")),
  ],
  [
    "a request for changes",
    (runbook, version = runbook.state.version) =>
      requestChanges(runbook, { version, note: "Why?" }, act("ben")),
  ],
];
const drafted = () => after(createRunbook(newId("runbook"), "payments", definition(), act("ana")));
const reviewed = (runbook: Runbook) =>
  requestReview(runbook, { version: runbook.state.version, ...NIGHT }, act("ana"));
const refused = (runbook: Runbook) =>
  requestChanges(runbook, { version: runbook.state.version, note: "Why?" }, act("ben"));
const voted = (runbook: Runbook, by: string, required = 1) =>
  after(approveRunbook(runbook, { ...review(runbook.state.version), required }, act(by)));
const edited = (runbook: Runbook) => {
  const change = updateRunbook(runbook, definition({ description: "Gently" }), null, act("ana"));
  if (!change) throw new Error("Nothing has changed");
  return after(change);
};

it("a request for a review says who asks, what for and how risky it is, and the runbook waits", () => {
  const before = drafted();
  const { state, summary, audit } = reviewed(before);
  expect(summary).toMatchObject({
    reviewRequested: { by: "ana", byName: null, at: audit.at, ...NIGHT },
    changesRequested: null,
  });
  expect(state).toMatchObject({ awaitsReview: true, reviewChanges: 1 });
  expect(audit).toMatchObject({
    action: "runbook.review_requested",
    actor: "ana",
    details: { reviewedVersion: 1, ...NIGHT },
  });
});

it("a request for changes says who says no and why, and the runbook waits no longer", () => {
  const { state, summary, audit } = refused(after(reviewed(drafted())));
  expect(summary).toMatchObject({
    reviewRequested: null,
    changesRequested: { by: "ben", byName: null, at: audit.at, note: "Why?" },
  });
  expect(state).toMatchObject({ awaitsReview: false, reviewChanges: 2 });
  expect(audit).toMatchObject({
    action: "runbook.changes_requested",
    actor: "ben",
    details: { reviewedVersion: 1, note: "Why?" },
  });
});

it("asking for a review again takes the no back", () => {
  const { state, summary } = reviewed(after(refused(drafted())));
  expect([state.awaitsReview, summary.changesRequested]).toEqual([true, null]);
});

describe.each(ASKS)("%s", (_what, ask) => {
  it("makes no version, and changes nothing of what is live", () => {
    const before = drafted();
    const { version, live, state, summary } = ask(before);
    expect(version).toBe(before.current);
    expect(live).toBe(before.live);
    expect(state).toMatchObject({ version: 1, approvalStatus: "DRAFT", liveVersion: null });
    expect(summary).toMatchObject({ version: 1, approvalStatus: "DRAFT", lastApprovedVersion: null });
  });

  it("leaves the votes that were given", () => {
    const { summary } = ask(voted(drafted(), "ben", 2));
    expect(summary.approvals).toMatchObject([{ by: "ben" }]);
  });

  it("falls with the version: an edit and an approval take it back", () => {
    for (const next of [edited(after(ask(drafted()))), voted(after(ask(drafted())), "cyd")]) {
      expect(next.summary).toMatchObject({ reviewRequested: null, changesRequested: null });
      expect(next.state.awaitsReview).toBe(false);
    }
  });

  it("stays while a further vote is needed", () => {
    const asked = ask(drafted());
    const { summary, state } = voted(after(asked), "cyd", 2);
    const { reviewRequested, changesRequested } = asked.summary;
    expect(summary).toMatchObject({ reviewRequested, changesRequested });
    expect(state.awaitsReview).toBe(asked.state.awaitsReview);
  });

  it("is for the current version alone", () => {
    const message = "Version 1 was reviewed, but the runbook is at version 2: review that.";
    expect(() => ask(edited(drafted()), 1)).toThrow(
      expect.objectContaining({ code: "version_conflict", message }),
    );
  });

  it("is never earlier than what is in the audit", () => {
    const runbook = drafted();
    const ahead = { ...runbook, state: { ...runbook.state, auditAt: "2027-01-01T00:00:00.000Z" } };
    const { audit, summary } = ask(ahead);
    const { reviewRequested, changesRequested } = summary;
    expect([audit.at, (reviewRequested ?? changesRequested)?.at]).toEqual([
      ahead.state.auditAt,
      ahead.state.auditAt,
    ]);
  });
});

describe("what is no draft", () => {
  const approved = () => voted(drafted(), "cyd");
  const deprecated = () => after(deprecateRunbook(approved(), null, act("cyd")));

  it.each([
    ["APPROVED", 2, approved],
    ["DEPRECATED", 3, deprecated],
  ])("is neither reviewed nor changed: %s", (status, version, make) => {
    const said = (what: string) =>
      expect.objectContaining({
        code: "invalid_transition",
        message: `The runbook is ${status} at version ${version}: only a draft is ${what}. An edit makes one.`,
      });
    expect(() => reviewed(make())).toThrow(said("reviewed"));
    expect(() => refused(make())).toThrow(said("changed"));
  });
});
