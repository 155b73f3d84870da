// Graphs of the metrics that the functions write, and of what waits in queues and in the stream.
import { Duration } from "aws-cdk-lib";
import { type IWidget, Stats } from "aws-cdk-lib/aws-cloudwatch";
import { SCHEDULES, STREAM_TARGETS } from "../../../shared/contract/events.ts";
import { METRICS, type MetricName, RUN_METRICS } from "../../../shared/contract/metrics.ts";
import type { Options } from "../options/options.ts";
import { ownMetric, sumOver } from "./alarm.ts";
import type { MonitoredResources } from "./alarms.ts";
import { buildGraph, searchOwn } from "./graph.ts";

const MAXIMUM = { statistic: Stats.MAXIMUM, period: Duration.minutes(5) };

export function buildEndGraphs(
  { serviceName }: MonitoredResources,
  { teamMetrics, runbookMetrics }: Pick<Options, "teamMetrics" | "runbookMetrics">,
): IWidget[] {
  const ends = Object.values(RUN_METRICS).map((name) => ownMetric(serviceName, name, null, sumOver(5)));
  const failedBy = (dimension: string) => searchOwn(serviceName, RUN_METRICS.failed, [dimension]);
  return [
    buildGraph("Runs: whose matter a failure is", ...ends),
    ...(teamMetrics === "" ? [] : [buildGraph("Runs by team: failed", failedBy("team"))]),
    ...(runbookMetrics === "" ? [] : [buildGraph("Runs by runbook: failed", failedBy("runbook"))]),
  ];
}

/** Only published versions count their faults. */
export const buildVersionGraphs = (
  { serviceName }: MonitoredResources,
  { gradualUpdates }: Pick<Options, "gradualUpdates">,
): IWidget[] =>
  gradualUpdates === "none"
    ? []
    : [
        buildGraph(
          "Functions: faults by version",
          searchOwn(serviceName, METRICS.faults, ["function_name", "function_version"]),
        ),
      ];

export function buildReconcilerGraphs({ serviceName }: MonitoredResources): IWidget[] {
  const { target } = SCHEDULES.sweep;
  const summed = (...names: MetricName[]) =>
    names.map((name) => ownMetric(serviceName, name, target, sumOver(5)));
  const highest = (...names: MetricName[]) =>
    names.map((name) => ownMetric(serviceName, name, target, MAXIMUM));
  return [
    buildGraph(
      "Reconciler: repairs",
      ...summed("started", "completed", "resumed", "released", "failed", METRICS.automationsDisabled),
    ),
    buildGraph("Reconciler: passes and examined runs", ...summed(METRICS.heartbeat), ...highest("examined")),
    buildGraph(
      "Waiting for people or receivers",
      ...highest("waiting", METRICS.openBreakGlass, METRICS.expiredApprovals),
    ),
  ];
}

export function buildQueueGraphs(watched: MonitoredResources): IWidget[] {
  const { serviceName, queues, deadLetters, functions } = watched;
  const readers = functions.filter(({ entry }) =>
    Object.values(STREAM_TARGETS).some(({ target }) => target === entry.name),
  );
  return [
    buildGraph(
      "Queues: age of the oldest message",
      ...[...queues.values()].map((queue) => queue.metricApproximateAgeOfOldestMessage(MAXIMUM)),
    ),
    buildGraph(
      "Queues: messages given up or rejected",
      searchOwn(serviceName, METRICS.gaveUp, ["function"]),
      searchOwn(serviceName, METRICS.rejected, ["function"]),
    ),
    buildGraph(
      "Dead letters",
      ...[...deadLetters.values()].map((queue) => queue.metricApproximateNumberOfMessagesVisible(MAXIMUM)),
    ),
    buildGraph(
      "Stream: how far its readers are behind",
      ...readers.map(({ function: reader }) => reader.metric("IteratorAge", MAXIMUM)),
    ),
    buildGraph(
      "Sources: refused messages",
      searchOwn(serviceName, METRICS.refusedMessages, ["kind", "reason"]),
    ),
  ];
}
