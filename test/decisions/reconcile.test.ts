// Bringing runs and state machines together: what is done for each pair of states, at and past each grace; and the queue.
import "../support/quiet.ts";
import { beforeEach, describe, expect, it } from "vitest";
import { completeFromAttempts } from "../../shared/application/end/complete-execution.ts";
import { completeForStateMachine, reconcile } from "../../shared/application/end/reconcile.ts";
import { sweep } from "../../shared/application/end/sweep.ts";
import { admitNext, admitQueued, fillSlots } from "../../shared/application/start/admit-next.ts";
import { LISTS, listKeys } from "../../shared/contract/lists.ts";
import { KEYS, SHARDS, shardOf } from "../../shared/contract/table.ts";
import type { Attempt, Execution } from "../../shared/domain/executions/execution.ts";
import { markRunning, systemActor } from "../../shared/domain/executions/execution-changes.ts";
import type { DefinitionRecord } from "../../shared/domain/runbooks/definition.ts";
import type { StateMachineExecutionStatus } from "../../shared/step-functions/executions.ts";
import { getActivePage, takeNextActiveIds } from "../../shared/store/active-executions.ts";
import { recordAttempt } from "../../shared/store/attempts.ts";
import { saveTaskToken, saveTokenHash } from "../../shared/store/callbacks.ts";
import { getSlots } from "../../shared/store/concurrency-slots.ts";
import { getExecution, getExecutionRecord } from "../../shared/store/executions.ts";
import { at, iso } from "../support/decision-clock.ts";
import { alter, beforeWrites, forget, freshTable, itemAt, writes } from "../support/decision-table.ts";
import { hearLogs } from "../support/heard-logs.ts";
import { calmOutside, outside } from "../support/outside.ts";
import { act, approved, newId, pending } from "../support/seed.ts";
import { claimNext, saveBeginning } from "../support/steps.ts";

const LOCK = "l".repeat(32);
const pass = (seconds: number) => ({ now: at(seconds), newId });
const CALLED_BACK = { completion: { mode: "callback", timeoutSeconds: 60 } } as const;

const executionOf = async (id: string): Promise<Execution> => {
  const execution = await getExecution(id);
  if (!execution) throw new Error("There is no such run");
  return execution;
};

/** A PENDING run that was created at T0. */
async function created(changes: Partial<DefinitionRecord> = {}): Promise<Execution> {
  const execution = await pending(await approved("payments", changes));
  await alter(KEYS.execution(execution.id), { createdAt: iso(0) });
  return executionOf(execution.id);
}

/** A RUNNING run that began at T0, with an overall timeout of five minutes. */
async function running(changes: Partial<DefinitionRecord> = {}): Promise<Execution> {
  const execution = await created(changes);
  await alter(KEYS.execution(execution.id), { createdAt: iso(-100) });
  const change = markRunning(await executionOf(execution.id), 300, { ...act(), at: iso(0) });
  await saveBeginning(change);
  return change.execution;
}

const reported = (outcome: "delivered" | "refused"): Attempt => ({
  ...{ number: 1, startedAt: iso(0), durationMs: 1000, outcome, retryable: outcome === "refused" },
  ...{ retryAfterSeconds: null, answer: null, error: null },
});

/** The same with an attempt that is claimed, until 40 s after T0. */
async function calling(changes: Partial<DefinitionRecord> = {}): Promise<Execution> {
  const execution = await running(changes);
  const claim = { id: "c", startedAt: iso(0), callDeadlineAt: iso(40) };
  expect(await claimNext(execution, [], claim)).toBe(true);
  return executionOf(execution.id);
}

async function called(outcome: "delivered" | "refused", changes: Partial<DefinitionRecord> = {}) {
  const { id } = await calling(changes);
  await recordAttempt(id, reported(outcome));
  return executionOf(id);
}

let logs: unknown[][] = [];
beforeEach(() => {
  freshTable();
  calmOutside();
  logs = hearLogs();
});

