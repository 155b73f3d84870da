// Reads one shard of the table's stream from a checkpoint on, even if DynamoDB Local has trimmed that record.
import {
  type DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type _Record as StreamRecord,
  TrimmedDataAccessException,
} from "@aws-sdk/client-dynamodb-streams";
import type { Position } from "./checkpoints.ts";

const BATCH = 100;

/** `closed`: the shard will get no more records. `gone`: the record at the checkpoint has been trimmed. */
export type Page = { records: StreamRecord[]; next?: string; closed: boolean; gone: boolean };
const EMPTY_PAGE: Page = { records: [], closed: false, gone: false };
export type Shard = { client: DynamoDBStreamsClient; streamArn: string; shard: string };

/**
 * Returns the records after `position`. DynamoDB Local trims records after 24 hours. Once all are trimmed, it restarts
 * its sequence numbers at 1, so a number alone proves nothing. The reader therefore also reads the record at the
 * position: if it is a different record, or trimmed, all records in the shard are newer.
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

/** Returns no records if all are too old to be read. The next write adds one. */
async function readFromOldest(shard: Shard): Promise<Page> {
  return (await readPage(shard, { ShardIteratorType: "TRIM_HORIZON" })) ?? EMPTY_PAGE;
}

type Start =
  | { ShardIteratorType: "TRIM_HORIZON" }
  | { ShardIteratorType: "AT_SEQUENCE_NUMBER"; SequenceNumber: string };

/** Null: the position, or the whole shard, has been trimmed. */
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
