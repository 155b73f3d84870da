// scheduledHandler(name, fn): a scheduled function. Writes one log line, a heartbeat metric, and one metric for each
// count in the result.
import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import { logMetrics } from "@aws-lambda-powertools/metrics/middleware";
import middy from "@middy/core";
import type { Context } from "aws-lambda";
import { METRICS, type MetricName } from "../contract/metrics.ts";
import type { TaskContext } from "../domain/context.ts";
import { newId } from "../http/new-id.ts";
import { logger } from "../logging/logger.ts";

const metrics = new Metrics({ namespace: METRICS.namespace, defaultDimensions: {} });

export function scheduledHandler<R extends Partial<Record<MetricName, number>>>(
  name: string,
  fn: (context: TaskContext) => Promise<R>,
) {
  return middy<unknown, R, Error, Context>()
    .use(injectLambdaContext(logger))
    .use(logMetrics(metrics))
    .handler(async () => {
      const started = Date.now();
      const result = await fn({ now: new Date(started), newId });
      metrics.addDimension("function", name);
      metrics.addMetric(METRICS.heartbeat, MetricUnit.Count, 1);
      for (const [what, count] of Object.entries(result)) metrics.addMetric(what, MetricUnit.Count, count);
      logger.info("done", { task: name, durationMs: Date.now() - started, result });
      return result;
    });
}
