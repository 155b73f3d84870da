// Measures what each access pattern consumes, on DynamoDB Local: the tables of docs/data-model.md. Sums up what a run asks for.
import type { ConsumedCapacity } from "@aws-sdk/client-dynamodb";
import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { table } from "../../infra/docs/markdown.ts";
import { startDynamoDb } from "../../infra/local/dynamodb/dynamodb.ts";
import { ensureTable } from "../../infra/local/dynamodb/table.ts";
import { findFreePort } from "../../infra/local/platform/ports.ts";
import { COUNTS, RUN, STATES } from "../../infra/tools/cost/counts.ts";
import { startKeyServer } from "../support/key-server.ts";
import { bytesOf, chargedFor, isRead } from "../support/write-units.ts";
import { type Figure, figure, type Outcome } from "./figures.ts";
import { measureHotPartitions } from "./hot-partitions.ts";

/** `write` as reported; `rule`: what AWS charges the table for, by its published rule. */
type Used = { calls: number; read: number; write: number; rule: number };

/** Counts the calls of the store, and asks each for what it consumed. */
export async function meter(): Promise<(work: () => Promise<unknown>) => Promise<Used>> {
  const { openTable: open } = await import("../../shared/store/client.ts");
  let used: Used = { calls: 0, read: 0, write: 0, rule: 0 };
  open().documents.middlewareStack.add(
    (next) => async (args) => {
      Object.assign(args.input, { ReturnConsumedCapacity: "INDEXES" });
      used.calls++;
      const charged = await chargedFor(args.input);
      used.rule += charged;
      const result = await next(args);
      for (const one of capacities(result.output)) {
        used.read += one.ReadCapacityUnits ?? (isRead(args.input) ? (one.CapacityUnits ?? 0) : 0);
        used.write += one.WriteCapacityUnits ?? (isRead(args.input) ? 0 : (one.CapacityUnits ?? 0));
      }
      return result;
    },
    { step: "initialize", name: "meter" },
  );
  return async (work) => {
    used = { calls: 0, read: 0, write: 0, rule: 0 };
    await work();
    return { ...used };
  };
}

function capacities(output: object): ConsumedCapacity[] {
  const consumed: unknown = "ConsumedCapacity" in output ? output.ConsumedCapacity : [];
  return (Array.isArray(consumed) ? consumed : [consumed]) as ConsumedCapacity[];
}

export type Measured = { patterns: string; sizes: string };

/** On an empty table of the environment's DynamoDB. */
export async function measure(): Promise<Measured> {
  const keys = await startKeyServer();
  return measureAll().finally(keys.stop);
}

async function measureAll(): Promise<Measured> {
  const patterns = await import("./access-patterns.ts");
  const used = await meter();
  const rows: (string | number)[][] = [];
  for (const make of [
    patterns.libraryPatterns,
    patterns.runPatterns,
    patterns.eventPatterns,
    patterns.sourcePatterns,
  ]) {
    for (const { question, key, by, prepare, varies, run } of await make()) {
      await prepare?.();
      const { read, write, rule } = await used(run);
      const reads = varies ? Math.ceil(read) : read;
      rows.push([question, key, `\`${by}\``, reads || "", rule || "", write || ""]);
    }
  }
  return {
    patterns: table(
      [
        "question",
        "key or index",
        "function",
        "read units",
        "write units, table",
        "reported, indexes included",
      ],
      rows,
    ),
    sizes: await sizes(),
  };
}

/** The largest item of each kind that the patterns left behind, as DynamoDB counts it. */
async function sizes(): Promise<string> {
  const client = new DynamoDBClient({});
  const { Items = [] } = await client.send(new ScanCommand({ TableName: process.env["TABLE_NAME"] }));
  client.destroy();
  const largest = new Map<string, number>();
  for (const item of Items.map((marshalled) => unmarshall(marshalled))) {
    const kind = `${String(item["pk"]).split("#")[0]} · ${String(item["sk"]).split("#")[0]}`;
    largest.set(kind, Math.max(largest.get(kind) ?? 0, bytesOf(item)));
  }
  const rounded = [...largest].sort().map(([kind, bytes]) => [kind, Math.ceil(bytes / 50) * 50]);
  return table(["item: partition · sort key", "bytes, about"], rounded);
}

/** Counted by test/functions/cost.test.ts, which fails when one of them changes. */
function countsOfARun(): Figure[] {
  const sum = (of: (counts: (typeof COUNTS)[(typeof RUN)[number]]) => number) =>
    RUN.reduce((total, name) => total + of(COUNTS[name]), 0);
  const requests = sum(({ requests, transactions }) =>
    Object.values<number>(requests).reduce((total, count) => total + count, transactions.length),
  );
  const units = sum(({ writeUnits }) => writeUnits);
  return [
    figure("a run that succeeds at once: requests to AWS", "requests", requests),
    figure("a run that succeeds at once: write units of the table", "units", units),
    figure("a run that succeeds at once: states entered", "states", STATES.success),
  ];
}

export async function benchCounts(): Promise<Outcome> {
  const dynamoDb = await startDynamoDb(await findFreePort(), null);
  Object.assign(process.env, MEASURING, {
    AWS_ENDPOINT_URL_DYNAMODB: dynamoDb.endpoint,
    TABLE_NAME: "measured",
  });
  try {
    const client = new DynamoDBClient({});
    await ensureTable(client, "measured").finally(() => client.destroy());
    const measured = { ...(await measure()), hot: await measureHotPartitions() };
    const blocks = Object.entries(measured).map(([name, content]) => ({
      ...{ file: "docs/data-model.md", name, content },
    }));
    return { figures: countsOfARun(), blocks };
  } finally {
    await dynamoDb.stop();
  }
}

/** No state machine answers here: a start is stored, and nothing more. */
export const MEASURING = {
  AWS_REGION: "eu-central-1",
  AWS_ACCESS_KEY_ID: "local",
  AWS_SECRET_ACCESS_KEY: "local",
  AWS_ENDPOINT_URL_SFN: "http://127.0.0.1:9",
  AWS_MAX_ATTEMPTS: "1",
  STATE_MACHINE_ARN: "arn:aws:states:eu-central-1:000000000000:stateMachine:runbook-executions",
  KMS_KEY_ID: "alias/none",
  POWERTOOLS_LOG_LEVEL: "SILENT",
};
