// Ending a run: the same call again, somebody else in between, and each moment at which a decision turns.
import "../support/quiet.ts";
import { beforeEach, describe, expect, it } from "vitest";
import { cancelExecution } from "../../shared/application/end/cancel-execution.ts";
import {
  completeExecution,
  completeFromAttempts,
  tryComplete,
} from "../../shared/application/end/complete-execution.ts";
import { recordOutcome } from "../../shared/application/end/record-outcome.ts";
import { releaseSlot } from "../../shared/application/end/settle-call.ts";
import { KEYS } from "../../shared/contract/table.ts";
import type { Execution } from "../../shared/domain/executions/execution.ts";
import { markRunning, systemActor } from "../../shared/domain/executions/execution-changes.ts";
import type { DefinitionRecord } from "../../shared/domain/runbooks/definition.ts";
import { markOutcomeUnknown, recordAttempt } from "../../shared/store/attempts.ts";
import { getSlots } from "../../shared/store/concurrency-slots.ts";
import { getExecution } from "../../shared/store/executions.ts";
import { at, iso } from "../support/decision-clock.ts";
import {
  alter,
  beforeWrites,
  failNext,
  forget,
  freshTable,
  itemAt,
  writes,
} from "../support/decision-table.ts";
import { hearLogs } from "../support/heard-logs.ts";
import { calmOutside, outside } from "../support/outside.ts";
import { act, approved, newId, pending, runOf } from "../support/seed.ts";
import { claimNext, saveBeginning } from "../support/steps.ts";

const LOCK = "l".repeat(32);

const workflowContext = (seconds = 0) => ({ actor: systemActor("workflow"), now: at(seconds), newId });
const ana = (seconds = 0) => ({ actor: { id: "ana", name: null }, now: at(seconds), newId });

const executionOf = async (id: string): Promise<Execution> => (await runOf(id)).execution;

/** A PENDING run, in its lock or without one. */
async function waiting(changes: Partial<DefinitionRecord> = {}, locked = false): Promise<Execution> {
  const execution = await pending(await approved("payments", changes));
  if (!locked) return execution;
  await alter(KEYS.execution(execution.id), { concurrency: { slotKey: LOCK, limit: 1, queuedAt: null } });
  await alter(KEYS.concurrencySlots(execution.runbookId, LOCK), {
    holders: new Set([execution.id]),
    revision: 1,
  });
  return executionOf(execution.id);
}

/** A RUNNING run that began at T0. */
async function underWay(changes: Partial<DefinitionRecord> = {}, locked = false): Promise<Execution> {
  const change = markRunning(await waiting(changes, locked), 300, { ...act(), at: iso(0) });
  await saveBeginning(change);
  return change.execution;
}

/** The same with its next attempt claimed; its call is surely over 40 s after T0. */
async function claimed(before: Execution): Promise<Execution> {
  const { attempts, execution } = await runOf(before.id);
  const claim = { id: newId("audit"), startedAt: iso(0), callDeadlineAt: iso(40) };
  expect(await claimNext(execution, attempts, claim)).toBe(true);
  return executionOf(before.id);
}

const result = (number: number, outcome: "delivered" | "refused", changes = {}) => ({
  ...{ number, startedAt: iso(0), durationMs: 1000, outcome, retryable: outcome === "refused" },
  ...{ retryAfterSeconds: null, answer: null },
  error: outcome === "refused" ? ({ code: "webhook_refused", message: "It said no." } as const) : null,
  ...changes,
});

/** A run whose one attempt came to this. */
async function called(outcome: "delivered" | "refused", changes: Partial<DefinitionRecord> = {}) {
  const execution = await claimed(await underWay(changes));
  await recordAttempt(execution.id, result(1, outcome));
  return executionOf(execution.id);
}

const CALLED_BACK = { completion: { mode: "callback", timeoutSeconds: 60 } } as const;
const auditOf = async (id: string, sequence: number) => itemAt(KEYS.executionAudit(id, sequence));

