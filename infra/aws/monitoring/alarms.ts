// Alarms, as data: the metric, the threshold, and a description that says what to check first.
import { Duration } from "aws-cdk-lib";
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  Metric,
  Stats,
  TreatMissingData,
} from "aws-cdk-lib/aws-cloudwatch";
import { Operation, type TableV2 } from "aws-cdk-lib/aws-dynamodb";
import { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import type { StateMachine } from "aws-cdk-lib/aws-stepfunctions";
import type { Construct } from "constructs";
import { SCHEDULES } from "../../../shared/contract/events.ts";
import { METRICS } from "../../../shared/contract/metrics.ts";
import type { WatchedApi } from "../api/api.ts";
import type { Entry, Kind } from "../bundle/entries.ts";

export type MonitoredResources = {
  serviceName: string;
  api: WatchedApi;
  table: TableV2;
  stateMachine: StateMachine;
  deadLetters: readonly Queue[];
  functions: readonly { entry: Entry; function: LambdaFunction }[];
};
type AlarmDefinition = { id: string; metric: IMetric; threshold: number; description: string };

const SUM = { statistic: Stats.SUM, period: Duration.minutes(5) };
/** Failed executions within 5 minutes. Fewer than this are usually refusals by receivers; the executions record them. */
const MANY_FAILED_EXECUTIONS = 5;
/** Consecutive missing heartbeats of a scheduled function that raise an alarm. */
const MISSED_BEATS = 5;
/** Hours after which it is an alarm that somebody broke the glass and nobody has looked at it. */
const LOOKED_AT_WITHIN_HOURS = 24;

export function buildAlarms(scope: Construct, watched: MonitoredResources): Alarm[] {
  const alarms = [
    ...apiAndTableAlarms(watched),
    ...workflowAlarms(watched),
    ...queueAlarms(watched),
    ...functionAlarms(watched),
  ].map(
    ({ id, metric, threshold, description }) =>
      new Alarm(scope, `${id}-alarm`, {
        metric,
        threshold,
        alarmDescription: description,
        evaluationPeriods: 1,
        comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      }),
  );
  return [...alarms, breakGlassAlarm(scope, watched), ...heartbeatAlarms(scope, watched)];
}

function apiAndTableAlarms({ api: { metrics: api }, table }: MonitoredResources): AlarmDefinition[] {
  const operations = [
    Operation.GET_ITEM,
    Operation.QUERY,
    Operation.PUT_ITEM,
    Operation.UPDATE_ITEM,
    Operation.TRANSACT_WRITE_ITEMS,
  ];
  return [
    {
      id: "api-5xx",
      metric: api.metricServerError(SUM),
      threshold: 1,
      description:
        "The API answered 5xx. Find the route in the access log, then the log lines of level ERROR with its name as `route`, in the log group of its class.",
    },
    {
      id: "table-throttled",
      metric: table.metricThrottledRequestsForOperations({ operations, ...SUM }),
      threshold: 1,
      description:
        "DynamoDB throttled requests. Check for a hot partition and the account's DynamoDB quotas.",
    },
    {
      id: "table-errors",
      metric: table.metricSystemErrorsForOperations({ operations, ...SUM }),
      threshold: 1,
      description: "DynamoDB had internal errors. Check AWS Health. Callers can retry failed requests.",
    },
  ];
}

function workflowAlarms({ stateMachine }: MonitoredResources): AlarmDefinition[] {
  return [
    {
      id: "runs-failed",
      metric: stateMachine.metricFailed(SUM),
      threshold: MANY_FAILED_EXECUTIONS,
      description: "Many executions failed at once. Check whether they share a receiver or a runbook.",
    },
    {
      id: "runs-timed-out",
      metric: stateMachine.metricTimedOut(SUM),
      threshold: 1,
      description:
        "A state machine execution exceeded its timeout. The reconciler completes the run. Check its event history for the cause.",
    },
    {
      id: "runs-throttled",
      metric: stateMachine.metricThrottled(SUM),
      threshold: 1,
      description: "Step Functions throttles executions, so runs are delayed. Check the account's quotas.",
    },
  ];
}

function queueAlarms({ deadLetters }: MonitoredResources): AlarmDefinition[] {
  return deadLetters.map((queue) => ({
    id: queue.node.id,
    metric: queue.metricApproximateNumberOfMessagesVisible({
      statistic: Stats.MAXIMUM,
      period: Duration.minutes(1),
    }),
    threshold: 1,
    description: "A message could not be processed. Read it, fix the cause, then redrive it.",
  }));
}

/** What a failure of a function that nobody waits for means. Whoever waits for one of the others sees it fail. */
type WaitedFor = "api" | "authorizer" | "console" | "widgets";
const isWaitedFor = (kind: Kind): kind is WaitedFor =>
  kind === "api" || kind === "authorizer" || kind === "console" || kind === "widgets";

const CONSEQUENCES: Record<Exclude<Kind, WaitedFor>, string> = {
  workflow: "AWS retries it.",
  events: "AWS retries it.",
  identity: "Nobody can sign in while it goes on.",
};

const buildErrorAlarm = (name: string, kind: keyof typeof CONSEQUENCES, watched: LambdaFunction) => ({
  id: `${name}-errors`,
  metric: watched.metricErrors(SUM),
  threshold: 1,
  description: `${name} failed. ${CONSEQUENCES[kind]} Check its log lines of level ERROR.`,
});

/** Covers the functions that nobody waits for. The API's 5xx alarm covers those of routes, pages and the authorizer; a widget says that it failed. */
function functionAlarms(watched: MonitoredResources): AlarmDefinition[] {
  const errors = watched.functions.flatMap(({ entry: { name, kind }, function: watchedFunction }) =>
    isWaitedFor(kind) ? [] : [buildErrorAlarm(name, kind, watchedFunction)],
  );
  const throttled = {
    id: "functions-throttled",
    metric: LambdaFunction.metricAllThrottles(SUM),
    threshold: 1,
    description: "Lambda throttles functions in this account and region. Check the concurrency quota.",
  };
  return [...errors, throttled];
}

/** Goes off if there was an open break-glass all the time. That nothing is counted is the heartbeat's alarm. */
function breakGlassAlarm(scope: Construct, { serviceName }: MonitoredResources): Alarm {
  return new Alarm(scope, "break-glass-open-alarm", {
    metric: new Metric({
      namespace: METRICS.namespace,
      metricName: METRICS.openBreakGlass,
      dimensionsMap: { service: serviceName, function: SCHEDULES.sweep.target },
      statistic: Stats.MINIMUM,
      period: Duration.hours(1),
    }),
    threshold: 1,
    evaluationPeriods: LOOKED_AT_WITHIN_HOURS,
    treatMissingData: TreatMissingData.NOT_BREACHING,
    alarmDescription: `For ${LOOKED_AT_WITHIN_HOURS} hours there was a run that passed a pause or a freeze, and that nobody has closed. List them: runbooks break-glass. Another admin looks at each and closes it.`,
  });
}

/**
 * Each scheduled function emits a metric after every success. Missing data raises the alarm, because a function that
 * never starts emits nothing.
 */
function heartbeatAlarms(scope: Construct, { serviceName }: MonitoredResources): Alarm[] {
  return Object.entries(SCHEDULES).map(
    ([name, { everyMinutes, target }]) =>
      new Alarm(scope, `${name}-heartbeat`, {
        metric: new Metric({
          namespace: METRICS.namespace,
          metricName: METRICS.heartbeat,
          dimensionsMap: { service: serviceName, function: target },
          statistic: Stats.SUM,
          period: Duration.minutes(everyMinutes * MISSED_BEATS),
        }),
        threshold: 1,
        comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
        evaluationPeriods: 1,
        treatMissingData: TreatMissingData.BREACHING,
        alarmDescription: `${target} has not succeeded for ${MISSED_BEATS} consecutive periods, so nothing is reconciled. Check its rule, its log lines and its dead-letter queue.`,
      }),
  );
}
