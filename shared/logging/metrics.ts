// Writes metrics into the log, in CloudWatch's embedded metric format.
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import { METRICS, type MetricName } from "../contract/metrics.ts";

/** Writes one line. `dimensions` come beside `service`; each combination of their values is a metric that is paid for. */
export function writeMetrics(
  dimensions: Readonly<Record<string, string>>,
  counts: Readonly<Partial<Record<MetricName, number>>>,
): void {
  const metrics = new Metrics({ namespace: METRICS.namespace });
  for (const [name, value] of Object.entries(dimensions)) metrics.addDimension(name, value);
  for (const [name, count] of Object.entries(counts)) metrics.addMetric(name, MetricUnit.Count, count);
  metrics.publishStoredMetrics();
}
