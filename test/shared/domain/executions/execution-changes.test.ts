// What happens to a run: the one end that its evidence proves, in words that are true.
import { describe, expect, it } from "vitest";
import { hashOf } from "../../../../shared/domain/audit.ts";
import { markUnknown } from "../../../../shared/domain/executions/attempts.ts";
import type { Callback } from "../../../../shared/domain/executions/callback.ts";
import {
  ATTEMPT_OUTCOMES,
  type Attempt,
  type Execution,
} from "../../../../shared/domain/executions/execution.ts";
import {
  buildExecution,
  isActive,
  markCompleted,
  markRunning,
  mayNeedReconciliation,
  systemActor,
} from "../../../../shared/domain/executions/execution-changes.ts";
import {
  cancelledOutcome,
  type Evidence,
  internalFailure,
  outcomeProvenBy,
} from "../../../../shared/domain/executions/outcome.ts";
import { approveRunbook } from "../../../../shared/domain/runbooks/approval-changes.ts";
import { createRunbook, type Runbook } from "../../../../shared/domain/runbooks/runbook-changes.ts";
import { act, after, definition, newId, review } from "../../../support/seed.ts";

const BEFORE = "2026-03-01T03:00:10.000Z";
const DEADLINE = "2026-03-01T03:05:00.000Z";
const AFTER = "2026-03-01T03:05:00.001Z";

const attempt = (outcome: Attempt["outcome"], changes: Partial<Attempt> = {}): Attempt => ({
  number: 1,
  startedAt: "2026-03-01T03:00:01.000Z",
  durationMs: 1000,
  outcome,
  retryable: false,
  retryAfterSeconds: null,
  answer: null,
  error:
    outcome === "delivered" || outcome === "in_progress"
      ? null
      : { code: "webhook_refused", message: "It said no." },
  ...changes,
});

function evidence(attempts: Attempt[], callbackTimeoutSeconds?: number, said?: Callback["result"]): Evidence {
  const awaited = callbackTimeoutSeconds === undefined ? {} : { callbackTimeoutSeconds };
  const callback = said ? { tokenHashes: [], taskTokens: [], result: said, notes: [] } : null;
  return { execution: { deadlineAt: DEADLINE, ...awaited }, attempts, callback };
}

const said = (status: "SUCCESS" | "FAILED", message: string | null) => ({
  status,
  message,
  output: null,
  at: BEFORE,
});
const died = internalFailure("The machine is gone.");

function approvedRunbook(changes = {}): Runbook {
  const created = createRunbook(newId("runbook"), "payments", definition(changes), act());
  const approved = approveRunbook(after(created), review(1), act("boss"));
  return after(approved);
}

function newRun(runbook = approvedRunbook()) {
  const request = {
    id: newId("execution"),
    ranForTeamId: "payments",
    incidentId: "INC-1",
    triggeredBy: "manual",
    trigger: {},
  } as const;
  return buildExecution(runbook, request, act("ana"));
}

