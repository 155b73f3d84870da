// The table's stream after the local stack has rested for more than a day: DynamoDB Local trims records by age, read or not.
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
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
  return { names, logged, write, stop: host.stop };
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
