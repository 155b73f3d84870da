// Keeps unread stream records from being trimmed by age while the local stack is stopped.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Checkpoints } from "./checkpoints.ts";

/** DynamoDB Local's SQLite file with `-sharedDb`, and its table of stream records. */
const FILE = "shared-local-instance.db";
const RECORDS = "us";

/**
 * Sets the age of unread records to zero. Leaves processed records unchanged. Call it only while DynamoDB Local is
 * stopped. Returns the number of records.
 */
export function extendRetention(
  folder: string,
  targets: readonly string[],
  checkpoints: Checkpoints,
  now: number,
): number {
  const file = join(folder, FILE);
  if (targets.length === 0 || !existsSync(file)) return 0;
  const database = new DatabaseSync(file);
  try {
    if (!hasRecords(database)) return 0;
    const shards = database.prepare(`SELECT DISTINCT ShardID AS shard FROM ${RECORDS}`).all();
    const younger = database.prepare(
      `UPDATE ${RECORDS} SET CreationDateTime = ? WHERE ShardID = ? AND SequenceNumber > ? AND CreationDateTime < ?`,
    );
    return shards.reduce((kept, { shard }) => {
      const reached = targets.map((target) => getReadPosition(database, checkpoints, target, String(shard)));
      return kept + Number(younger.run(now, String(shard), Math.min(...reached), now).changes);
    }, 0);
  } finally {
    database.close();
  }
}

function hasRecords(database: DatabaseSync): boolean {
  const tables = database.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?");
  return tables.get(RECORDS) !== undefined;
}

/** Returns the sequence number of the last processed record, or 0 if none of the stored records was processed. */
function getReadPosition(
  database: DatabaseSync,
  checkpoints: Checkpoints,
  target: string,
  shard: string,
): number {
  const position = checkpoints.get(target, shard);
  if (position === null) return 0;
  const own = database
    .prepare(`SELECT 1 FROM ${RECORDS} WHERE SequenceNumber = ? AND instr(CAST(StreamRecord AS TEXT), ?) > 0`)
    .get(Number(position.sequenceNumber), position.eventId);
  return own === undefined ? 0 : Number(position.sequenceNumber);
}
