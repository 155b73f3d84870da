// The alarms that take an update back: they see the new version alone, so a fault of the old one never stops its repair.
import { Duration } from "aws-cdk-lib";
import { Alarm, MathExpression, Metric, Stats, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import type { Construct } from "constructs";
import { METRICS } from "../../../shared/contract/metrics.ts";
import type { ServiceFunction } from "../functions/function.ts";
import { ALIAS } from "../options/update-options.ts";

export type UpdateAlarm = {
  alarm: Alarm;
  /** The function's name in the contract. */
  of: string;
  /** Whether an error of the function is a fault. An authorizer refuses tokens by errors: then strangers would decide. */
  countsErrors: boolean;
};

/** Percent of the new version's calls. With few calls one fault is enough, with many some may pass. */
const TOO_MANY = 1;
const OVER = { statistic: Stats.SUM, period: Duration.minutes(5) };
const MEANS = "Calls of this version of the function fail.";
const FIRST =
  "An update that brings it is taken back by itself. Its log lines of level ERROR with that `function_version`; then deploy the repair.";

/**
 * Each version has an alarm of its own name: one that goes over to another version keeps its state for a minute, and a
 * repair would be taken back for what it repairs. It tells nobody, because it does not end with the update. Returns
 * nothing for a function that has no versions.
 */
export function buildUpdateAlarm(
  scope: Construct,
  { entry, functionName, called: { version, alias } }: ServiceFunction,
  { stackName }: { stackName: string },
): UpdateAlarm | null {
  if (!version) return null;
  const number = version.version;
  const dimensionsMap = alias
    ? { FunctionName: functionName, Resource: `${functionName}:${ALIAS}`, ExecutedVersion: number }
    : { FunctionName: functionName, Resource: `${functionName}:${number}` };
  const ofLambda = (metricName: string) =>
    new Metric({ namespace: "AWS/Lambda", metricName, dimensionsMap, ...OVER });
  const faults = new Metric({
    namespace: METRICS.namespace,
    metricName: METRICS.faults,
    dimensionsMap: { service: stackName, function_name: functionName, function_version: number },
    ...OVER,
  });
  const countsErrors = entry.kind !== "authorizer";
  // A task fails by an error. What else it logs may be the fault of a team: its secret, its template.
  const failures = { ...(countsErrors && { errors: ofLambda("Errors") }), ...(alias && { faults }) };
  const sum = Object.keys(failures).map((name) => `FILL(${name}, 0)`);
  const metric = new MathExpression({
    expression: `100 * (${sum.join(" + ")}) / FILL(calls, 1)`,
    usingMetrics: { ...failures, calls: ofLambda("Invocations") },
    period: OVER.period,
  });
  const alarm = new Alarm(scope, `${entry.name}-update-alarm`, {
    alarmName: `${stackName}-${entry.name}-update-${number}`,
    alarmDescription: `${MEANS} First: ${FIRST}`,
    metric,
    threshold: TOO_MANY,
    evaluationPeriods: 1,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  });
  return { alarm, of: entry.name, countsErrors };
}
