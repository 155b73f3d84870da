// The transactions of a run: its beginning, its end and its settling, whole; each condition is tried with a stale read.
import { requireExecution } from "../../shared/application/request/access.ts";
import "../support/quiet.ts";
import { beforeEach, describe, expect, it } from "vitest";
import { KEYS, SHARDS, shardOf } from "../../shared/contract/table.ts";
import { markUnknown } from "../../shared/domain/executions/attempts.ts";
import type { Execution } from "../../shared/domain/executions/execution.ts";
import {
  buildExecution,
  markCompleted,
  markRunning,
} from "../../shared/domain/executions/execution-changes.ts";
import { claimAttempt } from "../../shared/store/claim-attempt.ts";
import { ConditionFailed } from "../../shared/store/client.ts";
import {
  clearCallDeadline,
  filterExecutions,
  getExecution,
  getExecutionRecord,
  hasAllAttempts,
  isStale,
  putExecution,
  saveCompletion,
  statusWrite,
} from "../../shared/store/executions.ts";
import { requireRunbookMatch } from "../../shared/store/runbooks.ts";
import {
  alter,
  beforeWrites,
  everything,
  failNext,
  forget,
  freshTable,
  itemAt,
  writes,
} from "../support/decision-table.ts";
import { labelsOf } from "../support/labels.ts";
import { auditLists, executionLists } from "../support/listed.ts";
import { act, approved, callerIn, calling, inputOf, newId, pending, running } from "../support/seed.ts";

const LOCK = "l".repeat(32);
const LIMITED = { slotKey: LOCK, limit: 1, queuedAt: null };
const FAILED = { status: "FAILED", error: { code: "internal_failure", message: "It broke." } } as const;
const SUCCESS = { status: "SUCCESS", error: null } as const;

/** The run as stored, with these changes. */
async function altered(execution: Execution, changes: Partial<Execution>): Promise<Execution> {
  await alter(KEYS.execution(execution.id), { ...changes });
  return { ...execution, ...changes };
}

const pausedScopes = (id: string) => KEYS.pausedScopes(shardOf(id, SHARDS.pausedScopes));
const pause = (id: string, ...scopes: string[]) => alter(pausedScopes(id), { scopes: new Set(scopes) });
const pauseCheck = (id: string) => ({
  ConditionCheck: {
    Key: pausedScopes(id),
    ConditionExpression:
      "(attribute_not_exists(scopes) OR (NOT contains(scopes, :s0) AND NOT contains(scopes, :s1))) AND attribute_not_exists(freezeWindows)",
    ExpressionAttributeValues: { ":s0": "global", ":s1": "team#payments" },
  },
});

beforeEach(() => freshTable());