describe("a run that is not there", () => {
  it("is nothing to bring together", async () => {
    expect(await reconcile(newId("execution"), pass(0))).toBe("none");
    expect(await completeForStateMachine(newId("execution"), "FAILED", pass(0))).toBe("none");
  });
});

describe("a run that waits for its state machine", () => {
  it("is started after fifteen seconds, and not before", async () => {
    const { id } = await created();
    expect(await reconcile(id, pass(14.999))).toBe("none");
    expect(outside.asked).toEqual([]);
    expect(await reconcile(id, pass(15))).toBe("started");
    expect(outside.asked).toEqual([`start ${id}`]);
    expect(await reconcile(id, pass(16))).toBe("none");
    expect((await executionOf(id)).status).toBe("PENDING");
  });

  it("is closed by how its machine ended", async () => {
    const { id } = await created();
    outside.machines.set(id, "FAILED");
    expect(await reconcile(id, pass(1))).toBe("completed");
    expect(await executionOf(id)).toMatchObject({ status: "FAILED", completedAt: iso(1) });
    expect(await itemAt(KEYS.executionAudit(id, 2))).toMatchObject({ actor: "system:reconciler" });
  });

  it("is not started before it is first in the queue", async () => {
    const { id, runbookId } = await created();
    await alter(KEYS.execution(id), { concurrency: { slotKey: LOCK, limit: 1, queuedAt: iso(0) } });
    const holder = await running();
    await alter(KEYS.concurrencySlots(runbookId, LOCK), {
      holders: new Set([holder.id]),
      waiting: new Set([id]),
      revision: 1,
    });
    expect(await reconcile(id, pass(20))).toBe("none");
    expect(outside.asked).toEqual([]);
    await alter(KEYS.concurrencySlots(runbookId, LOCK), { holders: undefined });
    expect(await reconcile(id, pass(20))).toBe("started");
    expect(outside.asked).toEqual([`start ${id}`]);
  });
});

describe("a run whose state machine is not to be found", () => {
  it("is ended by a second look, thirty seconds after the first, and not before", async () => {
    const { id } = await running();
    expect(await reconcile(id, pass(14.999))).toBe("none");
    expect((await executionOf(id)).missingSince).toBeUndefined();
    expect(await reconcile(id, pass(15))).toBe("none");
    expect((await executionOf(id)).missingSince).toBe(iso(15));
    expect(await reconcile(id, pass(44.999))).toBe("none");
    expect((await executionOf(id)).status).toBe("RUNNING");
    expect(await reconcile(id, pass(45))).toBe("completed");
    expect(await executionOf(id)).toMatchObject({
      status: "FAILED",
      error: { code: "internal_failure", message: "The state machine has no record of this run." },
    });
  });

  it("is left alone while it is active: since its last attempt, and that attempt's answer", async () => {
    const { id } = await called("refused");
    expect(await reconcile(id, pass(15.999))).toBe("none");
    expect((await executionOf(id)).missingSince).toBeUndefined();
    await reconcile(id, pass(16));
    expect((await executionOf(id)).missingSince).toBe(iso(16));
  });

  it("is forgotten as soon as it is found again", async () => {
    const { id } = await running();
    await reconcile(id, pass(15));
    outside.machines.set(id, "RUNNING");
    expect(await reconcile(id, pass(50))).toBe("none");
    expect((await executionOf(id)).missingSince).toBeUndefined();
    forget();
    await reconcile(id, pass(51));
    expect(writes()).toEqual([]);
    outside.machines.delete(id);
    expect(await reconcile(id, pass(52))).toBe("none");
    expect((await executionOf(id)).status).toBe("RUNNING");
  });
});

