// What may happen once, or only so often: claims, keys and rates, each at and past its time.
import "../support/quiet.ts";
import { beforeEach, describe, expect, it } from "vitest";
import { KEYS } from "../../shared/contract/table.ts";
import { rateOf, takeToken } from "../../shared/domain/executions/rate-limit.ts";
import { claimCheck, claimWrite, isClaimed } from "../../shared/store/claims.ts";
import { epochSeconds } from "../../shared/store/codecs.ts";
import { getIdempotencyRecord, idempotencyWrite, idempotencyWrites } from "../../shared/store/idempotency.ts";
import { clearMissingExecution, noteMissingExecution } from "../../shared/store/missing-executions.ts";
import { getFullAtMs, takeTokenWrite } from "../../shared/store/rate-limits.ts";
import { runbookUnchangedCheck } from "../../shared/store/runbook-check.ts";
import { transact } from "../../shared/store/transact.ts";
import { alter, failNext, forget, freshTable, itemAt, writes } from "../support/decision-table.ts";
import { labelsOf } from "../support/labels.ts";
import { approved, newId, pending, running } from "../support/seed.ts";

const NOW = new Date("2026-03-01T03:00:00.900Z");
const SECOND = 1000;
const NOW_SECONDS = Math.floor(NOW.getTime() / SECOND);
const HOUR = 3600;
const after = (seconds: number) => new Date((NOW_SECONDS + seconds) * SECOND);

beforeEach(() => freshTable());

describe("a claim", () => {
  const what = ["once", "automation_x"];

  it("is written with its end, and cleared away by then", async () => {
    forget();
    await transact([claimWrite("already_fired", what, 60, NOW)]);
    expect(writes()).toEqual([
      [
        {
          Put: {
            Item: { ...KEYS.claim(what), validUntil: NOW_SECONDS + 60, expiresAt: NOW_SECONDS + 60 },
            ConditionExpression: "attribute_not_exists(pk) OR validUntil <= :now",
            ExpressionAttributeValues: { ":now": NOW_SECONDS },
          },
        },
      ],
    ]);
    expect(epochSeconds(NOW)).toBe(NOW_SECONDS);
  });

  it("keeps others away until its end, to the second", async () => {
    expect(await isClaimed(what, NOW)).toBe(false);
    await transact([claimWrite("cooldown", what, 60, NOW)]);
    expect(await isClaimed(what, after(59))).toBe(true);
    expect(await isClaimed(what, after(60))).toBe(false);
    expect(await labelsOf(transact([claimWrite("cooldown", what, 60, after(59))]))).toEqual(["cooldown"]);
    expect(await labelsOf(transact([claimWrite("cooldown", what, 60, after(60))]))).toBe("written");
  });

  it("is evidence as long as it is valid", async () => {
    const check = (at: Date) => labelsOf(transact([claimCheck(what, at)]));
    expect(await check(NOW)).toEqual(["evidence"]);
    await transact([claimWrite("cooldown", what, 60, NOW)]);
    expect(await check(after(59))).toBe("written");
    expect(await check(after(60))).toEqual(["evidence"]);
  });

  it("is separate for each thing", async () => {
    await transact([claimWrite("cooldown", what, 60, NOW)]);
    expect(await isClaimed(["once", "automation_y"], NOW)).toBe(false);
  });
});

