// Starting a run: what is written with it, who is refused and why, and what happens where all of that moves meanwhile.
import "../support/quiet.ts";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { teamOf } from "../../shared/application/request/incident.ts";
import { evidenceOf, Refusal, withEvidence } from "../../shared/application/request/refusal.ts";
import { setKillSwitch } from "../../shared/application/set-kill-switch.ts";
import { ADMISSION_LABELS } from "../../shared/application/start/admit-execution.ts";
import {
  type CreateExecutionInput,
  createExecution,
} from "../../shared/application/start/create-execution.ts";
import { inspectRerun, rerunExecution } from "../../shared/application/start/rerun-execution.ts";
import { KEYS } from "../../shared/contract/table.ts";
import { digestOf } from "../../shared/domain/digest.ts";
import { notFound, ServiceError } from "../../shared/domain/errors.ts";
import {
  decideSlot,
  getQueuePosition,
  nextInQueue,
  QueuePosition,
  toSlotKey,
} from "../../shared/domain/executions/concurrency.ts";
import { approveRunbook, deprecateRunbook } from "../../shared/domain/runbooks/approval-changes.ts";
import type { DefinitionRecord } from "../../shared/domain/runbooks/definition.ts";
import { type Runbook, updateRunbook } from "../../shared/domain/runbooks/runbook-changes.ts";
import { encrypt } from "../../shared/secrets/encrypt.ts";
import { ConditionFailed } from "../../shared/store/client.ts";
import { getSlots } from "../../shared/store/concurrency-slots.ts";
import { type ExecutionRecord, getExecutionRecord } from "../../shared/store/executions.ts";
import { retryOnConflict } from "../../shared/store/retry-on-conflict.ts";
import { runbookUnchangedCheck } from "../../shared/store/runbook-check.ts";
import { deleteRunbook, getRunbookState, saveRunbook } from "../../shared/store/runbooks.ts";
import { transact } from "../../shared/store/transact.ts";
import { T0 as NOW } from "../support/decision-clock.ts";
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
import { hearLogs } from "../support/heard-logs.ts";
import { labelsOf } from "../support/labels.ts";
import { calmOutside, outside } from "../support/outside.ts";
import {
  act,
  approved,
  callerIn,
  contextAt,
  definition,
  draft,
  newId,
  reload,
  review,
} from "../support/seed.ts";

const request = (changes: Partial<CreateExecutionInput> = {}): CreateExecutionInput => ({
  ...{ parameters: { service: "checkout" }, incident: null, automation: null, trigger: {} },
  ...{ triggeredBy: "manual", ranForTeamId: null },
  ...changes,
});
const startContext = (now = NOW, by = "ana") => contextAt(now, by);
const start = (runbook: Runbook, changes: Partial<CreateExecutionInput> = {}, now = NOW, by = "ana") =>
  createExecution(runbook, request(changes), startContext(now, by));
const LIMIT_ONE = { concurrency: { limit: 1, onLimit: "reject" } } as const;
const QUEUE = { concurrency: { limit: 1, onLimit: "queue" } } as const;
const SECRET: Partial<DefinitionRecord> = {
  parameters: {
    type: "object",
    properties: { service: { type: "string" }, pin: { type: "string", minLength: 6, writeOnly: true } },
    required: ["service"],
  },
  payloadTemplate: '{"service":"{{params.service}}","pin":"{{default params.pin "none"}}"}',
};

const refusalOf = async (started: Promise<unknown>) => {
  const error = await started.catch((thrown: unknown) => thrown);
  if (error instanceof ServiceError) return error;
  throw error instanceof Error ? error : new Error("It was not refused");
};
const lockOf = ({ execution }: ExecutionRecord) =>
  getSlots(execution.runbookId, execution.concurrency?.slotKey ?? "");
const runs = async () => (await everything()).filter(({ sk }) => sk === "execution");

/** The runbook with a change that is approved at once, so that its version moves by two. */
async function edited(id: string, changes: Partial<DefinitionRecord> = {}) {
  const runbook = await reload(id);
  const name = `Version ${runbook.state.version}`;
  const update = updateRunbook(runbook, definition({ name, ...changes }), null, act());
  if (!update) throw new Error("Nothing changes");
  await saveRunbook(update);
  const changed = await reload(id);
  await saveRunbook(approveRunbook(changed, review(changed.state.version), act("boss")));
}