describe("a run whose state machine has ended", () => {
  const ENDS: [Exclude<StateMachineExecutionStatus, "RUNNING" | "missing">, string, string][] = [
    ["SUCCEEDED", "FAILED", "The state machine ended without recording the outcome."],
    ["FAILED", "FAILED", "The state machine failed before it could record the outcome."],
    ["TIMED_OUT", "FAILED", "The state machine ran out of time before it could record the outcome."],
    ["ABORTED", "CANCELLED", "The run was stopped in the AWS console. Nothing reached the receiver."],
  ];
  it.each(ENDS)("as %s is %s, and says why", async (machine, status, message) => {
    const { id } = await running();
    outside.machines.set(id, machine);
    expect(await reconcile(id, pass(5))).toBe("completed");
    expect(await executionOf(id)).toMatchObject({ status, completedAt: iso(5), error: { message } });
    expect(await itemAt(KEYS.executionAudit(id, 3))).toMatchObject({ actor: "system:reconciler" });
    forget();
    expect(await completeForStateMachine(id, machine, pass(6))).toBe("none");
    expect(await reconcile(id, pass(6))).toBe("none");
    expect(writes()).toEqual([]);
  });

  it("continues while only its receiver can report its end", async () => {
    const { id } = await called("delivered", CALLED_BACK);
    outside.machines.set(id, "FAILED");
    expect(await reconcile(id, pass(60))).toBe("none");
    expect(await reconcile(id, pass(61))).toBe("completed");
    expect((await executionOf(id)).error?.code).toBe("callback_timeout");
  });

  it("is settled after its end, once its last call is over", async () => {
    const { id } = await calling();
    await completeFromAttempts(id, null, { ...pass(1), actor: systemActor("reconciler") });
    expect(await reconcile(id, pass(39))).toBe("none");
    expect(await reconcile(id, pass(40))).toBe("released");
    expect((await executionOf(id)).callDeadlineAt).toBeNull();
  });

  it("by another writer meanwhile keeps that end", async () => {
    const { id } = await running();
    beforeWrites(() => completeForStateMachine(id, "ABORTED", pass(1)));
    expect(await completeForStateMachine(id, "FAILED", pass(2))).toBe("completed");
    expect((await executionOf(id)).status).toBe("CANCELLED");
  });
});

describe("a run whose state machine runs", () => {
  const AFTER_BUDGET = 300 + 1800;

  it("is left alone until half an hour after its overall timeout, then ended and stopped, in this order", async () => {
    const { id } = await running();
    outside.machines.set(id, "RUNNING");
    expect(await reconcile(id, pass(AFTER_BUDGET - 0.001))).toBe("none");
    expect(outside.asked).toEqual([]);
    let ended: string | undefined;
    beforeWrites(async () => {
      ended = outside.asked.join();
    });
    expect(await reconcile(id, pass(AFTER_BUDGET))).toBe("completed");
    expect(ended).toBe("");
    expect(outside.asked).toEqual([`stop ${id}: The run is past its deadline`]);
    expect(await executionOf(id)).toMatchObject({
      status: "FAILED",
      error: { message: "The state machine ran past the deadline of the run and was stopped." },
    });
    expect(await itemAt(KEYS.executionAudit(id, 3))).toMatchObject({ actor: "system:reconciler" });
  });

  it("has the time of its callback on top", async () => {
    const { id } = await running(CALLED_BACK);
    outside.machines.set(id, "RUNNING");
    expect(await reconcile(id, pass(AFTER_BUDGET + 59))).toBe("none");
    expect(await reconcile(id, pass(AFTER_BUDGET + 60))).toBe("completed");
  });

  it("counts from its creation if it has no deadline", async () => {
    const { id } = await running();
    await alter(KEYS.execution(id), { deadlineAt: null, createdAt: iso(0) });
    outside.machines.set(id, "RUNNING");
    expect(await reconcile(id, pass(1799))).toBe("none");
    expect(await reconcile(id, pass(1800))).toBe("completed");
  });

  it("is let be while it has not begun", async () => {
    const { id } = await created();
    outside.machines.set(id, "RUNNING");
    expect(await reconcile(id, pass(1_000_000))).toBe("none");
    expect((await executionOf(id)).status).toBe("PENDING");
  });

  it("is woken once the time of its callback is over, as long as somebody waits", async () => {
    const { id } = await called("delivered", CALLED_BACK);
    await saveTokenHash(id, "h");
    await saveTaskToken(id, "task-1");
    await saveTaskToken(id, "task-2");
    outside.machines.set(id, "RUNNING");
    outside.waiting.add("task-2");
    expect(await reconcile(id, pass(60))).toBe("waiting");
    expect(outside.asked).toEqual([]);
    expect(await reconcile(id, pass(61))).toBe("resumed");
    expect(outside.asked).toEqual([`end task-1 of ${id}`, `end task-2 of ${id}`]);
    expect(await reconcile(id, pass(AFTER_BUDGET + 60))).toBe("resumed");
    expect((await executionOf(id)).status).toBe("RUNNING");
    outside.waiting.clear();
    expect(await reconcile(id, pass(AFTER_BUDGET + 59))).toBe("none");
    expect(await reconcile(id, pass(AFTER_BUDGET + 60))).toBe("completed");
  });
});