describe("an Idempotency-Key", () => {
  const record = {
    ...{ caller: "ana", route: "start-execution", key: "k1", now: NOW },
    ...{ requestHash: "h", resourceId: "execution_x" },
  };
  const DAY = 24 * HOUR;

  it("returns the created resource, for 24 hours", async () => {
    expect(idempotencyWrite(record)).toEqual({
      label: "idempotency",
      put: {
        ...KEYS.idempotency("ana", "start-execution", "k1"),
        ...{ requestHash: "h", resourceId: "execution_x" },
        ...{ validUntil: NOW_SECONDS + DAY, expiresAt: NOW_SECONDS + DAY },
      },
      condition: "attribute_not_exists(pk) OR validUntil <= :now",
      values: { ":now": NOW_SECONDS },
    });
    expect(await getIdempotencyRecord(record)).toBeNull();
    await transact([idempotencyWrite(record)]);
    const kept = { requestHash: "h", resourceId: "execution_x", validUntil: NOW_SECONDS + DAY };
    expect(await getIdempotencyRecord({ ...record, now: after(DAY - 1) })).toEqual(kept);
    expect(await getIdempotencyRecord({ ...record, now: after(DAY) })).toBeNull();
    const again = (now: Date) => labelsOf(transact([idempotencyWrite({ ...record, now })]));
    expect(await again(after(DAY - 1))).toEqual(["idempotency"]);
    expect(await again(after(DAY))).toBe("written");
  });

  it.each([{ caller: "ben" }, { route: "rerun-execution" }, { key: "k2" }])(
    "of another caller, route or name stands for something else: %j",
    async (other) => {
      await transact([idempotencyWrite(record)]);
      expect(await getIdempotencyRecord({ ...record, ...other })).toBeNull();
    },
  );

  it("that was not given is not written", () => {
    expect(idempotencyWrites(null)).toEqual([]);
    expect(idempotencyWrites(record)).toEqual([idempotencyWrite(record)]);
  });
});

describe("a rate of two in a minute", () => {
  const rate = rateOf(2);
  const MS = NOW.getTime();
  const key = KEYS.rateLimit("ana");

  /** Takes a token now, as far as the bucket that was read, by when it is full, has one. */
  async function takeNow(read: number | null, now: number) {
    const taking = takeToken(read === null ? null : { fullAtMs: read, takenAtMs: MS }, now, rate);
    if (!taking.taken) return taking;
    return labelsOf(transact([takeTokenWrite("ana", taking, rate)]));
  }

  it("begins with a full bucket, and remembers it for an hour longer than it matters", async () => {
    expect(await getFullAtMs("ana")).toBeNull();
    forget();
    expect(await takeNow(null, MS)).toBe("written");
    const expires = Math.ceil((MS + 60_000) / 1000) + HOUR;
    expect(writes()).toEqual([
      [
        {
          Update: {
            Key: key,
            UpdateExpression: "SET fullAtMs = :full, takenAtMs = :now, expiresAt = :expires",
            ConditionExpression: "attribute_not_exists(fullAtMs) OR fullAtMs <= :now",
            ExpressionAttributeValues: { ":now": MS, ":expires": expires, ":full": MS + 30_000 },
          },
        },
      ],
    ]);
    expect(await getFullAtMs("ana")).toEqual({ fullAtMs: MS + 30_000, takenAtMs: MS });
  });

  it("gives two at once, and no third one, despite stale reads", async () => {
    expect(await takeNow(null, MS)).toBe("written");
    expect(await takeNow(null, MS)).toEqual(["rate-limit"]);
    forget();
    expect(await takeNow(MS + 30_000, MS)).toBe("written");
    expect(writes()).toMatchObject([
      [
        {
          Update: {
            Key: key,
            UpdateExpression: "SET fullAtMs = fullAtMs + :interval, takenAtMs = :now, expiresAt = :expires",
            ConditionExpression: "fullAtMs > :now AND fullAtMs <= :latest",
            ExpressionAttributeValues: { ":now": MS, ":interval": 30_000, ":latest": MS + 30_000 },
          },
        },
      ],
    ]);
    expect(await itemAt(key)).toMatchObject({ fullAtMs: MS + 60_000 });
    expect(await takeNow(MS + 30_000, MS)).toEqual(["rate-limit"]);
    expect(await takeNow(MS + 60_000, MS)).toEqual({ taken: false, retryAfterSeconds: 30 });
    expect(await takeNow(MS + 60_000, MS + 29_999)).toEqual({ taken: false, retryAfterSeconds: 1 });
    expect(await takeNow(MS + 60_000, MS + 30_000)).toBe("written");
  });

  it("is full again at its time, and not before", async () => {
    await takeNow(null, MS);
    expect(await takeNow(null, MS + 29_999)).toEqual(["rate-limit"]);
    expect(await takeNow(MS + 30_000, MS + 30_000)).toBe("written");
    await alter(key, { fullAtMs: MS });
    const used = { taken: true as const, atMs: MS, fullAtMs: 0, isUsed: true };
    expect(await labelsOf(transact([takeTokenWrite("ana", used, rate)]))).toEqual(["rate-limit"]);
  });
});

