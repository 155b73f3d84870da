// The CloudWatch dashboard of the service.
import { Duration } from "aws-cdk-lib";
import {
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
import type { Construct } from "constructs";
import { METRICS } from "../../../shared/contract/metrics.ts";
import { WIDGET_NAMES, WIDGETS, WIDGETS_FUNCTION } from "../../../shared/contract/widgets.ts";
import type { Options } from "../options/options.ts";
import type { BuiltAlarm } from "./alarm.ts";
import type { MonitoredResources } from "./alarms.ts";

/** In the order of the dashboard. */
const LEVELS = [
  { level: "page", title: "Alarms: faults of the service" },
  { level: "notice", title: "Alarms: what people must look at" },
] as const;

const HALF = 12;
const P99 = { statistic: Stats.percentile(99), period: Duration.minutes(5) };
const P50 = { statistic: Stats.percentile(50), period: Duration.minutes(5) };

export function buildDashboard(
  scope: Construct,
  { stackName: dashboardName, routeMetrics }: Options,
  watched: MonitoredResources,
  alarms: readonly BuiltAlarm[],
): void {
  const dashboard = new Dashboard(scope, "Dashboard", { dashboardName, defaultInterval: Duration.hours(6) });
  dashboard.addWidgets(
    new TextWidget({
      markdown: "Runbook automation: alarms, API, runs, queues, table and functions.",
      width: 24,
      height: 1,
    }),
    ...LEVELS.map(
      ({ level, title }) =>
        new AlarmStatusWidget({
          alarms: alarms.flatMap((built) => (built.level === level ? [built.alarm] : [])),
          title,
          width: 24,
        }),
    ),
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
  buildGraph(
    "Dead letters",
    ...[...deadLetters.values()].map((queue) => queue.metricApproximateNumberOfMessagesVisible()),
  ),
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
