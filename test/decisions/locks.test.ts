// Locks: taken, waited for, moved and given back only as they were read.
import "../support/quiet.ts";
import { beforeEach, describe, expect, it } from "vitest";
import { KEYS } from "../../shared/contract/table.ts";
import {
  acquireLockWrite,
  enqueueWrite,
  evictFromLock,
  getLock,
  lockHeldChecks,
  lockUnavailableCheck,
  promoteToHolder,
  releaseLockWrites,
} from "../../shared/store/locks.ts";
import { transact, type Write } from "../../shared/store/transact.ts";
import { alter, failNext, forget, freshTable, itemAt, writes } from "../support/decision-table.ts";
import { labelsOf as cameTo } from "../support/labels.ts";
import { newId } from "../support/seed.ts";

const runbookId = newId("runbook");
const run = (limit = 2) => ({
  id: newId("execution"),
  runbookId,
  concurrency: { lock: "l", limit, queuedAt: null },
});
const KEY = KEYS.concurrencySlots(runbookId, "l");
const ids = (...runs: { id: string }[]) => new Set(runs.map(({ id }) => id));

const write = (one: Write) => transact([one]);
const labelsOf = (one: Write) => cameTo(write(one));

beforeEach(() => freshTable());

describe("a lock that nobody has", () => {
  it("is free", async () => {
    expect(await getLock(runbookId, "l")).toEqual({ holders: [], waiting: [], revision: 0 });
  });

  it("is held by whoever takes it, up to its limit", async () => {
    const [first, second, third] = [run(), run(), run()];
    await write(acquireLockWrite(first));
    await write(acquireLockWrite(second));
    expect(await itemAt(KEY)).toEqual({ ...KEY, holders: ids(first, second), revision: 2 });
    expect(await labelsOf(acquireLockWrite(third))).toEqual(["lock"]);
    expect(await getLock(runbookId, "l")).toEqual({
      holders: [first.id, second.id],
      waiting: [],
      revision: 2,
    });
  });

  it("is not waited for", async () => {
    expect(await labelsOf(enqueueWrite(run()))).toEqual(["lock"]);
    await write(acquireLockWrite(run()));
    expect(await labelsOf(enqueueWrite(run()))).toEqual(["lock"]);
  });
});

describe("a lock that is held", () => {
  const [holder, other, next] = [run(1), run(1), run(1)];

  beforeEach(async () => {
    await write(acquireLockWrite(holder));
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
    expect((await getLock(runbookId, "l")).waiting).toEqual([other.id, next.id]);
  });

  it("is not taken by one who comes while another waits, even where there is room", async () => {
    await write(releaseLockWrites(holder)[0] ?? acquireLockWrite(holder));
    expect(await itemAt(KEY)).toEqual({ ...KEY, waiting: ids(other), revision: 3 });
    expect(await labelsOf(acquireLockWrite(next))).toEqual(["lock"]);
    expect(await labelsOf(enqueueWrite(next))).toBe("written");
  });

  it("is waited for by a hundred at most", async () => {
    await alter(KEY, { waiting: new Set(Array.from({ length: 99 }, (_, n) => `execution_${n}`)) });
    expect(await labelsOf(enqueueWrite(next))).toBe("written");
    expect(await labelsOf(enqueueWrite(run(1)))).toEqual(["lock"]);
  });

  it("passes to the next in line, where it is as it was read", async () => {
    await write(releaseLockWrites(holder)[0] ?? acquireLockWrite(holder));
    const read = await getLock(runbookId, "l");
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

  it("loses whoever has nothing to do with it any more, where it is as it was read", async () => {
    const read = await getLock(runbookId, "l");
    expect(await evictFromLock(other, { ...read, revision: 1 })).toBe(false);
    expect(await evictFromLock(other, read)).toBe(true);
    expect(await itemAt(KEY)).toEqual({ ...KEY, holders: ids(holder), revision: 3 });
    expect(await evictFromLock(holder, await getLock(runbookId, "l"))).toBe(true);
    expect(await itemAt(KEY)).toEqual({ ...KEY, revision: 4 });
  });

  it.each([promoteToHolder, evictFromLock])(
    "is not taken for changed where the table fails",
    async (move) => {
      failNext("writes", new Error("down"));
      await expect(move(other, await getLock(runbookId, "l"))).rejects.toMatchObject({
        code: "internal_error",
      });
    },
  );
});

describe("what other transactions say of a lock", () => {
  it("a run holds it", async () => {
    const [holder, other] = [run(1), run(1)];
    await write(acquireLockWrite(holder));
    const [held] = lockHeldChecks(holder);
    const [missing] = lockHeldChecks(other);
    expect(held && (await labelsOf(held))).toBe("written");
    expect(missing && (await labelsOf(missing))).toEqual(["lock"]);
  });

  it("it is not free, or somebody waits", async () => {
    const [holder, other] = [run(1), run(2)];
    expect(await labelsOf(lockUnavailableCheck(other))).toEqual(["evidence"]);
    await write(acquireLockWrite(holder));
    expect(await labelsOf(lockUnavailableCheck(other))).toEqual(["evidence"]);
    expect(await labelsOf(lockUnavailableCheck(holder))).toBe("written");
    await write(enqueueWrite(run(1)));
    expect(await labelsOf(lockUnavailableCheck(other))).toBe("written");
  });

  it("nothing, where a run needs none", () => {
    const free = { id: newId("execution"), runbookId, concurrency: undefined };
    expect(lockHeldChecks(free)).toEqual([]);
    expect(releaseLockWrites(free)).toEqual([]);
  });

  it("it is given back without a condition: again changes no holder", () => {
    const one = run();
    expect(releaseLockWrites(one)).toEqual([
      {
        label: "lock",
        key: KEY,
        update: "DELETE holders :run, waiting :run ADD revision :one",
        values: { ":run": ids(one), ":one": 1 },
      },
    ]);
  });
});