let logs: unknown[][] = [];
beforeEach(() => {
  freshTable();
  calmOutside();
  logs = hearLogs();
});

describe("the end of a run", () => {
  it("is what its attempts prove, once", async () => {
    const { id } = await called("delivered");
    expect(await recordOutcome({ executionId: id }, workflowContext(5))).toEqual({
      ...{ executionId: id, status: "SUCCESS", error: "" },
    });
    const after = await executionOf(id);
    expect(after).toMatchObject({
      status: "SUCCESS",
      completedAt: iso(5),
      error: null,
      callDeadlineAt: null,
    });
    forget();
    expect(await recordOutcome({ executionId: id, failure: {} }, workflowContext(6))).toEqual({
      ...{ executionId: id, status: "SUCCESS", error: "" },
    });
    expect(writes()).toEqual([]);
    expect(await auditOf(id, 4)).toBeNull();
    expect(outside.asked).toEqual([]);
  });

  it("of a workflow that failed says so, where nothing else is proven", async () => {
    const { id } = await underWay();
    expect(await recordOutcome({ executionId: id, failure: {} }, workflowContext(5))).toEqual({
      ...{ executionId: id, status: "FAILED", error: "internal_failure" },
    });
    expect((await executionOf(id)).error?.message).toBe(
      "A step of the workflow failed on every retry; its log says why.",
    );
    const other = await underWay();
    await recordOutcome({ executionId: other.id }, workflowContext(5));
    expect((await executionOf(other.id)).error?.message).toBe("The run ended before the webhook was called.");
  });

  it("of a run that may not begin is why, for the workflow, once", async () => {
    const { id } = await waiting();
    const refusal = { code: "paused", message: "New runs were paused. Nothing was sent." } as const;
    const ended = { executionId: id, status: "FAILED", error: "paused" };
    expect(await recordOutcome({ executionId: id, refusal }, workflowContext(3))).toEqual(ended);
    const after = await executionOf(id);
    expect(after).toMatchObject({
      ...{ status: "FAILED", completedAt: iso(3), startedAt: null, callDeadlineAt: null, error: refusal },
    });
    expect(await auditOf(id, 2)).toMatchObject({
      ...{ action: "execution.failed", actor: "system:workflow", id: expect.stringMatching(/^audit_/) },
    });
    forget();
    expect(await recordOutcome({ executionId: id, refusal }, workflowContext(4))).toEqual(ended);
    expect(writes()).toEqual([]);
    expect(await executionOf(id)).toEqual(after);
  });

  it("is why it could not begin before why the workflow failed, and what was sent before both", async () => {
    const refusal = { code: "runbook_not_approved", message: "Nothing was sent." } as const;
    const refused = await waiting();
    expect(
      await recordOutcome({ executionId: refused.id, refusal, failure: {} }, workflowContext(5)),
    ).toMatchObject({ error: "runbook_not_approved" });
    const { id } = await called("delivered");
    expect(await recordOutcome({ executionId: id, refusal, failure: {} }, workflowContext(5))).toMatchObject({
      status: "SUCCESS",
    });
  });

  it("is what the attempt proves where a repeated task was let in after the refusal: something was sent", async () => {
    const refusal = { code: "frozen", message: "New runs are frozen. Nothing was sent." } as const;
    const { id } = await called("refused");
    expect(await recordOutcome({ executionId: id, refusal }, workflowContext(5))).toMatchObject({
      ...{ status: "FAILED", error: "webhook_refused" },
    });
    expect((await executionOf(id)).error?.message).not.toContain("Nothing was sent");
    const other = await called("refused");
    expect(
      await recordOutcome({ executionId: other.id, refusal, failure: {} }, workflowContext(5)),
    ).toMatchObject({ error: "internal_failure" });
  });

  it("of a cancelled run that may not begin is the cancel", async () => {
    const { id } = await waiting();
    await cancelExecution(id, null, ana());
    const refusal = { code: "paused", message: "Nothing was sent." } as const;
    expect(await recordOutcome({ executionId: id, refusal }, workflowContext(5))).toEqual({
      ...{ executionId: id, status: "CANCELLED", error: "cancelled" },
    });
  });

  it("is not written while only the receiver can say it", async () => {
    const { id } = await called("delivered", CALLED_BACK);
    forget();
    expect(await recordOutcome({ executionId: id }, workflowContext(60))).toEqual({
      ...{ executionId: id, status: "RUNNING", error: "callback_pending" },
    });
    expect(writes()).toEqual([]);
    // Answered after a second, waited for a minute.
    expect(await recordOutcome({ executionId: id }, workflowContext(61))).toMatchObject({
      ...{ status: "FAILED", error: "callback_timeout" },
    });
  });

  it("of a run that is not there is a defect", async () => {
    const id = newId("execution");
    await expect(recordOutcome({ executionId: id }, workflowContext())).rejects.toMatchObject({
      ...{ code: "internal_error", message: `There is no execution ${id}.` },
    });
    expect(await completeFromAttempts(id, null, workflowContext())).toBeNull();
    expect(await tryComplete(id, workflowContext(), () => null)).toBeNull();
  });

  it("is decided again, from the new state, if the run changed", async () => {
    const { id } = await claimed(await underWay());
    beforeWrites(() => recordAttempt(id, result(1, "delivered")));
    const closed = await tryComplete(id, workflowContext(2), ({ attempts }) =>
      attempts[0]?.outcome === "delivered" ? { status: "SUCCESS", error: null } : failure("It broke."),
    );
    expect(closed?.completedNow).toBe(true);
    expect(await executionOf(id)).toMatchObject({ status: "SUCCESS", completedAt: iso(2) });
    expect(closed?.record.execution).toEqual(await executionOf(id));
  });

  it("is not decided from half of a claim", async () => {
    const { id } = await underWay();
    await alter(KEYS.execution(id), { attemptsClaimed: 1 });
    let looks = 0;
    const ended = tryComplete(id, workflowContext(), () => {
      looks++;
      return failure("It broke.");
    });
    await expect(ended).rejects.toMatchObject({
      ...{ code: "unavailable", message: `The execution ${id} keeps changing.`, retryAfterSeconds: 1 },
    });
    expect(looks).toBe(0);
  });

  it("gives up if the run changes at each of 25 tries", async () => {
    const { id } = await underWay();
    let moved = 1;
    const move = async () => alter(KEYS.execution(id), { auditSequence: ++moved + 1 });
    beforeWrites(...Array.from({ length: 24 }, () => move));
    expect(await completeExecution(id, workflowContext(), () => failure("It broke."))).toMatchObject({
      status: "FAILED",
    });
    const other = await underWay();
    beforeWrites(
      ...Array.from(
        { length: 25 },
        () => async () => alter(KEYS.execution(other.id), { auditSequence: ++moved }),
      ),
    );
    await expect(
      completeExecution(other.id, workflowContext(), () => failure("It broke.")),
    ).rejects.toMatchObject({
      ...{ code: "unavailable" },
    });
    expect((await executionOf(other.id)).status).toBe("RUNNING");
  });

  it("is left unchanged if nothing is decided, or if it had already ended", async () => {
    const { id } = await underWay();
    const left = await tryComplete(id, workflowContext(), () => null);
    expect(left).toMatchObject({ completedNow: false, record: { execution: { status: "RUNNING" } } });
    await completeExecution(id, workflowContext(1), () => failure("First."));
    const again = await tryComplete(id, workflowContext(2), () => failure("Second."));
    expect(again).toMatchObject({
      completedNow: false,
      record: { execution: { error: { message: "First." } } },
    });
  });

  it("fails if the table fails", async () => {
    const { id } = await underWay();
    failNext("writes", new Error("down"));
    await expect(completeExecution(id, workflowContext(), () => failure("It broke."))).rejects.toMatchObject({
      code: "internal_error",
    });
    expect((await executionOf(id)).status).toBe("RUNNING");
  });

  it("marks an open call unknown once it is surely over, and not before", async () => {
    const { id } = await claimed(await underWay());
    await completeFromAttempts(id, null, workflowContext(40));
    expect(await runOf(id)).toMatchObject({
      execution: { status: "FAILED", error: { code: "outcome_unknown" }, callDeadlineAt: null },
      attempts: [{ outcome: "unknown", error: { code: "outcome_unknown" } }],
    });
    const other = await claimed(await underWay());
    await completeFromAttempts(other.id, null, workflowContext(39));
    expect(await runOf(other.id)).toMatchObject({
      execution: { status: "FAILED", callDeadlineAt: iso(40) },
      attempts: [{ outcome: "in_progress" }],
    });
  });
});

