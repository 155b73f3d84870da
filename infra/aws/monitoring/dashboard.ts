// The CloudWatch dashboard of the service.
import { Duration } from "aws-cdk-lib";
import {
  AlarmStatusWidget,
  CustomWidget,
  Dashboard,
  type IMetric,
  type IWidget,
  Stats,
  TextWidget,
} from "aws-cdk-lib/aws-cloudwatch";
import type { Construct } from "constructs";
import { WIDGET_NAMES, WIDGETS, WIDGETS_FUNCTION } from "../../../shared/contract/widgets.ts";
import type { Options } from "../options/options.ts";
import { type BuiltAlarm, sumOver } from "./alarm.ts";
import type { MonitoredResources } from "./alarms.ts";
import { buildGraph, searchMetrics } from "./graph.ts";
import { buildEndGraphs, buildQueueGraphs, buildReconcilerGraphs, buildVersionGraphs } from "./own-graphs.ts";
import { requestLatencies, systemErrors, throttledRequests } from "./table-metrics.ts";

/** In the order of the dashboard. */
const LEVELS = [
  { level: "page", title: "Alarms: faults of the service" },
  { level: "notice", title: "Alarms: what people must look at" },
] as const;

const P99 = { statistic: Stats.percentile(99), period: Duration.minutes(5) };
const P50 = { statistic: Stats.percentile(50), period: Duration.minutes(5) };

export function buildDashboard(
  scope: Construct,
  options: Options,
  watched: MonitoredResources,
  alarms: readonly BuiltAlarm[],
): void {
  const { stackName: dashboardName, routeMetrics } = options;
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
    ...buildEndGraphs(watched, options),
    ...buildReconcilerGraphs(watched),
    ...buildQueueGraphs(watched),
    ...buildTableGraphs(watched),
    ...buildFunctionGraphs(watched),
    ...buildVersionGraphs(watched, options),
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
const byRoute = ({ routeSearch }: MonitoredResources["api"], name: string, statistic: string): IMetric =>
  searchMetrics(`${routeSearch} MetricName="${name}"`, statistic);

const buildRunGraphs = ({ stateMachine: runs }: MonitoredResources): IWidget[] => [
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
];

const buildTableGraphs = ({ table }: MonitoredResources): IWidget[] => [
  buildGraph(
    "Table: capacity used",
    table.metricConsumedReadCapacityUnits(),
    table.metricConsumedWriteCapacityUnits(),
  ),
  buildGraph("Table: failed condition checks", table.metricConditionalCheckFailedRequests()),
  buildGraph("Table: latency by operation, p99", ...requestLatencies(table, P99)),
  buildGraph("Table: throttled requests", throttledRequests(table, sumOver(5))),
  buildGraph("Table: internal errors", systemErrors(table, sumOver(5))),
];

const buildFunctionGraphs = ({ functions }: MonitoredResources): IWidget[] => [
  buildGraph(
    "Functions: errors",
    ...functions.map(({ function: watchedFunction }) => watchedFunction.metricErrors()),
  ),
  buildGraph(
    "Functions: throttled calls",
    ...functions.map(({ function: watchedFunction }) => watchedFunction.metricThrottles(sumOver(5))),
  ),
  buildGraph(
    "Functions: duration, p99",
    ...functions.map(({ function: watchedFunction }) => watchedFunction.metricDuration(P99)),
  ),
];