describe("a new run", () => {
  const request = (incidentId: string | null) => ({
    ...{ id: newId("execution"), ranForTeamId: null, incidentId },
    ...{ triggeredBy: "manual" as const, trigger: {} },
  });

  it.each([null, "INC-1"])("is one transaction (for the incident %s)", async (incidentId) => {
    const runbook = await approved();
    const asked = request(incidentId);
    const change = buildExecution(runbook, asked, act());
    const { execution, audit } = change;
    forget();
    await putExecution(
      change,
      { ...inputOf(asked.id), automation: { id: "a" }, incident: { id: "i" } },
      null,
    );
    const item = {
      ...KEYS.execution(asked.id),
      ...executionLists(execution, "active"),
      ...execution,
    };
    expect(writes()).toEqual([
      [
        {
          Update: {
            Key: KEYS.runbookState(runbook.state.id),
            UpdateExpression: "ADD activeExecutions :one, executionsStarted :one",
            ConditionExpression:
              "liveVersion = :version AND deletedAt = :none AND (approvalExpiresAt = :none OR approvalExpiresAt > :now)",
            ExpressionAttributeValues: {
              ...{ ":one": 1, ":version": 2, ":none": null },
              ":now": change.execution.createdAt,
            },
          },
        },
        { Put: { Item: item, ConditionExpression: "attribute_not_exists(pk)" } },
        {
          Put: {
            Item: {
              ...KEYS.executionInput(asked.id),
              ...inputOf(asked.id),
              parameters: '{"service":"checkout"}',
              incident: '{"id":"i"}',
              automation: '{"id":"a"}',
            },
            ConditionExpression: "attribute_not_exists(pk)",
          },
        },
        {
          Put: {
            Item: {
              ...KEYS.executionAudit(asked.id, 1),
              ...auditLists(audit),
              ...audit,
            },
            ConditionExpression: "attribute_not_exists(pk)",
          },
        },
      ],
    ]);
    const input = { ...inputOf(asked.id), automation: { id: "a" }, incident: { id: "i" } };
    expect(await getExecutionRecord(asked.id)).toEqual({
      execution,
      input,
      request: null,
      attempts: [],
      callback: null,
    });
    expect(await itemAt(KEYS.runbookState(runbook.state.id))).toMatchObject({
      activeExecutions: 1,
      executionsStarted: 1,
    });
  });

  it.each([
    ["is no longer live", { liveVersion: null }],
    ["is live at another version", { liveVersion: 4 }],
    ["is deleted", { deletedAt: "2026-03-01T03:00:00.000Z" }],
  ])("is not written if the runbook %s meanwhile", async (_, changes) => {
    const runbook = await approved();
    const change = buildExecution(runbook, request(null), act());
    const { length } = await everything();
    beforeWrites(() => alter(KEYS.runbookState(runbook.state.id), changes));
    const written = putExecution(change, inputOf(change.execution.id), null);
    expect(await labelsOf(written)).toEqual(["runbook"]);
    expect(await everything()).toHaveLength(length);
    expect(await itemAt(KEYS.runbookState(runbook.state.id))).toMatchObject({ activeExecutions: 0 });
  });

  it("is written once", async () => {
    const runbook = await approved();
    const change = buildExecution(runbook, request(null), act());
    await putExecution(change, inputOf(change.execution.id), null);
    const again = putExecution(change, inputOf(change.execution.id), null);
    expect(await labelsOf(again)).toEqual(["execution", "input", "audit"]);
    expect(await itemAt(KEYS.runbookState(runbook.state.id))).toMatchObject({ activeExecutions: 1 });
  });

  it("is not written by what changes one that is there", async () => {
    const runbook = await approved();
    const change = buildExecution(runbook, request(null), act());
    await expect(saveCompletion(change)).rejects.toThrow("putExecution writes new executions");
    expect(() => statusWrite(change)).toThrow("putExecution writes new executions");
  });
});

/** A run at its beginning; `lock` where it holds one. */
async function toBegin(lock: boolean) {
  const runbook = await approved();
  const stored = await pending(runbook);
  const execution = lock ? await altered(stored, { concurrency: LIMITED }) : stored;
  if (lock)
    await alter(KEYS.concurrencySlots(runbook.state.id, LOCK), {
      holders: new Set([stored.id]),
      revision: 1,
    });
  return { runbook, execution, change: markRunning(execution, 300, act()) };
}

const SENT = { method: "POST", url: "https://hooks.example.com/", headers: {}, body: "{}" };
const CLAIM = {
  ...{ id: "mine", request: SENT },
  ...{ startedAt: "2026-03-01T03:00:10.000Z", callDeadlineAt: "2026-03-01T03:00:50.000Z" },
};
const CLAIMED = {
  ...{ number: 1, startedAt: CLAIM.startedAt, durationMs: null, outcome: "in_progress", retryable: true },
  ...{ retryAfterSeconds: null, answer: null, error: null },
};
const THEIRS = { claim: "theirs", outcome: "in_progress", attempt: JSON.stringify(CLAIMED) };
const begin = (change: ReturnType<typeof markRunning>) =>
  claimAttempt({ execution: change.execution, attempts: [], beginning: change }, CLAIM);

