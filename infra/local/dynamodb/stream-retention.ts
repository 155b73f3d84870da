// Keeps stream records that nobody has read yet: while the host rests, DynamoDB Local's clock goes on, and it trims by age.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Checkpoints } from "./checkpoints.ts";

/** DynamoDB Local's file with `-sharedDb`, and in it its table of stream records. */
const FILE = "shared-local-instance.db";
const RECORDS = "us";

/**
 * Makes unread records as young as if they were written now; what was read stays as old as it is. Must be called while
 * DynamoDB Local does not run. Answers how many records there are.
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

/** The number of the last record that was read. 0: none of those that are there. */
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
