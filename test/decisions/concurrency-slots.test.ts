// Locks: acquired, waited for, passed on and released only if unchanged since they were read.
import "../support/quiet.ts";
import { beforeEach, describe, expect, it } from "vitest";
import { KEYS } from "../../shared/contract/table.ts";
import {
  enqueueWrite,
  evictFromSlots,
  getSlots,
  noFreeSlotCheck,
  promoteToHolder,
  releaseSlotWrites,
  slotHeldChecks,
  takeSlotWrite,
} from "../../shared/store/concurrency-slots.ts";
import { transact, type Write } from "../../shared/store/transact.ts";
import { alter, failNext, forget, freshTable, itemAt, writes } from "../support/decision-table.ts";
import { labelsOf as cameTo } from "../support/labels.ts";
import { newId } from "../support/seed.ts";

const runbookId = newId("runbook");
const run = (limit = 2) => ({
  id: newId("execution"),
  runbookId,
  concurrency: { slotKey: "l", limit, queuedAt: null },
});
const KEY = KEYS.concurrencySlots(runbookId, "l");
const ids = (...runs: { id: string }[]) => new Set(runs.map(({ id }) => id));

const write = (one: Write) => transact([one]);
const labelsOf = (one: Write) => cameTo(write(one));

beforeEach(() => freshTable());

describe("a free lock", () => {
  it("is free", async () => {
    expect(await getSlots(runbookId, "l")).toEqual({ holders: [], waiting: [], revision: 0 });
  });

  it("can be acquired up to its limit", async () => {
    const [first, second, third] = [run(), run(), run()];
    await write(takeSlotWrite(first));
    await write(takeSlotWrite(second));
    expect(await itemAt(KEY)).toEqual({ ...KEY, holders: ids(first, second), revision: 2 });
    expect(await labelsOf(takeSlotWrite(third))).toEqual(["concurrency"]);
    expect(await getSlots(runbookId, "l")).toEqual({
      holders: [first.id, second.id],
      waiting: [],
      revision: 2,
    });
  });

  it("is not waited for", async () => {
    expect(await labelsOf(enqueueWrite(run()))).toEqual(["concurrency"]);
    await write(takeSlotWrite(run()));
    expect(await labelsOf(enqueueWrite(run()))).toEqual(["concurrency"]);
  });
});

describe("a lock that is held", () => {
  const [holder, other, next] = [run(1), run(1), run(1)];

  beforeEach(async () => {
    await write(takeSlotWrite(holder));
    await write(enqueueWrite(other));
  });

  it("is waited for, in the order of the ids", async () => {
    await write(enqueueWrite(next));
    expect(await itemAt(KEY)).toEqual({
      ...KEY,
      holders: ids(holder),
      waiting: ids(other, next),
      revision: 3,
    });
    await alter(KEY, { waiting: ids(next, other) });
    expect((await getSlots(runbookId, "l")).waiting).toEqual([other.id, next.id]);
  });

  it("is not acquired past a waiting run, even if there is room", async () => {
    await write(releaseSlotWrites(holder)[0] ?? takeSlotWrite(holder));
    expect(await itemAt(KEY)).toEqual({ ...KEY, waiting: ids(other), revision: 3 });
    expect(await labelsOf(takeSlotWrite(next))).toEqual(["concurrency"]);
    expect(await labelsOf(enqueueWrite(next))).toBe("written");
  });

  it("is waited for by a hundred at most", async () => {
    await alter(KEY, { waiting: new Set(Array.from({ length: 99 }, (_, n) => `execution_${n}`)) });
    expect(await labelsOf(enqueueWrite(next))).toBe("written");
    expect(await labelsOf(enqueueWrite(run(1)))).toEqual(["concurrency"]);
  });

  it("passes to the next in line, if it is unchanged since it was read", async () => {
    await write(releaseSlotWrites(holder)[0] ?? takeSlotWrite(holder));
    const read = await getSlots(runbookId, "l");
    expect(await promoteToHolder(other, { ...read, revision: 2 })).toBe(false);
    expect(await promoteToHolder(next, read)).toBe(false);
    forget();
    expect(await promoteToHolder(other, read)).toBe(true);
    expect(writes()).toEqual([
      {
        Key: KEY,
        UpdateExpression: "ADD holders :run, revision :one DELETE waiting :run",
        ConditionExpression: "revision = :read AND contains(waiting, :id)",
        ExpressionAttributeValues: { ":run": ids(other), ":one": 1, ":read": 3, ":id": other.id },
      },
    ]);
    expect(await itemAt(KEY)).toEqual({ ...KEY, holders: ids(other), revision: 4 });
  });

  it("drops a run that no longer needs it, if it is unchanged since it was read", async () => {
    const read = await getSlots(runbookId, "l");
    expect(await evictFromSlots(other, { ...read, revision: 1 })).toBe(false);
    expect(await evictFromSlots(other, read)).toBe(true);
    expect(await itemAt(KEY)).toEqual({ ...KEY, holders: ids(holder), revision: 3 });
    expect(await evictFromSlots(holder, await getSlots(runbookId, "l"))).toBe(true);
    expect(await itemAt(KEY)).toEqual({ ...KEY, revision: 4 });
  });

  it.each([promoteToHolder, evictFromSlots])(
    "is not reported as changed if the table fails",
    async (move) => {
      failNext("writes", new Error("down"));
      await expect(move(other, await getSlots(runbookId, "l"))).rejects.toMatchObject({
        code: "internal_error",
      });
    },
  );
});

describe("the lock's part in other transactions", () => {
  it("a run holds it", async () => {
    const [holder, other] = [run(1), run(1)];
    await write(takeSlotWrite(holder));
    const [held] = slotHeldChecks(holder);
    const [missing] = slotHeldChecks(other);
    expect(held && (await labelsOf(held))).toBe("written");
    expect(missing && (await labelsOf(missing))).toEqual(["concurrency"]);
  });

  it("it is not free, or somebody waits", async () => {
    const [holder, other] = [run(1), run(2)];
    expect(await labelsOf(noFreeSlotCheck(other))).toEqual(["evidence"]);
    await write(takeSlotWrite(holder));
    expect(await labelsOf(noFreeSlotCheck(other))).toEqual(["evidence"]);
    expect(await labelsOf(noFreeSlotCheck(holder))).toBe("written");
    await write(enqueueWrite(run(1)));
    expect(await labelsOf(noFreeSlotCheck(other))).toBe("written");
  });

  it("nothing, if a run needs none", () => {
    const free = { id: newId("execution"), runbookId, concurrency: undefined };
    expect(slotHeldChecks(free)).toEqual([]);
    expect(releaseSlotWrites(free)).toEqual([]);
  });

  it("it is released without a condition: a repetition changes no holder", () => {
    const one = run();
    expect(releaseSlotWrites(one)).toEqual([
      {
        label: "concurrency",
        key: KEY,
        update: "DELETE holders :run, waiting :run ADD revision :one",
        values: { ":run": ids(one), ":one": 1 },
      },
    ]);
  });
});