const failure = (message: string) =>
  ({ status: "FAILED", error: { code: "internal_failure", message } }) as const;

describe("the place of a run that ends", () => {
  const next = newId("execution");

  /** A run with its lock, and another one that waits for it. */
  async function withQueue(): Promise<Execution> {
    const execution = await underWay({}, true);
    const follower = await pending(await approved());
    await alter(KEYS.execution(follower.id), {
      concurrency: { slotKey: LOCK, limit: 1, queuedAt: iso(0) },
      runbookId: execution.runbookId,
    });
    const waits = new Set([follower.id]);
    await alter(KEYS.concurrencySlots(execution.runbookId, LOCK), { waiting: waits });
    return execution;
  }
  const lockOf = ({ runbookId }: Execution) => getSlots(runbookId, LOCK);

  it("goes to the next in line, with the end", async () => {
    const execution = await withQueue();
    const [follower] = (await lockOf(execution)).waiting;
    await completeFromAttempts(execution.id, null, workflowContext());
    expect(await lockOf(execution)).toMatchObject({ holders: [follower], waiting: [] });
    expect(outside.asked).toEqual([`start ${follower}`]);
    expect(next).not.toBe(follower);
  });

  it("is kept while a call may be under way, and released after that", async () => {
    const execution = await claimed(await withQueue());
    const before = await lockOf(execution);
    await completeFromAttempts(execution.id, null, workflowContext(1));
    expect(await lockOf(execution)).toEqual(before);
    expect(await releaseSlot(execution.id, at(39))).toBe(false);
    expect(outside.asked).toEqual([]);
    expect(await releaseSlot(execution.id, at(40))).toBe(true);
    expect(outside.asked).toEqual([`start ${before.waiting[0]}`]);
    expect(await lockOf(execution)).toMatchObject({ holders: before.waiting, waiting: [] });
    expect(await runOf(execution.id)).toMatchObject({
      execution: { callDeadlineAt: null },
      attempts: [{ outcome: "unknown" }],
    });
    expect(await releaseSlot(execution.id, at(40))).toBe(false);
  });

  it("is released at once when the late outcome is reported", async () => {
    const execution = await claimed(await withQueue());
    await completeFromAttempts(execution.id, null, workflowContext(1));
    expect(await recordAttempt(execution.id, result(1, "refused"))).toEqual({
      recorded: true,
      executionEnded: true,
    });
    expect(await releaseSlot(execution.id, at(2))).toBe(true);
    expect((await runOf(execution.id)).attempts).toEqual([result(1, "refused")]);
    expect(outside.asked).toHaveLength(1);
  });

  it("is released once if two do it at once", async () => {
    const execution = await claimed(await withQueue());
    await completeFromAttempts(execution.id, null, workflowContext(1));
    await recordAttempt(execution.id, result(1, "refused"));
    let other: unknown;
    beforeWrites(async () => {
      other = await releaseSlot(execution.id, at(2));
    });
    expect(await releaseSlot(execution.id, at(2))).toBe(false);
    expect(other).toBe(true);
    expect(outside.asked).toHaveLength(1);
  });

  it("is not released for a missing run, or one under way", async () => {
    expect(await releaseSlot(newId("execution"), at(50))).toBe(false);
    const execution = await claimed(await withQueue());
    expect(await releaseSlot(execution.id, at(50))).toBe(false);
    expect((await runOf(execution.id)).attempts).toMatchObject([{ outcome: "in_progress" }]);
  });
});

