// The table's stream on disk: records that were processed go while the local stack runs, others stay, even over a rest of
// more than a day, after which DynamoDB Local trims by age.
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListStreamsCommand,
} from "@aws-sdk/client-dynamodb-streams";
import type { DynamoDBStreamEvent } from "aws-lambda";
import { expect, onTestFinished, test } from "vitest";
import { startHost } from "../../../infra/local/host/host.ts";
import { LOCAL_CREDENTIALS, LOCAL_REGION } from "../../support/dynamodb.ts";
import { dataFolder } from "../../support/local-host.ts";

const HOUR_MS = 3_600_000;

/** A host over a data folder, whose function of the stream keeps the names of what it takes, and fails for `refused`. */
async function start(dataDir: string, refused = "") {
  const names: string[] = [];
  const logged: string[] = [];
  const load = async () => (event: unknown) => {
    const { Records } = event as DynamoDBStreamEvent;
    const given = Records.map((record) => record.dynamodb?.NewImage?.["sk"]?.S ?? "");
    if (given.includes(refused)) throw new Error("not this one");
    names.push(...given);
    return null;
  };
  const host = await startHost(
    { apiPort: 0, awsPort: 0, dynamoDbPort: 0, dataDir, region: LOCAL_REGION },
    {
      load,
      routes: {},
      rules: {},
      schedules: {},
      streamTargets: { mine: { target: "collect", prefix: "" } },
      log: (level, message) => void logged.push(`${level} ${message}`),
    },
  );
  const client = new DynamoDBClient({
    endpoint: host.dynamoDb,
    region: LOCAL_REGION,
    credentials: LOCAL_CREDENTIALS,
  });
  const write = async (...written: string[]) => {
    for (const name of written) {
      const Item = { pk: { S: "p" }, sk: { S: name } };
      await client.send(new PutItemCommand({ TableName: "runbooks", Item }));
    }
  };
  return { names, logged, write, kept: () => keptNames(host.dynamoDb), stop: host.stop };
}

/** What the stream still holds, from its oldest record on. */
async function keptNames(endpoint: string): Promise<string[]> {
  const client = new DynamoDBStreamsClient({
    endpoint,
    region: LOCAL_REGION,
    credentials: LOCAL_CREDENTIALS,
  });
  const { Streams: [stream] = [] } = await client.send(new ListStreamsCommand({ TableName: "runbooks" }));
  const StreamArn = stream?.StreamArn ?? "";
  const { StreamDescription } = await client.send(new DescribeStreamCommand({ StreamArn }));
  const names: string[] = [];
  for (const { ShardId } of StreamDescription?.Shards ?? []) {
    const from = { StreamArn, ShardId, ShardIteratorType: "TRIM_HORIZON" } as const;
    const { ShardIterator } = await client.send(new GetShardIteratorCommand(from));
    const { Records = [] } = await client.send(new GetRecordsCommand({ ShardIterator }));
    names.push(...Records.map(({ dynamodb }) => dynamodb?.NewImage?.["sk"]?.S ?? ""));
  }
  client.destroy();
  return names;
}

/** Makes what the stream holds older, as a rest of that many hours does. */
function rest(dataDir: string, hours: number): void {
  const database = new DatabaseSync(join(dataDir, "dynamodb", "shared-local-instance.db"));
  database.prepare("UPDATE us SET CreationDateTime = CreationDateTime - ?").run(hours * HOUR_MS);
  database.close();
}

test("after 31 hours DynamoDB Local counts from the start, and every change reaches the function all the same, said once", async () => {
  const folder = dataFolder();
  onTestFinished(folder.remove);
  const first = await start(folder.path);
  await first.write("a", "b", "c", "d");
  await expect.poll(() => first.names).toEqual(["a", "b", "c", "d"]);
  await first.stop();
  rest(folder.path, 31);

  const second = await start(folder.path);
  await second.write("e", "f");
  await expect.poll(() => second.names).toEqual(["e", "f"]);
  // As many as there were before: the number of the last one means another record now.
  await second.write("g", "h", "i");
  await expect.poll(() => second.names).toEqual(["e", "f", "g", "h", "i"]);
  expect(second.logged.filter((line) => line.includes("no longer holds"))).toHaveLength(1);
  expect(second.logged.filter((line) => line.startsWith("ERROR"))).toEqual([]);
  await second.stop();
});

test("after 25 quiet hours nothing is an error, and the next change arrives", async () => {
  const folder = dataFolder();
  onTestFinished(folder.remove);
  const first = await start(folder.path);
  await first.write("a", "b");
  await expect.poll(() => first.names).toEqual(["a", "b"]);
  await first.stop();
  rest(folder.path, 25);

  const second = await start(folder.path);
  await expect.poll(() => second.logged.length).toBeGreaterThan(0);
  await second.write("c");
  await expect.poll(() => second.names).toEqual(["c"]);
  expect(second.logged).toEqual([expect.stringMatching(/^INFO The stream no longer holds/)]);
  await second.stop();
});

test("unread records are read after a rest of 31 hours", async () => {
  const folder = dataFolder();
  onTestFinished(folder.remove);
  const first = await start(folder.path, "c");
  await first.write("a", "b");
  await expect.poll(() => first.names).toEqual(["a", "b"]);
  await first.write("c", "d");
  await expect.poll(() => first.logged).toContain("ERROR The function of the table's stream failed");
  await first.stop();
  rest(folder.path, 31);

  const second = await start(folder.path);
  await second.write("e");
  await expect.poll(() => second.names).toEqual(["c", "d", "e"]);
  await second.stop();
});

test("what was processed is deleted while the stack runs, all but the last, and a restart goes on from there", async () => {
  const folder = dataFolder();
  onTestFinished(folder.remove);
  const first = await start(folder.path);
  await first.write("a", "b", "c");
  await expect.poll(() => first.names).toEqual(["a", "b", "c"]);
  // A position is named with the next one, a second later at the earliest.
  const later: string[] = [];
  await expect
    .poll(async () => {
      later.push(`later ${later.length}`);
      await first.write(`later ${later.length - 1}`);
      return first.kept();
    })
    .not.toContain("c");
  await expect.poll(() => first.names).toEqual(["a", "b", "c", ...later]);
  expect(await first.kept()).toContain(later.at(-1));
  await first.stop();

  const second = await start(folder.path);
  await second.write("e", "f");
  await expect.poll(() => second.names).toEqual(["e", "f"]);
  expect([...first.logged, ...second.logged]).toEqual([]);
  await second.stop();
});

test("what a function has not processed stays, however long it refuses", async () => {
  const folder = dataFolder();
  onTestFinished(folder.remove);
  const first = await start(folder.path, "b");
  await first.write("a");
  await expect.poll(() => first.names).toEqual(["a"]);
  await first.write("b", "c");
  // It is tried once a second: DynamoDB Local has looked twice for what it may delete.
  await expect.poll(() => first.logged.filter((line) => line.startsWith("ERROR")).length).toBeGreaterThan(3);
  expect(await first.kept()).toEqual(["a", "b", "c"]);
  await first.stop();
  const second = await start(folder.path);
  await expect.poll(() => second.names).toEqual(["b", "c"]);
  await second.stop();
});
