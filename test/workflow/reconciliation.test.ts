// What the table and the state machine do when one of them stops: every run comes to one true end.
import type { SQSBatchResponse } from "aws-lambda";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { handler as onExecutionEnded } from "../../functions/events/on-execution-ended.ts";
import { runInInvocation } from "../../infra/local/lambda/invocations.ts";
import type { Handler } from "../../infra/local/lambda/lambda.ts";
import { getExecution } from "../../shared/store/executions.ts";
import { violations } from "../support/invariants.ts";
import { type Receiver, startReceiver } from "../support/receiver.ts";
import {
  type Bench,
  executionEndedEvent,
  later,
  startBench,
  sweepAt,
  type Wrap,
} from "../support/workflow.ts";

let bench: Bench;
let receiver: Receiver;
let wrapped: Wrap = (_, handler) => handler;
const slow = new Set<() => void>();

beforeAll(async () => {
  bench = await startBench({
    statusEvents: false,
    wrap: (path, handler) => (event, context) => wrapped(path, handler)(event, context),
  });
  receiver = await startReceiver(async () => {
    if (holding) await new Promise<void>((go) => slow.add(go));
    return { status: answer };
  });
});
afterAll(async () => {
  expect(await violations({ ledger: receiver.requests, settled: true })).toEqual([]);
  await bench.stop();
  await receiver.close();
});
afterEach(() => {
  wrapped = (_, handler) => handler;
});

let holding = false;
let answer = 200;
const release = () => {
  holding = false;
  for (const go of slow) go();
  slow.clear();
};
const callsFor = (id: string) => receiver.requests.filter((r) => r.headers["webhook-id"] === id);
const called = (id: string) => expect.poll(() => callsFor(id), { timeout: 15_000 }).toHaveLength(1);
/** Waits until nothing is kept for the last call of a run that has ended. */
const callOver = (id: string) =>
  expect.poll(async () => (await getExecution(id))?.callDeadlineAt, { timeout: 15_000 }).toBeNull();
const freshRun = async () => bench.start(await bench.runbook(receiver.url));

async function statusEvent(name: string, status: string): Promise<string[]> {
  const answer = (await runInInvocation(name, () =>
    (onExecutionEnded as Handler)(executionEndedEvent(name, status), {} as never),
  )) as SQSBatchResponse;
  return answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
}

/** A run whose state machine is stopped dead at this function. */
async function stuckAt(path: string, after: boolean) {
  let reached = () => {};
  const there = new Promise<void>((resolve) => {
    reached = resolve;
  });
  wrapped = (called, handler) => async (event, context) => {
    if (called !== path) return handler(event, context);
    if (after) await handler(event, context);
    reached();
    return new Promise(() => {});
  };
  const id = await freshRun();
  await there;
  wrapped = (_, handler) => handler;
  await bench.stopInConsole(id);
  return id;
}

describe("[I4] a run that was stored, and never started", () => {
  it("is started by the reconciler, once its grace is over, and carried out once", async () => {
    const runbookId = await bench.runbook(receiver.url);
    const url = process.env["STATE_MACHINE_ARN"] ?? "";
    process.env["STATE_MACHINE_ARN"] = `${url}-down`;
    const id = await bench.start(runbookId);
    process.env["STATE_MACHINE_ARN"] = url;
    expect((await bench.run(id)).status).toBe("PENDING");
    expect(await sweepAt(new Date())).toMatchObject({ started: 0 });
    expect(await sweepAt(later(20))).toMatchObject({ started: 1 });
    expect(await sweepAt(later(20))).toMatchObject({ started: 0 });
    expect((await bench.ended(id)).status).toBe("SUCCESS");
    expect(callsFor(id)).toHaveLength(1);
  });
});

const ENDINGS = ["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"] as const;
const PLACES = [
  { place: "before it begins", path: "workflow/deliver-webhook", after: false, proven: "nothing" },
  { place: "after the call", path: "workflow/deliver-webhook", after: true, proven: "delivered" },
] as const;

