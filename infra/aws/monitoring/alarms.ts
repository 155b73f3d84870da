// The alarms of the stack, as data: metric, threshold, and in how many periods of how many.
import { Duration } from "aws-cdk-lib";
import { MathExpression } from "aws-cdk-lib/aws-cloudwatch";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import type { StateMachine } from "aws-cdk-lib/aws-stepfunctions";
import type { Construct } from "constructs";
import { RUN_METRICS } from "../../../shared/contract/metrics.ts";
import type { WatchedApi } from "../api/api.ts";
import type { Entry } from "../bundle/entries.ts";
import type { ServiceTable } from "../data/table.ts";
import { type AlarmDefinition, type BuiltAlarm, buildAlarm, ownMetric, sumOver } from "./alarm.ts";
import { listFunctionAlarms } from "./function-alarms.ts";
import { listQueueAlarms } from "./queue-alarms.ts";
import { listReconcilerAlarms } from "./reconciler-alarms.ts";
import { systemErrors, throttledRequests } from "./table-metrics.ts";

export type MonitoredResources = {
  serviceName: string;
  api: WatchedApi;
  table: ServiceTable;
  stateMachine: StateMachine;
  /** Of each rule. */
  queues: ReadonlyMap<string, Queue>;
  /** Of each rule, schedule and reader of the stream. */
  deadLetters: ReadonlyMap<string, Queue>;
  functions: readonly { entry: Entry; function: LambdaFunction }[];
};

export function buildAlarms(scope: Construct, watched: MonitoredResources): BuiltAlarm[] {
  const definitions = [
    ...listApiAlarms(watched),
    ...listTableAlarms(watched),
    ...listRunAlarms(watched),
    ...listQueueAlarms(watched),
    ...listFunctionAlarms(watched),
    ...listReconcilerAlarms(watched.serviceName),
  ];
  return definitions.map((definition) => buildAlarm(scope, watched.serviceName, definition));
}

/** Percent of requests, and how many failures are too few for a ratio to mean something. */
const MANY_ERRORS = { percent: 5, atLeast: 3 };

function listApiAlarms({ api: { metrics: api } }: MonitoredResources): AlarmDefinition[] {
  const { percent, atLeast } = MANY_ERRORS;
  const period = Duration.minutes(1);
  const errors = api.metricServerError(sumOver(1));
  const requests = api.metricCount(sumOver(1));
  const ratio = new MathExpression({
    expression: `IF(errors >= ${atLeast}, 100 * errors / requests, 0)`,
    usingMetrics: { errors, requests },
    period,
  });
  return [
    { name: "api-5xx-many", metric: ratio, threshold: percent, datapoints: [3, 5] },
    {
      name: "api-5xx-repeated",
      metric: api.metricServerError(sumOver(5)),
      threshold: 1,
      datapoints: [3, 12],
    },
  ];
}

function listTableAlarms({ table }: MonitoredResources): AlarmDefinition[] {
  const often = { threshold: 1, datapoints: [3, 5] } as const;
  return [
    { name: "table-throttled", metric: throttledRequests(table, sumOver(1)), ...often },
    { name: "table-errors", metric: systemErrors(table, sumOver(1)), ...often },
  ];
}

/** Fewer ended runs, or a smaller share of failures, say nothing about all receivers. */
const MOSTLY = { runs: 20, percent: 50 };

function listRunAlarms({ stateMachine, serviceName }: MonitoredResources): AlarmDefinition[] {
  const { runs, percent } = MOSTLY;
  const period = Duration.minutes(15);
  const mostlyFailed = new MathExpression({
    expression: `IF(failed + FILL(succeeded, 0) >= ${runs}, 100 * failed / (failed + FILL(succeeded, 0)), 0)`,
    usingMetrics: {
      failed: stateMachine.metricFailed(sumOver(15)),
      succeeded: stateMachine.metricSucceeded(sumOver(15)),
    },
    period,
  });
  const lost = ownMetric(serviceName, RUN_METRICS.failedByService, null, sumOver(5));
  const throttled = stateMachine.metricThrottled(sumOver(1));
  const atOnce = { threshold: 1, datapoints: [1, 1] } as const;
  return [
    { name: "runs-failed-by-service", metric: lost, ...atOnce },
    { name: "runs-timed-out", metric: stateMachine.metricTimedOut(sumOver(5)), ...atOnce },
    { name: "runs-throttled", metric: throttled, threshold: 1, datapoints: [5, 15] },
    { name: "runs-mostly-fail", metric: mostlyFailed, threshold: percent, datapoints: [2, 2] },
  ];
}