let logs: unknown[][] = [];
beforeEach(() => {
  freshTable();
  calmOutside();
  logs = hearLogs();
  vi.mocked(encrypt).mockClear();
});

describe("a start", () => {
  it("writes the run, its input and its audit, and hands it to Step Functions", async () => {
    const runbook = await approved();
    forget();
    const incident = { id: "INC-1", title: "Slow" };
    const run = await start(runbook, {
      ...{ incident, automation: { id: "a" }, triggeredBy: "workflow", trigger: { requestId: "r" } },
    });
    const { execution, input } = run;
    expect(execution).toMatchObject({
      ...{ status: "PENDING", incidentId: "INC-1", triggeredBy: "workflow", trigger: { requestId: "r" } },
      ...{ createdAt: NOW.toISOString(), executedBy: "ana", runbookVersion: 2, ranForTeamId: "payments" },
    });
    expect(execution.concurrency).toBeUndefined();
    expect(input).toEqual({
      ...{ executionId: execution.id, parameters: { service: "checkout" }, secrets: {} },
      ...{ secretsBoundTo: execution.id, incident, automation: { id: "a" } },
    });
    const { definition, queue, ...record } = run;
    expect([definition, queue]).toEqual([runbook.current.definition, null]);
    expect(record).toEqual({ execution, input, request: null, attempts: [], callback: null });
    expect(await getExecutionRecord(execution.id)).toEqual(record);
    expect(outside.asked).toEqual([`start ${execution.id}`]);
    expect(writes()).toHaveLength(1);
    expect(await itemAt(KEYS.executionAudit(execution.id, 1))).toMatchObject({
      action: "execution.requested",
    });
  });

  it("remains if Step Functions does not accept the run", async () => {
    outside.down = new Error("Step Functions is down");
    const { execution } = await start(await approved());
    expect((await getExecutionRecord(execution.id))?.execution.status).toBe("PENDING");
    expect(logs).toMatchObject([
      [
        "warn",
        "StartExecution failed; the reconciler will retry",
        { executionId: execution.id, failure: { message: "Step Functions is down" } },
      ],
    ]);
  });

  it("is for an incident only where that has an id", async () => {
    const { execution } = await start(await approved(), { incident: { id: 7 } });
    expect(execution.incidentId).toBeNull();
  });

  it("is refused with what it was decided from: not approved, another version, wrong parameters, a broken template", async () => {
    const runbook = await approved();
    const unapproved = await draft();
    const broken = { ...runbook, live: withTemplate(runbook, '{"a":{{params.nothing}}}') };
    const cases: [Promise<unknown>, string, Runbook][] = [
      [start(unapproved), "runbook_not_approved", unapproved],
      [start(runbook, { version: 1 }), "version_conflict", runbook],
      [start(runbook, { parameters: {} }), "invalid_parameters", runbook],
      [start(broken), "invalid_template", runbook],
    ];
    for (const [started, code, { state }] of cases) {
      const error = await refusalOf(started);
      expect(error).toBeInstanceOf(Refusal);
      expect(error.code).toBe(code);
      expect(evidenceOf(error)).toEqual([runbookUnchangedCheck(state.id, state)]);
    }
    expect(await runs()).toEqual([]);
    expect(outside.asked).toEqual([]);
    expect((await start(runbook, { version: 2 })).execution.runbookVersion).toBe(2);
  });

  it("has the id that its key will return, and keeps the key with it", async () => {
    const runbook = await approved();
    const record = {
      ...{ caller: "ana", route: "start-execution", key: "k", requestHash: "h" },
      ...{ resourceId: newId("execution"), now: NOW },
    };
    const { execution } = await start(runbook, { record });
    expect(execution.id).toBe(record.resourceId);
    expect(await itemAt(KEYS.idempotency("ana", "start-execution", "k"))).toMatchObject({
      resourceId: execution.id,
    });
    const again = start(runbook, { record: { ...record, resourceId: newId("execution") } });
    expect(await labelsOf(again)).toEqual(["idempotency"]);
    expect(await runs()).toHaveLength(1);
  });

  it("writes what belongs to it in the same transaction, or nothing", async () => {
    const runbook = await approved();
    const also = (id: string) => [
      { label: "mine", put: { pk: "mine", sk: id }, condition: "attribute_not_exists(pk)" },
    ];
    const { execution } = await start(runbook, { extraWrites: also });
    expect(await itemAt({ pk: "mine", sk: execution.id })).not.toBeNull();
    const taken = () => [
      { label: "mine", put: { pk: "mine", sk: execution.id }, condition: "attribute_not_exists(pk)" },
    ];
    expect(await labelsOf(start(runbook, { extraWrites: taken }))).toEqual(["mine"]);
    beforeWrites(() => edited(runbook.state.id));
    expect(await labelsOf(start(runbook, { extraWrites: taken }))).toEqual(["runbook", "mine"]);
    expect(await runs()).toHaveLength(1);
  });

  it("fails if the table fails, and starts nothing", async () => {
    const runbook = await approved();
    failNext("writes", new Error("down"));
    await expect(start(runbook)).rejects.toMatchObject({ code: "internal_error" });
    expect(outside.asked).toEqual([]);
  });
});

