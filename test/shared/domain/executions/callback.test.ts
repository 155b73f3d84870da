// The end that attempts and callback prove together, and the time for which a callback is waited for.
import { describe, expect, it } from "vitest";
import {
  type Callback,
  type CallbackResult,
  getCallbackDeadline,
  isAwaitingCallback,
} from "../../../../shared/domain/executions/callback.ts";
import type { Attempt } from "../../../../shared/domain/executions/execution.ts";
import {
  cancelledOutcome,
  internalFailure,
  outcomeProvenBy,
} from "../../../../shared/domain/executions/outcome.ts";

const AT = "2026-03-01T00:00:00.000Z";
const LATE = "2026-03-01T02:00:00.000Z";

const attempt = (outcome: Attempt["outcome"]): Attempt => ({
  number: 1,
  startedAt: AT,
  durationMs: 2000,
  outcome,
  retryable: false,
  retryAfterSeconds: null,
  answer: null,
  error: outcome === "delivered" ? null : { code: "webhook_refused", message: "No." },
});
const reported = (status: CallbackResult["status"]): Callback => ({
  tokenHashes: [],
  taskTokens: [],
  notes: [],
  result: { status, message: "Because.", output: null, at: AT },
});
const silent: Callback = { tokenHashes: [], taskTokens: [], notes: [], result: null };
const run = (
  outcome: Attempt["outcome"] | null,
  callback: Callback | null,
  callbackTimeoutSeconds?: number,
) => ({
  execution: { deadlineAt: null, ...(callbackTimeoutSeconds !== undefined && { callbackTimeoutSeconds }) },
  attempts: outcome ? [attempt(outcome)] : [],
  callback,
});

describe("the end of a run that a callback completes", () => {
  const outcomes = ["delivered", "refused", "unknown", "in_progress", "failed", null] as const;

  it.each(outcomes)("is what the callback says, even if the attempt was %s", (outcome) => {
    expect(outcomeProvenBy(run(outcome, reported("SUCCESS"), 3600), null, AT).status).toBe("SUCCESS");
    const failed = outcomeProvenBy(run(outcome, reported("FAILED"), 3600), internalFailure("x"), LATE);
    expect(failed.error).toMatchObject({
      code: "callback_failed",
      message: expect.stringContaining("Because."),
    });
  });

  it.each(outcomes)("is never a success without a callback, if the attempt was %s", (outcome) => {
    for (const callback of [silent, null]) {
      for (const now of [AT, LATE])
        expect(outcomeProvenBy(run(outcome, callback, 3600), null, now).status).toBe("FAILED");
    }
  });

  it("is callback_timeout after the deadline, whatever the state machine says", () => {
    for (const interrupted of [null, internalFailure("x")]) {
      expect(outcomeProvenBy(run("delivered", silent, 3600), interrupted, LATE).error?.code).toBe(
        "callback_timeout",
      );
    }
  });

  it("is what the callback says, even if the run is being cancelled", () => {
    expect(cancelledOutcome(run("delivered", reported("SUCCESS"), 3600), "by ana.").status).toBe("SUCCESS");
    const cancelled = cancelledOutcome(run("delivered", silent, 3600), "by ana.");
    expect(cancelled).toMatchObject({
      status: "CANCELLED",
      error: { message: expect.stringContaining("may still act on it") },
    });
  });

  it("of one that its answer completes is as before: delivered is a success, cancelled or not", () => {
    expect(outcomeProvenBy(run("delivered", null), null, LATE).status).toBe("SUCCESS");
    expect(cancelledOutcome(run("delivered", null), "by ana.").status).toBe("SUCCESS");
  });
});

describe("the time for a callback", () => {
  it("begins with the end of the answer that accepted the work", () => {
    expect(getCallbackDeadline(run("delivered", silent, 3600))).toBe("2026-03-01T01:00:02.000Z");
    expect(isAwaitingCallback(run("delivered", silent, 3600), "2026-03-01T01:00:01.999Z")).toBe(true);
    expect(isAwaitingCallback(run("delivered", silent, 3600), "2026-03-01T01:00:02.000Z")).toBe(false);
  });

  it("does not begin before any answer, without a need for it, or after the callback came", () => {
    for (const waits of [run("refused", silent, 60), run(null, silent, 60), run("delivered", null)]) {
      expect(getCallbackDeadline(waits)).toBeNull();
    }
    expect(isAwaitingCallback(run("delivered", reported("FAILED"), 3600), AT)).toBe(false);
  });
});