describe("a run", () => {
  it("begins as PENDING at the approved version, for its incident, with its first audit entry", () => {
    const runbook = approvedRunbook();
    const { before, execution, audit } = newRun(runbook);
    expect(before).toBeNull();
    expect(execution).toMatchObject({
      status: "PENDING",
      runbookId: runbook.state.id,
      runbookName: "Restart a service",
      runbookVersion: 2,
      teamId: "payments",
      incidentId: "INC-1",
      executedBy: "ana",
      ...{ error: null, startedAt: null, completedAt: null, deadlineAt: null },
      ...{ auditSequence: 1, auditHash: audit.hash },
    });
    expect(execution).not.toHaveProperty("callbackTimeoutSeconds");
    expect(audit).toMatchObject({
      action: "execution.requested",
      sequence: 1,
      details: {
        incidentId: "INC-1",
        triggeredBy: "manual",
        trigger: {},
        status: "PENDING",
        runbookVersion: 2,
      },
    });
  });

  it("keeps how long it waits for a callback, where one completes it", () => {
    const completion = { mode: "callback", timeoutSeconds: 90 } as const;
    expect(newRun(approvedRunbook({ completion })).execution.callbackTimeoutSeconds).toBe(90);
    const byResponse = { completion: { mode: "response", timeoutSeconds: 90 } as const };
    expect(newRun(approvedRunbook(byResponse)).execution.callbackTimeoutSeconds).toBeUndefined();
  });

  it("is refused of a runbook that is not approved, with its status and version", () => {
    const created = createRunbook(newId("runbook"), null, definition(), act());
    expect(() => newRun(after(created))).toThrow(
      expect.objectContaining({
        code: "runbook_not_approved",
        message: expect.stringMatching(/DRAFT .version 1 by /),
      }),
    );
  });

  it("has its overall timeout from its start", () => {
    const { execution } = newRun();
    const started = markRunning(execution, 300, { ...act(), at: "2026-03-01T03:00:10.000Z" });
    expect(started.before).toBe(execution);
    expect(started.execution).toMatchObject({
      status: "RUNNING",
      startedAt: "2026-03-01T03:00:10.000Z",
      deadlineAt: "2026-03-01T03:05:10.000Z",
      auditSequence: 2,
    });
    expect(started.audit).toMatchObject({
      action: "execution.started",
      previousHash: execution.auditHash,
      details: { deadlineAt: "2026-03-01T03:05:10.000Z", status: "RUNNING" },
    });
    const { hash, ...content } = started.audit;
    expect(hash).toBe(hashOf(content));
  });

  it.each([
    [{ status: "SUCCESS", error: null }, "execution.succeeded"],
    [{ status: "FAILED", error: died }, "execution.failed"],
    [{ status: "CANCELLED", error: { code: "cancelled", message: "Stopped." } }, "execution.cancelled"],
  ] as const)("ends as %j with the entry %s", (end, action) => {
    const { execution } = newRun();
    const ended = markCompleted(execution, end, { ...act(), at: AFTER }, []);
    expect(ended.execution).toMatchObject({ ...end, completedAt: AFTER });
    expect(ended.unfinishedAttempts).toEqual([]);
    expect(ended.audit).toMatchObject({ action, details: { error: end.error, status: end.status } });
  });

  it("ends not before it began, nor before an answer that its end was decided from", () => {
    const { execution } = newRun();
    const started = markRunning(execution, 300, { ...act(), at: "2026-01-01T00:00:00.000Z" });
    expect(started.execution.startedAt).toBe(execution.createdAt);
    const late = attempt("delivered", { startedAt: AFTER, durationMs: 1000 });
    const success = { status: "SUCCESS", error: null } as const;
    const early = { ...act(), at: "2026-01-01T00:00:00.000Z" };
    expect(markCompleted(started.execution, success, early, []).audit.at).toBe(execution.createdAt);
    const ended = markCompleted(started.execution, success, early, [late]);
    expect(ended.execution.completedAt).toBe("2026-03-01T03:05:01.001Z");
    expect(ended.audit.at).toBe("2026-03-01T03:05:01.001Z");
  });

  it("keeps the deadline of a call that may be under way, and names the attempts that may still report an outcome", () => {
    const running = { ...newRun().execution, callDeadlineAt: AFTER, attemptsClaimed: 3 };
    const cancelled = { status: "CANCELLED", error: { code: "cancelled", message: "Stopped." } } as const;
    const [result, presumed] = [attempt("unknown"), attempt("unknown", { number: 2, durationMs: null })];
    const open = attempt("in_progress", { number: 3, durationMs: null });
    const beside = markCompleted(running, cancelled, { ...act(), at: AFTER }, [result, presumed, open]);
    expect(beside.execution.callDeadlineAt).toBe(AFTER);
    expect(beside.unfinishedAttempts).toEqual([presumed, open]);
    expect(mayNeedReconciliation(beside.execution)).toBe(true);
    const after = markCompleted(running, cancelled, { ...act(), at: AFTER }, [result, presumed]);
    expect(after.execution.callDeadlineAt).toBeNull();
    expect(after.unfinishedAttempts).toEqual([presumed]);
    expect(mayNeedReconciliation(after.execution)).toBe(false);
  });

  it.each([
    ["PENDING", true],
    ["RUNNING", true],
    ["SUCCESS", false],
    ["FAILED", false],
    ["CANCELLED", false],
  ] as const)("that is %s is active: %s", (status: Execution["status"], active) => {
    expect(isActive({ status })).toBe(active);
  });

  it("is moved on by the service under its own name", () => {
    expect(systemActor("reconciler")).toEqual({ id: "system:reconciler", name: null });
  });
});

