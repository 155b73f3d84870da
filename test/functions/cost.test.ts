// What each operation asks of AWS is what infra/tools/cost/counts.ts says: more fails, and less must be recorded.
import "../support/quiet.ts";
import { readFileSync } from "node:fs";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, ScanCommand } from "@aws-sdk/lib-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import {
  AUDIT_ENTRIES,
  COUNTS,
  type Counts,
  type Operation,
  RUN,
  STATES,
  STORED_KB,
} from "../../infra/tools/cost/counts.ts";
import { disableAutomations } from "../../shared/application/automations/disable-automations.ts";
import { sweep } from "../../shared/application/end/sweep.ts";
import { holdExecution } from "../../shared/application/hold-execution.ts";
import { announceExpiries } from "../../shared/application/runbooks/announce-expiries.ts";
import { setDifferingSchedules } from "../../shared/application/sources/set-schedules.ts";
import { AUDIT_PREFIX, auditPartition, KEYS } from "../../shared/contract/table.ts";
import { countExpiredApprovals } from "../../shared/store/approval-expiries.ts";
import { countOpenBreakGlass } from "../../shared/store/break-glass.ts";
import { getExecutionRecord } from "../../shared/store/executions.ts";
import { getApproval, getVersion } from "../../shared/store/versions.ts";
import { ask, callFunction } from "../support/api.ts";
import { automationOf, fresh, idOf, incidentEvent } from "../support/library.ts";
import { meter, unseen } from "../support/meter.ts";
import * as act from "../support/pairs/actors.ts";
import { callerIn, newId } from "../support/seed.ts";
import { bytesOf, indexEntries } from "../support/write-units.ts";

let world: Awaited<ReturnType<typeof act.enterWorld>>;
beforeAll(async () => {
  world = await act.enterWorld({ RATE_LIMIT_STARTS_PER_MINUTE: "200" });
});
afterAll(() => world.leave());

/** Each function remembers for itself, so what one has read in this process, no other knows. */
function forgetVersions(): void {
  getVersion.forget();
  getApproval.forget();
}

const body = { description: "Restarts one service" };
const failing = { retryPolicy: { maxAttempts: 2, initialDelaySeconds: 1 } };

/** In a team that nothing else has, so that its lists hold what the operation is about. */
const approved = (changes: object = {}) => act.approved(changes, fresh("team"));
const startedRun = async (changes: object = {}) => idOf(await act.start(await approved(changes)));
const complete = (step: object) => callFunction("workflow/complete-execution", step);

async function endedRun(): Promise<string> {
  const id = await startedRun();
  await complete(await act.deliver(id));
  return id;
}

/** An attempt that its receiver answers with 500. */
async function failedAttempt(id: string, attempt?: number) {
  act.answerWith(500);
  return act.deliver(id, attempt).finally(() => act.answerWith(200));
}

async function storedItems() {
  const documents = DynamoDBDocumentClient.from(new DynamoDBClient({}));
  const { Items = [] } = await documents.send(new ScanCommand({ TableName: process.env["TABLE_NAME"] }));
  documents.destroy();
  return Items;
}

/** In the table and its indexes. DynamoDB adds 100 bytes to each entry. */
async function storedBytes(): Promise<number> {
  const entries = (await storedItems()).flatMap((item) => [item, ...indexEntries(item)]);
  return entries.reduce((sum, entry) => sum + bytesOf(entry) + 100, 0);
}

/** The audit entries of a partition, or of all, as the stream brings them. */
async function auditRecords(partition = AUDIT_PREFIX): Promise<object[]> {
  const items = (await storedItems()).filter(({ pk }) => String(pk).startsWith(partition));
  return items.map((item, at) => ({
    ...{ eventID: String(at), eventName: "INSERT", eventSource: "aws:dynamodb" },
    dynamodb: { SequenceNumber: String(at), NewImage: marshall(item) },
  }));
}
const entriesOf = (id: string) => auditRecords(auditPartition(KEYS.execution(id).pk));
const publish = (Records: readonly object[]) => callFunction("events/publish-events", { Records });
async function publishEach(records: readonly object[]): Promise<void> {
  for (const record of records) await publish([record]);
}