const withTemplate = ({ current }: Runbook, payloadTemplate: string) => ({
  ...current,
  definition: { ...current.definition, payloadTemplate },
});

describe("a runbook that changes during a start", () => {
  it("is read again: the run is of the version that is approved by then", async () => {
    const runbook = await approved();
    beforeWrites(() => edited(runbook.state.id));
    const { execution } = await start(runbook);
    expect(execution.runbookVersion).toBe(4);
    expect((await getRunbookState(runbook.state.id))?.activeExecutions).toBe(1);
  });

  it("refuses the start if it is deprecated or deleted meanwhile", async () => {
    const runbook = await approved();
    beforeWrites(() => saveRunbook(deprecateRunbook(runbook, "Old.", act("boss"))));
    expect((await refusalOf(start(runbook))).code).toBe("runbook_not_approved");
    const other = await approved();
    beforeWrites(() => deleteRunbook(other, act("boss"), undefined));
    expect(await refusalOf(start(other))).toMatchObject({
      ...{ code: "not_found", message: "The runbook was deleted just now." },
    });
    expect(await runs()).toEqual([]);
  });

  it("is followed eight times, and then it says so", async () => {
    const runbook = await approved();
    const key = KEYS.runbookState(runbook.state.id);
    const flicker = async () => {
      await alter(key, { liveVersion: null });
      return () => alter(key, { liveVersion: 2 });
    };
    beforeWrites(...Array.from({ length: 7 }, () => flicker));
    expect((await start(runbook)).execution.status).toBe("PENDING");
    beforeWrites(...Array.from({ length: 8 }, () => flicker));
    const error = await refusalOf(start(runbook));
    expect(error).toMatchObject({
      ...{ code: "version_conflict", retryAfterSeconds: 1 },
      message: "The runbook keeps changing: try again.",
    });
    expect(error.cause).toBeInstanceOf(ConditionFailed);
  });
});

