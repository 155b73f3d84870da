// Reads the table's stream and feeds it to its functions, in order and at least once, from where the last host stopped.
import { setTimeout as pause } from "node:timers/promises";
import {
  DescribeStreamCommand,
  type DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type Shard,
  type _Record as StreamRecord,
} from "@aws-sdk/client-dynamodb-streams";
import * as z from "zod";
import type { Arns } from "./arns.ts";
import type { Invoke } from "./lambda.ts";
import { type Log, logged } from "./log.ts";
import type { State } from "./state.ts";

const BATCH = 100;
const IDLE_MS = 200;
const RETRY_MS = 1_000;
const FUNCTION_SECONDS = 60;

export type Checkpoints = ReturnType<typeof openCheckpoints>;
export type StreamParts = {
  client: DynamoDBStreamsClient;
  streamArn: string;
  checkpoints: Checkpoints;
  invoke: Invoke;
  arns: Arns;
  log: Log;
};

/** How far each function has come in each shard. */
export function openCheckpoints(state: State) {
  state.exec(`CREATE TABLE IF NOT EXISTS checkpoints (
    target TEXT NOT NULL, shard TEXT NOT NULL, sequenceNumber TEXT NOT NULL, PRIMARY KEY (target, shard)) WITHOUT ROWID`);
  const select = state.prepare("SELECT sequenceNumber FROM checkpoints WHERE target = ? AND shard = ?");
  const replace = state.prepare("INSERT OR REPLACE INTO checkpoints VALUES (?, ?, ?)");
  return {
    get(target: string, shard: string): string | null {
      const found = select.get(target, shard)?.["sequenceNumber"];
      return found === undefined ? null : String(found);
    },
    set: (target: string, shard: string, sequenceNumber: string) =>
      void replace.run(target, shard, sequenceNumber),
  };
}

/** Feeds one function until `signal`. Shards are read one after the other, parents first, so order is kept. */
export async function feedStream(target: string, parts: StreamParts, signal: AbortSignal): Promise<void> {
  const closed = new Set<string>();
  while (!signal.aborted) {
    try {
      for (const shard of await shards(parts)) {
        const id = shard.ShardId ?? "";
        if (!closed.has(id) && (await drain(target, id, parts, signal))) closed.add(id);
      }
      await nap(IDLE_MS, signal);
    } catch (error) {
      if (signal.aborted) return;
      parts.log("ERROR", "The table's stream could not be read", { target, ...logged(error) });
      await nap(RETRY_MS, signal);
    }
  }
}

async function shards({ client, streamArn }: StreamParts): Promise<Shard[]> {
  const { StreamDescription } = await client.send(new DescribeStreamCommand({ StreamArn: streamArn }));
  return StreamDescription?.Shards ?? [];
}

/** Reads a shard until nothing is left for now. True: it is closed, and nothing will ever follow. */
async function drain(
  target: string,
  shard: string,
  parts: StreamParts,
  signal: AbortSignal,
): Promise<boolean> {
  let iterator = await startIterator(target, shard, parts);
  while (iterator !== undefined && !signal.aborted) {
    const page = await parts.client.send(new GetRecordsCommand({ ShardIterator: iterator, Limit: BATCH }));
    const records = page.Records ?? [];
    if (records.length === 0 && page.NextShardIterator !== undefined) return false;
    await deliver(target, shard, records, parts, signal);
    iterator = page.NextShardIterator;
  }
  return iterator === undefined;
}

async function startIterator(target: string, shard: string, parts: StreamParts): Promise<string | undefined> {
  const reached = parts.checkpoints.get(target, shard);
  const from =
    reached === null
      ? { ShardIteratorType: "TRIM_HORIZON" as const }
      : { ShardIteratorType: "AFTER_SEQUENCE_NUMBER" as const, SequenceNumber: reached };
  const request = { StreamArn: parts.streamArn, ShardId: shard, ...from };
  return (await parts.client.send(new GetShardIteratorCommand(request))).ShardIterator;
}

const Result = z
  .object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })).default([]) })
  .nullable();

/** Goes on until the function has taken every record: what follows waits for what failed. */
async function deliver(
  target: string,
  shard: string,
  records: StreamRecord[],
  parts: StreamParts,
  signal: AbortSignal,
): Promise<void> {
  let left = records;
  while (left.length > 0 && !signal.aborted) {
    const taken = await call(target, left, parts);
    const last = left[taken - 1]?.dynamodb?.SequenceNumber;
    if (last !== undefined) parts.checkpoints.set(target, shard, last);
    left = left.slice(taken);
    if (left.length > 0) await nap(RETRY_MS, signal);
  }
}

/** How many records from the first on the function took. */
async function call(target: string, records: StreamRecord[], parts: StreamParts): Promise<number> {
  try {
    const event = { Records: records.map((record) => lambdaRecord(record, parts)) };
    const answer = await parts.invoke(`events/${target}`, event, { timeoutSeconds: FUNCTION_SECONDS });
    const failed = Result.parse(answer)?.batchItemFailures.map((failure) => failure.itemIdentifier) ?? [];
    const first = records.findIndex((record) => failed.includes(record.dynamodb?.SequenceNumber ?? ""));
    return first === -1 ? (failed.length === 0 ? records.length : 0) : first;
  } catch (error) {
    parts.log("ERROR", "The function of the table's stream failed", { target, ...logged(error) });
    return 0;
  }
}

/** As Lambda gets it: times in seconds, bytes in base64. */
function lambdaRecord(record: StreamRecord, { streamArn, arns }: StreamParts): unknown {
  const created = record.dynamodb?.ApproximateCreationDateTime;
  const seconds = created === undefined ? {} : { ApproximateCreationDateTime: created.getTime() / 1000 };
  const told = {
    eventID: record.eventID,
    eventName: record.eventName,
    eventVersion: record.eventVersion,
    eventSource: "aws:dynamodb",
    awsRegion: arns.region,
    dynamodb: { ...record.dynamodb, ...seconds },
    eventSourceARN: streamArn,
  };
  return JSON.parse(JSON.stringify(told, onTheWire));
}

/** Bytes go in base64. DynamoDB Local leaves out the type of an empty map: no other value of an item is `{}`. */
function onTheWire(key: string, value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  const isUntyped = typeof value === "object" && value !== null && Object.keys(value).length === 0;
  return isUntyped && !Array.isArray(value) && key !== "M" ? { M: {} } : value;
}

async function nap(ms: number, signal: AbortSignal): Promise<void> {
  await pause(ms, undefined, { signal, ref: false }).catch(() => undefined);
}
