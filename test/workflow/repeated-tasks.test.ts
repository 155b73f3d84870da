// Tasks called twice and three times, at once and out of order: one effect for each run, one legal path.
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Handler } from "../../infra/local/lambda/lambda.ts";
import { violations } from "../support/invariants.ts";
import { type Receiver, startReceiver } from "../support/receiver.ts";
import { type Bench, later, startBench, sweepAt, type Wrap } from "../support/workflow.ts";

let bench: Bench;
let receiver: Receiver;
let wrapped: Wrap = (_, handler) => handler;
let answers: number[] = [];

beforeAll(async () => {
  // What is wrapped is decided again for each call.
  bench = await startBench({
    wrap: (path, handler) => (event, context) => wrapped(path, handler)(event, context),
  });
  receiver = await startReceiver(() => ({ status: answers.shift() ?? 200 }));
});
afterAll(async () => {
  expect(await violations({ ledger: receiver.requests, settled: true })).toEqual([]);
  await bench.stop();
  await receiver.close();
});
afterEach(() => {
  wrapped = (_, handler) => handler;
  answers = [];
});

const ofWorkflow =
  (change: (handler: Handler) => Handler): Wrap =>
  (path, handler) =>
    path.startsWith("workflow/") ? change(handler) : handler;
const callsFor = (id: string) => receiver.requests.filter((r) => r.headers["webhook-id"] === id);
const quick = { retryPolicy: { maxAttempts: 3, initialDelaySeconds: 0, backoffRate: 1, maxDelaySeconds: 0 } };
const freshRun = async () => bench.start(await bench.runbook(receiver.url, quick));

const WAYS: [string, (handler: Handler) => Handler][] = [
  [
    "twice, one after the other",
    (handler) => async (event, context) => {
      await handler(event, context);
      return handler(event, context);
    },
  ],
  [
    "three times, the first answer counting",
    (handler) => async (event, context) => {
      const first = await handler(event, context);
      await handler(event, context);
      await handler(event, context);
      return first;
    },
  ],
  [
    "twice at once",
    (handler) => async (event, context) => {
      const [first] = await Promise.all([handler(event, context), handler(event, context)]);
      return first;
    },
  ],
  [
    "three times at once, the last answer counting",
    (handler) => async (event, context) =>
      (await Promise.all([1, 2, 3].map(() => handler(event, context)))).at(-1),
  ],
];

describe("[I7] a run whose every task is called", () => {
  it.each(WAYS)("%s calls its receiver once for each attempt, and ends once", async (_, twist) => {
    wrapped = ofWorkflow(twist);
    answers = [500, 503];
    const id = await freshRun();
    await bench.machineEnds(id);
    wrapped = (_path, handler) => handler;
    // Of two at once, the one that continues may hold the other's claim: then the reconciler decides.
    await sweepAt(later());
    const run = await bench.ended(id);
    expect(callsFor(id).map((r) => r.headers["webhook-id"])).toHaveLength(run.attempts.length);
    expect(["SUCCESS", "FAILED"]).toContain(run.status);
    if (run.status === "SUCCESS") expect(callsFor(id)).toHaveLength(3);
  });

  it("again after the run has ended, in any order, changes nothing and calls nobody", async () => {
    const calls: (() => unknown)[] = [];
    wrapped = ofWorkflow((handler) => (event, context) => {
      calls.push(() => handler(event, context));
      return handler(event, context);
    });
    const id = await freshRun();
    const ended = await bench.ended(id);
    await bench.machineEnds(id);
    const remembered = calls.splice(0);
    await Promise.all([...remembered].reverse().map((call) => call()));
    for (const call of remembered) await call();
    expect(await bench.run(id)).toEqual(ended);
    expect(callsFor(id)).toHaveLength(1);
  });
});

