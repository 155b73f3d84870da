// What the local stack has accepted survives SIGKILL: events in its queues, executions under way.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import {
  EventBridgeClient,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
} from "@aws-sdk/client-eventbridge";
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterEach, expect, test } from "vitest";
import { buildArns } from "../../../infra/local/platform/arns.ts";
import { createTable, LOCAL_CREDENTIALS, LOCAL_REGION } from "../../support/dynamodb.ts";
import { dataFolder } from "../../support/local-host.ts";

const SCRIPT = fileURLToPath(new URL("../../support/fixtures/crash-host.ts", import.meta.url));
/** A host that a failed test has left behind must not outlive it. */
const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

type Said = { ready?: string; task?: unknown; event?: { id: string; detail: Record<string, unknown> } };

async function start(mode: string, dataDir: string, table: { endpoint: string; tableName: string }) {
  const env = { MODE: mode, DATA_DIR: dataDir, DYNAMODB_ENDPOINT: table.endpoint, TABLE: table.tableName };
  const child = spawn(process.execPath, [SCRIPT], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.push(child);
  const said: Said[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => said.push(JSON.parse(line)));
  await expect.poll(() => said.some((line) => line.ready), { timeout: 15_000 }).toBe(true);
  const config = {
    endpoint: said.find((line) => line.ready)?.ready ?? "",
    region: LOCAL_REGION,
    credentials: LOCAL_CREDENTIALS,
  };
  const kill = async () => {
    child.kill("SIGKILL");
    await once(child, "exit");
  };
  return {
    said,
    kill,
    bus: new EventBridgeClient(config),
    sfn: new SFNClient(config),
    sqs: new SQSClient(config),
  };
}

test("acknowledged events are delivered and running executions end after the host was killed and started again", async () => {
  const folder = dataFolder();
  const table = await createTable();
  const arns = buildArns(LOCAL_REGION);
  const first = await start("hang", folder.path, table);
  const acknowledged: Array<string | undefined> = [];
  const Entry = { EventBusName: "runbooks", Source: "test", DetailType: "Test" };
  for (let n = 0; n < 20; n += 1) {
    const Entries = [{ ...Entry, Detail: JSON.stringify({ n }) }];
    const sent = await first.bus.send(new PutEventsCommand({ Entries }));
    acknowledged.push(sent.Entries?.[0]?.EventId);
  }
  const input = '{"a":1}';
  const begun = { stateMachineArn: arns.stateMachine, name: "one", input };
  const { executionArn } = await first.sfn.send(new StartExecutionCommand(begun));
  await expect.poll(() => first.said).toContainEqual({ task: { a: 1 } });
  await first.kill();

  const second = await start("work", folder.path, table);
  const ids = () =>
    second.said.flatMap((line) => (line.event?.detail["n"] === undefined ? [] : [line.event.id]));
  await expect.poll(() => ids().sort()).toEqual([...acknowledged].sort());
  const execution = () => second.sfn.send(new DescribeExecutionCommand({ executionArn }));
  await expect.poll(async () => (await execution()).status).toBe("SUCCEEDED");
  expect(await execution()).toMatchObject({ name: "one", input, output: input });
  const outcome = expect.objectContaining({ executionArn, status: "SUCCEEDED" });
  await expect.poll(() => second.said.map((line) => line.event?.detail)).toContainEqual(outcome);
  await second.kill();
  folder.remove();
});

test("subscriptions outlive the host that was killed, with what they had been sent", async () => {
  const folder = dataFolder();
  const table = await createTable();
  const first = await start("hang", folder.path, table);
  const at = { EventBusName: "runbooks" };
  await first.sqs.send(new CreateQueueCommand({ QueueName: "subscriber" }));
  const EventPattern = '{"source":["test"]}';
  await first.bus.send(new PutRuleCommand({ ...at, Name: "subscriber", EventPattern }));
  const Targets = [{ Id: "1", Arn: buildArns(LOCAL_REGION).queue("subscriber") }];
  await first.bus.send(new PutTargetsCommand({ ...at, Rule: "subscriber", Targets }));
  const put = async ({ bus }: typeof first, n: number) => {
    const Entries = [{ ...at, Source: "test", DetailType: "Test", Detail: JSON.stringify({ n }) }];
    return (await bus.send(new PutEventsCommand({ Entries }))).Entries?.[0]?.EventId;
  };
  const before = await put(first, 1);
  await first.kill();

  const second = await start("work", folder.path, table);
  const after = await put(second, 2);
  const { QueueUrl } = await second.sqs.send(new CreateQueueCommand({ QueueName: "subscriber" }));
  const { Messages } = await second.sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
  );
  expect(Messages?.map(({ Body }) => JSON.parse(Body ?? "").id)).toEqual([before, after]);
  // The service's own rule had the same events.
  const ids = () => second.said.flatMap((line) => (line.event ? [line.event.id] : []));
  await expect.poll(() => ids().sort()).toEqual([before, after].sort());
  await second.kill();
  folder.remove();
});