describe("[I9] a state machine that ends without a result", () => {
  const table = PLACES.flatMap((place) => ENDINGS.map((ending) => ({ ...place, ending })));
  it.each(table)(
    "as $ending $place: the event ends the run with the proven outcome",
    async ({ ending, path, after, proven }) => {
      const id = await stuckAt(path, after);
      expect(await statusEvent(id, ending)).toEqual([]);
      const run = await bench.run(id);
      const stopped = ending === "ABORTED" ? "CANCELLED" : "FAILED";
      expect(run.status).toBe(proven === "delivered" ? "SUCCESS" : stopped);
      if (run.status === "FAILED") expect(run.error?.code).toBe("internal_failure");
      await Promise.all([statusEvent(id, ending), statusEvent(id, "SUCCEEDED"), sweepAt(later())]);
      expect(await bench.run(id)).toEqual(run);
    },
  );

  it.each(PLACES)(
    "$place, its event lost: the reconciler closes the run",
    async ({ path, after, proven }) => {
      const id = await stuckAt(path, after);
      await sweepAt(later());
      const run = await bench.run(id);
      expect(run.status).toBe(proven === "delivered" ? "SUCCESS" : "CANCELLED");
      await sweepAt(later(600));
      expect(await bench.run(id)).toEqual(run);
    },
  );

  it("that is gone altogether: the run that it had begun is closed as an infrastructure failure", async () => {
    answer = 500;
    const id = await stuckAt("workflow/deliver-webhook", true);
    answer = 200;
    const arn = process.env["STATE_MACHINE_ARN"] ?? "";
    process.env["STATE_MACHINE_ARN"] = `${arn}-gone`;
    await sweepAt(later());
    expect((await bench.run(id)).status).toBe("RUNNING");
    await sweepAt(later(120));
    process.env["STATE_MACHINE_ARN"] = arn;
    expect(await bench.run(id)).toMatchObject({ status: "FAILED", error: { code: "internal_failure" } });
  });

  it("in mid-call: the end says that the outcome is unknown, and the late truth comes beside it", async () => {
    holding = true;
    const id = await freshRun();
    await called(id);
    await bench.stopInConsole(id);
    await statusEvent(id, "TIMED_OUT");
    const run = await bench.run(id);
    expect(run).toMatchObject({
      status: "FAILED",
      error: { code: "outcome_unknown", message: expect.stringContaining("may still act") },
      attempts: [{ outcome: "in_progress" }],
    });
    expect(await sweepAt(new Date())).toMatchObject({ examined: 1, released: 0 });
    release();
    await callOver(id);
    await statusEvent(id, "SUCCEEDED");
    const { attempts, result, ...end } = run;
    const late = await bench.run(id);
    expect(late).toMatchObject(end);
    expect(late).toMatchObject({ attempts: [{ outcome: "delivered" }], result: { statusCode: 200 } });
  });
});

describe("an event about a run", () => {
  it("that is under way or unknown changes nothing; one that is no such event goes back to the queue", async () => {
    holding = true;
    const id = await freshRun();
    await called(id);
    expect(await sweepAt(later())).toMatchObject({ examined: 1, started: 0, completed: 0, failed: 0 });
    expect((await bench.run(id)).status).toBe("RUNNING");
    release();
    await bench.ended(id);
    expect(await statusEvent("execution_00000000000000000000000000", "FAILED")).toEqual([]);
    expect(await statusEvent("no-id", "FAILED")).toHaveLength(1);
  });
});

