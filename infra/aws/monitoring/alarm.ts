// Builds an alarm: M of N datapoints, a name and a description that the documents have too, and what silence means.
import { Duration } from "aws-cdk-lib";
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  Metric,
  Stats,
  TreatMissingData,
} from "aws-cdk-lib/aws-cloudwatch";
import type { Construct } from "constructs";
import { METRICS, type MetricName } from "../../../shared/contract/metrics.ts";
import { ALARM_TEXTS, type AlarmName, type AlarmText } from "./alarm-texts.ts";

/**
 * `of`: what stands in place of `<…>` in the name. `datapoints`: how many of how many periods must reach the threshold.
 * `silence`: no datapoint at all is the fault, and the threshold is a floor.
 */
export type AlarmDefinition = {
  name: AlarmName;
  of?: string;
  metric: IMetric;
  threshold: number;
  datapoints: readonly [due: number, among: number];
  silence?: true;
};
export type BuiltAlarm = { alarm: Alarm; level: AlarmText["level"]; silence: boolean };

export function buildAlarm(scope: Construct, serviceName: string, definition: AlarmDefinition): BuiltAlarm {
  const { name, of = "", metric, threshold, datapoints, silence = false } = definition;
  const { level, means, first } = ALARM_TEXTS[name];
  const id = name.replace(/<.*>/, of);
  const alarm = new Alarm(scope, `${id}-alarm`, {
    alarmName: `${serviceName}-${id}`,
    alarmDescription: `${means} First: ${first}`,
    metric,
    threshold,
    datapointsToAlarm: datapoints[0],
    evaluationPeriods: datapoints[1],
    comparisonOperator: silence
      ? ComparisonOperator.LESS_THAN_THRESHOLD
      : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    // Silence leads to INSUFFICIENT_DATA, which a new alarm begins with: only what has been heard can fall silent.
    treatMissingData: silence ? TreatMissingData.MISSING : TreatMissingData.NOT_BREACHING,
  });
  return { alarm, level, silence };
}

export const sumOver = (minutes: number) => ({ statistic: Stats.SUM, period: Duration.minutes(minutes) });

/** A metric that a function of the service writes itself. */
export function ownMetric(
  serviceName: string,
  metricName: MetricName,
  functionName: string | null,
  over: { statistic: string; period: Duration },
): Metric {
  const dimensionsMap = { service: serviceName, ...(functionName !== null && { function: functionName }) };
  return new Metric({ namespace: METRICS.namespace, metricName, dimensionsMap, ...over });
}

/** CloudWatch takes at most 10 metrics in the formula of an alarm. */
const MOST_METRICS = 10;

/** The sum of metrics of which some are silent. */
export function sumOf(metrics: readonly IMetric[], period: Duration): MathExpression {
  if (metrics.length > MOST_METRICS) throw new Error(`An alarm adds up at most ${MOST_METRICS} metrics`);
  const usingMetrics = Object.fromEntries(metrics.map((metric, n) => [`m${n}`, metric]));
  const expression = metrics.map((_, n) => `FILL(m${n}, 0)`).join(" + ");
  return new MathExpression({ expression, usingMetrics, period });
}
