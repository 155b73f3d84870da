// SIGKILL before and after every write and call of every function that moves a run; then the run goes on, and ends once.
import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { Handler } from "../../infra/local/lambda.ts";
import { callInChild, type Fate } from "../support/crash.ts";
import { violations } from "../support/invariants.ts";
import { LIMIT_MS, LONG, report } from "../support/long-form.ts";
import { type Receiver, startReceiver } from "../support/receiver.ts";
import { ADMIN, type Bench, later, runEnded, startBench, sweepAt } from "../support/workflow.ts";

let bench: Bench;
let receiver: Receiver;
let runbookId = "";
let gate: Promise<void> | null = null;

/** The next call of `path` runs in a process of its own, which meets this fate. */
let armed: { path: string; fate: Fate } | null = null;
let deaths = 0;

const carriedOut =
  (path: string, handler: Handler): Handler =>
  async (event, context) => {
    if (path === "workflow/deliver-webhook") await gate;
    if (armed?.path !== path) return passTime(await handler(event, context));
    const { fate } = armed;
    armed = null;
    const { killed, answer, calls } = await callInChild(path, event, fate);
    if (!killed) lastCalls = calls;
    if (!killed) return answer;
    deaths++;
    throw new Error("Runtime.ExitError");
  };
let lastCalls: string[] = [];

/** The state machine of these tests does not wait; what it would have waited for passes on the clock instead. */
function passTime<T>(answer: T): T {
  const seconds = Number(Object(answer)["waitSeconds"] ?? 0);
  if (seconds > 0) vi.setSystemTime(Date.now() + seconds * 1000);
  return answer;
}

beforeAll(async () => {
  vi.useFakeTimers({ toFake: ["Date"], shouldAdvanceTime: true });
  bench = await startBench({ wrap: carriedOut });
  receiver = await startReceiver();
  runbookId = await bench.runbook(receiver.url, { attemptTimeoutSeconds: 5 });
});
afterAll(async () => {
  await bench.stop();
  await receiver.close();
  vi.useRealTimers();
});
afterEach(async () => {
  expect(await violations({ ledger: receiver.requests, settled: true })).toEqual([]);
});

const ask = (path: string, headers = {}) =>
  bench.ask("POST", path, {
    as: ADMIN,
    headers,
    body: path.endsWith("/executions") ? { parameters: { service: "checkout" } } : {},
  });

/** Asks once more where the answer is lost, as callers do. */
async function untilAnswered(path: string, headers = {}) {
  const answer = await ask(path, headers);
  return answer.status === 500 ? ask(path, headers) : answer;
}

const idOf = (answer: { body: unknown }) => String(Object(answer.body)["id"]);

async function startUnderKey(): Promise<string> {
  return idOf(await untilAnswered(`/runbooks/${runbookId}/executions`, { "idempotency-key": randomUUID() }));
}

/** A run that is held before its call goes out. */
async function heldRun() {
  let open = () => {};
  gate = new Promise((resolve) => {
    open = () => {
      gate = null;
      resolve();
    };
  });
  const id = await bench.start(runbookId);
  await expect.poll(async () => (await bench.run(id)).status, { timeout: 15_000 }).toBe("RUNNING");
  return { id, open };
}

async function orphan(): Promise<string> {
  const arn = process.env["STATE_MACHINE_ARN"] ?? "";
  process.env["STATE_MACHINE_ARN"] = `${arn}-down`;
  const id = await bench.start(runbookId);
  process.env["STATE_MACHINE_ARN"] = arn;
  return id;
}

/** A run in the middle of an attempt when its state machine is gone. */
async function abandonedRun(): Promise<string> {
  const { id } = await heldRun();
  gate = null;
  await callInChild(
    "workflow/deliver-webhook",
    { executionId: id, attempt: 1 },
    { crashAt: "before webhook 1" },
  );
  return id;
}

type Scenario = {
  /** The function that dies. */ path: string;
  what: string;
  /** What goes out of it where nothing dies, reads aside. */ calls: string[];
  /** Meets the fate, then does what anybody would do; answers the run. */ play: (
    fate: Fate,
  ) => Promise<string>;
  ends: string[];
};

async function workflowRun(path: string, fate: Fate): Promise<string> {
  armed = { path, fate };
  const id = await startUnderKey();
  await sweepAt(later(20));
  await bench.machineEnds(id);
  return id;
}