describe("[I11] a redrive", () => {
  it("of a run that has ended does nothing: the ended run is not delivered again", async () => {
    const calls: { path: string; call: () => unknown }[] = [];
    wrapped = (path, handler) => (event, context) => {
      if (path.startsWith("workflow/")) calls.push({ path, call: () => handler(event, context) });
      return handler(event, context);
    };
    answers = [403];
    const id = await freshRun();
    const ended = await bench.ended(id);
    await bench.machineEnds(id);
    // A redrive starts at the state that failed, with that state's input.
    const redriven = calls.splice(0).map(({ call }) => call());
    expect(
      (await Promise.all(redriven)).map((answer) => Object(answer)["next"] ?? Object(answer)["status"]),
    ).toEqual(["fail", "FAILED"]);
    expect(await bench.run(id)).toEqual(ended);
    expect(callsFor(id)).toHaveLength(1);
  });
});

describe("[H6] an approval that is withdrawn between the start and its first state", () => {
  it.each([
    ["by a change", (id: string) => bench.act("PATCH", `/runbooks/${id}`, { description: "Another one" })],
    ["by a deprecation", (id: string) => bench.act("POST", `/runbooks/${id}/deprecate`, { reason: "old" })],
    ["by a rollback", (id: string) => bench.act("POST", `/runbooks/${id}/rollback`, { toVersion: 1 })],
  ])("%s ends the run as runbook_not_approved, and the receiver sees nothing", async (_, withdraw) => {
    const runbookId = await bench.runbook(receiver.url, quick);
    const before = receiver.requests.length;
    wrapped = (path, handler) => async (event, context) => {
      if (path === "workflow/deliver-webhook") await withdraw(runbookId);
      return handler(event, context);
    };
    const id = await bench.start(runbookId);
    expect(await bench.ended(id)).toMatchObject({
      status: "FAILED",
      startedAt: null,
      attempts: [],
      error: { code: "runbook_not_approved", message: expect.stringContaining("Nothing was sent") },
    });
    expect(receiver.requests).toHaveLength(before);
  });

  it("after the run has begun does not stop it: it carries out the version it was started with", async () => {
    const runbookId = await bench.runbook(receiver.url, quick);
    wrapped = (path, handler) => async (event, context) => {
      if (path === "workflow/deliver-webhook" && Object(event)["attempt"] === 2)
        await bench.act("PATCH", `/runbooks/${runbookId}`, { payloadTemplate: '{"other":true}' });
      return handler(event, context);
    };
    answers = [503];
    const id = await bench.start(runbookId);
    expect((await bench.ended(id)).status).toBe("SUCCESS");
    const body = '{"service":"checkout"}';
    expect(callsFor(id).map((r) => r.body)).toEqual([body, body]);
  });
});

describe("a task that fails", () => {
  it("is tried again, and the run ends as if nothing had happened", async () => {
    const failed = new Set<string>();
    wrapped = (path, handler) => (event, context) => {
      if (!path.startsWith("workflow/") || failed.has(path)) return handler(event, context);
      failed.add(path);
      throw new Error("Lambda.ServiceException");
    };
    const id = await freshRun();
    expect(await bench.ended(id)).toMatchObject({ status: "SUCCESS", attempts: [{ number: 1 }] });
    expect(callsFor(id)).toHaveLength(1);
  });

  it("again and again before anything was sent ends the run as an infrastructure failure", async () => {
    wrapped = (path, handler) => (event, context) => {
      if (path === "workflow/deliver-webhook") throw new Error("Lambda.Unknown");
      return handler(event, context);
    };
    const id = await freshRun();
    expect(await bench.ended(id)).toMatchObject({
      status: "FAILED",
      error: { code: "internal_failure" },
      attempts: [],
    });
    expect(callsFor(id)).toHaveLength(0);
  });

  it("[I19] to record the outcome leaves it to the event, which records the outcome of the attempts", async () => {
    wrapped = (path, handler) => (event, context) => {
      if (path === "workflow/complete-execution") throw new Error("The table is down");
      return handler(event, context);
    };
    const id = await freshRun();
    const run = await bench.ended(id);
    expect(await bench.machine(id)).toBe("FAILED");
    expect(run).toMatchObject({ status: "SUCCESS", attempts: [{ outcome: "delivered" }] });
  });
});
