// A receiver has answered, and the table cannot be told: the answer is kept until it can.
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createTable } from "../support/dynamodb.ts";
import { type FaultProxy, startFaultProxy } from "../support/fault-proxy.ts";
import { violations } from "../support/invariants.ts";
import { type Receiver, startReceiver } from "../support/receiver.ts";
import { type Bench, startBench } from "../support/workflow.ts";

let proxy: FaultProxy;
let bench: Bench;
let receiver: Receiver;
/** What the table does with its calls from the moment at which the receiver answers. */
let afterAnswer: FaultProxy["plan"] = () => null;

beforeAll(async () => {
  const table = await createTable();
  proxy = await startFaultProxy(table.endpoint);
  bench = await startBench({ dynamoDb: { endpoint: proxy.url, tableName: table.tableName } });
  receiver = await startReceiver(() => {
    proxy.plan = afterAnswer;
    return { status: 200, body: "done" };
  });
});
afterAll(async () => {
  await bench.stop();
  await receiver.close();
  await proxy.close();
});
afterEach(() => {
  proxy.plan = () => null;
});

/** Every call fails for as many tries of one call as this, whoever makes them. */
const failing = (tries: number, fault: "error" | "cut" | "applied cut"): FaultProxy["plan"] => {
  let failed = 0;
  return () => (failed++ < tries ? fault : null);
};

describe("[I19] an answer of 200", () => {
  it.each(["error", "cut", "applied cut"] as const)(
    "is the outcome of its run, though the table fails for a while after it: %s",
    async (fault) => {
      // Four times as often as the SDK tries. The attempt would be given up 11 seconds after its start.
      afterAnswer = failing(12, fault);
      const id = await bench.start(await bench.runbook(receiver.url, { attemptTimeoutSeconds: 1 }));
      expect(await bench.ended(id)).toMatchObject({
        status: "SUCCESS",
        attempts: [{ number: 1, outcome: "delivered", statusCode: 200 }],
      });
      await bench.machineEnds(id);
      expect(receiver.requests.filter(({ headers }) => headers["webhook-id"] === id)).toHaveLength(1);
      expect(await violations({ ledger: receiver.requests, settled: true })).toEqual([]);
    },
  );
});
