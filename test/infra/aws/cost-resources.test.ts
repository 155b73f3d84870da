// What the bill takes to be paid for by the month is what the stack has.
import { expect, it } from "vitest";
import { METRICS_OF_A_ROUTE, RESOURCES } from "../../../infra/tools/cost/resources.ts";
import { Facts } from "../../support/template.ts";

const facts = new Facts();
const count = (type: string) => facts.all(type).length;

type Alarm = { MetricName?: string; Metrics?: { MetricStat?: object }[] };
const alarms = facts.all("AWS::CloudWatch::Alarm").map(([, alarm]) => alarm as Alarm);

it("alarms watch as many metrics: one each, or those of a formula", () => {
  const watched = alarms.map(({ Metrics }) => Metrics?.filter(({ MetricStat }) => MetricStat).length ?? 1);
  expect(watched.reduce((sum, metrics) => sum + metrics, 0)).toBe(RESOURCES.alarmMetrics);
});

it("dashboards, keys, secrets and routes are as many", () => {
  const { dashboards, keys, secrets, routes } = RESOURCES;
  expect({
    dashboards: count("AWS::CloudWatch::Dashboard"),
    keys: count("AWS::KMS::Key"),
    secrets: count("AWS::SecretsManager::Secret"),
    routes: count("AWS::ApiGatewayV2::Route"),
  }).toEqual({ dashboards, keys, secrets, routes });
});

it("as many queues are read by a function", () => {
  const queues = facts.all("AWS::SQS::Queue").map(([id]) => id);
  const mappings = facts.all("AWS::Lambda::EventSourceMapping");
  const sources = mappings.map(([, { EventSourceArn }]) => JSON.stringify(EventSourceArn));
  const read = queues.filter((queue) => sources.some((source) => source.includes(`"${queue}"`)));
  expect(read).toHaveLength(RESOURCES.readQueues);
});

it("every function has as much memory", () => {
  const functions = facts.all("AWS::Lambda::Function").filter(([, { FunctionName }]) => FunctionName);
  expect([...new Set(functions.map(([, { MemorySize }]) => MemorySize))]).toEqual([RESOURCES.memoryMb]);
});

it("no route has metrics of its own unless it is asked for", () => {
  const stage = JSON.stringify(facts.only("AWS::ApiGatewayV2::Stage"));
  expect(stage).toContain('"DetailedMetricsEnabled":false');
  expect(stage).not.toContain('"DetailedMetricsEnabled":true');
  const asked = JSON.stringify(new Facts({ routeMetrics: "true" }).only("AWS::ApiGatewayV2::Stage"));
  expect(asked).toContain('"DetailedMetricsEnabled":true');
  expect(asked).not.toContain('"DetailedMetricsEnabled":false');
  expect(METRICS_OF_A_ROUTE).toBe(6);
});
