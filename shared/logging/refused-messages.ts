// Counts the messages that sources refuse, as a metric in the log: by kind and reason, so that there are few of them.
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import { METRICS } from "../contract/metrics.ts";

const metrics = new Metrics({ namespace: METRICS.namespace, defaultDimensions: {} });

/** `kind`: of the source; `unknown`: there is none. */
export function countRefused(kind: string, reason: string): void {
  const one = metrics.singleMetric();
  one.addDimensions({ kind, reason });
  one.addMetric(METRICS.refusedMessages, MetricUnit.Count, 1);
}