describe("a beginning", () => {
  it("is one transaction, with its first attempt, and with approval, switches and lock checked", async () => {
    const { runbook, execution, change } = await toBegin(true);
    const { id } = execution;
    forget();
    expect(await begin(change)).toEqual({ claimed: true, refusedBy: null });
    const begun = { ...change.execution, attemptsClaimed: 1, callDeadlineAt: CLAIM.callDeadlineAt };
    expect(writes()).toEqual([
      [
        {
          Put: {
            Item: {
              ...KEYS.execution(id),
              ...executionLists(execution, "active"),
              ...begun,
            },
            ConditionExpression:
              "#status = :status AND auditSequence = :sequence AND attemptsClaimed = :claimed",
            ExpressionAttributeNames: { "#status": "status" },
            ExpressionAttributeValues: { ":status": "PENDING", ":sequence": 1, ":claimed": 0 },
          },
        },
        {
          ConditionCheck: {
            Key: KEYS.runbookState(runbook.state.id),
            ConditionExpression:
              "oldestLiveVersion <= :version AND liveVersion >= :version AND deletedAt = :none AND (approvalExpiresAt = :none OR approvalExpiresAt > :now)",
            ExpressionAttributeValues: { ":version": 2, ":none": null, ":now": change.execution.startedAt },
          },
        },
        pauseCheck(id),
        {
          ConditionCheck: {
            Key: KEYS.concurrencySlots(runbook.state.id, LOCK),
            ConditionExpression: "contains(holders, :run)",
            ExpressionAttributeValues: { ":run": id },
          },
        },
        {
          Put: {
            Item: {
              ...KEYS.executionAudit(id, 2),
              ...auditLists(change.audit),
              ...change.audit,
            },
            ConditionExpression: "attribute_not_exists(pk)",
          },
        },
        {
          Put: {
            Item: {
              ...KEYS.attempt(id, 1),
              ...{ claim: CLAIM.id, outcome: "in_progress" },
              attempt: JSON.stringify(CLAIMED),
            },
            ConditionExpression: "attribute_not_exists(pk)",
          },
        },
        {
          Put: {
            Item: {
              ...KEYS.executionRequest(id),
              request: JSON.stringify({ ...SENT, body: undefined }),
              body: SENT.body,
            },
            ConditionExpression: "attribute_not_exists(pk)",
          },
        },
      ],
    ]);
    expect(await getExecutionRecord(id)).toMatchObject({
      execution: begun,
      attempts: [CLAIMED],
      request: SENT,
    });
  });

  const stale: [string, string | null, (execution: Execution) => Promise<void>][] = [
    ["has another status", null, ({ id }) => alter(KEYS.execution(id), { status: "CANCELLED" })],
    ["has a longer chain", null, ({ id }) => alter(KEYS.execution(id), { auditSequence: 2 })],
    ["has an attempt", null, ({ id }) => alter(KEYS.execution(id), { attemptsClaimed: 1 })],
    ["has its first attempt", null, ({ id }) => alter(KEYS.attempt(id, 1), THEIRS)],
    [
      "is no longer live",
      "approval",
      (e) => alter(KEYS.runbookState(e.runbookId), { liveVersion: null, oldestLiveVersion: null }),
    ],
    ["is too old", "approval", (e) => alter(KEYS.runbookState(e.runbookId), { oldestLiveVersion: 3 })],
    ["is too new", "approval", (e) => alter(KEYS.runbookState(e.runbookId), { liveVersion: 1 })],
    ["lost its runbook", "approval", (e) => alter(KEYS.runbookState(e.runbookId), { deletedAt: "x" })],
    ["is paused for all", "kill-switch", ({ id }) => pause(id, "global")],
    ["is paused for its team", "kill-switch", ({ id }) => pause(id, "team#payments")],
    [
      "lost its lock",
      "concurrency",
      (e) => alter(KEYS.concurrencySlots(e.runbookId, LOCK), { holders: new Set(["other"]) }),
    ],
    ["is recorded already", "audit", ({ id }) => alter(KEYS.executionAudit(id, 2), { id: "x" })],
  ];
  it.each(stale)("is not written if the run %s meanwhile", async (_, label, move) => {
    const { execution, change } = await toBegin(true);
    beforeWrites(() => move(execution));
    forget();
    const { claimed, refusedBy } = await begin(change);
    expect(claimed).toBe(false);
    // A stale read is decided again: only what is not stale is a refusal.
    expect(refusedBy?.labels ?? null).toEqual(label && [label]);
    expect(writes()).toEqual([]);
    expect((await getExecution(execution.id))?.startedAt).toBeNull();
  });

  it("needs no lock if its runbook has no limit, and is allowed if no switch is paused", async () => {
    const { execution, change } = await toBegin(false);
    await pause(execution.id, "team#search");
    expect(await begin(change)).toMatchObject({ claimed: true });
    expect((await getExecution(execution.id))?.status).toBe("RUNNING");
  });

  it("is decided again, and not refused, if the run has changed beside what forbids it", async () => {
    const { execution, change } = await toBegin(true);
    beforeWrites(async () => {
      await alter(KEYS.execution(execution.id), { status: "CANCELLED" });
      await pause(execution.id, "global");
    });
    expect(await begin(change)).toEqual({ claimed: false, refusedBy: null });
  });

  it("recognizes itself if it was written before and its answer was lost", async () => {
    const { runbook, execution, change } = await toBegin(true);
    expect(await begin(change)).toMatchObject({ claimed: true });
    await alter(KEYS.runbookState(runbook.state.id), { liveVersion: null });
    expect(await begin(change)).toEqual({ claimed: true, refusedBy: null });
    expect(await getExecution(execution.id)).toMatchObject({ attemptsClaimed: 1, auditSequence: 2 });
  });
});

