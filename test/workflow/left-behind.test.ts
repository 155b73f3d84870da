// What the reconciler finds long after: a machine that ran on past its run's time, and a lock that nobody gave back.
import "../support/quiet.ts";
import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { KEYS } from "../../shared/contract/table.ts";
import { openTable } from "../../shared/store/client.ts";
import { getSlots } from "../../shared/store/concurrency-slots.ts";
import { getExecution } from "../../shared/store/executions.ts";
import { type HeldCalls, startHeldCalls } from "../support/held-calls.ts";
import { lockViolations } from "../support/run-limits.ts";
import { type Bench, later, startBench, sweepAt } from "../support/workflow.ts";

let bench: Bench;
let receiver: HeldCalls;
beforeAll(async () => {
  bench = await startBench();
  receiver = await startHeldCalls();
});
afterAll(async () => {
  for (const _ of receiver.runs()) receiver.answerNext();
  await bench.stop();
  await receiver.close();
});

describe("the reconciler", () => {
  it("stops a machine that is long past its run's time, and says that the outcome is not known", async () => {
    const id = await bench.start(await bench.runbook(receiver.url));
    await receiver.came(1);
    await sweepAt(later(300 + 1700));
    expect((await bench.run(id)).status).toBe("RUNNING");
    await sweepAt(later(300 + 1900));
    expect(await bench.run(id)).toMatchObject({ status: "FAILED", error: { code: "outcome_unknown" } });
    await bench.machineEnds(id);
    expect(await bench.machine(id)).toBe("ABORTED");
  });

  it("removes an ended run from a lock that it still holds, and the first in the queue starts", async () => {
    const changes = { concurrency: { limit: 1, onLimit: "queue" } } as const;
    const runbookId = await bench.runbook(receiver.url, changes);
    const before = receiver.runs().length;
    const first = await bench.start(runbookId);
    await receiver.came(before + 1);
    await bench.act("POST", `/executions/${first}/cancel`, {});
    const lock = (await getExecution(first))?.concurrency?.slotKey ?? "";
    await leak(runbookId, lock, first);
    const second = await bench.start(runbookId);
    expect((await bench.run(second)).queue).toEqual({ position: 1, waitingFor: [first] });
    await sweepAt(later());
    await receiver.came(before + 2);
    expect((await getSlots(runbookId, lock)).holders).toEqual([second]);
    expect(await lockViolations()).toEqual([]);
  });
});

/** A holder that has ended: no transaction of the service leaves one. */
async function leak(runbookId: string, lock: string, executionId: string): Promise<void> {
  const { documents, table: TableName } = openTable();
  await documents.send(
    new UpdateCommand({
      TableName,
      Key: KEYS.concurrencySlots(runbookId, lock),
      UpdateExpression: "ADD holders :run, revision :one",
      ExpressionAttributeValues: { ":run": new Set([executionId]), ":one": 1 },
    }),
  );
}
