// Reads the table's stream and invokes its functions, in order and at least once, from the last checkpoint on.
import {
  DescribeStreamCommand,
  type DynamoDBStreamsClient,
  ResourceNotFoundException,
  type _Record as StreamRecord,
} from "@aws-sdk/client-dynamodb-streams";
import * as z from "zod";
import type { Activity } from "../lambda/activity.ts";
import type { Invoke } from "../lambda/lambda.ts";
import type { Arns } from "../platform/arns.ts";
import { type Log, toLogDetails } from "../platform/log.ts";
import { sleep } from "../platform/sleep.ts";
import type { Checkpoints, Position } from "./checkpoints.ts";
import { type Page, readFirstPage, readNextPage, type Shard } from "./stream-reader.ts";

const RETRY_MS = 1_000;
const FUNCTION_SECONDS = 60;

type StreamParts = {
  client: DynamoDBStreamsClient;
  streamArn: string;
  checkpoints: Checkpoints;
  invoke: Invoke;
  arns: Arns;
  log: Log;
  /** Says when there may be something to read. */
  activity: Pick<Activity, "wait">;
};

/** `prefix`: the function gets only new items whose partition key begins with it, as the filter on AWS selects them. */
type Target = { target: string; prefix: string };

/** Where reading goes on. `iterators`: of open shards. `closed`: shards that get no more records. */
type Progress = { iterators: Map<string, string>; closed: Set<string>; gone: Gone };

/** Feeds one function until `signal` aborts. Reads shards one after another, parents first, which keeps the order. */
export async function feedStream(to: Target, parts: StreamParts, signal: AbortSignal): Promise<void> {
  const progress: Progress = { iterators: new Map(), closed: new Set(), gone: new Map() };
  while (!signal.aborted) {
    try {
      await readShards(to, parts, progress, signal);
      await parts.activity.wait(signal);
    } catch (error) {
      if (signal.aborted) return;
      progress.iterators.clear();
      parts.log("ERROR", "The table's stream could not be read", {
        target: to.target,
        ...toLogDetails(error),
      });
      await sleep(RETRY_MS, signal);
    }
  }
}

/** A shard that is open needs no list: its successors begin when it is closed. */
async function readShards(
  to: Target,
  parts: StreamParts,
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  const { iterators, closed } = progress;
  const shards = iterators.size > 0 ? [...iterators.keys()] : await listShards(parts);
  for (const shard of shards) {
    if (closed.has(shard)) continue;
    const next = await drain({ ...to, shard }, parts, progress, signal);
    iterators.delete(shard);
    if (next === CLOSED) closed.add(shard);
    else if (next !== undefined) iterators.set(shard, next);
  }
}

async function listShards({ client, streamArn }: StreamParts): Promise<string[]> {
  const { StreamDescription } = await client.send(new DescribeStreamCommand({ StreamArn: streamArn }));
  return (StreamDescription?.Shards ?? []).flatMap(({ ShardId }) => ShardId ?? []);
}

type Reader = Target & { shard: string };
/** Per shard: the id of the trimmed checkpoint that the log already reports, so that it is reported once. */
type Gone = Map<string, string>;

/** The shard will get no more records. */
const CLOSED = Symbol("closed");

/** Reads a shard to its current end. Returns the iterator to go on with; none: open the shard again. */
async function drain(
  reader: Reader,
  parts: StreamParts,
  { iterators, gone }: Progress,
  signal: AbortSignal,
): Promise<string | typeof CLOSED | undefined> {
  const shard: Shard = { ...parts, shard: reader.shard };
  const iterator = iterators.get(reader.shard);
  let page = iterator ? await readNextPage(shard, iterator) : await openShard(reader, shard, parts, gone);
  for (;;) {
    await deliverRecords(reader, page.records, parts, signal);
    if (page.closed && !signal.aborted) return CLOSED;
    if (signal.aborted || page.next === undefined || page.records.length === 0) return page.next;
    page = await readNextPage(shard, page.next);
  }
}

async function openShard(reader: Reader, shard: Shard, parts: StreamParts, gone: Gone): Promise<Page> {
  const position = parts.checkpoints.get(reader.target, reader.shard);
  const page = await readFirstPage(shard, position).catch(toClosedPage);
  if (page.gone) reportGone(reader, position, parts, gone);
  return page;
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
  { target, shard, prefix }: Reader,
  records: StreamRecord[],
  parts: StreamParts,
  signal: AbortSignal,
): Promise<void> {
  const reach = (last: StreamRecord | undefined) => {
    const sequenceNumber = last?.dynamodb?.SequenceNumber;
    if (sequenceNumber === undefined) return;
    parts.checkpoints.set(target, shard, { sequenceNumber, eventId: last?.eventID ?? "" });
  };
  let left = records.filter(
    ({ eventName, dynamodb }) => eventName === "INSERT" && dynamodb?.Keys?.["pk"]?.S?.startsWith(prefix),
  );
  while (left.length > 0) {
    if (signal.aborted) return;
    const taken = await callFunction(target, left, parts);
    reach(left[taken - 1]);
    left = left.slice(taken);
    if (left.length > 0) await sleep(RETRY_MS, signal);
  }
  reach(records.at(-1));
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
