// Builds a graph of the dashboard.
import { GraphWidget, type IMetric, type IWidget, MathExpression } from "aws-cdk-lib/aws-cloudwatch";
import { METRICS } from "../../../shared/contract/metrics.ts";
import type { GraphTitle } from "./graph-texts.ts";

const HALF = 12;

export const buildGraph = (title: GraphTitle, ...left: IMetric[]): IWidget =>
  new GraphWidget({ title, left, width: HALF });

/** A line for each metric that a search finds. An empty label leaves what tells them apart as the label of each. */
export const searchMetrics = (search: string, statistic: string): IMetric =>
  new MathExpression({
    expression: `SEARCH('${search}', '${statistic}', 300)`,
    label: "",
    usingMetrics: {},
  });

/** A metric that the functions write, for each value of its other dimensions. */
export const searchOwn = (serviceName: string, metric: string, dimensions: readonly string[]): IMetric =>
  searchMetrics(
    `{${[METRICS.namespace, ...dimensions, "service"].join(",")}} service="${serviceName}" MetricName="${metric}"`,
    "Sum",
  );