describe("a limit on the runs of a runbook", () => {
  it("is a lock that is held from the start", async () => {
    const runbook = await approved("payments", LIMIT_ONE);
    const run = await start(runbook);
    const lock = toSlotKey({}, {});
    expect(run.execution.concurrency).toEqual({ slotKey: lock, limit: 1, queuedAt: null });
    expect(await getSlots(runbook.state.id, lock)).toEqual({
      holders: [run.execution.id],
      waiting: [],
      revision: 1,
    });
    expect(outside.asked).toHaveLength(1);
  });

  it("refuses the next one by name, with the evidence that the lock is not free", async () => {
    const runbook = await approved("payments", LIMIT_ONE);
    const first = await start(runbook);
    const error = await refusalOf(start(runbook));
    expect(error).toMatchObject({
      code: "active_executions",
      message: `At most 1 run of this runbook may be active at a time; active: ${first.execution.id}. Wait until one completes, or cancel one.`,
    });
    expect(evidenceOf(error)).toEqual([
      {
        ...{
          label: "evidence",
          check: KEYS.concurrencySlots(runbook.state.id, first.execution.concurrency?.slotKey ?? ""),
        },
        condition: "size(holders) >= :limit OR attribute_exists(waiting)",
        values: { ":limit": 1 },
      },
      runbookUnchangedCheck(runbook.state.id, runbook.state),
    ]);
    expect(await runs()).toHaveLength(1);
  });

  it("names five of those in its way, and how many more there are", async () => {
    const runbook = await approved("payments", { concurrency: { limit: 6, onLimit: "reject" } });
    const ids: string[] = [];
    for (let n = 0; n < 5; n++) ids.push((await start(runbook)).execution.id);
    ids.push((await start(runbook)).execution.id);
    const named = ids.toSorted().slice(0, 5).join(", ");
    expect((await refusalOf(start(runbook))).message).toBe(
      `At most 6 runs of this runbook may be active at a time; active: ${named} and 1 more. Wait until one completes, or cancel one.`,
    );
    const five = await approved("payments", { concurrency: { limit: 5, onLimit: "reject" } });
    for (let n = 0; n < 5; n++) await start(five);
    expect((await refusalOf(start(five))).message).not.toContain("more");
  });

  it("of a global runbook names those of the same team only", async () => {
    const runbook = await approved(null, { concurrency: { limit: 2, onLimit: "reject" } });
    const mine = await start(runbook, { ranForTeamId: "payments" });
    await start(runbook, { ranForTeamId: "search" });
    expect((await refusalOf(start(runbook, { ranForTeamId: "payments" }))).message).toContain(
      `active: ${mine.execution.id}. Wait`,
    );
    expect((await refusalOf(start(runbook, { ranForTeamId: "shop" }))).message).toBe(
      "At most 2 runs of this runbook may be active at a time; other runs are active. Wait until one completes, or cancel one.",
    );
  });

  it("of a global runbook looks at twenty of them for that", async () => {
    const runbook = await approved(null, { concurrency: { limit: 1, onLimit: "reject" } });
    const { execution } = await start(runbook, { ranForTeamId: "payments" });
    const lock = KEYS.concurrencySlots(runbook.state.id, execution.concurrency?.slotKey ?? "");
    const before = Array.from({ length: 19 }, (_, n) => `execution_00000000000000000000000${100 + n}`);
    await alter(lock, { holders: new Set([...before, execution.id]) });
    const message = async () => (await refusalOf(start(runbook, { ranForTeamId: "payments" }))).message;
    expect(await message()).toContain(execution.id);
    await alter(lock, {
      holders: new Set([...before, "execution_00000000000000000000000200", execution.id]),
    });
    expect(await message()).toContain("other runs are active");
    await alter(lock, { holders: new Set(before.slice(0, 1)), waiting: new Set([execution.id]) });
    expect(await message()).toContain(execution.id);
  });

  it("for each value of a parameter is a separate lock, and is shown so", async () => {
    const runbook = await approved("payments", {
      concurrency: { limit: 1, onLimit: "reject", key: "service" },
    });
    await start(runbook);
    const other = await start(runbook, { parameters: { service: "search" } });
    expect(other.execution.concurrency?.slotKey).toBe(toSlotKey({ key: "service" }, { service: "search" }));
    expect((await refusalOf(start(runbook))).message).toContain(
      "At most 1 run with this value of service may",
    );
  });

  it("queues the next one, which is not started before it is first in the queue", async () => {
    const runbook = await approved("payments", QUEUE);
    const first = await start(runbook);
    const second = await start(runbook);
    expect(second.execution.concurrency).toMatchObject({ limit: 1, queuedAt: NOW.toISOString() });
    expect(await lockOf(second)).toMatchObject({
      holders: [first.execution.id],
      waiting: [second.execution.id],
    });
    expect(outside.asked).toEqual([`start ${first.execution.id}`]);
  });

  it("queues a hundred, and no more", async () => {
    const runbook = await approved("payments", QUEUE);
    const first = await start(runbook);
    const waiting = new Set(
      Array.from({ length: 100 }, (_, n) => `execution_00000000000000000000000${100 + n}`),
    );
    await alter(KEYS.concurrencySlots(runbook.state.id, first.execution.concurrency?.slotKey ?? ""), {
      waiting,
    });
    expect(await refusalOf(start(runbook))).toMatchObject({
      ...{ code: "too_many_requests", retryAfterSeconds: 30 },
      message: "100 runs wait already: no more are queued until one of them has started.",
    });
  });

  it("that two reach at once holds: one has the lock, the other is refused or waits", async () => {
    const runbook = await approved("payments", LIMIT_ONE);
    let first: ExecutionRecord | undefined;
    beforeWrites(async () => {
      first = await start(runbook);
    });
    expect((await refusalOf(start(runbook))).message).toContain(first?.execution.id);
    const queued = await approved("payments", QUEUE);
    beforeWrites(async () => {
      first = await start(queued);
    });
    const second = await start(queued);
    expect(await lockOf(second)).toMatchObject({
      holders: [first?.execution.id],
      waiting: [second.execution.id],
    });
  });

  it("that keeps moving is unavailable", async () => {
    const runbook = await approved("payments", LIMIT_ONE);
    const key = KEYS.concurrencySlots(runbook.state.id, toSlotKey({}, {}));
    const flicker = async () => {
      await alter(key, { waiting: new Set(["x"]), revision: 1 });
      return () => alter(key, { waiting: undefined });
    };
    beforeWrites(...Array.from({ length: 8 }, () => flicker));
    expect(await refusalOf(start(runbook))).toMatchObject({ code: "unavailable", retryAfterSeconds: 1 });
  });

  it("is decided by who holds the lock and who waits", () => {
    const lock = (holders: number, waiting: number) => ({
      holders: Array.from({ length: holders }, (_, n) => `h${n}`),
      waiting: Array.from({ length: waiting }, (_, n) => `w${n}`),
      revision: 1,
    });
    const place = (holders: number, waiting: number, onLimit: "reject" | "queue") =>
      decideSlot(lock(holders, waiting), { limit: 2, onLimit });
    expect([place(1, 0, "reject"), place(2, 0, "reject"), place(1, 1, "reject")]).toEqual([
      ...["hold", "refuse", "refuse"],
    ]);
    expect([place(1, 0, "queue"), place(2, 0, "queue"), place(0, 1, "queue")]).toEqual([
      "hold",
      "wait",
      "wait",
    ]);
    expect([place(2, 99, "queue"), place(2, 100, "queue")]).toEqual(["wait", "full"]);
    expect([nextInQueue(lock(1, 2), 2), nextInQueue(lock(2, 2), 2), nextInQueue(lock(0, 0), 2)]).toEqual([
      ...["w0", null, null],
    ]);
    expect(getQueuePosition(lock(1, 2), "w1")).toEqual({ position: 2, waitingFor: ["h0"] });
    expect(getQueuePosition(lock(1, 2), "w0")).toEqual({ position: 1, waitingFor: ["h0"] });
    expect(getQueuePosition(lock(1, 2), "h0")).toBeNull();
  });

  it("is shown as a place from 1, each field of which is described", () => {
    for (const schema of [QueuePosition, ...Object.values(QueuePosition.shape)])
      expect(schema.description).toMatch(/\w/);
    expect(QueuePosition.safeParse({ position: 2, waitingFor: [] }).success).toBe(true);
    expect(QueuePosition.safeParse({ position: 0, waitingFor: [] }).success).toBe(false);
    expect(QueuePosition.safeParse({ position: 1, waitingFor: [], other: 1 }).success).toBe(false);
  });

  it("is a separate lock for each value, and for no value", () => {
    const locks = [toSlotKey({}, { a: 1 }), toSlotKey({ key: "a" }, { a: 1 }), toSlotKey({ key: "a" }, {})];
    expect(new Set(locks).size).toBe(3);
    expect(toSlotKey({ key: "a" }, { a: null })).toBe(locks[2]);
    expect(toSlotKey({}, {})).toBe(digestOf("concurrency/1", []).slice(0, 32));
    expect(locks[1]).toBe(digestOf("concurrency/1", ["a", 1]).slice(0, 32));
  });

  it("is asked under these labels", () => {
    expect(ADMISSION_LABELS).toEqual(["concurrency", "rate-limit", "kill-switch"]);
  });
});