describe("the queue of a lock", () => {
  /** Runs of one runbook with one lock, in the order of their ids. */
  async function queue(count: number, limit = 1): Promise<Execution[]> {
    const runbook = await approved();
    const runs: Execution[] = [];
    for (let n = 0; n < count; n++) {
      const { id } = await pending(runbook);
      await alter(KEYS.execution(id), {
        concurrency: { slotKey: LOCK, limit, queuedAt: iso(0) },
        createdAt: iso(0),
      });
      runs.push(await executionOf(id));
    }
    return runs.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  }
  const ids = (runs: Execution[]) => runs.map(({ id }) => id);
  const fill = async (holders: Execution[], waiting: Execution[]) => {
    const { runbookId } = holders[0] ?? waiting[0] ?? (await created());
    const setOf = (runs: Execution[]) => (runs.length > 0 ? new Set(ids(runs)) : undefined);
    await alter(KEYS.concurrencySlots(runbookId, LOCK), {
      holders: setOf(holders),
      waiting: setOf(waiting),
      revision: 1,
    });
    return runbookId;
  };
  const lockNow = async (runbookId: string) => getSlots(runbookId, LOCK);

  it("gives the lock to as many as there is room for, in their order", async () => {
    const runs = await queue(3, 2);
    const runbookId = await fill([], runs);
    expect(await fillSlots(runbookId, LOCK)).toEqual(ids(runs.slice(0, 2)));
    expect(await lockNow(runbookId)).toMatchObject({
      holders: ids(runs.slice(0, 2)),
      waiting: ids(runs.slice(2)),
    });
    expect(await fillSlots(runbookId, LOCK)).toEqual([]);
  });

  it("passes over those that have ended", async () => {
    const runs = await queue(2);
    const runbookId = await fill([], runs);
    await alter(KEYS.execution(runs[0]?.id ?? ""), { status: "CANCELLED" });
    expect(await fillSlots(runbookId, LOCK)).toEqual([runs[1]?.id]);
    expect(await lockNow(runbookId)).toMatchObject({ holders: [runs[1]?.id], waiting: [] });
  });

  it("waits for a run that is not to be seen yet", async () => {
    const [first, second] = await queue(2);
    if (!first || !second) throw new Error("Two runs");
    const runbookId = await fill([], [first, second]);
    await alter(KEYS.execution(first.id), { concurrency: undefined });
    expect(await fillSlots(runbookId, LOCK)).toEqual([]);
    expect(await lockNow(runbookId)).toMatchObject({ holders: [], waiting: [first.id, second.id] });
    await fill([], [{ ...first, id: "execution_00000000000000000000000000" }, second]);
    expect(await fillSlots(runbookId, LOCK)).toEqual([]);
  });

  it("looks again if the queue changed meanwhile, two hundred times", async () => {
    const runs = await queue(1);
    const runbookId = await fill([], runs);
    let revision = 1;
    const move = async () => alter(KEYS.concurrencySlots(runbookId, LOCK), { revision: ++revision });
    beforeWrites(...Array.from({ length: 199 }, () => move));
    expect(await fillSlots(runbookId, LOCK)).toEqual(ids(runs));
    await fill([], runs);
    revision = 1;
    beforeWrites(...Array.from({ length: 200 }, () => move));
    expect(await fillSlots(runbookId, LOCK)).toEqual([]);
  });

  it("removes a holder that has ended, if the first in line asks for it", async () => {
    const [left, first, second] = await queue(3);
    if (!left || !first || !second) throw new Error("Three runs");
    const runbookId = await fill([left], [first, second]);
    await alter(KEYS.execution(left.id), { status: "FAILED" });
    expect(await fillSlots(runbookId, LOCK)).toEqual([]);
    expect(await fillSlots(runbookId, LOCK, second.id)).toEqual([]);
    expect(await fillSlots(runbookId, LOCK, first.id)).toEqual([first.id]);
    expect(await lockNow(runbookId)).toMatchObject({ holders: [first.id], waiting: [second.id] });
    expect(logs).toEqual([
      ["error", "A completed run still held a concurrency slot", { executionId: left.id, runbookId }],
    ]);
  });

  it("lets a holder be whose last call may be under way, or that is not to be seen", async () => {
    const [left, gone, first] = await queue(3, 2);
    if (!left || !gone || !first) throw new Error("Three runs");
    const runbookId = await fill([left, { ...gone, id: newId("execution") }], [first]);
    await alter(KEYS.execution(left.id), { status: "FAILED", callDeadlineAt: iso(40) });
    expect(await fillSlots(runbookId, LOCK, first.id)).toEqual([]);
    expect((await lockNow(runbookId)).holders).toHaveLength(2);
    await alter(KEYS.execution(left.id), { callDeadlineAt: null });
    expect(await fillSlots(runbookId, LOCK, first.id)).toEqual([first.id]);
  });

  it("starts the run that got the lock when a run ends; a run without one starts none", async () => {
    const [ended, next] = await queue(2);
    if (!ended || !next) throw new Error("Two runs");
    await fill([], [next]);
    await admitNext({ ...ended, concurrency: undefined });
    expect(outside.asked).toEqual([]);
    await admitNext(ended);
    expect(outside.asked).toEqual([`start ${next.id}`]);
    expect(logs).toEqual([]);
  });

  it("is left to the reconciler where Step Functions does not answer", async () => {
    const [ended, next] = await queue(2);
    if (!ended || !next) throw new Error("Two runs");
    const runbookId = await fill([], [next]);
    outside.down = new Error("Step Functions is down");
    await admitNext(ended);
    expect(logs).toMatchObject([
      [
        "warn",
        "The next run in the queue could not be started; the reconciler will start it",
        { executionId: ended.id, failure: { message: "Step Functions is down" } },
      ],
    ]);
    outside.down = null;
    expect((await lockNow(runbookId)).holders).toEqual([next.id]);
    expect(await admitQueued(next)).toBe(true);
    expect(await reconcile(next.id, pass(20))).toBe("started");
  });

  it("is checked for each waiting run: whether it is first", async () => {
    const [first, second] = await queue(2);
    if (!first || !second) throw new Error("Two runs");
    await fill([], [first, second]);
    expect(await admitQueued(second)).toBe(false);
    expect(await admitQueued(first)).toBe(true);
    expect(await admitQueued({ ...first, concurrency: undefined })).toBe(true);
  });
});