describe("[I13] cancelling a run", () => {
  const cancel = (id: string) =>
    bench.ask("POST", `/executions/${id}/cancel`, {
      as: { user: "boss", groups: ["platform-admin"] },
      body: { reason: "wrong host" },
    });

  it.each([
    ["before it begins", "workflow/deliver-webhook", false, "CANCELLED", "Nothing reached the receiver."],
    ["after its call", "workflow/deliver-webhook", true, "SUCCESS", null],
  ] as const)("%s says what is true of it", async (_, path, after, status, trace) => {
    let reached = () => {};
    let go = () => {};
    const there = new Promise<void>((resolve) => {
      reached = resolve;
    });
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    wrapped = (called, handler) => async (event, context) => {
      if (called !== path) return handler(event, context);
      const early = after ? await handler(event, context) : undefined;
      reached();
      await gate;
      return after ? early : handler(event, context);
    };
    const id = await freshRun();
    await there;
    const answered = await cancel(id);
    const run = await bench.run(id);
    expect(run.status).toBe(status);
    expect(answered.status).toBe(trace === null ? 409 : 200);
    if (trace !== null) expect(run.error?.message).toContain(trace);
    go();
    await bench.machineEnds(id);
    expect(await bench.run(id)).toEqual(run);
    expect(callsFor(id)).toHaveLength(status === "SUCCESS" ? 1 : 0);
  });

  it("in mid-call says that the receiver may have acted, and stops the state machine", async () => {
    holding = true;
    const id = await freshRun();
    await called(id);
    const answer = await cancel(id);
    expect(answer.status).toBe(200);
    const run = await bench.run(id);
    expect(answer.body).toEqual(run);
    expect(run).toMatchObject({
      status: "CANCELLED",
      error: { message: expect.stringMatching(/boss.*wrong host.*under way.*may have acted/) },
      attempts: [{ outcome: "in_progress" }],
    });
    expect(await bench.machine(id)).toBe("ABORTED");
    release();
    await callOver(id);
    expect(await bench.run(id)).toMatchObject({
      status: "CANCELLED",
      error: run.error,
      completedAt: run.completedAt,
      attempts: [{ outcome: "delivered" }],
    });
  });

  it("after a refusal, while it waits for the next attempt, says that the receiver was called", async () => {
    answer = 503;
    const id = await stuckAt("workflow/deliver-webhook", true);
    answer = 200;
    expect((await cancel(id)).status).toBe(200);
    expect((await bench.run(id)).error?.message).toContain("The receiver was called and refused.");
  });

  it("twice, or of a run that has ended, is refused with its end", async () => {
    const id = await freshRun();
    const run = await bench.ended(id);
    const answered = await cancel(id);
    expect(answered.status).toBe(409);
    expect(answered.body).toMatchObject({
      code: "execution_finished",
      detail: expect.stringContaining("SUCCESS"),
    });
    expect(await bench.run(id)).toEqual(run);
  });
});

describe("running again", () => {
  const rerun = (id: string) => bench.act("POST", `/executions/${id}/rerun`, undefined);

  it("starts a new run with the same parameters at today's approved version, linked to the earlier one", async () => {
    const runbookId = await bench.runbook(receiver.url);
    const first = await bench.start(runbookId);
    const before = await bench.ended(first);
    await bench.act("PATCH", `/runbooks/${runbookId}`, { description: "Once more" });
    await bench.act("POST", `/runbooks/${runbookId}/approve`, { version: 3 });
    const { id } = (await rerun(first)).body as { id: string };
    expect(await bench.ended(id)).toMatchObject({
      status: "SUCCESS",
      runbookVersion: 4,
      parameters: before.parameters,
      trigger: { rerunOf: first },
    });
    expect(id).not.toBe(first);
    expect(await bench.run(first)).toEqual(before);
  });

  it("copies secret parameters that nobody can read", async () => {
    const properties = { service: { type: "string" }, pin: { type: "string", writeOnly: true } };
    const runbookId = await bench.runbook(receiver.url, {
      parameters: { type: "object", properties, required: ["service"] },
      payloadTemplate: '{"service":"{{params.service}}","pin":"{{params.pin}}"}',
    });
    const parameters = { service: "checkout", pin: "correct-horse" };
    const started = await bench.act("POST", `/runbooks/${runbookId}/executions`, { parameters });
    const first = (started.body as { id: string }).id;
    await bench.ended(first);
    const { id } = (await rerun(first)).body as { id: string };
    expect((await bench.ended(id)).parameters).toEqual({ service: "checkout", pin: "********" });
    expect(callsFor(id).map((r) => JSON.parse(r.body))).toEqual([parameters]);
  });

  it("of a runbook that is no longer approved is refused", async () => {
    const runbookId = await bench.runbook(receiver.url);
    const first = await bench.start(runbookId);
    await bench.ended(first);
    await bench.act("POST", `/runbooks/${runbookId}/deprecate`, { reason: "old" });
    await expect(rerun(first)).rejects.toThrow("runbook_not_approved");
  });
});