describe("the rate of a principal", () => {
  beforeEach(() => freshTable({ RATE_LIMIT_STARTS_PER_MINUTE: "2" }));

  it("lets two start at once, and the third after half a minute", async () => {
    const runbook = await approved();
    await start(runbook);
    await start(runbook);
    expect(await refusalOf(start(runbook))).toMatchObject({
      ...{ code: "too_many_requests", retryAfterSeconds: 30 },
      message: "You may start 2 runs in a minute: try again in 30 s.",
    });
    await start(runbook, {}, NOW, "ben");
    expect((await refusalOf(start(runbook, {}, new Date(NOW.getTime() + 29_999)))).retryAfterSeconds).toBe(1);
    await start(runbook, {}, new Date(NOW.getTime() + 30_000));
    expect(await runs()).toHaveLength(4);
  });

  it("whose last token another start uses meanwhile is refused by the current bucket", async () => {
    const runbook = await approved();
    await start(runbook);
    beforeWrites(() => start(runbook));
    expect((await refusalOf(start(runbook))).code).toBe("too_many_requests");
    expect(await runs()).toHaveLength(2);
  });

  it("is not checked if there is none", async () => {
    freshTable({ RATE_LIMIT_STARTS_PER_MINUTE: "0" });
    const runbook = await approved();
    for (let n = 0; n < 3; n++) await start(runbook);
    expect(await itemAt(KEYS.rateLimit("ana"))).toBeNull();
  });
});

