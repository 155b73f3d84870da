// Metrics of the executions whose end was announced.
import { readEnvironment } from "../../contract/env.ts";
import { RUN_METRICS } from "../../contract/metrics.ts";
import type { Announcement } from "../../domain/announcement.ts";
import { countRuns, type RunCounts } from "../../domain/run-counts.ts";
import { writeMetrics } from "../../logging/metrics.ts";

const NAMES = Object.keys(RUN_METRICS) as (keyof RunCounts)[];

export function writeRunMetrics(announced: readonly Announcement[]): void {
  const { TEAM_METRICS: teams, RUNBOOK_METRICS: runbooks } = readEnvironment(
    ["TEAM_METRICS", "RUNBOOK_METRICS"],
    process.env,
  );
  for (const { of, counts } of countRuns(announced, { teams, runbooks }))
    writeMetrics(of, Object.fromEntries(NAMES.map((name) => [RUN_METRICS[name], counts[name]])));
}
