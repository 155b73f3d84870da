// Limited runbooks on the interpreter: never more runs than the limit, in order, and nothing waits for ever.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type HeldCalls, startHeldCalls } from "../support/held-calls.ts";
import { lockViolations } from "../support/run-limits.ts";
import { ADMIN, type Bench, later, reconcileAt, startBench, sweepAt } from "../support/workflow.ts";

let bench: Bench;
const receivers: HeldCalls[] = [];
beforeAll(async () => {
  bench = await startBench();
});
afterAll(async () => {
  for (const receiver of receivers) while (receiver.open() > 0) await closed(receiver);
  await bench.stop();
});

async function closed(receiver: HeldCalls): Promise<void> {
  receiver.answerNext();
  await receiver.close();
}

async function limited(concurrency: object, changes: object = {}) {
  const receiver = await startHeldCalls();
  receivers.push(receiver);
  const runbookId = await bench.runbook(receiver.url, { concurrency, ...changes } as object);
  return { receiver, runbookId };
}

const startWith = (runbookId: string, service: string) =>
  bench.ask("POST", `/runbooks/${runbookId}/executions`, { as: ADMIN, body: { parameters: { service } } });

describe("a runbook whose limit queues", () => {
  it("carries out five runs one at a time, in the order of their ids", async () => {
    const { receiver, runbookId } = await limited({ limit: 1, onLimit: "queue" });
    const ids: string[] = [];
    for (let n = 0; n < 5; n++) ids.push(await bench.start(runbookId));
    await receiver.came(1);
    const [, second = "", third = ""] = ids;
    expect(await bench.run(second)).toMatchObject({
      status: "PENDING",
      queuedAt: expect.any(String),
      queue: { position: 1, waitingFor: [ids[0]] },
    });
    expect((await bench.run(third)).queue?.position).toBe(2);
    for (let n = 1; n <= 5; n++) {
      await receiver.came(n);
      expect(await lockViolations()).toEqual([]);
      receiver.answerNext();
    }
    for (const id of ids) expect((await bench.ended(id)).status).toBe("SUCCESS");
    expect(receiver.runs()).toEqual(ids);
    expect(receiver.peak()).toBe(1);
    expect(await lockViolations()).toEqual([]);
  });

  it("lets runs with another value of the key proceed", async () => {
    const { receiver, runbookId } = await limited({ limit: 1, key: "service", onLimit: "queue" });
    const ids = [];
    for (const service of ["checkout", "checkout", "search"]) {
      ids.push(((await startWith(runbookId, service)).body as { id: string }).id);
    }
    await receiver.came(2);
    expect(new Set(receiver.runs())).toEqual(new Set([ids[0], ids[2]]));
    expect((await bench.run(ids[1] ?? "")).queue?.waitingFor).toEqual([ids[0]]);
    for (let n = 0; n < 2; n++) receiver.answerNext();
    await receiver.came(3);
    receiver.answerNext();
    expect((await bench.ended(ids[1] ?? "")).status).toBe("SUCCESS");
  });

  it("lets a waiting run be cancelled: it is never begun, and the one behind it moves up", async () => {
    const { receiver, runbookId } = await limited({ limit: 1, onLimit: "queue" });
    const [first, second, third] = [
      await bench.start(runbookId),
      await bench.start(runbookId),
      await bench.start(runbookId),
    ];
    await receiver.came(1);
    await bench.act("POST", `/executions/${second}/cancel`, {});
    expect((await bench.run(third)).queue?.position).toBe(1);
    receiver.answerNext();
    await receiver.came(2);
    receiver.answerNext();
    expect((await bench.ended(third)).status).toBe("SUCCESS");
    expect(receiver.runs()).toEqual([first, third]);
    expect(await bench.run(second)).toMatchObject({ status: "CANCELLED", startedAt: null, queue: null });
  });

  it("ends a waiting run with a withdrawn version when it is first, and the next one is not held up", async () => {
    const { receiver, runbookId } = await limited({ limit: 1, onLimit: "queue" });
    await bench.start(runbookId);
    const second = await bench.start(runbookId);
    await receiver.came(1);
    await bench.act("PATCH", `/runbooks/${runbookId}`, { description: "Something else" });
    await bench.act("POST", `/runbooks/${runbookId}/approve`, { version: 3 });
    const third = await bench.start(runbookId);
    receiver.answerNext();
    expect((await bench.ended(second)).error?.code).toBe("runbook_not_approved");
    await receiver.came(2);
    receiver.answerNext();
    expect((await bench.ended(third)).status).toBe("SUCCESS");
  });

  it("moves on, whenever the reconciler runs", async () => {
    const { receiver, runbookId } = await limited({ limit: 1, onLimit: "queue" });
    const ids = [await bench.start(runbookId), await bench.start(runbookId)];
    await receiver.came(1);
    await sweepAt(later());
    expect(await reconcileAt(ids[1] ?? "", later())).toBe("none");
    expect(receiver.runs()).toHaveLength(1);
    receiver.answerNext();
    await receiver.came(2);
    receiver.answerNext();
    await bench.ended(ids[1] ?? "");
    expect(receiver.peak()).toBe(1);
  });
});

describe("a runbook whose limit rejects", () => {
  it("answers 409 active_executions with the runs that are under way, and starts again after them", async () => {
    const { receiver, runbookId } = await limited({ limit: 2 });
    const ids = [await bench.start(runbookId), await bench.start(runbookId)];
    const refused = await startWith(runbookId, "checkout");
    expect(refused.status).toBe(409);
    expect(refused.body).toMatchObject({ code: "active_executions" });
    for (const id of ids) expect(refused.text).toContain(id);
    await receiver.came(2);
    for (const id of ids) {
      receiver.answerNext();
      await bench.ended(id);
    }
    const again = await bench.start(runbookId);
    await receiver.came(3);
    receiver.answerNext();
    expect((await bench.ended(again)).queuedAt).toBeNull();
  });
});
