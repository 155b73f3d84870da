// Which request repeats the caller's own last one: the same person, version and words, and nothing else since.
import { describe, expect, it } from "vitest";
import {
  approveRunbook,
  deprecateRunbook,
  withdrawRunbook,
} from "../../../../shared/domain/runbooks/approval-changes.ts";
import {
  isRepeatedApproval,
  isRepeatedChange,
  isRepeatedRequest,
} from "../../../../shared/domain/runbooks/repeats.ts";
import { requestReview } from "../../../../shared/domain/runbooks/review-changes.ts";
import {
  createRunbook,
  type Runbook,
  updateRunbook,
} from "../../../../shared/domain/runbooks/runbook-changes.ts";
import { act, after, definition, newId, review } from "../../../support/seed.ts";

const drafted = () => after(createRunbook(newId("runbook"), "payments", definition(), act("ana")));
const approved = () => after(approveRunbook(drafted(), review(1), act("ben")));
const edited = (runbook: Runbook, note: string | null = null, by = "ana") => {
  const change = updateRunbook(runbook, definition({ description: "Gently" }), note, act(by));
  if (!change) throw new Error("Nothing has changed");
  return after(change);
};

describe("a repeated change", () => {
  /** Withdrawn from version 2, so at version 3. */
  const withdrawn = () => after(withdrawRunbook(approved(), "It does harm", act("ana")));
  const asked = { change: "withdrawn", by: "ana", note: "It does harm" } as const;

  it("has made the newest version, by this person, for this reason", () => {
    expect(isRepeatedChange(withdrawn(), asked)).toBe(true);
    const deprecated = after(deprecateRunbook(approved(), "Old", act("ben")));
    expect(isRepeatedChange(deprecated, { change: "deprecated", by: "ben", note: "Old" })).toBe(true);
  });

  it.each([
    ["another person", { by: "ben" }],
    ["another reason", { note: "It is slow" }],
    ["another change", { change: "deprecated" as const }],
    ["a change of an earlier version", { from: 1 }],
    ["a change of the version that it made", { from: 3 }],
    ["a change of a later version", { from: 4 }],
  ])("is not one of %s", (_what, other) => {
    expect(isRepeatedChange(withdrawn(), { ...asked, ...other })).toBe(false);
  });

  it("is one of the version that it changed, where the request names it", () => {
    expect(isRepeatedChange(withdrawn(), { ...asked, from: 2 })).toBe(true);
  });

  it("is none once the runbook has changed since, in the same words too", () => {
    expect(isRepeatedChange(edited(withdrawn(), "It does harm"), asked)).toBe(false);
  });
});

describe("a repeated approval", () => {
  const asked = { by: "ben", version: 1, note: null };
  const isRepeated = (runbook: Runbook, one: { by: string; version: number; note: string | null }) =>
    isRepeatedApproval(runbook, one, "2026-04-01T03:00:00.000Z");
  const votedFor = (runbook: Runbook, by: string) =>
    after(approveRunbook(runbook, { ...review(runbook.state.version), required: 2 }, act(by)));

  it("is known before and after the last vote that was needed", () => {
    const once = votedFor(drafted(), "ben");
    expect([once, votedFor(once, "cyd")].map((now) => isRepeated(now, asked))).toEqual([true, true]);
  });

  it("is none of a version that was approved after a later edit, or deprecated", () => {
    const deprecated = after(deprecateRunbook(approved(), null, act("ben")));
    expect(isRepeated(deprecated, { ...asked, version: 2 })).toBe(false);
    const again = after(approveRunbook(edited(approved()), review(3), act("ben")));
    expect(isRepeated(again, asked)).toBe(false);
    expect(isRepeated(again, { ...asked, version: 3 })).toBe(true);
    expect(isRepeated(again, { ...asked, version: 5 })).toBe(false);
  });

  it("is one person's own in the same words", () => {
    const mixed = votedFor(
      after(approveRunbook(drafted(), { ...review(1), required: 2, note: "Fine" }, act("cyd"))),
      "ben",
    );
    expect(isRepeated(mixed, { by: "ben", version: 1, note: "Fine" })).toBe(false);
    expect(isRepeated(mixed, { by: "cyd", version: 1, note: null })).toBe(false);
    expect(isRepeated(mixed, { by: "cyd", version: 1, note: "Fine" })).toBe(true);
  });
});

describe("a repeated request for a review", () => {
  const requested = (runbook = drafted()) =>
    after(
      requestReview(runbook, { version: runbook.state.version, note: "Tonight", risk: "low" }, act("ana")),
    );
  const asked = { by: "ana", version: 1, note: "Tonight" };

  it("is known while it stands", () => {
    const now = requested();
    expect(isRepeatedRequest(now, now.summary.reviewRequested, asked)).toBe(true);
  });

  it.each([
    ["another person", { by: "ben" }],
    ["another version", { version: 2 }],
    ["another note", { note: null }],
  ])("is not one of %s", (_what, other) => {
    const now = requested();
    expect(isRepeatedRequest(now, now.summary.reviewRequested, { ...asked, ...other })).toBe(false);
  });

  it("is none where nothing was asked, or a new version took it back", () => {
    for (const now of [drafted(), edited(requested())])
      expect(
        isRepeatedRequest(now, now.summary.reviewRequested, { ...asked, version: now.state.version }),
      ).toBe(false);
  });
});
