// What wakes somebody, as data: the metric, the border, and in the description what to look at first.
import { Duration } from "aws-cdk-lib";
import type { HttpApi } from "aws-cdk-lib/aws-apigatewayv2";
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
import { SCHEDULES } from "../../shared/contract/events.ts";
import { METRICS } from "../../shared/contract/metrics.ts";
import type { Entry } from "./entries.ts";

export type MonitoredResources = {
  serviceName: string;
  api: HttpApi;
  table: TableV2;
  stateMachine: StateMachine;
  deadLetters: readonly Queue[];
  functions: readonly { entry: Entry; function: LambdaFunction }[];
};
type AlarmDefinition = { id: string; metric: IMetric; threshold: number; description: string };

const SUM = { statistic: Stats.SUM, period: Duration.minutes(5) };
/** Failed runs within 5 minutes: single ones are the receivers' answers, and stand in the runs themselves. */
const MANY_FAILED_EXECUTIONS = 5;
/** Runs of a schedule that may be missing before its silence is an alarm. */
const MISSED_BEATS = 5;

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
  return [...alarms, ...heartbeatAlarms(scope, watched)];
}

function apiAndTableAlarms({ api, table }: MonitoredResources): AlarmDefinition[] {
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
        "The API answered 5xx. Look at the log lines of level ERROR of the route in the access log.",
    },
    {
      id: "table-throttled",
      metric: table.metricThrottledRequestsForOperations({ operations, ...SUM }),
      threshold: 1,
      description: "The table refused requests. Look for one hot key, and at the account's DynamoDB quotas.",
    },
    {
      id: "table-errors",
      metric: table.metricSystemErrorsForOperations({ operations, ...SUM }),
      threshold: 1,
      description: "DynamoDB failed on its side. Look at AWS Health; what was refused can be sent again.",
    },
  ];
}

function workflowAlarms({ stateMachine }: MonitoredResources): AlarmDefinition[] {
  return [
    {
      id: "runs-failed",
      metric: stateMachine.metricFailed(SUM),
      threshold: MANY_FAILED_EXECUTIONS,
      description: "Many runs failed at once. Look for one receiver or one runbook that they share.",
    },
    {
      id: "runs-timed-out",
      metric: stateMachine.metricTimedOut(SUM),
      threshold: 1,
      description:
        "A run outlived every limit inside it. The sweep closes it; look at its history for the reason.",
    },
    {
      id: "runs-throttled",
      metric: stateMachine.metricThrottled(SUM),
      threshold: 1,
      description: "Step Functions holds back transitions. Runs are late: look at the account's quotas.",
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
    description: "Something could not be processed. Read the message, mend the cause, send it back.",
  }));
}

/** Errors of a route's function are the API's 5xx already. */
function functionAlarms(watched: MonitoredResources): AlarmDefinition[] {
  const behind = watched.functions.filter(({ entry }) => entry.kind !== "api");
  const errors = behind.map(({ entry, function: watchedFunction }) => ({
    id: `${entry.name}-errors`,
    metric: watchedFunction.metricErrors(SUM),
    threshold: 1,
    description: `${entry.name} failed and was, or will be, repeated. Look at its log lines of level ERROR.`,
  }));
  const throttled = {
    id: "functions-throttled",
    metric: LambdaFunction.metricAllThrottles(SUM),
    threshold: 1,
    description: "Functions of this account and region are held back: look at the concurrency quota.",
  };
  return [...errors, throttled];
}

/** Each scheduled function counts its runs that ended well; silence is failure, since one that never starts says nothing. */
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
        alarmDescription: `${target} has not ended well ${MISSED_BEATS} times in a row: what it repairs stays broken. Look at its rule, its log lines and its dead letters.`,
      }),
  );
}