describe("the end that the evidence proves", () => {
  const unknown = /^Attempt 1 was sent, but its outcome is unknown: the receiver may have acted/;
  it.each([
    ["a delivery", [attempt("delivered")], null, BEFORE, "SUCCESS", null, null],
    ["a delivery, however the machine ended", [attempt("delivered")], died, AFTER, "SUCCESS", null, null],
    [
      "an attempt that reported no outcome",
      [attempt("in_progress")],
      null,
      BEFORE,
      "FAILED",
      "outcome_unknown",
      /^The run ended while attempt 1 was under way: .* or may still act\./,
    ],
    [
      "the same, of a machine that died",
      [attempt("unknown", { error: null })],
      died,
      BEFORE,
      "FAILED",
      "outcome_unknown",
      unknown,
    ],
    [
      "an unknown outcome, in its own words",
      [attempt("unknown")],
      died,
      BEFORE,
      "FAILED",
      "webhook_refused",
      /^It said no\.$/,
    ],
    [
      "an unknown outcome without words",
      [attempt("unknown", { error: null })],
      null,
      BEFORE,
      "FAILED",
      "outcome_unknown",
      unknown,
    ],
    ["a refusal", [attempt("refused")], null, AFTER, "FAILED", "webhook_refused", /^It said no\.$/],
    [
      "a refusal before the machine died",
      [attempt("refused")],
      died,
      BEFORE,
      "FAILED",
      "internal_failure",
      /^The machine is gone\.$/,
    ],
    [
      "nothing",
      [],
      null,
      BEFORE,
      "FAILED",
      "internal_failure",
      /^The run ended before the webhook was called\.$/,
    ],
    [
      "nothing, of a machine that died",
      [],
      died,
      BEFORE,
      "FAILED",
      "internal_failure",
      /^The machine is gone\.$/,
    ],
  ] as const)("of %s", (_, attempts, interrupted, now, status, code, message) => {
    const end = outcomeProvenBy(evidence([...attempts]), interrupted, now);
    expect([end.status, end.error?.code ?? null]).toEqual([status, code]);
    if (message) expect(end.error?.message).toMatch(message);
  });

  const again = { retryable: true } as const;
  it("says how often it was tried, if it could have been tried again", () => {
    const three = [
      attempt("refused", again),
      attempt("refused", again),
      attempt("refused", { ...again, number: 3 }),
    ];
    expect(outcomeProvenBy(evidence(three), null, BEFORE).error?.message).toBe(
      "It said no. Gave up after 3 attempts.",
    );
    expect(outcomeProvenBy(evidence([attempt("refused", again)]), null, BEFORE).error?.message).toBe(
      "It said no.",
    );
    const final = [attempt("refused", again), attempt("refused")];
    expect(outcomeProvenBy(evidence(final), null, BEFORE).error?.message).toBe("It said no.");
    const silent = outcomeProvenBy(evidence([attempt("failed", { error: null })]), null, BEFORE);
    expect(silent.error).toEqual(internalFailure("The webhook did not succeed."));
  });

  it("is the overall timeout, if only that prevented another attempt", () => {
    const tried = [attempt("refused", again)];
    expect(outcomeProvenBy(evidence(tried), null, BEFORE).error?.code).toBe("webhook_refused");
    expect(outcomeProvenBy(evidence(tried), null, DEADLINE).error).toEqual({
      code: "run_timeout",
      message: "The overall timeout of the run expired. Last attempt: It said no.",
    });
    const wordless = [attempt("failed", { ...again, error: null })];
    expect(outcomeProvenBy(evidence(wordless), null, AFTER).error?.message).toMatch(
      /Last attempt: The webhook did not succeed\.$/,
    );
    const never: Evidence = { ...evidence(tried), execution: { deadlineAt: null } };
    expect(outcomeProvenBy(never, null, AFTER).error?.code).toBe("webhook_refused");
  });

  it("is what the receiver called back, if it did", () => {
    const delivered = [attempt("delivered")];
    expect(outcomeProvenBy(evidence(delivered, 60, said("SUCCESS", null)), died, AFTER)).toEqual({
      status: "SUCCESS",
      error: null,
    });
    expect(outcomeProvenBy(evidence(delivered, 60, said("FAILED", "disk full")), null, AFTER).error).toEqual({
      code: "callback_failed",
      message: "The receiver reported a failure: disk full",
    });
    const wordless = outcomeProvenBy(evidence(delivered, 60, said("FAILED", null)), null, AFTER);
    expect(wordless.error?.message).toBe("The receiver reported a failure.");
    const long = outcomeProvenBy(evidence(delivered, 60, said("FAILED", "x".repeat(500))), null, AFTER);
    expect(long.error?.message).toHaveLength(500);
  });

  it("is no success without the callback that completes it", () => {
    const delivered = evidence([attempt("delivered")], 60);
    expect(outcomeProvenBy(delivered, null, AFTER).error).toEqual({
      code: "callback_timeout",
      message: expect.stringMatching(/did not call back within 60 seconds: it may still act/),
    });
    expect(outcomeProvenBy(delivered, died, BEFORE).error).toEqual(died);
    expect(outcomeProvenBy(delivered, null, BEFORE).error).toEqual(
      internalFailure("The run ended before the receiver called back."),
    );
  });
});

