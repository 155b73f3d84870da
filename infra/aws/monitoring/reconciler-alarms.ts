// Alarms on what the reconciler reports each minute: its heartbeat, its repairs, and what waits for people.
import { Duration } from "aws-cdk-lib";
import { Stats } from "aws-cdk-lib/aws-cloudwatch";
import { SCHEDULES } from "../../../shared/contract/events.ts";
import { METRICS, type MetricName } from "../../../shared/contract/metrics.ts";
import { type AlarmDefinition, ownMetric, sumOf, sumOver } from "./alarm.ts";

/** Runs that wait for their callback at the same time. */
const MANY_WAITING = 500;
/** Hours after which it is an alarm that nobody has looked at something that waits for people. */
const LOOKED_AT_WITHIN_HOURS = 24;
/** Consecutive missing heartbeats of a scheduled function. */
const MISSED_BEATS = 5;

export function listReconcilerAlarms(serviceName: string): AlarmDefinition[] {
  const { target } = SCHEDULES.sweep;
  const counted = (name: MetricName) => ownMetric(serviceName, name, target, sumOver(1));
  const repairs = sumOf([counted("started"), counted("completed"), counted("resumed")], Duration.minutes(1));
  return [
    ...Object.entries(SCHEDULES).map(([name, schedule]) => buildHeartbeat(serviceName, name, schedule)),
    { name: "sweep-failed", metric: counted("failed"), threshold: 1, datapoints: [5, 15] },
    { name: "sweep-repairs", metric: repairs, threshold: 1, datapoints: [10, 15] },
    {
      ...{ name: "callbacks-waiting", threshold: MANY_WAITING, datapoints: [1, 1] },
      metric: allTheTime(serviceName, "waiting"),
    },
    {
      ...{
        name: "break-glass-open",
        threshold: 1,
        datapoints: [LOOKED_AT_WITHIN_HOURS, LOOKED_AT_WITHIN_HOURS],
      },
      metric: allTheTime(serviceName, METRICS.openBreakGlass),
    },
    {
      ...{
        name: "approvals-expired",
        threshold: 1,
        datapoints: [LOOKED_AT_WITHIN_HOURS, LOOKED_AT_WITHIN_HOURS],
      },
      metric: allTheTime(serviceName, METRICS.expiredApprovals),
    },
  ];
}

/** What there was during the whole of an hour. */
const allTheTime = (serviceName: string, name: MetricName) =>
  ownMetric(serviceName, name, SCHEDULES.sweep.target, {
    statistic: Stats.MINIMUM,
    period: Duration.hours(1),
  });

/** A function that never starts emits nothing. */
function buildHeartbeat(
  serviceName: string,
  name: string,
  { everyMinutes, target }: { everyMinutes: number; target: string },
): AlarmDefinition {
  const metric = ownMetric(serviceName, METRICS.heartbeat, target, sumOver(everyMinutes));
  const datapoints = [MISSED_BEATS, MISSED_BEATS] as const;
  return { name: "<schedule>-silent", of: name, metric, threshold: 1, datapoints, silence: true };
}