describe("a pass of the reconciler", () => {
  it("looks at every run that is under way, and counts what was done", async () => {
    const [young, old, dead] = [await created(), await created(), await running()];
    await alter(KEYS.execution(young.id), { createdAt: iso(100) });
    outside.machines.set(dead.id, "FAILED");
    const ended = await calling();
    await completeFromAttempts(ended.id, null, { ...pass(1), actor: systemActor("reconciler") });
    expect(await sweep(pass(100))).toEqual({
      examined: 4,
      started: 1,
      completed: 1,
      released: 1,
      failed: 0,
      resumed: 0,
      waiting: 0,
    });
    expect(outside.asked).toEqual([`start ${old.id}`]);
    expect(await sweep(pass(100))).toEqual({
      examined: 2,
      started: 0,
      completed: 0,
      released: 0,
      failed: 0,
      resumed: 0,
      waiting: 0,
    });
  });

  it("continues with the others if one fails", async () => {
    const [one, other] = [await created(), await created()];
    await alter(KEYS.execution(one.id), { status: "NO SUCH STATUS" });
    expect(await sweep(pass(20))).toEqual({
      examined: 2,
      started: 1,
      completed: 0,
      released: 0,
      failed: 1,
      resumed: 0,
      waiting: 0,
    });
    expect(outside.asked).toEqual([`start ${other.id}`]);
    expect(logs).toMatchObject([
      [
        "error",
        "Reconciliation of an execution failed",
        { executionId: one.id, failure: { code: "internal_error" } },
      ],
    ]);
  });

  it("processes more than ten runs ten at a time, each once", async () => {
    const runbook = await approved();
    const runs = await Promise.all(Array.from({ length: 23 }, () => pending(runbook)));
    for (const { id } of runs) await alter(KEYS.execution(id), { createdAt: iso(0) });
    expect(await sweep(pass(20))).toMatchObject({ examined: 23, started: 23 });
    expect(outside.asked.toSorted()).toEqual(runs.map(({ id }) => `start ${id}`).toSorted());
    expect(outside.looked.toSorted()).toEqual(runs.map(({ id }) => id).toSorted());
  });
});