describe("an end", () => {
  it("decrements the active count, releases the lock, and removes the run from the reconciler's list", async () => {
    const { execution } = await toBegin(true);
    const change = markCompleted(execution, FAILED, act(), []);
    forget();
    await saveCompletion(change);
    const [transaction] = writes();
    expect(Object(transaction)[0].Put.Item).toEqual({
      ...KEYS.execution(execution.id),
      ...executionLists(execution, "unsuccessful"),
      ...change.execution,
    });
    expect(Object(transaction).slice(1, 3)).toEqual([
      {
        Update: {
          Key: KEYS.runbookState(execution.runbookId),
          UpdateExpression: "ADD activeExecutions :minusOne",
          ConditionExpression: "activeExecutions >= :one",
          ExpressionAttributeValues: { ":minusOne": -1, ":one": 1 },
        },
      },
      {
        Update: {
          Key: KEYS.concurrencySlots(execution.runbookId, LOCK),
          UpdateExpression: "DELETE holders :run, waiting :run ADD revision :one",
          ExpressionAttributeValues: { ":run": new Set([execution.id]), ":one": 1 },
        },
      },
    ]);
    expect(Object(transaction)).toHaveLength(4);
    expect(await itemAt(KEYS.runbookState(execution.runbookId))).toMatchObject({ activeExecutions: 0 });
  });

  it("is written once, and never counts below nothing", async () => {
    const { execution } = await toBegin(false);
    const change = markCompleted(execution, FAILED, act(), []);
    await alter(KEYS.runbookState(execution.runbookId), { activeExecutions: 0 });
    expect(await labelsOf(saveCompletion(change))).toEqual(["runbook"]);
    await alter(KEYS.runbookState(execution.runbookId), { activeExecutions: 1 });
    await saveCompletion(change);
    expect(await labelsOf(saveCompletion(change))).toEqual(["execution", "runbook", "audit"]);
  });

  it("keeps the lock while a call may be under way, and marks that call's attempt", async () => {
    const execution = await calling(await approved());
    const run = await getExecutionRecord(execution.id);
    const before = await altered(run?.execution ?? execution, { concurrency: LIMITED });
    const change = markCompleted(before, FAILED, act(), run?.attempts ?? []);
    forget();
    await saveCompletion(change);
    const [transaction] = writes();
    expect(Object(transaction).slice(2, 3)).toEqual([
      {
        Update: {
          Key: KEYS.attempt(execution.id, 1),
          UpdateExpression: "SET executionEnded = :ended",
          ConditionExpression: "outcome = :outcome",
          ExpressionAttributeValues: { ":outcome": "in_progress", ":ended": true },
        },
      },
    ]);
    expect(Object(transaction)[0].Put.Item).toMatchObject(executionLists(execution, "active"));
    expect((await getExecutionRecord(execution.id))?.execution).toEqual(change.execution);
  });

  it("is not written if an attempt has reported its outcome since", async () => {
    const execution = await calling(await approved());
    const run = await getExecutionRecord(execution.id);
    const change = markCompleted(run?.execution ?? execution, FAILED, act(), run?.attempts ?? []);
    beforeWrites(() => alter(KEYS.attempt(execution.id, 1), { outcome: "delivered" }));
    expect(await labelsOf(saveCompletion(change))).toEqual(["attempt"]);
    const unknown = (run?.attempts ?? []).map(markUnknown);
    const other = markCompleted(run?.execution ?? execution, FAILED, act(), unknown);
    expect(await labelsOf(saveCompletion(other))).toEqual(["attempt"]);
  });
});

