// Checkpoints of the table's stream: the sequence number and event id of the last record that each function processed.
import type { State } from "../platform/state.ts";

/** The id shows whether the number still names the same record, because DynamoDB Local may restart its numbering. */
export type Position = { sequenceNumber: string; eventId: string };
export type Checkpoints = ReturnType<typeof openCheckpoints>;

export function openCheckpoints(state: State) {
  state.exec(`CREATE TABLE IF NOT EXISTS stream_positions (target TEXT NOT NULL, shard TEXT NOT NULL,
    sequenceNumber TEXT NOT NULL, eventId TEXT NOT NULL, PRIMARY KEY (target, shard)) WITHOUT ROWID`);
  const select = state.prepare("SELECT * FROM stream_positions WHERE target = ? AND shard = ?");
  const replace = state.prepare("INSERT OR REPLACE INTO stream_positions VALUES (?, ?, ?, ?)");
  return {
    get(target: string, shard: string): Position | null {
      const found = select.get(target, shard);
      return found === undefined
        ? null
        : { sequenceNumber: String(found["sequenceNumber"]), eventId: String(found["eventId"]) };
    },
    set(target: string, shard: string, { sequenceNumber, eventId }: Position): void {
      replace.run(target, shard, sequenceNumber, eventId);
    },
  };
}