const SCENARIOS: Scenario[] = [
  {
    path: "api/start-execution",
    what: "starting a run",
    calls: ["TransactWriteItems 1", "StartExecution 1"],
    play: (fate) => workflowRun("api/start-execution", fate),
    ends: ["SUCCESS"],
  },
  {
    path: "workflow/begin-run",
    what: "beginning it",
    calls: ["TransactWriteItems 1"],
    play: (fate) => workflowRun("workflow/begin-run", fate),
    ends: ["SUCCESS"],
  },
  {
    path: "workflow/deliver-webhook",
    what: "delivering its webhook",
    calls: ["PutItem 1", "Decrypt 1", "PutItem 2", "webhook 1", "UpdateItem 1"],
    play: (fate) => workflowRun("workflow/deliver-webhook", fate),
    ends: ["SUCCESS"],
  },
  {
    path: "workflow/finish-run",
    what: "recording its outcome",
    calls: ["TransactWriteItems 1"],
    play: (fate) => workflowRun("workflow/finish-run", fate),
    ends: ["SUCCESS"],
  },
  {
    path: "api/cancel-execution",
    what: "cancelling it",
    calls: ["TransactWriteItems 1", "StopExecution 1"],
    play: async (fate) => {
      const { id, open } = await heldRun();
      armed = { path: "api/cancel-execution", fate };
      await untilAnswered(`/executions/${id}/cancel`);
      open();
      await bench.machineEnds(id);
      return id;
    },
    ends: ["CANCELLED"],
  },
  {
    path: "events/sweep",
    what: "handing over a run that nobody did",
    calls: ["StartExecution 1"],
    play: async (fate) => {
      const id = await orphan();
      const { killed, calls } = await callInChild("events/sweep", {}, { ...fate, clockAhead: 20 });
      if (killed) deaths++;
      else lastCalls = calls;
      await sweepAt(later(20));
      await bench.machineEnds(id);
      return id;
    },
    ends: ["SUCCESS"],
  },
  {
    path: "events/on-run-ended",
    what: "closing a run that was in the middle of a call",
    calls: ["UpdateItem 1", "TransactWriteItems 1"],
    play: async (fate) => {
      const id = await abandonedRun();
      const { killed, calls } = await callInChild("events/on-run-ended", runEnded(id, "TIMED_OUT"), fate);
      if (killed) deaths++;
      else lastCalls = calls;
      // Its queue delivers an event again that was not answered.
      await callInChild("events/on-run-ended", runEnded(id, "TIMED_OUT"));
      await bench.stopInConsole(id);
      return id;
    },
    ends: ["FAILED"],
  },
];

const READS = /^(Query|GetItem|DescribeExecution) /;

describe.each(SCENARIOS)("$what", ({ play, calls, ends }) => {
  it("makes just these writes and calls", async () => {
    const id = await play({});
    expect(lastCalls.filter((call) => !READS.test(call))).toEqual(calls);
    expect(ends).toContain((await bench.ended(id)).status);
  });

  const moments = calls.flatMap((call) => [`before ${call}`, `after ${call}`]);
  it.each(moments)(
    "killed %s comes to its one true end",
    async (crashAt) => {
      const before = deaths;
      const id = await play({ crashAt });
      expect(deaths, "the process died").toBe(before + 1);
      const run = await bench.ended(id);
      expect(ends).toContain(run.status);
      // The receiver drops what it has had: one id is one effect, and there was never a call that is not recorded.
      const calls = receiver.requests.filter((r) => r.headers["webhook-id"] === id);
      expect(calls.length).toBeLessThanOrEqual(run.attempts.length);
    },
    LIMIT_MS,
  );
});

describe.runIf(LONG)("every call, reads too", () => {
  it.each(SCENARIOS)(
    "of $what may be the last",
    async ({ play, ends }) => {
      let points = 0;
      await play({});
      for (const call of lastCalls) {
        for (const phase of ["before", "after"]) {
          const id = await play({ crashAt: `${phase} ${call}` });
          expect(ends, `${phase} ${call}`).toContain((await bench.ended(id)).status);
          points++;
        }
      }
      report("crash points", { points, calls: lastCalls });
    },
    LIMIT_MS,
  );
});
