// The approval life cycle as a table: every step from every status, and words that say what would be possible.
import { describe, expect, it } from "vitest";
import { APPROVAL_STATUSES, requireTransition } from "../../../../shared/domain/runbooks/approval.ts";

const STEPS = {
  update: { DRAFT: "DRAFT", APPROVED: "DRAFT" },
  approve: { DRAFT: "APPROVED" },
  rotate: { APPROVED: "APPROVED" },
  deprecate: { APPROVED: "DEPRECATED" },
  rollback: { DRAFT: "DRAFT", APPROVED: "DRAFT" },
  restore: { DEPRECATED: "DRAFT" },
} as const;
const CHANGES = {
  ...{ update: "updated", approve: "approved", rotate: "credential_rotated", deprecate: "deprecated" },
  ...{ rollback: "rolled_back", restore: "rolled_back" },
} as const;

const cells = (Object.keys(STEPS) as (keyof typeof STEPS)[]).flatMap((name) =>
  APPROVAL_STATUSES.map((from) => {
    const steps: Partial<Record<typeof from, string>> = STEPS[name];
    return { name, from, to: steps[from] ?? null };
  }),
);

describe("the approval life cycle", () => {
  it.each(cells)("$name from $from leads to $to", ({ name, from, to }) => {
    if (to !== null) {
      expect(requireTransition(name, from)).toMatchObject({ to, change: CHANGES[name] });
      return;
    }
    const needed = Object.keys(STEPS[name]).join(" or ");
    const message = `The runbook is ${from}; to ${name} it, it must be ${needed}.`;
    expect(() => requireTransition(name, from)).toThrow(
      expect.objectContaining({ code: "invalid_transition", message }),
    );
  });
});
