// The approval life cycle: every state × action, and what each leaves behind.
import { describe, expect, it } from "vitest";
import { hashOf } from "../../../../shared/domain/audit.ts";
import type { ApprovalStatus } from "../../../../shared/domain/runbooks/approval.ts";
import { approveRunbook, deprecateRunbook } from "../../../../shared/domain/runbooks/approval-changes.ts";
import {
  createRunbook,
  type Runbook,
  rollbackRunbook,
  updateRunbook,
} from "../../../../shared/domain/runbooks/runbook-changes.ts";
import { requireRunnable } from "../../../../shared/domain/runbooks/runnable.ts";
import { act, after, definition, newId, review } from "../../../support/seed.ts";

const other = definition({ description: "Something else" });

function runbookIn(status: ApprovalStatus): Runbook {
  const draft = after(createRunbook(newId("runbook"), "payments", definition(), act("ana")));
  if (status === "DRAFT") return draft;
  const approved = after(approveRunbook(draft, review(1), act("boss")));
  return status === "APPROVED" ? approved : after(deprecateRunbook(approved, "old", act("boss")));
}

const ACTIONS = {
  update: (r: Runbook) => updateRunbook(r, other, null, act("ben")),
  approve: (r: Runbook) => approveRunbook(r, review(r.state.version), act("boss")),
  deprecate: (r: Runbook) => deprecateRunbook(r, null, act("boss")),
  rollback: (r: Runbook) => rollbackRunbook(r, r.current, other, null, act("ben")),
} as const;

const CELLS = [
  ["DRAFT", "update", "DRAFT"],
  ["DRAFT", "approve", "APPROVED"],
  ["DRAFT", "deprecate", "invalid_transition"],
  ["DRAFT", "rollback", "DRAFT"],
  ["APPROVED", "update", "DRAFT"],
  ["APPROVED", "approve", "invalid_transition"],
  ["APPROVED", "deprecate", "DEPRECATED"],
  ["APPROVED", "rollback", "DRAFT"],
  ["DEPRECATED", "update", "invalid_transition"],
  ["DEPRECATED", "approve", "invalid_transition"],
  ["DEPRECATED", "deprecate", "invalid_transition"],
  ["DEPRECATED", "rollback", "DRAFT"],
] as const;

