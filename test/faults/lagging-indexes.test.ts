// Indexes that lag behind the table: what the routes show, what the reconciler does, and what the audit's check says.
import { ScanCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { verifyAudit } from "../../shared/application/audit/verify-audit.ts";
import { openTable } from "../../shared/store/client.ts";
import { createTable } from "../support/dynamodb.ts";
import { violations } from "../support/invariants.ts";
import { type LaggingIndexes, startLaggingIndexes } from "../support/lagging-indexes.ts";
import { type Receiver, startReceiver } from "../support/receiver.ts";
import { type Bench, later, startBench, sweepAt } from "../support/workflow.ts";

let indexes: LaggingIndexes;
let bench: Bench;
let receiver: Receiver;
let runbookId = "";

beforeAll(async () => {
  const { client, endpoint, tableName } = await createTable();
  indexes = await startLaggingIndexes(endpoint, client, tableName);
  bench = await startBench({ statusEvents: false, dynamoDb: { endpoint: indexes.url, tableName } });
  receiver = await startReceiver();
});
afterAll(async () => {
  await indexes.catchUp();
  expect(await violations({ ledger: receiver.requests, settled: true })).toEqual([]);
  await bench.stop();
  await receiver.close();
  await indexes.close();
});
beforeEach(async () => {
  await indexes.catchUp();
  runbookId = await bench.runbook(receiver.url);
});

const idsOf = async (path: string): Promise<string[]> => {
  const { body } = await bench.act("GET", path);
  return Object(body)["items"].map((item: unknown) => Object(item)["id"]);
};

/** A run whose state machine was not started. */
async function unstarted(): Promise<string> {
  const machine = process.env["STATE_MACHINE_ARN"];
  process.env["STATE_MACHINE_ARN"] = `${machine}-down`;
  try {
    return await bench.start(runbookId);
  } finally {
    process.env["STATE_MACHINE_ARN"] = machine;
  }
}

describe("the reconciler", () => {
  it("starts a run that nobody did in the first pass whose index shows it", async () => {
    indexes.hold();
    const id = await unstarted();
    expect(await sweepAt(later())).toMatchObject({ examined: 0, failed: 0 });
    await indexes.catchUp();
    expect(await sweepAt(later())).toMatchObject({ examined: 1, started: 1, failed: 0 });
    expect(await bench.ended(id)).toMatchObject({ status: "SUCCESS" });
    await bench.machineEnds(id);
  });

  it("leaves runs alone that have ended, while the index still shows them as active", async () => {
    const waiting = await unstarted();
    const ended = await bench.start(runbookId);
    await bench.ended(ended);
    indexes.hold();
    await bench.act("POST", `/executions/${waiting}/cancel`, {});
    expect(await sweepAt(later())).toEqual({
      examined: 1,
      started: 0,
      completed: 0,
      released: 0,
      failed: 0,
      resumed: 0,
      waiting: 0,
    });
    expect(await bench.run(waiting)).toMatchObject({ status: "CANCELLED", attempts: [] });
    await indexes.catchUp();
    expect(await sweepAt(later())).toMatchObject({ examined: 0 });
  });
});

describe("a route", () => {
  it("shows a run by its id at once, and in lists as it is once they have it", async () => {
    indexes.hold();
    const id = await bench.start(runbookId);
    expect(await bench.ended(id)).toMatchObject({ status: "SUCCESS" });
    expect(await idsOf(`/runbooks/${runbookId}/executions`)).toEqual([]);
    await indexes.catchUp();
    indexes.hold();
    const other = await unstarted();
    await bench.act("POST", `/executions/${other}/cancel`, {});
    await indexes.catchUp();
    expect(await idsOf(`/runbooks/${runbookId}/executions?status=CANCELLED`)).toEqual([other]);
    expect(await idsOf(`/runbooks/${runbookId}/executions?status=PENDING`)).toEqual([]);
  });

  it("never lists a runbook in a status that it has no more, nor twice", async () => {
    indexes.hold();
    await bench.act("POST", `/runbooks/${runbookId}/deprecate`, { reason: "old" });
    expect(await idsOf("/runbooks?approvalStatus=APPROVED")).not.toContain(runbookId);
    const all = await idsOf("/runbooks?limit=100");
    expect(new Set(all).size).toBe(all.length);
    await indexes.catchUp();
    expect(await idsOf("/runbooks?approvalStatus=DEPRECATED")).toContain(runbookId);
  });

  it("refuses to delete a runbook whose active run no index shows", async () => {
    indexes.hold();
    const id = await unstarted();
    const deleted = await bench.ask("DELETE", `/runbooks/${runbookId}`, {
      as: { user: "boss", groups: ["platform-admin"] },
    });
    expect(deleted.status).toBe(409);
    await bench.act("POST", `/executions/${id}/cancel`, {});
  });
});

describe("the check of the audit", () => {
  /** The run is not in the page that was read: it was written after it. */
  async function withoutRun<T>(id: string, work: () => Promise<T>): Promise<T> {
    const { documents } = openTable();
    const real = documents.send.bind(documents);
    const send = async (command: Parameters<typeof real>[0]) => {
      const answer = await real(command);
      if (!(command instanceof ScanCommand)) return answer;
      const { Items, ...rest } = Object(answer);
      return { ...rest, Items: Items.filter(({ pk }: { pk: string }) => pk !== `execution#${id}`) };
    };
    Object.assign(documents, { send });
    try {
      return await work();
    } finally {
      Object.assign(documents, { send: real });
    }
  }

  it("misses no run that was started while it reads, though the index does not show it yet", async () => {
    indexes.hold();
    const id = await unstarted();
    const before = indexes.queries;
    const report = withoutRun(id, verifyAudit);
    await expect.poll(() => indexes.queries).toBeGreaterThan(before);
    await indexes.catchUp();
    expect((await report).findings).toEqual([]);
    await bench.act("POST", `/executions/${id}/cancel`, {});
  });
});
