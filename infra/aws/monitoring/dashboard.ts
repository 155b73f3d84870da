// The CloudWatch dashboard of the service, and the notifications of its alarms.
import { Duration, Stack } from "aws-cdk-lib";
import {
  type Alarm,
  AlarmStatusWidget,
  CustomWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  MathExpression,
  Stats,
  TextWidget,
} from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { type ITopic, Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import type { Construct } from "constructs";
import { METRICS } from "../../../shared/contract/metrics.ts";
import { WIDGET_NAMES, WIDGETS, WIDGETS_FUNCTION } from "../../../shared/contract/widgets.ts";
import type { Options } from "../options/options.ts";
import type { MonitoredResources } from "./alarms.ts";

const HALF = 12;
const P99 = { statistic: Stats.percentile(99), period: Duration.minutes(5) };
const P50 = { statistic: Stats.percentile(50), period: Duration.minutes(5) };

export function buildDashboard(
  scope: Construct,
  { stackName: dashboardName, routeMetrics }: Options,
  watched: MonitoredResources,
  alarms: Alarm[],
): void {
  const dashboard = new Dashboard(scope, "Dashboard", { dashboardName, defaultInterval: Duration.hours(6) });
  dashboard.addWidgets(
    new TextWidget({
      markdown: "Runbook automation: alarms, API, runs, queues, table and functions.",
      width: 24,
      height: 1,
    }),
    new AlarmStatusWidget({ alarms, title: "Alarms", width: 24 }),
    ...buildWidgets(watched),
    ...buildApiGraphs(watched),
    ...(routeMetrics ? buildRouteGraphs(watched) : []),
    ...buildRunGraphs(watched),
    ...buildSourceGraphs(watched),
    ...buildTableGraphs(watched),
    ...buildFunctionGraphs(watched),
  );
}

/** CloudWatch calls the function as whoever looks at the dashboard, so that person needs the right to invoke it. */
function buildWidgets({ functions }: MonitoredResources): IWidget[] {
  const drawing = functions.find(({ entry }) => entry.name === WIDGETS_FUNCTION);
  if (!drawing) throw new Error(`No function ${WIDGETS_FUNCTION}`);
  const { functionArn } = drawing.function;
  return WIDGET_NAMES.map((widget) => {
    const { title, width, height } = WIDGETS[widget];
    const params = { widget };
    return new CustomWidget({ functionArn, title, params, width, height, updateOnResize: false });
  });
}

const buildApiGraphs = ({ api: { metrics: api } }: MonitoredResources): IWidget[] => [
  buildGraph("API: requests and errors", api.metricCount(), api.metricClientError(), api.metricServerError()),
  buildGraph("API: latency", api.metricLatency(P50), api.metricLatency(P99)),
];

/** API Gateway reports these metrics only with the option `routeMetrics`. */
const buildRouteGraphs = ({ api }: MonitoredResources): IWidget[] => [
  buildGraph("API: 5xx by route", byRoute(api, api.serverErrors, "Sum")),
  buildGraph("API: latency by route, p99", byRoute(api, "Latency", "p99")),
];

/** A metric of each route. The routes of a class share a function, so the function's own metrics do not tell them apart. */
function byRoute({ routeSearch }: MonitoredResources["api"], name: string, statistic: string): IMetric {
  const search = `${routeSearch} MetricName="${name}"`;
  const expression = `SEARCH('${search}', '${statistic}', 300)`;
  // An empty label leaves the route's own dimensions as the label of each line.
  return new MathExpression({ expression, label: "", usingMetrics: {} });
}

const buildRunGraphs = ({ stateMachine: runs, deadLetters }: MonitoredResources): IWidget[] => [
  buildGraph(
    "Runs: started, succeeded, failed",
    runs.metricStarted(),
    runs.metricSucceeded(),
    runs.metricFailed(),
  ),
  buildGraph("Runs: duration", runs.metricTime(P50), runs.metricTime(P99)),
  buildGraph(
    "Runs: stopped, timed out, throttled",
    runs.metricAborted(),
    runs.metricTimedOut(),
    runs.metricThrottled(),
  ),
  buildGraph("Dead letters", ...deadLetters.map((queue) => queue.metricApproximateNumberOfMessagesVisible())),
];

/** Kind and reason are the label of each line. */
const buildSourceGraphs = ({ serviceName }: MonitoredResources): IWidget[] => {
  const { namespace, refusedMessages } = METRICS;
  const search = `{${namespace},kind,reason,service} service="${serviceName}" MetricName="${refusedMessages}"`;
  const expression = `SEARCH('${search}', 'Sum', 300)`;
  return [
    buildGraph("Sources: refused messages", new MathExpression({ expression, label: "", usingMetrics: {} })),
  ];
};

const buildTableGraphs = ({ table }: MonitoredResources): IWidget[] => [
  buildGraph(
    "Table: capacity used",
    table.metricConsumedReadCapacityUnits(),
    table.metricConsumedWriteCapacityUnits(),
  ),
  buildGraph("Table: failed condition checks", table.metricConditionalCheckFailedRequests()),
];

const buildFunctionGraphs = ({ functions }: MonitoredResources): IWidget[] => [
  buildGraph(
    "Functions: errors",
    ...functions.map(({ function: watchedFunction }) => watchedFunction.metricErrors()),
  ),
  buildGraph(
    "Functions: duration, p99",
    ...functions.map(({ function: watchedFunction }) => watchedFunction.metricDuration(P99)),
  ),
];

function buildGraph(title: string, ...left: IMetric[]): IWidget {
  return new GraphWidget({ title, left, width: HALF });
}

/** Sends alarms to the configured SNS topic or email address. Without either, they only show in CloudWatch. */
export function connectAlarms(scope: Construct, alarms: readonly Alarm[], options: Options): void {
  const topic = getTopic(scope, options);
  if (!topic) return;
  for (const alarm of alarms) {
    alarm.addAlarmAction(new SnsAction(topic));
    alarm.addOkAction(new SnsAction(topic));
  }
}

function getTopic(scope: Construct, { alarmTopicArn, alarmEmail }: Options): ITopic | null {
  if (alarmTopicArn) return Topic.fromTopicArn(scope, "AlarmTopic", alarmTopicArn);
  if (!alarmEmail) return null;
  const topic = new Topic(scope, "Alarms", { enforceSSL: true });
  topic.addSubscription(new EmailSubscription(alarmEmail));
  // `enforceSSL` adds a topic policy, which replaces the default policy. CloudWatch then needs its own permission.
  topic.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal("cloudwatch.amazonaws.com")],
      actions: ["sns:Publish"],
      resources: [topic.topicArn],
      conditions: { StringEquals: { "aws:SourceAccount": Stack.of(scope).account } },
    }),
  );
  return topic;
}
