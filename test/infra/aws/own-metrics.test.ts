// The metrics that alarms watch are those that the functions write, to the last dimension.
import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { RULES, SCHEDULES } from "../../../shared/contract/events.ts";
import { METRICS, RUN_METRICS, SWEEP_METRICS } from "../../../shared/contract/metrics.ts";
import { metricsIn } from "../../support/heard-metrics.ts";
import { Facts } from "../../support/template.ts";

type Metric = { Namespace?: string; MetricName?: string; Dimensions?: { Name: string; Value: unknown }[] };
type Alarm = Metric & { AlarmName: string; Metrics?: { MetricStat?: { Metric: Metric } }[] };
const facts = new Facts();
const watched = facts.all("AWS::CloudWatch::Alarm").flatMap(([, properties]) => {
  const alarm = properties as unknown as Alarm;
  return alarm.Metrics?.flatMap(({ MetricStat }) => MetricStat?.Metric ?? []) ?? [alarm];
});
const ours = watched
  .filter(({ Namespace }) => Namespace === METRICS.namespace)
  .map(({ MetricName, Dimensions = [] }) => ({
    name: MetricName ?? "",
    dimensions: Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, Value])),
  }));

const handlers = (file: string) => new URL(`../../../shared/${file}`, import.meta.url).href;

/** What a program prints as metrics, run as the function of this name is deployed. */
function writtenBy(name: string, program: string) {
  const { Variables } = facts.function(name).properties["Environment"] as {
    Variables: Record<string, string>;
  };
  const env = { PATH: process.env["PATH"], POWERTOOLS_SERVICE_NAME: Variables["POWERTOOLS_SERVICE_NAME"] };
  const printed = execFileSync(process.execPath, ["--input-type=module", "-e", program], {
    env,
    encoding: "utf8",
  });
  return metricsIn(printed);
}

const scheduled = (name: string) => `
  const { scheduledHandler } = await import("${handlers("handlers/scheduled-handler.ts")}");
  const counts = ${JSON.stringify(Object.fromEntries([...SWEEP_METRICS, METRICS.automationsDisabled, METRICS.openBreakGlass, METRICS.expiredApprovals].map((count) => [count, 1])))};
  await scheduledHandler("${name}", async () => counts)({}, { functionName: "${name}", awsRequestId: "1" });`;

const failing = (name: string) => `
  const { sqsHandler } = await import("${handlers("handlers/sqs-handler.ts")}");
  const z = await import("zod");
  const handler = sqsHandler("${name}", z.object({}), async () => { throw new Error("It fails."); });
  const Records = [{ messageId: "1", body: "{}", attributes: { ApproximateReceiveCount: "5" }, messageAttributes: {} }];
  await handler({ Records }, { functionName: "${name}", awsRequestId: "1" });`;

const ending = `
  const { writeMetrics } = await import("${handlers("logging/metrics.ts")}");
  writeMetrics({}, { ${RUN_METRICS.failedByService}: 1 });`;

const written = [
  ...Object.values(SCHEDULES).flatMap(({ target }) => writtenBy(target, scheduled(target))),
  ...Object.values(RULES).flatMap(({ target }) => writtenBy(target, failing(target))),
  ...writtenBy("publish-events", ending),
];

describe("the service's own metrics", () => {
  it("are watched by some alarms", () => {
    expect(ours.length).toBeGreaterThan(10);
  });

  it.each(ours)("$name is written as it is watched", ({ name, dimensions }) => {
    const same = written.filter((line) => name in line.metrics);
    expect(same.map((line) => line.dimensions)).toContainEqual(dimensions);
    expect(same.every(({ namespace }) => namespace === METRICS.namespace)).toBe(true);
  });
});
