// `Prefer: wait` on an execution: the answer comes with the next change, misses none, and reads little meanwhile.
import { beforeAll, describe, expect, it } from "vitest";
import { holdExecution } from "../../../shared/application/hold-execution.ts";
import { getExecutionRecord } from "../../../shared/store/executions.ts";
import { type Asked, ask, startApi, type TestApi } from "../../support/api.ts";
import { approvedIn, endedRunIn, runIn, start } from "../../support/library.ts";
import { recordSdkCalls } from "../../support/sdk-calls.ts";
import { callerIn } from "../../support/seed.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
  return api.stop;
});

const BOSS = callerIn("platform-admin");
const cancel = (executionId: string) => ask("cancel-execution", { params: { executionId } });

/** A clock that moves by the pauses alone. `at` does something in the pause of that number, from 1. */
function clock(at: Record<number, () => Promise<unknown>> = {}) {
  let now = 0;
  const pauses: number[] = [];
  const pause = async (ms: number) => {
    pauses.push(ms);
    now += ms;
    await at[pauses.length]?.();
  };
  return { pauses, outside: { now: () => now, pause } };
}

async function hold(id: string, asked: { seconds: number; ifNoneMatch?: string }, outside = clock().outside) {
  const record = await getExecutionRecord(id);
  if (!record) throw new Error("There is no such execution");
  return holdExecution(record, BOSS, { ifNoneMatch: undefined, ...asked }, outside);
}
const tagOf = async (id: string) =>
  (await ask("get-execution", { params: { executionId: id } })).headers["etag"] ?? "";

describe("a held request", () => {
  it("answers at the first look after a change", async () => {
    const id = await runIn("payments");
    const { pauses, outside } = clock({ 3: () => cancel(id) });
    const answer = await hold(id, { seconds: 20 }, outside);
    expect(answer?.view.status).toBe("CANCELLED");
    expect(pauses).toEqual([1000, 1000, 1000]);
    expect(answer?.tag).toBe(await tagOf(id));
  });

  it("answers after its time if nothing changes, with the tag of before", async () => {
    const id = await runIn("payments");
    const { pauses, outside } = clock();
    const answer = await hold(id, { seconds: 5 }, outside);
    expect([answer?.view.status, answer?.tag, pauses.length]).toEqual(["PENDING", await tagOf(id), 5]);
  });

  it("looks at the table once a second, by small reads of this execution alone", async () => {
    const id = await runIn("payments");
    const count = async (seconds: number) =>
      (await recordSdkCalls(() => hold(id, { seconds }))).calls.map(
        ({ command }) => command.constructor.name,
      );
    const [short, long] = [await count(1), await count(11)];
    expect(long.length - short.length).toBe(10);
    expect(new Set(long.slice(-10))).toEqual(new Set(["GetCommand"]));
  });

  it("answers at once if the execution is not what the caller has seen", async () => {
    const id = await runIn("payments");
    const { pauses, outside } = clock();
    const answer = await hold(id, { seconds: 20, ifNoneMatch: '"of-another-time"' }, outside);
    expect([answer?.view.id, pauses]).toEqual([id, []]);
  });

  it("misses no change between two requests: the second one has the tag of the first", async () => {
    const id = await runIn("payments");
    const seen = await tagOf(id);
    await cancel(id);
    const { pauses, outside } = clock();
    const answer = await hold(id, { seconds: 20, ifNoneMatch: seen }, outside);
    expect([answer?.view.status, pauses]).toEqual(["CANCELLED", []]);
  });

  it.each([
    ["a weak tag", (tag: string) => `W/${tag}`],
    ["one of several", (tag: string) => `"x", ${tag}`],
    ["any", () => "*"],
  ])("is held for %s that holds", async (_, tagFrom) => {
    const id = await runIn("payments");
    const { pauses, outside } = clock();
    await hold(id, { seconds: 2, ifNoneMatch: tagFrom(await tagOf(id)) }, outside);
    expect(pauses).toHaveLength(2);
  });

  it("is not held for an execution that has ended", async () => {
    const { pauses, outside } = clock();
    expect((await hold(await endedRunIn("payments"), { seconds: 20 }, outside))?.view.status).toBe(
      "CANCELLED",
    );
    expect(pauses).toEqual([]);
  });

  it("answers when the execution moves up in its queue", async () => {
    const runbookId = await approvedIn("payments", { concurrency: { limit: 1, onLimit: "queue" } });
    const [holder, first, second] = [await start(runbookId), await start(runbookId), await start(runbookId)];
    const { pauses, outside } = clock({ 2: () => cancel(first) });
    const answer = await hold(second, { seconds: 20 }, outside);
    expect(answer?.view.queue).toMatchObject({ waitingFor: [holder] });
    expect(pauses).toHaveLength(2);
  });

  it("is one of eight at most: a ninth is not held, and a place is free again after an answer", async () => {
    const id = await runIn("payments");
    const gate = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    let waiting = 0;
    const outside = {
      now: () => 0,
      pause: async () => {
        if (++waiting === 8) begun.resolve();
        await gate.promise;
      },
    };
    const holds = Array.from({ length: 8 }, () => hold(id, { seconds: 20 }, outside));
    await begun.promise;
    expect(await hold(id, { seconds: 20 })).toBeNull();
    await cancel(id);
    gate.resolve();
    expect((await Promise.all(holds)).map((answer) => answer?.view.status)).toEqual(
      Array(8).fill("CANCELLED"),
    );
    expect(await hold(id, { seconds: 20 })).not.toBeNull();
  });
});

describe("GET /executions/{executionId}", () => {
  const get = (executionId: string, headers: Asked["headers"] = {}) =>
    ask("get-execution", { params: { executionId }, headers });

  it("has a tag that changes with the execution, and not by reading it", async () => {
    const id = await runIn("payments");
    const before = await tagOf(id);
    expect(before).toMatch(/^"[0-9a-f]{32}"$/);
    expect(await tagOf(id)).toBe(before);
    await cancel(id);
    expect(await tagOf(id)).not.toBe(before);
  });

  it.each([
    ["wait=20", "wait=20"],
    ["respond-async, wait=5", "wait=5"],
    ['wait = "7"', "wait=7"],
    ["Wait=86400", "wait=20"],
  ])("says of the preference %s that it applied %s", async (prefer, applied) => {
    const { headers, status } = await get(await endedRunIn("payments"), { prefer });
    expect([status, headers["preference-applied"]]).toEqual([200, applied]);
  });

  it.each([
    "wait",
    "wait=0",
    "wait=-1",
    "wait=1.5",
    "wait=soon",
    "await=5",
    "handling=strict",
    "x".repeat(3000),
  ])("ignores the preference %j as RFC 7240 says", async (prefer) => {
    const id = await endedRunIn("payments");
    const { headers, status } = await get(id, { prefer });
    expect([status, headers["preference-applied"]]).toEqual([200, undefined]);
  });

  it("answers in full at once without a preference, whatever tag it is given", async () => {
    const id = await runIn("payments");
    const { status, body } = await get(id, { "if-none-match": await tagOf(id) });
    expect([status, body]).toEqual([200, expect.objectContaining({ id })]);
  });
});
