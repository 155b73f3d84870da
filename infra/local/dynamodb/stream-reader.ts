// Reads one shard of the table's stream from a position on, also where DynamoDB Local has thrown that position away.
import {
  type DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type _Record as StreamRecord,
  TrimmedDataAccessException,
} from "@aws-sdk/client-dynamodb-streams";
import type { Position } from "./checkpoints.ts";

const BATCH = 100;

/** `closed`: nothing will ever follow. `gone`: the record at the position is no longer there. */
export type Page = { records: StreamRecord[]; next?: string; closed: boolean; gone: boolean };
const EMPTY_PAGE: Page = { records: [], closed: false, gone: false };
export type Shard = { client: DynamoDBStreamsClient; streamArn: string; shard: string };

/**
 * What follows `position`. DynamoDB Local trims records by their age: what is readable is at most 24 hours old, and once
 * all is gone it counts from 1 again. So the number alone proves nothing. The record at the position is read as well:
 * if it is another one, or gone, then everything that the shard still holds came after it.
 */
export async function readFirstPage(shard: Shard, position: Position | null): Promise<Page> {
  if (position === null) return readFromOldest(shard);
  const { sequenceNumber, eventId } = position;
  const found = await readPage(shard, {
    ShardIteratorType: "AT_SEQUENCE_NUMBER",
    SequenceNumber: sequenceNumber,
  });
  const [own, ...records] = found?.records ?? [];
  if (found !== null && own?.eventID === eventId) return { ...found, records };
  return { ...(await readFromOldest(shard)), gone: true };
}

export async function readNextPage({ client }: Shard, iterator: string): Promise<Page> {
  const page = await client.send(new GetRecordsCommand({ ShardIterator: iterator, Limit: BATCH }));
  const { Records: records = [], NextShardIterator: next } = page;
  return next === undefined ? { ...EMPTY_PAGE, records, closed: true } : { ...EMPTY_PAGE, records, next };
}

/** All records may be too old to be read: then there are none, until the next write. */
async function readFromOldest(shard: Shard): Promise<Page> {
  return (await readPage(shard, { ShardIteratorType: "TRIM_HORIZON" })) ?? EMPTY_PAGE;
}

type Start =
  | { ShardIteratorType: "TRIM_HORIZON" }
  | { ShardIteratorType: "AT_SEQUENCE_NUMBER"; SequenceNumber: string };

/** Null: that place, or all of the shard, is older than what may be read. */
async function readPage(shard: Shard, start: Start): Promise<Page | null> {
  try {
    const request = { StreamArn: shard.streamArn, ShardId: shard.shard, ...start };
    const { ShardIterator } = await shard.client.send(new GetShardIteratorCommand(request));
    return ShardIterator === undefined
      ? { ...EMPTY_PAGE, closed: true }
      : await readNextPage(shard, ShardIterator);
  } catch (error) {
    if (error instanceof TrimmedDataAccessException) return null;
    throw error;
  }
}
