// What attempts prove, in words and in numbers, and whether a definition is the approved one. Pure.
import { describe, expect, it } from "vitest";
import {
  definitionChangedError,
  isApprovedDefinition,
} from "../../shared/domain/executions/approved-definition.ts";
import {
  answeredAt,
  callbackTimeoutError,
  computeCallEnd,
  describeDelivery,
  inProgressError,
  isDelivered,
  isInProgress,
  lastAttemptError,
  markUnknown,
  mayChange,
  NOTHING_SENT,
  secondsUntilCallDeadline,
  timeoutError,
  toCallDeadline,
} from "../../shared/domain/executions/attempts.ts";
import type { Attempt } from "../../shared/domain/executions/execution.ts";
import { getLatestProgress } from "../../shared/domain/executions/progress.ts";
import { definitionHashOf, type RunbookVersion } from "../../shared/domain/runbooks/runbook.ts";
import { definition } from "../support/seed.ts";

const AT = "2026-04-01T03:00:00.000Z";
const iso = (seconds: number) => new Date(Date.parse(AT) + seconds * 1000).toISOString();
const NO = { code: "webhook_refused", message: "It said no." } as const;

const attempt = (outcome: Attempt["outcome"], changes: Partial<Attempt> = {}): Attempt => ({
  ...{ number: 2, startedAt: AT, durationMs: 1500, outcome, retryable: true },
  ...{ retryAfterSeconds: null, answer: null, error: null },
  ...changes,
});

describe("an attempt", () => {
  it("may change until its caller has reported the outcome", () => {
    const untold = { durationMs: null };
    const may = (outcome: Attempt["outcome"], changes: Partial<Attempt> = {}) =>
      mayChange(attempt(outcome, changes));
    expect(may("in_progress", untold)).toBe(true);
    expect(may("in_progress")).toBe(true);
    expect(may("unknown", untold)).toBe(true);
    expect(may("unknown")).toBe(false);
    expect(may("refused", untold)).toBe(false);
    expect(may("delivered")).toBe(false);
    expect([isInProgress(attempt("in_progress")), isInProgress(attempt("unknown"))]).toEqual([true, false]);
    expect([isDelivered(attempt("delivered")), isDelivered(attempt("failed"))]).toEqual([true, false]);
  });

  it("whose outcome was not reported is unknown, and says what to do", () => {
    expect(markUnknown(attempt("in_progress"))).toEqual({
      ...attempt("unknown"),
      error: {
        code: "outcome_unknown",
        message:
          "Attempt 2 was sent, but its outcome is unknown: the receiver may have acted. Check there before a rerun.",
      },
    });
  });

  it("is answered when it began and as long as it took", () => {
    expect(answeredAt(attempt("refused"))).toBe(iso(1.5));
    expect(answeredAt(attempt("in_progress", { durationMs: null }))).toBe(AT);
  });
});

describe("whether anything reached the receiver", () => {
  const MAY_ACT = "the receiver may have acted, or may still act. The attempt will show the outcome.";
  it.each([
    [["refused", "in_progress"], `A call is under way: ${MAY_ACT}`],
    [["unknown", "refused"], "A call was sent, but its outcome is unknown: the receiver may have acted."],
    [["failed", "failed"], "Nothing reached the receiver."],
    [[], "Nothing reached the receiver."],
    [["failed", "refused"], "The receiver was called and refused."],
  ] as [Attempt["outcome"][], string][])("after %j is described in words", (outcomes, words) => {
    expect(describeDelivery(outcomes.map((outcome) => attempt(outcome)))).toBe(words);
  });

  it("is reported for a call that outlives its run", () => {
    expect(inProgressError(3)).toEqual({
      code: "outcome_unknown",
      message: `The run ended while attempt 3 was under way: ${MAY_ACT} Check there before a rerun.`,
    });
  });
});

describe("the error of an end", () => {
  it("is that of the last attempt, with how often it was tried", () => {
    const times = (count: number) => Array.from({ length: count }, () => attempt("refused"));
    expect(lastAttemptError(attempt("refused", { error: NO }), times(3))).toEqual({
      ...NO,
      message: "It said no. Gave up after 3 attempts.",
    });
    expect(lastAttemptError(attempt("refused", { error: NO }), times(1))).toEqual(NO);
    expect(lastAttemptError(attempt("refused", { error: NO, retryable: false }), times(3))).toEqual(NO);
    expect(lastAttemptError(attempt("refused"), times(1))).toEqual({
      ...{ code: "internal_failure", message: "The webhook did not succeed." },
    });
  });

  it("denies no earlier call because the last attempt sent nothing", () => {
    const late = attempt("failed", {
      error: { code: "timeout", message: `Too late. ${NOTHING_SENT} No time is left.` },
    });
    const after = (earlier: Attempt["outcome"]) => [attempt(earlier), late];
    const refused = "That attempt sent nothing. The receiver was called and refused.";
    const unknown =
      "That attempt sent nothing. A call was sent, but its outcome is unknown: the receiver may have acted.";
    expect(timeoutError(late, after("refused")).message).toBe(
      `The overall timeout of the run expired. Last attempt: Too late. No time is left. ${refused}`,
    );
    expect(lastAttemptError(late, after("unknown")).message).toBe(
      `Too late. No time is left. ${unknown} Gave up after 2 attempts.`,
    );
    expect(lastAttemptError({ ...late, retryable: false }, after("refused")).message).toBe(
      `Too late. No time is left. ${refused}`,
    );
    expect(timeoutError(late, after("failed")).message).toContain(NOTHING_SENT);
  });

  it("fits its field, and keeps what it says of the receiver", () => {
    const error = { code: "timeout", message: `${"x".repeat(480)} ${NOTHING_SENT}` } as const;
    const late = attempt("failed", { error });
    for (const { message } of [
      timeoutError(late, [attempt("refused"), late]),
      lastAttemptError(late, [attempt("refused"), late]),
    ]) {
      expect(message).toHaveLength(500);
      expect(message).toContain("x… That attempt sent nothing. The receiver was called and refused.");
    }
  });

  it("names the timeout that expired, and a callback that did not come", () => {
    expect(timeoutError(attempt("refused", { error: NO }), [])).toEqual({
      ...{
        code: "run_timeout",
        message: "The overall timeout of the run expired. Last attempt: It said no.",
      },
    });
    expect(timeoutError(attempt("refused"), []).message).toBe(
      "The overall timeout of the run expired. Last attempt: The webhook did not succeed.",
    );
    expect(callbackTimeoutError(60)).toEqual({
      code: "callback_timeout",
      message:
        "The receiver accepted the call, but did not call back within 60 seconds: it may still act. Check there before a rerun.",
    });
  });
});