/** Each makes what it is about, and answers what is to be counted. */
const OPERATIONS: Record<Operation, () => Promise<() => Promise<unknown>>> = {
  "create a runbook": async () => () => act.draft(),
  "update a runbook": async () => {
    const id = await approved();
    return () => act.update(id, body);
  },
  "approve a runbook": async () => {
    const id = await act.draft();
    return () => act.approve(id, 1);
  },
  "get a runbook": async () => {
    const id = await approved();
    return () => act.read(id);
  },
  "list runbooks": async () => {
    const teamId = fresh("team");
    await act.approved({}, teamId);
    return () => ask("list-runbooks", { query: { teamId } });
  },
  "list executions": async () => {
    const runbookId = await approved();
    await act.start(runbookId);
    return () => ask("list-executions", { params: { runbookId } });
  },
  "get an execution": async () => {
    const executionId = await endedRun();
    return () => ask("get-execution", { params: { executionId } });
  },
  "hold a request for an execution, 20 seconds without a change": async () => {
    const record = await getExecutionRecord(await startedRun());
    if (!record) throw new Error("There is no such execution");
    let now = 0;
    const pause = async (ms: number) => {
      now += ms;
    };
    const hold = { seconds: 20, ifNoneMatch: undefined };
    return () => holdExecution(record, callerIn("platform-admin"), hold, { now: () => now, pause });
  },
  "ask who one is": async () => () => ask("get-me"),
  "start an execution": async () => {
    const id = await approved();
    return () => act.start(id);
  },
  "cancel an execution": async () => {
    const id = await startedRun();
    return () => act.cancel(id);
  },
  "cancel 10 executions in one request": async () => {
    const executionIds = await Promise.all(Array.from({ length: 10 }, () => startedRun()));
    return () => ask("cancel-executions", { body: { executionIds } });
  },
  "rerun an execution": async () => {
    const executionId = await endedRun();
    return () => ask("rerun-execution", { params: { executionId }, body: {} });
  },
  "deliver the first attempt": async () => {
    const id = await startedRun();
    return () => act.deliver(id);
  },
  "deliver a further attempt": async () => {
    const id = await startedRun(failing);
    const { attempt } = await failedAttempt(id);
    return () => act.deliver(id, attempt);
  },
  "record a success": async () => {
    const step = await act.deliver(await startedRun());
    return () => complete(step);
  },
  "record a failure": async () => {
    const id = await startedRun(failing);
    const { attempt } = await failedAttempt(id);
    const step = await failedAttempt(id, attempt);
    return () => complete(step);
  },
  "hear that a state machine failed": async () => {
    const id = await startedRun(failing);
    const { attempt } = await failedAttempt(id);
    await complete(await failedAttempt(id, attempt));
    return () => act.machineEnded(id, "FAILED");
  },
  "take an incident that starts a run": async () => {
    const teamId = fresh("team");
    await ask("create-automation", { body: automationOf(await act.approved({}, teamId)) });
    return () => act.onQueue("on-incident", incidentEvent(teamId));
  },
  "take a further report of that incident": async () => {
    const teamId = fresh("team");
    await ask("create-automation", { body: automationOf(await act.approved({}, teamId)) });
    const incidentId = fresh("INC");
    const report = () => act.onQueue("on-incident", incidentEvent(teamId, incidentId));
    await report();
    return report;
  },
  "sweep, nothing being active": async () => {
    world.renew();
    return async () => {
      await sweep({ now: new Date(), newId });
      await announceExpiries({ now: new Date(), newId });
      await disableAutomations({ now: new Date(), newId });
      await setDifferingSchedules(new Date());
      await countOpenBreakGlass();
      await countExpiredApprovals();
    };
  },
  "publish a batch of 10": async () => {
    await Promise.all(Array.from({ length: 5 }, () => approved()));
    const records = (await auditRecords()).slice(0, 10);
    return () => publish(records);
  },
  "publish one entry": async () => {
    const teamId = fresh("team");
    await ask("create-automation", { body: automationOf(await act.approved({}, teamId)) });
    await act.onQueue("on-incident", incidentEvent(teamId));
    const records = await auditRecords(auditPartition("decision#"));
    return () => publish(records.slice(0, 1));
  },
  "publish the entries of a failed run": async () => {
    const id = await startedRun(failing);
    const { attempt } = await failedAttempt(id);
    await complete(await failedAttempt(id, attempt));
    const records = await entriesOf(id);
    expect(records).toHaveLength(AUDIT_ENTRIES);
    return () => publishEach(records);
  },
  "publish the entries of a run": async () => {
    const id = await endedRun();
    const records = await entriesOf(id);
    expect(records).toHaveLength(AUDIT_ENTRIES);
    return () => publishEach(records);
  },
};

