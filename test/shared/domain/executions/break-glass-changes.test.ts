// Opening and closing a break-glass: every state and actor, the audit entries, and what is announced.
import { describe, expect, it } from "vitest";
import { toAnnouncement } from "../../../../shared/domain/announcement.ts";
import { hashOf } from "../../../../shared/domain/audit.ts";
import type { ServiceError } from "../../../../shared/domain/errors.ts";
import type { BreakGlassRequest } from "../../../../shared/domain/executions/break-glass.ts";
import { closeBreakGlass, openBreakGlass } from "../../../../shared/domain/executions/break-glass-changes.ts";
import type { Execution } from "../../../../shared/domain/executions/execution.ts";
import { buildExecution, markCompleted } from "../../../../shared/domain/executions/execution-changes.ts";
import { internalFailure } from "../../../../shared/domain/executions/outcome.ts";
import { approveRunbook } from "../../../../shared/domain/runbooks/approval-changes.ts";
import { createRunbook } from "../../../../shared/domain/runbooks/runbook-changes.ts";
import { act, after, definition, newId, review } from "../../../support/seed.ts";

const linkTo = (id: string) => `https://console.example.com/${id}`;
const REASON = { reason: "Checkout is down" };

function requested(incidentId: string | null = null) {
  const runbook = after(createRunbook(newId("runbook"), "payments", definition(), act()));
  const live = after(approveRunbook(runbook, review(1), act("boss")));
  const how = { ranForTeamId: null, triggeredBy: "manual", trigger: {} } as const;
  return buildExecution(live, { id: newId("execution"), incidentId, ...how }, act("ana"));
}

const opened = (asked: BreakGlassRequest = REASON, incidentId: string | null = null) =>
  openBreakGlass(requested(incidentId), asked, act("ana"));

function ended(changes: Partial<Execution> = {}): Execution {
  const failure = { status: "FAILED", error: internalFailure("It failed.") } as const;
  const { execution } = markCompleted(opened().change.execution, failure, act("system:workflow"), []);
  return { ...execution, ...changes };
}

const codeOf = (run: () => unknown) => {
  try {
    run();
    return null;
  } catch (error) {
    const { code, message } = error as ServiceError;
    return `${code}: ${message}`;
  }
};

describe("opening", () => {
  it("adds why to the execution, and the second entry to its chain", () => {
    const { change, audit } = opened();
    expect(change.audit).toMatchObject({ action: "execution.requested", sequence: 1 });
    expect(audit).toMatchObject({
      ...{ action: "execution.break_glass_opened", sequence: 2, previousHash: change.audit.hash },
      ...{ actor: "ana", executionId: change.execution.id, teamId: "payments", ranForTeamId: "payments" },
      details: { breakGlass: { ...REASON, incidentId: null }, status: "PENDING", executedBy: "ana" },
    });
    const { hash, ...entry } = audit;
    expect(hashOf(entry)).toBe(hash);
    expect(change.execution).toMatchObject({
      ...{ auditSequence: 2, auditHash: hash, status: "PENDING" },
      breakGlass: {
        ...REASON,
        incidentId: null,
        closedBy: null,
        closedByName: null,
        closedAt: null,
        note: null,
      },
    });
    expect(change.before).toBeNull();
  });

  it.each([
    ["its own", undefined, "INC-1", "INC-1"],
    ["the one that is named", "INC-2", null, "INC-2"],
    ["none", undefined, null, null],
  ])("keeps the incident: %s", (_which, incidentId, own, expected) => {
    const { change } = opened({ ...REASON, ...(incidentId !== undefined && { incidentId }) }, own);
    expect(change.execution.breakGlass?.incidentId).toBe(expected);
    expect(change.execution.incidentId).toBe(own);
  });

  it("is announced with why", () => {
    const { audit, change } = opened();
    expect(toAnnouncement(audit, linkTo)).toMatchObject({
      detailType: "Runbook Break-Glass Opened",
      detail: {
        ...{ actor: "ana", teamId: "payments", ranForTeamId: "payments", runbookName: "Restart a service" },
        ...{ status: "PENDING", executionId: change.execution.id, link: linkTo(change.execution.id) },
        breakGlass: { ...REASON, incidentId: null },
      },
    });
  });
});

describe("closing", () => {
  it("adds who, when and what they found, changes nothing else, and is announced", () => {
    const execution = ended();
    const closing = closeBreakGlass(execution, "It was right", act("boss"));
    const { auditSequence, auditHash, breakGlass, ...rest } = closing?.execution ?? execution;
    expect(closing?.before).toBe(execution);
    expect(execution).toMatchObject(rest);
    expect(auditSequence).toBe(execution.auditSequence + 1);
    expect(auditHash).toBe(closing?.audit.hash);
    expect(breakGlass).toEqual({
      ...{ ...REASON, incidentId: null, closedBy: "boss", closedByName: null },
      ...{ closedAt: closing?.audit.at, note: "It was right" },
    });
    expect(closing && toAnnouncement(closing.audit, linkTo)).toMatchObject({
      detailType: "Runbook Break-Glass Closed",
      detail: {
        actor: "boss",
        executedBy: "ana",
        status: "FAILED",
        note: "It was right",
        breakGlass: REASON,
      },
    });
  });

  it("is never earlier than the end", () => {
    const completedAt = "2030-01-01T00:00:00.000Z";
    expect(closeBreakGlass(ended({ completedAt }), "Right", act("boss"))?.audit.at).toBe(completedAt);
  });

  it.each([
    ["by the one who opened it", ended(), "ana", /^not_permitted: .*another admin of the team/],
    [
      "while it is PENDING",
      opened().change.execution,
      "boss",
      /^active_executions: The execution is PENDING/,
    ],
    ["while it is RUNNING", ended({ status: "RUNNING" }), "boss", /^active_executions/],
    [
      "while a call may be under way",
      ended({ callDeadlineAt: "2026-03-01T04:00:00.000Z" }),
      "boss",
      /^active_executions: .*its last call may be under way/,
    ],
    [
      "of a run that broke none",
      requested().execution,
      "boss",
      /^invalid_transition: The execution broke no/,
    ],
  ])("is refused %s", (_when, execution, by, expected) => {
    expect(codeOf(() => closeBreakGlass(execution, "Right", act(by)))).toMatch(expected);
  });

  it("once more: nothing for the same note of the same admin, else who was first", () => {
    const closed = closeBreakGlass(ended(), "Right", act("boss"))?.execution ?? ended();
    expect(closeBreakGlass(closed, "Right", act("boss"))).toBeNull();
    for (const [by, note] of [
      ["boss", "Wrong"],
      ["zoe", "Right"],
      ["ana", "Right"],
    ] as const)
      expect(codeOf(() => closeBreakGlass(closed, note, act(by)))).toMatch(
        /^invalid_transition: The break-glass was already closed by boss \(2026-/,
      );
  });
});
