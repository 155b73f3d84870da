// The same for dependencies between runs: the place in a queue, and a receiver's later callback.
import { expect } from "vitest";
import {
  answerWith,
  arm,
  bench,
  holdCalls,
  receiver,
  type Scenario,
  surviveEveryCrash,
  untilAnswered,
} from "../support/crashing.ts";
import type { ReceivedRequest } from "../support/receiver.ts";
import { later, sweepAt } from "../support/workflow.ts";

const CALLBACK_RUNBOOK = {
  attemptTimeoutSeconds: 5,
  completion: { mode: "callback" as const, timeoutSeconds: 3600 },
};
const TOKEN = "x-runbook-callback-token";

/** A run whose receiver will call back. */
async function called(): Promise<string> {
  return bench.start(await bench.runbook(receiver.url, CALLBACK_RUNBOOK));
}

const callBack = ({ headers }: Pick<ReceivedRequest, "headers">) =>
  untilAnswered(`/executions/${String(headers["webhook-id"])}/callback`, {
    headers: { [TOKEN]: String(headers[TOKEN]) },
    body: { status: "SUCCESS" },
  });

/** The receiver calls back until it is accepted or refused. */
async function callsBack(id: string): Promise<string> {
  await callBack(receiver.requests.findLast((seen) => seen.headers["webhook-id"] === id) ?? { headers: {} });
  await sweepAt(later(20));
  return id;
}

/** Two runs of a runbook that lets one at a time through: the first is under way, the second waits for it. */
async function queue() {
  const concurrency = { limit: 1, onLimit: "queue" as const };
  const runbookId = await bench.runbook(receiver.url, { attemptTimeoutSeconds: 5, concurrency });
  const { open, reached } = holdCalls();
  const first = await bench.start(runbookId);
  await reached;
  const second = await bench.start(runbookId);
  return { first, second, open };
}

const SCENARIOS: Scenario[] = [
  {
    what: "delivering a webhook whose receiver calls back",
    calls: [
      "Decrypt 1",
      "TransactWriteItems 1",
      "UpdateItem 1",
      "Encrypt 1",
      "PutItem 1",
      "webhook 1",
      "UpdateItem 2",
    ],
    play: async (fate) => {
      const met = arm("workflow/deliver-webhook", fate);
      const id = await called();
      await met;
      await bench.awaitsCallback(id);
      return callsBack(id);
    },
    ends: ["SUCCESS"],
  },
  {
    what: "beginning to wait for a callback that has come already",
    calls: ["UpdateItem 1", "SendTaskSuccess 1"],
    play: async (fate) => {
      answerWith(async (request) => {
        await callBack(request);
        return { status: 202 };
      });
      const met = arm("workflow/await-callback", fate);
      const id = await called();
      await met;
      await bench.machineEnds(id);
      return id;
    },
    ends: ["SUCCESS"],
  },
  {
    what: "taking a callback",
    calls: ["Decrypt 1", "TransactWriteItems 1", "SendTaskSuccess 1"],
    play: async (fate) => {
      const id = await called();
      await bench.awaitsCallback(id);
      arm("workflow/record-callback", fate);
      return callsBack(id);
    },
    ends: ["SUCCESS"],
  },
  {
    what: "ending a run that another one waits for",
    calls: ["TransactWriteItems 1", "UpdateItem 1", "StartExecution 1"],
    play: async (fate) => {
      const { first, second, open } = await queue();
      const met = arm("workflow/complete-execution", fate);
      open();
      await bench.ended(first);
      await met;
      await sweepAt(later(20));
      return second;
    },
    ends: ["SUCCESS"],
  },
  {
    what: "delivering a webhook whose run is cancelled meanwhile, while another one waits for it",
    calls: [
      ...["Decrypt 1", "TransactWriteItems 1", "webhook 1", "UpdateItem 1"],
      ...["TransactWriteItems 2", "UpdateItem 2", "StartExecution 1"],
    ],
    play: async (fate) => {
      const { first, second, open } = await queue();
      answerWith(async ({ headers }) => {
        if (headers["webhook-id"] === first) await untilAnswered(`/executions/${first}/cancel`);
        return {};
      });
      const met = arm("workflow/deliver-webhook", fate);
      open();
      await met;
      expect((await bench.ended(first)).status).toBe("CANCELLED");
      await sweepAt(later(20));
      return second;
    },
    ends: ["SUCCESS"],
  },
  {
    what: "cancelling a run that waits for another",
    calls: ["TransactWriteItems 1", "StopExecution 1"],
    play: async (fate) => {
      const { first, second, open } = await queue();
      arm("api/cancel-execution", fate);
      await untilAnswered(`/executions/${second}/cancel`);
      open();
      await bench.ended(first);
      return second;
    },
    ends: ["CANCELLED"],
  },
];

surviveEveryCrash(SCENARIOS);