describe("the time of a call", () => {
  it("ends with the attempt's or with the run's, and is surely over ten seconds later", () => {
    expect(computeCallEnd(AT, 30, { deadlineAt: iso(300) })).toBe(Date.parse(iso(30)));
    expect(computeCallEnd(AT, 30, { deadlineAt: iso(20) })).toBe(Date.parse(iso(20)));
    expect(computeCallEnd(AT, 30, { deadlineAt: null })).toBe(Date.parse(iso(30)));
    expect(toCallDeadline(Date.parse(iso(30)))).toBe(iso(40));
  });

  it("is counted in whole seconds, and never below none", () => {
    const until = (seconds: number) =>
      secondsUntilCallDeadline({ callDeadlineAt: iso(40) }, new Date(iso(seconds)));
    expect([until(0), until(38.5), until(39.999), until(40), until(50)]).toEqual([40, 2, 1, 0, 0]);
    expect(secondsUntilCallDeadline({ callDeadlineAt: null }, new Date("1960-01-01T00:00:00.000Z"))).toBe(0);
  });
});

describe("the last sign of activity of a run", () => {
  it("is its start, an attempt, or that one's answer", () => {
    const seen = (startedAt: string | null, ...attempts: Attempt[]) =>
      new Date(getLatestProgress({ execution: { startedAt, createdAt: iso(-5) }, attempts })).toISOString();
    expect(seen(null)).toBe(iso(-5));
    expect(seen(AT)).toBe(AT);
    expect(seen(AT, attempt("refused"))).toBe(iso(1.5));
    expect(seen(iso(9), attempt("refused", { durationMs: null }))).toBe(iso(9));
  });
});

describe("the definition that a run executes", () => {
  const stored = definition();
  const definitionHash = definitionHashOf(stored);
  const of = { runbookId: "runbook_a", version: 2 };
  const run = { runbookId: "runbook_a", runbookVersion: 2, definitionHash };
  const version = (changes: Partial<RunbookVersion> = {}) =>
    ({ ...of, definition: stored, definitionHash, approvalStatus: "APPROVED", ...changes }) as RunbookVersion;
  const approval = (changes: object = {}) => Object.assign({ ...of, definitionHash }, changes) as never;

  it("is the approved one where run, version and approval agree", () => {
    expect(isApprovedDefinition(run, version(), approval())).toBe(true);
  });

  it.each<[string, () => boolean]>([
    ["of another runbook", () => isApprovedDefinition(run, version({ runbookId: "runbook_b" }), approval())],
    ["of another version", () => isApprovedDefinition(run, version({ version: 3 }), approval())],
    [
      "approved for another runbook",
      () => isApprovedDefinition(run, version(), approval({ runbookId: "runbook_b" })),
    ],
    ["approved as another version", () => isApprovedDefinition(run, version(), approval({ version: 3 }))],
    ["never approved", () => isApprovedDefinition(run, version(), null)],
    ["no longer approved", () => isApprovedDefinition(run, version({ approvalStatus: "DRAFT" }), approval())],
    ["of another hash", () => isApprovedDefinition(run, version({ definitionHash: "x" }), approval())],
    [
      "approved with another hash",
      () => isApprovedDefinition(run, version(), approval({ definitionHash: "x" })),
    ],
    [
      "started with another hash",
      () => isApprovedDefinition({ ...run, definitionHash: "x" }, version(), approval()),
    ],
    [
      "changed",
      () => isApprovedDefinition(run, version({ definition: definition({ name: "Other" }) }), approval()),
    ],
  ])("is not the approved one if it is %s", (_, judged) => {
    expect(judged()).toBe(false);
  });

  it("that was changed is reported", () => {
    expect(definitionChangedError(2)).toEqual({
      code: "definition_changed",
      message:
        "The stored definition of version 2 is not the approved one, so nothing was sent. Ask a platform admin to find out who changed it.",
    });
  });
});