describe("the end of a run that a callback completes", () => {
  const CALLED_BACK = { completion: { mode: "callback", timeoutSeconds: 60 } } as const;
  const CALLBACK_FAILED = { status: "FAILED", error: { code: "callback_failed", message: "No." } } as const;

  it.each([
    ["SUCCESS", SUCCESS, "SUCCESS", ["FAILED", undefined]],
    ["callback_failed", CALLBACK_FAILED, "FAILED", ["SUCCESS", undefined]],
    ["any other failure", FAILED, undefined, ["SUCCESS", "FAILED"]],
  ])("is %s only with the matching callback", async (_, end, fits, others) => {
    const execution = await running(await approved("payments", CALLED_BACK));
    const change = markCompleted(execution, end, act(), []);
    for (const resultStatus of others) {
      await alter(KEYS.callback(execution.id), { resultStatus });
      expect(await labelsOf(saveCompletion(change))).toEqual(["callback"]);
    }
    await alter(KEYS.callback(execution.id), { resultStatus: fits });
    expect(await labelsOf(saveCompletion(change))).toBe("written");
  });

  it("checks for no callback if none completes the run", async () => {
    const execution = await running(await approved());
    await alter(KEYS.callback(execution.id), { resultStatus: "FAILED" });
    expect(await labelsOf(saveCompletion(markCompleted(execution, SUCCESS, act(), [])))).toBe("written");
  });
});

describe("the settling of a run that has ended", () => {
  async function ended() {
    const execution = await calling(await approved());
    const run = await getExecutionRecord(execution.id);
    const before = await altered(run?.execution ?? execution, { concurrency: LIMITED });
    const change = markCompleted(before, FAILED, act(), run?.attempts ?? []);
    await saveCompletion(change);
    return change.execution;
  }

  it("releases the lock and removes the run from the reconciler's list, once", async () => {
    const execution = await ended();
    forget();
    expect(await clearCallDeadline(execution)).toBe(true);
    expect(writes()).toEqual([
      [
        {
          Update: {
            Key: KEYS.execution(execution.id),
            UpdateExpression: "SET callDeadlineAt = :none, stateList = :list",
            ConditionExpression: "callDeadlineAt = :until AND completedAt = :end",
            ExpressionAttributeValues: {
              ":none": null,
              ":until": execution.callDeadlineAt,
              ":end": execution.completedAt,
              ":list": executionLists(execution, "unsuccessful").stateList,
            },
          },
        },
        {
          Update: {
            Key: KEYS.concurrencySlots(execution.runbookId, LOCK),
            UpdateExpression: "DELETE holders :run, waiting :run ADD revision :one",
            ExpressionAttributeValues: { ":run": new Set([execution.id]), ":one": 1 },
          },
        },
      ],
    ]);
    expect(await itemAt(KEYS.execution(execution.id))).toEqual({
      ...KEYS.execution(execution.id),
      ...executionLists(execution, "unsuccessful"),
      ...execution,
      callDeadlineAt: null,
    });
    expect(await clearCallDeadline(execution)).toBe(false);
  });

  it("waits where another end is written", async () => {
    const execution = await ended();
    await alter(KEYS.execution(execution.id), { completedAt: "2026-03-02T00:00:00.000Z" });
    expect(await clearCallDeadline(execution)).toBe(false);
  });

  it("fails if the table fails", async () => {
    const execution = await ended();
    failNext("writes", new Error("down"));
    await expect(clearCallDeadline(execution)).rejects.toMatchObject({ code: "internal_error" });
  });
});

