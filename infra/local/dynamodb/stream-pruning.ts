// Tells DynamoDB Local which records of the table's stream are processed, so that it deletes them while it runs.
import { renameSync, rmSync, writeFileSync } from "node:fs";
import type { Checkpoints, Position } from "./checkpoints.ts";

/** At most one write of the file in this time. Records that are named late are deleted late. */
const WRITE_EVERY_MS = 1_000;
/** DynamoDB Local begins a new shard every few hours. Older ones have been pruned, and expire. */
const KEPT_SHARDS = 3;

/** Forgets what an earlier process named: DynamoDB Local may count from 1 again. Call it before DynamoDB Local starts. */
export const forgetProcessed = (file: string): void => rmSync(file, { force: true });

/**
 * Returns checkpoints that also name processed records in `file`: a line for each shard, with the sequence number below
 * which every target has processed all. The record at a checkpoint stays: the reader recognizes it by its id.
 */
export function namingProcessed(
  checkpoints: Checkpoints,
  targets: readonly string[],
  file: string,
  now = () => Date.now(),
): Checkpoints {
  /** Shard → target → sequence number, of this process alone: a stored position may name another record by now. */
  const reached = new Map<string, Map<string, number>>();
  let writtenAt = Number.NEGATIVE_INFINITY;
  return {
    ...checkpoints,
    set(target: string, shard: string, position: Position): void {
      checkpoints.set(target, shard, position);
      const ofShard = reached.get(shard) ?? new Map<string, number>();
      reached.set(shard, ofShard.set(target, Number(position.sequenceNumber)));
      if (now() - writtenAt < WRITE_EVERY_MS) return;
      writtenAt = now();
      writeLines(file, linesOf(reached, targets));
    },
  };
}

function linesOf(reached: ReadonlyMap<string, ReadonlyMap<string, number>>, targets: readonly string[]) {
  const complete = [...reached].filter(([, ofShard]) => targets.every((target) => ofShard.has(target)));
  return complete.slice(-KEPT_SHARDS).map(([shard, ofShard]) => `${shard} ${Math.min(...ofShard.values())}`);
}

/** DynamoDB Local reads either the old file or the new one. */
function writeLines(file: string, lines: readonly string[]): void {
  writeFileSync(`${file}.new`, lines.map((line) => `${line}\n`).join(""));
  renameSync(`${file}.new`, file);
}
