// Finds the latest progress of an execution. Pure.
import type { Attempt, Execution } from "./execution.ts";

/** Returns the time of the latest progress in epoch milliseconds: the start, an attempt, or an attempt's end. */
export function getLatestProgress({ execution, attempts }: ProgressEvidence): number {
  const ends = attempts.map(({ startedAt, durationMs }) => Date.parse(startedAt) + (durationMs ?? 0));
  return Math.max(Date.parse(execution.startedAt ?? execution.createdAt), ...ends);
}

type ProgressEvidence = {
  execution: Pick<Execution, "startedAt" | "createdAt">;
  attempts: readonly Pick<Attempt, "startedAt" | "durationMs">[];
};