describe("a run, read", () => {
  it("is null where there is none, and a defect where its input is missing", async () => {
    expect(await getExecutionRecord(newId("execution"))).toBeNull();
    const { id } = await pending(await approved());
    await alter({ ...KEYS.executionInput(id) }, { executionId: undefined });
    await expect(getExecutionRecord(id)).rejects.toMatchObject({ code: "internal_error" });
  });

  it("that has no input says so by its id", async () => {
    const id = newId("execution");
    await alter(KEYS.execution(id), { id });
    await expect(getExecutionRecord(id)).rejects.toThrow(`The input of the execution ${id} is missing.`);
  });

  it("has its attempts in their order", async () => {
    const { id } = await calling(await approved());
    const first = await itemAt(KEYS.attempt(id, 1));
    const second = JSON.stringify({ ...JSON.parse(String(first?.["attempt"])), number: 2 });
    await alter(KEYS.attempt(id, 2), { ...first, ...KEYS.attempt(id, 2), attempt: second });
    const run = await getExecutionRecord(id);
    expect(run?.attempts.map(({ number }) => number)).toEqual([1, 2]);
    expect(run && hasAllAttempts(run)).toBe(false);
  });

  it("is visible to callers who may see both its runbook and its team", async () => {
    const { id } = await pending(await approved(null), "payments");
    const admin = callerIn("platform-admin");
    expect((await requireExecution(admin, "view", id)).execution.id).toBe(id);
    expect((await requireExecution(callerIn("team:payments:responder"), "execute", id)).execution.id).toBe(
      id,
    );
    const refusals = [
      requireExecution(callerIn("team:search:responder"), "execute", id),
      requireExecution(admin, "view", newId("execution")),
    ];
    for (const refused of refusals) await expect(refused).rejects.toMatchObject({ code: "not_found" });
    await expect(requireExecution(callerIn("team:payments:observer"), "execute", id)).rejects.toMatchObject({
      code: "not_permitted",
    });
  });

  it("is left out of a list by its filters", async () => {
    const runbook = await approved();
    const [one, other] = [await pending(runbook), await running(runbook)];
    const ids = [one.id, newId("execution"), other.id];
    expect(await filterExecutions(ids, ({ status }) => status === "RUNNING")).toEqual([other.id]);
  });
});

describe("a failed condition", () => {
  it.each([
    ["execution", true],
    ["attempt", true],
    ["callback", true],
    ["concurrency", false],
    ["runbook", false],
  ])("on the %s says that the run moved: %s", (label, moved) => {
    expect(isStale(new ConditionFailed([label], null))).toBe(moved);
    expect(isStale(new ConditionFailed(["audit", label], null))).toBe(moved);
  });

  it("is asked of nothing else", () => {
    expect(isStale(Object.assign(new Error("x"), { labels: ["execution"] }))).toBe(false);
    expect(() => requireRunbookMatch(1, 2)).toThrow("If-Match asks for version 1");
  });
});