describe("a pause", () => {
  const pause = (scope: string | null, paused = true) =>
    setKillSwitch({ scope, paused, reason: paused ? "Outage." : null }, () => act("boss"));

  it.each(["payments", null])("of %s refuses a start, with who, since when and why", async (scope) => {
    const runbook = await approved();
    const control = await pause(scope);
    const error = await refusalOf(start(runbook));
    expect(error.code).toBe("paused");
    expect(error.message).toMatch(/ are paused by boss since .*: Outage\.$/);
    expect(evidenceOf(error)).toEqual([
      {
        ...{ label: "evidence", check: KEYS.killSwitch(control.scope) },
        ...{ condition: "paused = :yes", values: { ":yes": true } },
      },
    ]);
    expect(await runs()).toEqual([]);
  });

  it("that has ended when it is checked lets the start continue", async () => {
    const runbook = await approved();
    await pause("payments");
    const { world } = await import("../support/small-world.ts");
    const { send } = world;
    let asked = false;
    world.send = async (command) => {
      const { Key } = Object(command).input ?? {};
      if (!asked && Key?.sk === KEYS.killSwitch("payments").sk) {
        asked = true;
        await pause("payments", false);
      }
      return send(command);
    };
    expect((await start(runbook)).execution.status).toBe("PENDING");
  });
});

describe("secret parameters", () => {
  it("are encrypted to the run and to where they go, and lie nowhere else", async () => {
    const runbook = await approved("payments", SECRET);
    const { execution, input } = await start(runbook, {
      parameters: { service: "checkout", pin: "secret-pin" },
    });
    const ciphertext = Buffer.from("secret-pin").toString("base64");
    expect(input).toMatchObject({ parameters: { service: "checkout" }, secrets: { pin: { ciphertext } } });
    expect(vi.mocked(encrypt).mock.calls).toEqual([
      [
        "secret-pin",
        { purpose: "parameter", owner: execution.id, field: "pin", origin: "https://hooks.example.com" },
      ],
    ]);
    expect(JSON.stringify(await everything())).not.toContain("secret-pin");
  });

  it("that are not given are not encrypted", async () => {
    const { input } = await start(await approved("payments", SECRET));
    expect(input.secrets).toEqual({});
    expect(vi.mocked(encrypt)).not.toHaveBeenCalled();
  });
});

const NOT_TAKEN_OVER =
  "Secret parameters of the earlier run cannot be reused: start a new run and provide them again.";