describe("a cancel", () => {
  it("before anything was sent says so, and stops the state machine", async () => {
    const { id } = await waiting();
    const run = await cancelExecution(id, "wrong host, v1.2..", ana(4));
    expect(run.execution).toEqual(await executionOf(id));
    expect(run.execution).toMatchObject({
      ...{ status: "CANCELLED", completedAt: iso(4) },
      error: {
        code: "cancelled",
        message: "The run was stopped by ana: wrong host, v1.2. Nothing reached the receiver.",
      },
    });
    expect(outside.asked).toEqual([`stop ${id}: wrong host, v1.2..`]);
    expect(await auditOf(id, 2)).toMatchObject({ action: "execution.cancelled", actor: "ana" });
  });

  it("without a reason names who did it", async () => {
    const { id } = await waiting();
    const { execution } = await cancelExecution(id, null, ana());
    expect(execution.error?.message).toBe("The run was stopped by ana. Nothing reached the receiver.");
    expect(outside.asked).toEqual([`stop ${id}: Cancelled through the API`]);
    const other = await waiting();
    await cancelExecution(other.id, "r".repeat(300), ana());
    expect(outside.asked[1]).toBe(`stop ${other.id}: ${"r".repeat(256)}`);
  });

  it("that comes after the claim says that a call is under way", async () => {
    const { id } = await claimed(await underWay());
    const { execution, attempts } = await cancelExecution(id, null, ana(1));
    expect(execution.error?.message).toContain("A call is under way");
    expect(attempts).toMatchObject([{ outcome: "in_progress" }]);
    expect((await getExecution(id))?.callDeadlineAt).toBe(iso(40));
  });

  it("of a run that has ended, or has already succeeded, gets its end", async () => {
    const { id } = await waiting();
    await cancelExecution(id, null, ana(4));
    const again = {
      ...{
        code: "execution_finished",
        message: `The run has already completed with CANCELLED (${iso(4)}).`,
      },
    };
    await expect(cancelExecution(id, null, ana(5))).rejects.toMatchObject(again);
    const success = await called("delivered");
    await expect(cancelExecution(success.id, null, ana(6))).rejects.toMatchObject({
      ...{ code: "execution_finished", message: `The run has already completed with SUCCESS (${iso(6)}).` },
    });
    expect((await executionOf(success.id)).status).toBe("SUCCESS");
    expect(outside.asked).toHaveLength(1);
    await expect(cancelExecution(newId("execution"), null, ana())).rejects.toMatchObject({
      ...{ code: "execution_finished" },
    });
  });

  it("remains if the state machine cannot be stopped", async () => {
    const { id } = await waiting();
    outside.down = new Error("Step Functions is down");
    expect((await cancelExecution(id, null, ana())).execution.status).toBe("CANCELLED");
    expect(logs).toMatchObject([
      [
        "warn",
        "The state machine could not be stopped; it ends at its next step",
        { executionId: id, failure: { name: "Error", message: "Step Functions is down" } },
      ],
    ]);
  });

  it("marks an attempt that others took for unknown", async () => {
    const { id } = await claimed(await underWay());
    await markOutcomeUnknown(id, { ...result(1, "refused"), durationMs: null, outcome: "unknown" });
    await cancelExecution(id, null, ana(1));
    expect(await itemAt(KEYS.attempt(id, 1))).toMatchObject({ presumed: true, executionEnded: true });
  });
});