describe("approval life cycle", () => {
  it.each(CELLS)("%s: %s leads to %s", (status, action, expected) => {
    const runbook = runbookIn(status);
    if (expected === "invalid_transition") {
      expect(() => ACTIONS[action](runbook)).toThrow(expect.objectContaining({ code: expected }));
      return;
    }
    const change = ACTIONS[action](runbook);
    expect(change?.state).toMatchObject({ approvalStatus: expected, version: runbook.state.version + 1 });
    expect(change?.version).toMatchObject({ approvalStatus: expected, version: runbook.state.version + 1 });
    expect(change?.summary).toMatchObject({ approvalStatus: expected, version: runbook.state.version + 1 });
    expect(change?.before).toEqual(runbook.state);
  });

  it("an update that changes nothing is no change, and an approved runbook remains approved", () => {
    const reordered = JSON.parse(JSON.stringify(definition(), Object.keys(definition()).sort())) as unknown;
    expect(reordered).toBeDefined();
    expect(updateRunbook(runbookIn("APPROVED"), definition(), "a note", act())).toBeNull();
  });

  it("names the fields that an update changed in the audit", () => {
    const change = updateRunbook(runbookIn("DRAFT"), other, "clearer", act());
    expect(change?.audit).toMatchObject({
      action: "runbook.updated",
      details: { fields: ["description"], note: "clearer" },
    });
  });

  it("[H1] approves only the version that was reviewed", () => {
    expect(() => approveRunbook(runbookIn("DRAFT"), review(7), act("boss"))).toThrow(
      expect.objectContaining({ code: "version_conflict" }),
    );
  });

  it("an approval is gone with the next change, and kept for the record when deprecated", () => {
    const approved = runbookIn("APPROVED");
    expect(approved.summary.approvedBy).toBe("boss");
    expect(updateRunbook(approved, other, null, act())?.summary).toMatchObject({
      approvedBy: null,
      approvedAt: null,
    });
    expect(deprecateRunbook(approved, null, act("chief")).summary.approvedBy).toBe("boss");
  });

  it("says who made it, when, and with which warnings; nobody is asked to look at it yet", () => {
    const warnings = [
      { pointer: "/webhookUrl", code: "safe_to_repeat_not_given" as const, message: "Say it" },
    ];
    const { state, summary, version, audit } = createRunbook(
      newId("runbook"),
      "payments",
      definition(),
      act("ana"),
      warnings,
    );
    const { at } = audit;
    expect(summary).toMatchObject({
      ...{ createdBy: "ana", createdAt: at, updatedBy: "ana", updatedAt: at, approvals: [] },
      ...{ approvedBy: null, reviewRequested: null, changesRequested: null, deletedAt: null },
    });
    expect(state).toMatchObject({ awaitsReview: false, reviewChanges: 0, liveVersion: null });
    expect(version).toMatchObject({ warnings, changeNote: "Initial version", changedBy: "ana" });
    expect(createRunbook(newId("runbook"), null, definition(), act()).version.warnings).toEqual([]);
  });

  it("has a note of its own where nobody gave one, and is never self-approved before its approval", () => {
    const [approved, deprecated] = [runbookIn("APPROVED"), runbookIn("DEPRECATED")];
    const updated = updateRunbook(approved, other, null, act("ben"));
    expect(updated?.version).toMatchObject({ changeNote: "Updated", selfApproved: false, warnings: [] });
    expect(updated?.version.authors).toEqual(["ben"]);
    expect(updateRunbook(approved, other, "Clearer", act("ben"))?.version.changeNote).toBe("Clearer");
    const back = rollbackRunbook(deprecated, { version: 1, authors: ["ana"] }, other, null, act("ben"));
    expect(back.version).toMatchObject({ changeNote: "Rolled back to version 1", selfApproved: false });
    expect(back.version.authors).toEqual(["ana", "ben"]);
    expect(back.audit.details).toMatchObject({ toVersion: 1, note: null });
    const noted = rollbackRunbook(approved, approved.current, other, "It was better", act("ben"));
    expect(noted.version.changeNote).toBe("It was better");
  });

  it("[H3] every field of the definition but none else makes a change", () => {
    const changed: Partial<ReturnType<typeof definition>> = {
      name: "n",
      description: "d",
      webhookUrl: "https://b.example.com/",
      webhookMethod: "PUT",
      webhookHeaders: { "X-A": "1" },
      webhookAuth: { type: "bearer", token: { ciphertext: "AAAA" } },
      parameters: { type: "object", properties: {} },
      payloadTemplate: "{}",
      payloadFormat: "text",
      secrets: { key: { ciphertext: "AAAA" } },
      timeoutSeconds: 31,
      attemptTimeoutSeconds: 2,
      retryPolicy: { maxAttempts: 1, initialDelaySeconds: 1, backoffRate: 2, maxDelaySeconds: 60 },
      whileDraft: "run_approved",
    };
    expect(Object.keys(changed).sort()).toEqual(Object.keys(definition()).sort());
    for (const [field, value] of Object.entries(changed)) {
      const change = updateRunbook(runbookIn("APPROVED"), definition({ [field]: value }), null, act());
      expect(change?.audit.details["fields"]).toEqual([field]);
      expect(change?.state.approvalStatus).toBe("DRAFT");
    }
  });

  it("chains each audit entry to the one before", () => {
    const draft = createRunbook(newId("runbook"), null, definition(), act());
    const approved = approveRunbook(after(draft), review(1), act("boss"));
    expect(draft.audit).toMatchObject({ sequence: 1, previousHash: "" });
    expect(approved.audit).toMatchObject({ sequence: 2, previousHash: draft.audit.hash });
    const { hash, ...entry } = approved.audit;
    expect(hash).toBe(hashOf(entry));
    expect(hash).not.toBe(hashOf({ ...entry, actor: "somebody else" }));
  });
});

describe("an executable version", () => {
  const refusalOf = (runbook: Runbook, version?: number) => expect(() => requireRunnable(runbook, version));
  const notApproved = (message: unknown) =>
    expect.objectContaining({ code: "runbook_not_approved", message });

  it("is the live version, and no other", () => {
    const approved = runbookIn("APPROVED");
    refusalOf(approved).not.toThrow();
    refusalOf(approved, 2).not.toThrow();
    const message = "Version 1 was requested, but version 2 is the live one: read the runbook again.";
    refusalOf(approved, 1).toThrow(expect.objectContaining({ code: "version_conflict", message }));
  });

  it("is no draft: the refusal names its author and date, the last approved version, and whom to ask", () => {
    const draft = runbookIn("DRAFT");
    const { createdAt } = draft.current;
    refusalOf(draft, 1).toThrow(
      notApproved(
        `The runbook is DRAFT (version 1 by ana, ${createdAt}): only an approved version can run. No version has been approved yet. Ask a platform admin to review and approve version 1.`,
      ),
    );
    const edited = updateRunbook(runbookIn("APPROVED"), other, null, act("ben"));
    if (!edited) throw new Error("Nothing was edited");
    refusalOf(after(edited)).toThrow(
      notApproved(expect.stringMatching(/version 3 by ben, .* Version 2 was approved last\. Ask /)),
    );
  });

  it("is nothing deprecated: the refusal gives the reason", () => {
    const deprecated = runbookIn("DEPRECATED");
    const { createdAt } = deprecated.current;
    refusalOf(deprecated).toThrow(
      notApproved(
        `The runbook is DEPRECATED (version 3 by boss, ${createdAt}): it cannot run. A platform admin can restore it with a rollback. Reason: old`,
      ),
    );
  });

  it("the version approved last is kept through edits, deprecation and rollback", () => {
    const deprecated = runbookIn("DEPRECATED");
    expect(deprecated.summary.lastApprovedVersion).toBe(2);
    const back = rollbackRunbook(deprecated, deprecated.current, other, null, act("boss"));
    expect(back.summary.lastApprovedVersion).toBe(2);
    expect(approveRunbook(after(back), review(4), act("boss")).summary.lastApprovedVersion).toBe(5);
  });
});