describe("a rerun", () => {
  const caller = callerIn("team:payments:responder");
  const given = { service: "checkout", pin: "secret-pin" };
  const again = (runbook: Runbook, before: ExecutionRecord, asked = {}) =>
    rerunExecution(caller, runbook, before, asked, startContext());

  async function before(teamId: string | null = "payments") {
    const runbook = await approved(teamId, SECRET);
    const run = await start(runbook, {
      ...{ parameters: given, ranForTeamId: "payments", automation: { id: "a" } },
    });
    vi.mocked(encrypt).mockClear();
    return { runbook, run };
  }

  it("copies everything, secrets in encrypted form, and names the run that it repeats", async () => {
    const { runbook, run } = await before();
    const { execution, input } = await again(runbook, run);
    expect(execution).toMatchObject({
      ...{ trigger: { rerunOf: run.execution.id }, triggeredBy: "manual", ranForTeamId: "payments" },
    });
    expect(input).toEqual({
      ...run.input,
      executionId: execution.id,
      secretsBoundTo: run.execution.id,
    });
    expect(vi.mocked(encrypt)).not.toHaveBeenCalled();
    const third = await again(runbook, { ...run, execution, input });
    expect(third.input.secretsBoundTo).toBe(run.execution.id);
  });

  it("is of today's version, or of the one that is named", async () => {
    const { runbook, run } = await before();
    await edited(runbook.state.id, SECRET);
    const now = await reload(runbook.state.id);
    expect((await again(now, run)).execution.runbookVersion).toBe(4);
    await expect(again(now, run, { version: 2 })).rejects.toMatchObject({ code: "version_conflict" });
  });

  it("to another address asks for the secrets again; without secrets it does not", async () => {
    const { runbook, run } = await before();
    await edited(runbook.state.id, { ...SECRET, webhookUrl: "https://other.example.com/" });
    const error = await refusalOf(again(await reload(runbook.state.id), run));
    expect(error).toMatchObject({
      code: "invalid_parameters",
      message: NOT_TAKEN_OVER,
      issues: [
        {
          pointer: "/parameters/pin",
          message:
            "was given for another scheme, host or port, and is not sent elsewhere: start the runbook and provide it again",
        },
      ],
    });
    const open = { ...run, input: { ...run.input, secrets: {} } };
    expect((await again(await reload(runbook.state.id), open)).input.secrets).toEqual({});
  });

  it("to another path of the same address keeps the secrets", async () => {
    const { runbook, run } = await before();
    await edited(runbook.state.id, { ...SECRET, webhookUrl: "https://hooks.example.com/other" });
    const { input } = await again(await reload(runbook.state.id), run);
    expect(Object.keys(input.secrets)).toEqual(["pin"]);
  });

  it("leaves out secrets that the schema no longer knows", async () => {
    const { runbook, run } = await before();
    await edited(runbook.state.id, { webhookUrl: "https://other.example.com/" });
    expect((await again(await reload(runbook.state.id), run)).input.secrets).toEqual({});
  });

  it("for another team is refused if there are secrets", async () => {
    const { runbook, run } = await before(null);
    const both = callerIn("team:payments:responder", "team:search:responder");
    const other = { ...run, execution: { ...run.execution, ranForTeamId: null } };
    const error = await refusalOf(rerunExecution(both, runbook, other, { teamId: "search" }, startContext()));
    expect(error).toMatchObject({
      ...{ code: "invalid_parameters", message: NOT_TAKEN_OVER },
      issues: [
        {
          pointer: "/parameters/pin",
          message: "was given for a run of another team: start a new run, and provide it again",
        },
      ],
    });
    const open = { ...other, input: { ...run.input, secrets: {} } };
    expect(
      (await rerunExecution(both, runbook, open, { teamId: "search" }, startContext())).execution
        .ranForTeamId,
    ).toBe("search");
    expect((await rerunExecution(both, runbook, run, {}, startContext())).execution.ranForTeamId).toBe(
      "payments",
    );
  });

  it("whose body is invalid gets all other problems too", async () => {
    const { runbook, run } = await before(null);
    const both = callerIn("team:payments:responder", "team:search:responder");
    const parameters = { required: ["service", "zone"] };
    const properties = { service: { type: "string" }, zone: { type: "string" } };
    const found = (data: unknown, who = both, one = run) => inspectRerun(data, one, who);
    expect(await found({ bogus: 1 })).toEqual([]);
    expect(await found("no object")).toEqual([]);
    expect(await found({ teamId: "payments" })).toEqual([]);
    expect(await found({ teamId: 7 })).toEqual([]);
    const OTHER_TEAM = { pointer: "/teamId", message: expect.stringMatching(/^must be "payments"/) };
    expect(await found({ teamId: "search" })).toMatchObject([OTHER_TEAM]);
    const open = { ...run, execution: { ...run.execution, ranForTeamId: null } };
    expect(await found({ teamId: "search" }, both, open)).toMatchObject([
      { pointer: "/parameters/pin", message: expect.stringMatching(/^was given for a run of another team/) },
    ]);
    await expect(found({ teamId: "shop" }, both, open)).rejects.toBeInstanceOf(ServiceError);
    await edited(runbook.state.id, { parameters: { type: "object", properties, ...parameters } });
    expect(await found({ teamId: "search" })).toMatchObject([OTHER_TEAM, { pointer: "/parameters/zone" }]);
    const stranger = callerIn("team:payments:observer");
    await expect(found({}, stranger)).rejects.toMatchObject({ code: "not_permitted" });
  });

  it("asks for the incident again", async () => {
    const { runbook, run } = await before();
    const gone = { ...run, execution: { ...run.execution, incidentId: "INC-1" } };
    await expect(again(runbook, gone)).rejects.toThrow(notFound("incident"));
    const incident = {
      ...{ id: "INC-1", title: "Slow", status: "open", priority: "P1", teamId: "payments" },
      ...{ createdAt: NOW.toISOString(), acknowledgedAt: null, assignee: null, metadata: null },
      reportedAt: NOW.toISOString(),
    };
    const report = { reportedBy: "oncall", reportOrder: "x", eventId: "e", eventTime: NOW.toISOString() };
    const episode = { episode: 1, ended: false };
    await alter(KEYS.incident("INC-1"), { ...report, ...episode, incident: JSON.stringify(incident) });
    expect((await again(runbook, gone)).input.incident).toMatchObject({ id: "INC-1", title: "Slow" });
    const { runbook: everybodys, run: other } = await before(null);
    const forNobody = {
      execution: { ...other.execution, incidentId: "INC-1", ranForTeamId: null },
      input: { ...other.input, secrets: {} },
    };
    const both = callerIn("team:payments:responder", "team:search:responder");
    const ran = await rerunExecution(both, everybodys, { ...other, ...forNobody }, {}, startContext());
    expect(ran.execution.ranForTeamId).toBe("payments");
    expect(teamOf({ teamId: 7 })).toBeNull();
    expect(teamOf(null)).toBeNull();
    await alter(KEYS.incident("INC-1"), { incident: JSON.stringify({ ...incident, teamId: "search" }) });
    await expect(again(runbook, gone)).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("a refusal with its evidence", () => {
  const check = (label: string) => ({
    label,
    check: { pk: label, sk: "x" },
    condition: "attribute_exists(pk)",
  });

  it("is to a caller a refusal like any other, and gathers evidence", () => {
    const cause = new Error("x");
    const issues = [{ pointer: "/a", message: "b" }];
    const plain = new ServiceError("not_found", "Gone.", { cause, issues, retryAfterSeconds: 3 });
    const refused = new Refusal(plain, [check("a")]);
    expect(refused).toMatchObject({
      code: "not_found",
      message: "Gone.",
      cause,
      issues,
      retryAfterSeconds: 3,
    });
    expect(new Refusal(refused, [check("b")]).evidence).toEqual([check("a"), check("b")]);
    expect(Object.hasOwn(new Refusal(new ServiceError("not_found", "Gone."), []), "evidence")).toBe(true);
    expect(evidenceOf(plain)).toEqual([]);
  });

  it("is made of refusals only, not of failures", () => {
    const refused = withEvidence(new ServiceError("not_found", "Gone."), [check("a")]);
    expect(evidenceOf(refused)).toEqual([check("a")]);
    for (const failure of [
      new ServiceError("internal_error", "Ours."),
      new ServiceError("unavailable", "Slow."),
      new Error("x"),
    ])
      expect(withEvidence(failure, [check("a")])).toBe(failure);
  });

  it("is decided again if its evidence has changed, five times", async () => {
    const stale = (times: number) => {
      let tries = 0;
      return retryOnConflict(async () => {
        if (tries++ < times) await transact([{ ...check("evidence") }]);
        return tries;
      });
    };
    expect(await stale(4)).toBe(5);
    const error = await refusalOf(stale(5));
    expect(error).toMatchObject({
      ...{ code: "version_conflict", retryAfterSeconds: 1 },
      message: "The data that this depends on keeps changing: try again.",
    });
    expect(error.cause).toBeInstanceOf(ConditionFailed);
  });

  it("is not decided again where anything else fails", async () => {
    let tries = 0;
    const failing = (failure: () => Promise<unknown>) =>
      retryOnConflict(async () => {
        tries++;
        await failure();
      });
    await expect(failing(() => transact([check("other")]))).rejects.toMatchObject({ labels: ["other"] });
    await expect(failing(() => Promise.reject(new Error("x")))).rejects.toThrow("x");
    expect(tries).toBe(2);
  });
});