describe("the requests of", () => {
  it.each(Object.entries(OPERATIONS))("%s are as many as are recorded", async (name, prepare) => {
    // Keys are read once, and the first call of all loads what the others share.
    await (await prepare())();
    const operation = await prepare();
    forgetVersions();
    expect({ [name]: await meter(operation) }).toEqual({ [name]: COUNTS[name as Operation] });
  });
});

it("a whole run that succeeds at once asks for what its steps ask for, and no more", async () => {
  const runbookId = await approved();
  const run = async () => {
    forgetVersions();
    const id = idOf(await act.start(runbookId));
    forgetVersions();
    await complete(await act.deliver(id));
    await publishEach(await unseen(() => entriesOf(id)));
  };
  await run();
  const steps = RUN.map((operation): Counts => COUNTS[operation]);
  const sum = (of: (counts: Counts) => number) => steps.reduce((total, counts) => total + of(counts), 0);
  const names = new Set(steps.flatMap(({ requests }) => Object.keys(requests)));
  expect(await meter(run)).toEqual({
    requests: Object.fromEntries(
      [...names].map((name) => [name, sum(({ requests }) => requests[name] ?? 0)]),
    ),
    transactions: steps.flatMap(({ transactions }) => transactions).sort((one, other) => other - one),
    events: sum(({ events }) => events),
    readUnits: sum(({ readUnits }) => readUnits),
    writeUnits: sum(({ writeUnits }) => writeUnits),
    indexWriteUnits: sum(({ indexWriteUnits }) => indexWriteUnits),
  });
});

it("a run leaves as much in the table as is recorded", async () => {
  await startedRun();
  const runbookId = await approved();
  const before = await storedBytes();
  await complete(await act.deliver(idOf(await act.start(runbookId))));
  expect(Math.round(((await storedBytes()) - before) / 512) / 2).toBe(STORED_KB);
});

type Workflow = z.infer<typeof Workflow>;
const Workflow = z.object({
  StartAt: z.string(),
  States: z.record(
    z.string(),
    z.looseObject({
      Type: z.string(),
      Next: z.string().optional(),
      Default: z.string().optional(),
      Choices: z
        .array(z.object({ Variable: z.string(), StringEquals: z.string(), Next: z.string() }))
        .optional(),
    }),
  ),
});

/** The states that an execution enters whose choices find these values, each variable its own in turn. */
function statesEntered(
  { StartAt, States }: Workflow,
  values: Readonly<Record<string, readonly string[]>>,
): number {
  const left = new Map(Object.entries(values).map(([variable, each]) => [variable, [...each]]));
  let entered = 0;
  for (let name: string | undefined = StartAt; name !== undefined; entered++) {
    const state: Workflow["States"][string] | undefined = States[name];
    const variable: string = state?.Choices?.[0]?.Variable ?? "";
    const value: string | undefined = left.get(variable)?.shift();
    const chosen: string | undefined = state?.Choices?.find(
      ({ StringEquals }) => StringEquals === value,
    )?.Next;
    name = chosen ?? state?.Default ?? state?.Next;
  }
  return entered;
}

it("an execution enters as many states as are recorded", () => {
  const file = new URL("../../infra/execution.asl.json", import.meta.url);
  const workflow = Workflow.parse(JSON.parse(readFileSync(file, "utf8")));
  const next = (...values: string[]) => statesEntered(workflow, { "$.next": values, "$.status": [] });
  expect({
    success: next("succeed"),
    failure: next("fail"),
    furtherAttempt: next("wait", "succeed") - next("succeed"),
  }).toEqual(STATES);
});