describe("the evidence that a runbook is as it was read", () => {
  it.each([
    ["is at another version", { version: 3 }],
    ["is no longer live", { liveVersion: null }],
    ["is renewed", { approvalExpiresAt: "2027-03-01T03:00:00.000Z" }],
    ["is deleted", { deletedAt: "2026-03-01T03:00:00.000Z" }],
  ])("does not hold if it %s", async (_, changes) => {
    const { state } = await approved();
    expect(await labelsOf(transact([runbookUnchangedCheck(state.id, state)]))).toBe("written");
    await alter(KEYS.runbookState(state.id), changes);
    expect(await labelsOf(transact([runbookUnchangedCheck(state.id, state)]))).toEqual(["evidence"]);
  });

  it("of one that is not there holds as long as it is not", async () => {
    const id = newId("runbook");
    expect(await labelsOf(transact([runbookUnchangedCheck(id, null)]))).toBe("written");
    await alter(KEYS.runbookState(id), { version: 1 });
    expect(await labelsOf(transact([runbookUnchangedCheck(id, null)]))).toEqual(["evidence"]);
  });

  it("compares version, live version, the expiry of its approval and deletion", async () => {
    const { state } = await approved();
    expect(runbookUnchangedCheck(state.id, state)).toEqual({
      label: "evidence",
      check: KEYS.runbookState(state.id),
      condition:
        "version = :version AND liveVersion = :live AND approvalExpiresAt = :expiry AND deletedAt = :deleted",
      values: { ":version": 2, ":live": 2, ":expiry": null, ":deleted": null },
    });
  });
});

describe("a state machine that is missing", () => {
  it("is noted once, with the time of the first look, and forgotten when it is found", async () => {
    const { id } = await running(await approved());
    const since = async () => (await itemAt(KEYS.execution(id)))?.["missingSince"];
    forget();
    await noteMissingExecution(id, NOW);
    expect(writes()).toEqual([
      {
        Key: KEYS.execution(id),
        UpdateExpression: "SET missingSince = :now",
        ConditionExpression: "#status = :running AND attribute_not_exists(missingSince)",
        ExpressionAttributeNames: { "#status": "status" },
        ExpressionAttributeValues: { ":now": NOW.toISOString(), ":running": "RUNNING" },
      },
    ]);
    await noteMissingExecution(id, after(60));
    expect(await since()).toBe(NOW.toISOString());
    forget();
    await clearMissingExecution(id);
    expect(writes()).toMatchObject([
      {
        UpdateExpression: "REMOVE missingSince",
        ConditionExpression: "#status = :running AND attribute_exists(missingSince)",
      },
    ]);
    expect(await since()).toBeUndefined();
    await clearMissingExecution(id);
  });

  it("is not noted for a run that is not under way", async () => {
    const { id } = await pending(await approved());
    await noteMissingExecution(id, NOW);
    expect((await itemAt(KEYS.execution(id)))?.["missingSince"]).toBeUndefined();
  });

  it("is no note if the table fails", async () => {
    failNext("writes", new Error("down"));
    await expect(noteMissingExecution("execution_x", NOW)).rejects.toMatchObject({ code: "internal_error" });
  });
});
