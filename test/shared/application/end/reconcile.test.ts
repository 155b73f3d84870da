// What reconciliation makes of a state machine that is not to be found, and of runs that cannot be looked at at all.
import "../../../support/quiet.ts";
import { DescribeExecutionCommand, ExecutionDoesNotExist, SFNClient } from "@aws-sdk/client-sfn";
import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { reconcile } from "../../../../shared/application/end/reconcile.ts";
import { sweep } from "../../../../shared/application/end/sweep.ts";
import { KEYS } from "../../../../shared/contract/table.ts";
import { markRunning } from "../../../../shared/domain/executions/execution-changes.ts";
import { openTable } from "../../../../shared/store/client.ts";
import { getExecution } from "../../../../shared/store/executions.ts";
import { renewTable, startApi, type TestApi } from "../../../support/api.ts";
import { act, approved, claimNow, newId, pending } from "../../../support/seed.ts";
import { claimNext, saveBeginning } from "../../../support/steps.ts";

let api: TestApi;
/** What Step Functions says of a run; `undefined` is that it knows none. */
let machineOf: (id: string) => "RUNNING" | "FAILED" | undefined;

/** The one method that every client of Step Functions sends with. */
const client: { send: (command: object) => Promise<object> } = Object.getPrototypeOf(SFNClient.prototype);
const { send } = client;

beforeAll(async () => {
  api = await startApi();
  client.send = async function (this: object, command: object) {
    if (!(command instanceof DescribeExecutionCommand)) return send.call(this, command);
    const status = machineOf(String(command.input.executionArn).split(":").at(-1) ?? "");
    if (status) return { status };
    throw new ExecutionDoesNotExist({ message: "Execution Does Not Exist", $metadata: {} });
  };
});
afterAll(async () => {
  client.send = send;
  await api.stop();
});
beforeEach(async () => {
  await renewTable(api);
  machineOf = () => undefined;
});

const START = Date.parse("2026-03-01T03:00:00.000Z");
const at = (seconds: number) => ({ now: new Date(START + seconds * 1000), newId });
const look = (id: string, seconds: number) => reconcile(id, at(seconds));
const stored = async (id: string) => {
  const execution = await getExecution(id);
  if (!execution) throw new Error(`There is no execution ${id}`);
  return execution;
};

/** A run that has begun at `START`. */
async function running(): Promise<string> {
  const execution = await pending(await approved());
  await saveBeginning(markRunning(execution, 300, { ...act(), at: at(0).now.toISOString() }));
  return execution.id;
}

describe("a run that has begun, and whose state machine is not to be found", () => {
  it("is left alone in its first seconds, and nothing is noted", async () => {
    const id = await running();
    expect(await look(id, 14)).toBe("none");
    expect(await stored(id)).toMatchObject({ status: "RUNNING" });
    expect((await stored(id)).missingSince).toBeUndefined();
  });

  it("is left alone for as long after an attempt has begun", async () => {
    const id = await running();
    const startedAt = at(100).now.toISOString();
    expect(await claimNext(await stored(id), [], { ...claimNow(new Date(startedAt)), startedAt })).toBe(true);
    expect(await look(id, 114)).toBe("none");
    expect((await stored(id)).missingSince).toBeUndefined();
    expect(await look(id, 115)).toBe("none");
    expect((await stored(id)).missingSince).toBe(at(115).now.toISOString());
  });

  it("is ended by a second look, in a later pass, and by no earlier one", async () => {
    const id = await running();
    expect(await look(id, 60)).toBe("none");
    expect(await look(id, 61)).toBe("none");
    expect(await look(id, 89)).toBe("none");
    expect(await stored(id)).toMatchObject({ status: "RUNNING", missingSince: at(60).now.toISOString() });
    expect(await look(id, 90)).toBe("completed");
    expect(await stored(id)).toMatchObject({ status: "FAILED", error: { code: "internal_failure" } });
  });

  it("is let be once it is found again: the next time is a first time", async () => {
    const id = await running();
    expect(await look(id, 60)).toBe("none");
    machineOf = () => "RUNNING";
    expect(await look(id, 120)).toBe("none");
    expect((await stored(id)).missingSince).toBeUndefined();
    machineOf = () => undefined;
    expect(await look(id, 180)).toBe("none");
    expect(await stored(id)).toMatchObject({ status: "RUNNING", missingSince: at(180).now.toISOString() });
  });
});

describe("a pass of the reconciler", () => {
  it("comes to every run, though one cannot be read, and Step Functions fails for another", async () => {
    const [sick, failing, ...sound] = await Promise.all(Array.from({ length: 12 }, running));
    if (!sick || !failing) throw new Error("There are not enough runs");
    await spoil(sick);
    machineOf = (id) => {
      if (id === failing) throw new Error("Step Functions is down");
      return "FAILED";
    };
    expect(await sweep(at(60))).toEqual({
      examined: 12,
      started: 0,
      completed: 10,
      released: 0,
      failed: 2,
      resumed: 0,
      waiting: 0,
    });
    const states = await Promise.all(sound.map(async (id) => (await stored(id)).status));
    expect(states).toEqual(sound.map(() => "FAILED"));
    expect((await stored(failing)).status).toBe("RUNNING");
  });
});

/** An item that does not fit its schema: no write of the service leaves one. */
async function spoil(id: string): Promise<void> {
  await openTable().documents.send(
    new UpdateCommand({
      TableName: openTable().table,
      Key: KEYS.execution(id),
      UpdateExpression: "SET runbookVersion = :v",
      ExpressionAttributeValues: { ":v": "two" },
    }),
  );
}