describe("the passes of the reconciler", () => {
  /** Ids in shard 0 and in shard 1, oldest first. */
  async function inShards(): Promise<string[][]> {
    const found: string[][] = [[], []];
    while (found.some((ids) => ids.length < 3)) {
      const id = newId("execution");
      const shard = shardOf(id, SHARDS.activeExecutions);
      const ids = found[shard];
      if (!ids || ids.length === 3) continue;
      ids.push(id);
      await alter({ pk: `x#${id}`, sk: "execution" }, listKeys(LISTS.activeExecutions(shard), id));
    }
    return found.map((ids) => ids.toSorted());
  }
  const positions = async () => (await itemAt(KEYS.reconcilerPositions()))?.["positions"];

  it("continue where the last one stopped, each shard separately, and begin again after the end", async () => {
    const [first = [], second = []] = await inShards();
    forget();
    expect(await takeNextActiveIds(2)).toEqual([...first.slice(0, 2), ...second.slice(0, 2)]);
    expect(writes()).toEqual([
      { Item: { ...KEYS.reconcilerPositions(), positions: { "0": first[1], "1": second[1] } } },
    ]);
    expect(await takeNextActiveIds(2)).toEqual([first[2], second[2]]);
    expect(await positions()).toEqual({});
    expect(await takeNextActiveIds(2)).toEqual([...first.slice(0, 2), ...second.slice(0, 2)]);
  });

  it("write nothing if one pass sees all", async () => {
    const [first = [], second = []] = await inShards();
    await takeNextActiveIds(200);
    forget();
    expect(await takeNextActiveIds(200)).toEqual([...first, ...second]);
    expect(writes()).toEqual([]);
  });

  it("show a page of one shard, and whether there is more", async () => {
    const [first = []] = await inShards();
    expect(await getActivePage("0", undefined, 2)).toMatchObject({
      ids: first.slice(0, 2),
      last: first[1],
      more: true,
    });
    expect(await getActivePage("0", first[1], 2)).toMatchObject({ ids: first.slice(2), more: false });
    expect(await getActivePage("7", undefined, 2)).toEqual({ ids: [], last: undefined, more: false });
  });
});

describe("the evidence for a run", () => {
  it("is read again: an end that somebody else wrote is not written again", async () => {
    const { id } = await running();
    outside.machines.set(id, "FAILED");
    beforeWrites(() => completeFromAttempts(id, null, { ...pass(3), actor: systemActor("workflow") }));
    expect(await reconcile(id, pass(5))).toBe("completed");
    const run = await getExecutionRecord(id);
    expect(run?.execution).toMatchObject({ completedAt: iso(3), auditSequence: 3 });
  });
});
