// SIGKILL before and after every write and call of every function that moves a run; then the run continues, and ends once.
import { randomUUID } from "node:crypto";
import { callInChild, type Fate } from "../support/crash.ts";
import {
  arm,
  bench,
  holdCalls,
  meet,
  receiver,
  type Scenario,
  surviveEveryCrash,
  untilAnswered,
} from "../support/crashing.ts";
import { executionEndedEvent, later, sweepAt } from "../support/workflow.ts";

/** The last that a turn of the reconciler does. */
const LISTS_SCHEDULES = "GET /schedules?MaxResults=100&ScheduleGroup=runbooks 1";

let made: Promise<string> | undefined;
function runbook(): Promise<string> {
  made ??= bench.runbook(receiver.url, { attemptTimeoutSeconds: 5 });
  return made;
}

async function startUnderKey(): Promise<string> {
  const answer = await untilAnswered(`/runbooks/${await runbook()}/executions`, {
    headers: { "idempotency-key": randomUUID() },
    body: { parameters: { service: "checkout" } },
  });
  return String(Object(answer.body)["id"]);
}

/** A run that is held before its call is sent. */
async function heldRun() {
  const held = holdCalls();
  const id = await bench.start(await runbook());
  await held.reached;
  return { id, ...held };
}

async function orphan(): Promise<string> {
  const runbookId = await runbook();
  const arn = process.env["STATE_MACHINE_ARN"] ?? "";
  process.env["STATE_MACHINE_ARN"] = `${arn}-down`;
  const id = await bench.start(runbookId);
  process.env["STATE_MACHINE_ARN"] = arn;
  return id;
}

/** A run in the middle of an attempt when its state machine is gone. */
async function abandonedRun(): Promise<string> {
  const { id, abandon } = await heldRun();
  const attempt = { executionId: id, attempt: 1 };
  await callInChild("workflow/deliver-webhook", attempt, { crashAt: "before webhook 1" });
  abandon();
  return id;
}

async function workflowRun(path: string, fate: Fate): Promise<string> {
  arm(path, fate);
  const id = await startUnderKey();
  await sweepAt(later(20));
  await bench.machineEnds(id);
  return id;
}

const SCENARIOS: Scenario[] = [
  {
    what: "starting a run",
    calls: ["TransactWriteItems 1", "StartExecution 1"],
    play: (fate) => workflowRun("api/start-execution", fate),
    ends: ["SUCCESS"],
  },
  {
    what: "beginning it and delivering its webhook",
    calls: ["Decrypt 1", "TransactWriteItems 1", "webhook 1", "UpdateItem 1"],
    play: (fate) => workflowRun("workflow/deliver-webhook", fate),
    ends: ["SUCCESS"],
  },
  {
    what: "recording its outcome",
    calls: ["TransactWriteItems 1"],
    play: (fate) => workflowRun("workflow/complete-execution", fate),
    ends: ["SUCCESS"],
  },
  {
    what: "cancelling it",
    calls: ["TransactWriteItems 1", "StopExecution 1"],
    play: async (fate) => {
      const { id, open } = await heldRun();
      arm("api/cancel-execution", fate);
      await untilAnswered(`/executions/${id}/cancel`);
      open();
      await bench.machineEnds(id);
      return id;
    },
    ends: ["CANCELLED"],
  },
  {
    what: "handing over a run that nobody did",
    calls: ["StartExecution 1", LISTS_SCHEDULES],
    play: async (fate) => {
      const id = await orphan();
      await meet("events/sweep", {}, { ...fate, clockAhead: 20 });
      await sweepAt(later(20));
      await bench.machineEnds(id);
      return id;
    },
    ends: ["SUCCESS"],
  },
  {
    what: "closing a run that was in the middle of a call",
    calls: ["TransactWriteItems 1"],
    play: async (fate) => {
      const id = await abandonedRun();
      await meet("events/on-execution-ended", executionEndedEvent(id, "TIMED_OUT"), fate);
      // Its queue delivers an event again that was not answered.
      await callInChild("events/on-execution-ended", executionEndedEvent(id, "TIMED_OUT"));
      await bench.stopInConsole(id);
      await sweepAt(later(20));
      return id;
    },
    ends: ["FAILED"],
  },
  {
    what: "giving back what an ended run kept for a call that died",
    calls: ["UpdateItem 1", "TransactWriteItems 1", LISTS_SCHEDULES],
    play: async (fate) => {
      const id = await abandonedRun();
      await untilAnswered(`/executions/${id}/cancel`);
      await meet("events/sweep", {}, { ...fate, clockAhead: 20 });
      await sweepAt(later(20));
      return id;
    },
    ends: ["CANCELLED"],
  },
];

surviveEveryCrash(SCENARIOS);