const UNDER_WAY =
  "A call is under way: the receiver may have acted, or may still act. The attempt will show the outcome.";

describe("the end of a run that was stopped", () => {
  const trace = (...outcomes: Attempt["outcome"][]) =>
    cancelledOutcome(evidence(outcomes.map((o) => attempt(o))), "by ana");

  it.each([
    [[], "Nothing reached the receiver."],
    [["failed"], "Nothing reached the receiver."],
    [["failed", "failed"], "Nothing reached the receiver."],
    [["failed", "refused"], "The receiver was called and refused."],
    [["in_progress"], UNDER_WAY],
    [["unknown", "in_progress"], UNDER_WAY],
    [["unknown"], "A call was sent, but its outcome is unknown: the receiver may have acted."],
    [["unknown", "refused"], "A call was sent, but its outcome is unknown: the receiver may have acted."],
  ] as const)("after attempts %j says: %s", (outcomes, words) => {
    expect(trace(...outcomes)).toEqual({
      status: "CANCELLED",
      error: { code: "cancelled", message: `The run was stopped by ana. ${words}` },
    });
  });

  it("is a success that was proven before", () => {
    expect(trace("refused", "delivered")).toEqual({ status: "SUCCESS", error: null });
    const called = evidence([attempt("delivered")], 60, said("FAILED", null));
    expect(cancelledOutcome(called, "by ana")).toMatchObject({
      status: "FAILED",
      error: { code: "callback_failed" },
    });
  });

  it("says that a receiver which was to call back may act on it still", () => {
    const end = cancelledOutcome(evidence([attempt("delivered")], 60), "by ana");
    expect(end).toMatchObject({
      status: "CANCELLED",
      error: {
        message: "The run was stopped by ana. The receiver accepted the call and may still act on it.",
      },
    });
  });

  it("[I13] says whether the receiver may have acted, however long the reason is", () => {
    const { error } = cancelledOutcome(evidence([attempt("in_progress")]), `by ana: ${"x".repeat(1000)}`);
    expect(error?.message).toHaveLength(500);
    expect(error?.message).toMatch(/xxx…\. A call is under way: .* will show the outcome\.$/);
  });
});

describe("an attempt that nobody will report", () => {
  it.each(ATTEMPT_OUTCOMES)("becomes unknown, in the same words as the end: %s", (outcome) => {
    const left = markUnknown(attempt(outcome, { number: 2 }));
    expect(left).toMatchObject({ number: 2, outcome: "unknown", error: { code: "outcome_unknown" } });
    expect(outcomeProvenBy(evidence([left]), null, BEFORE).error).toEqual(left.error);
  });
});
