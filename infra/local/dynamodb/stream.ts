// Reads the table's stream and invokes its functions, in order and at least once, from the last checkpoint on.
import { setTimeout as pause } from "node:timers/promises";
import {
  DescribeStreamCommand,
  type DynamoDBStreamsClient,
  ResourceNotFoundException,
  type _Record as StreamRecord,
} from "@aws-sdk/client-dynamodb-streams";
import * as z from "zod";
import type { Invoke } from "../lambda/lambda.ts";
import type { Arns } from "../platform/arns.ts";
import { type Log, toLogDetails } from "../platform/log.ts";
import type { Checkpoints, Position } from "./checkpoints.ts";
import { type Page, readFirstPage, readNextPage, type Shard } from "./stream-reader.ts";

const IDLE_MS = 200;
const RETRY_MS = 1_000;
const FUNCTION_SECONDS = 60;

type StreamParts = {
  client: DynamoDBStreamsClient;
  streamArn: string;
  checkpoints: Checkpoints;
  invoke: Invoke;
  arns: Arns;
  log: Log;
};

/** Feeds one function until `signal` aborts. Reads shards one after another, parents first, which keeps the order. */
export async function feedStream(target: string, parts: StreamParts, signal: AbortSignal): Promise<void> {
  const closed = new Set<string>();
  const gone: Gone = new Map();
  while (!signal.aborted) {
    try {
      for (const shard of await listShards(parts)) {
        if (closed.has(shard)) continue;
        if (await drain({ target, shard }, parts, gone, signal)) closed.add(shard);
      }
      await sleep(IDLE_MS, signal);
    } catch (error) {
      if (signal.aborted) return;
      parts.log("ERROR", "The table's stream could not be read", { target, ...toLogDetails(error) });
      await sleep(RETRY_MS, signal);
    }
  }
}

async function listShards({ client, streamArn }: StreamParts): Promise<string[]> {
  const { StreamDescription } = await client.send(new DescribeStreamCommand({ StreamArn: streamArn }));
  return (StreamDescription?.Shards ?? []).flatMap(({ ShardId }) => ShardId ?? []);
}

type Reader = { target: string; shard: string };
/** Per shard: the id of the trimmed checkpoint that the log already reports, so that it is reported once. */
type Gone = Map<string, string>;

/** Reads a shard to its current end. Returns true if the shard is closed and will get no more records. */
async function drain(reader: Reader, parts: StreamParts, gone: Gone, signal: AbortSignal): Promise<boolean> {
  const shard: Shard = { ...parts, shard: reader.shard };
  const position = parts.checkpoints.get(reader.target, reader.shard);
  let page = await readFirstPage(shard, position).catch(toClosedPage);
  if (page.gone) reportGone(reader, position, parts, gone);
  while (page.records.length > 0) {
    await deliverRecords(reader, page.records, parts, signal);
    if (signal.aborted || page.next === undefined) break;
    page = await readNextPage(shard, page.next);
  }
  return page.closed && !signal.aborted;
}

/** The shard was trimmed after it was listed. It will get no more records. */
function toClosedPage(error: unknown): Page {
  if (!(error instanceof ResourceNotFoundException)) throw error;
  return { records: [], closed: true, gone: false };
}

function reportGone(reader: Reader, position: Position | null, { log }: StreamParts, gone: Gone): void {
  if (position === null || gone.get(reader.shard) === position.eventId) return;
  gone.set(reader.shard, position.eventId);
  log("INFO", "The stream no longer holds the last record that was read: all its records are read as new", {
    ...reader,
    sequenceNumber: position.sequenceNumber,
  });
}

const Result = z
  .object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })).default([]) })
  .nullable();

/** Retries until the function has processed every record. Later records wait for failed ones. */
async function deliverRecords(
  { target, shard }: Reader,
  records: StreamRecord[],
  parts: StreamParts,
  signal: AbortSignal,
): Promise<void> {
  let left = records;
  while (left.length > 0 && !signal.aborted) {
    const taken = await callFunction(target, left, parts);
    const last = left[taken - 1];
    const sequenceNumber = last?.dynamodb?.SequenceNumber;
    if (sequenceNumber !== undefined)
      parts.checkpoints.set(target, shard, { sequenceNumber, eventId: last?.eventID ?? "" });
    left = left.slice(taken);
    if (left.length > 0) await sleep(RETRY_MS, signal);
  }
}

/** Returns how many records, from the first on, the function processed. */
async function callFunction(target: string, records: StreamRecord[], parts: StreamParts): Promise<number> {
  try {
    const event = { Records: records.map((record) => toLambdaRecord(record, parts)) };
    const answer = await parts.invoke(`events/${target}`, event, { timeoutSeconds: FUNCTION_SECONDS });
    const failed = Result.parse(answer)?.batchItemFailures.map((failure) => failure.itemIdentifier) ?? [];
    const first = records.findIndex((record) => failed.includes(record.dynamodb?.SequenceNumber ?? ""));
    return first === -1 ? (failed.length === 0 ? records.length : 0) : first;
  } catch (error) {
    parts.log("ERROR", "The function of the table's stream failed", { target, ...toLogDetails(error) });
    return 0;
  }
}

/** Converts a record to Lambda's format: times in seconds, bytes in base64. */
function toLambdaRecord(record: StreamRecord, { streamArn, arns }: StreamParts): unknown {
  const created = record.dynamodb?.ApproximateCreationDateTime;
  const seconds = created === undefined ? {} : { ApproximateCreationDateTime: created.getTime() / 1000 };
  const lambdaShape = {
    eventID: record.eventID,
    eventName: record.eventName,
    eventVersion: record.eventVersion,
    eventSource: "aws:dynamodb",
    awsRegion: arns.region,
    dynamodb: { ...record.dynamodb, ...seconds },
    eventSourceARN: streamArn,
  };
  return JSON.parse(JSON.stringify(lambdaShape, toWireValue));
}

/** Encodes bytes as base64. DynamoDB Local omits the type of an empty map, and no other value is `{}`. */
function toWireValue(key: string, value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  const isUntyped = typeof value === "object" && value !== null && Object.keys(value).length === 0;
  return isUntyped && !Array.isArray(value) && key !== "M" ? { M: {} } : value;
}

async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  await pause(ms, undefined, { signal, ref: false }).catch(() => undefined);
}
