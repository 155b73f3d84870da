// Somebody hears of it when something fails, and when something that should happen stops happening.
import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { ENTRIES } from "../../../infra/aws/bundle/entries.ts";
import { SCHEDULES } from "../../../shared/contract/events.ts";
import { METRICS } from "../../../shared/contract/metrics.ts";
import { Facts, target } from "../../support/template.ts";

type Alarm = {
  MetricName?: string;
  Namespace?: string;
  Dimensions?: { Name: string; Value: unknown }[];
  Metrics?: unknown;
  AlarmDescription: string;
  TreatMissingData: string;
  ComparisonOperator: string;
  Threshold: number;
  AlarmActions?: unknown[];
};
const facts = new Facts();
const alarmsOf = (of: Facts) => of.all("AWS::CloudWatch::Alarm").map(([, p]) => p as unknown as Alarm);
const alarms = alarmsOf(facts);

describe("alarms", () => {
  it("watch every dead-letter queue, from the first message on", () => {
    const watched = alarms
      .filter(({ MetricName }) => MetricName === "ApproximateNumberOfMessagesVisible")
      .map(({ Dimensions, Threshold }) => ({ queue: target(named(Dimensions)["QueueName"]), Threshold }));
    const deadLetters = facts.all("AWS::SQS::Queue").filter(([, { RedrivePolicy }]) => !RedrivePolicy);
    expect(watched).toEqual(expect.arrayContaining(deadLetters.map(([queue]) => ({ queue, Threshold: 1 }))));
    expect(watched).toHaveLength(deadLetters.length);
  });

  it.each(["5xx", "ExecutionsFailed", "ExecutionsTimedOut", "ExecutionThrottled", "Throttles"])(
    "watch %s",
    (name) => {
      expect(alarms.map(({ MetricName }) => MetricName)).toContain(name);
    },
  );

  it.each(["ThrottledRequests", "SystemErrors"])("watch %s of the table", (name) => {
    expect(
      alarms.some(({ Metrics }) => JSON.stringify(Metrics ?? "").includes(`"MetricName":"${name}"`)),
    ).toBe(true);
  });

  it("watch the errors of every function that no caller is waiting for", () => {
    const watched = alarms
      .filter(({ MetricName }) => MetricName === "Errors")
      .map(({ Dimensions }) => target(named(Dimensions)["FunctionName"]));
    const behind = ENTRIES.filter(({ kind }) => !["api", "authorizer", "console", "widgets"].includes(kind));
    expect(watched.sort()).toEqual(behind.map(({ name }) => facts.function(name).id).sort());
  });

  it("say where to look", () => {
    for (const { AlarmDescription } of alarms) expect(AlarmDescription).toMatch(/\w+ .*[.:] .+/);
  });
});

describe.each(Object.values(SCHEDULES))("the heartbeat of $target", ({ target: name }) => {
  const alarm = alarms.find(
    ({ MetricName, Dimensions }) => MetricName === "heartbeat" && named(Dimensions)["function"] === name,
  );

  it("goes off on silence", () => {
    expect(alarm).toMatchObject({
      TreatMissingData: "breaching",
      ComparisonOperator: "LessThanThreshold",
      Threshold: 1,
    });
  });

  it("is the metric that the function writes, to the last dimension", () => {
    const { Variables } = facts.function(name).properties["Environment"] as {
      Variables: Record<string, string>;
    };
    const written = writtenBy(name, Variables["POWERTOOLS_SERVICE_NAME"] ?? "");
    const { Namespace, Dimensions, Metrics } = written._aws.CloudWatchMetrics[0];
    expect(Namespace).toBe(alarm?.Namespace);
    expect(Metrics.map(({ Name }) => Name)).toContain(alarm?.MetricName);
    expect(Object.fromEntries(Dimensions.flat().map((d) => [d, written[d]]))).toEqual(
      named(alarm?.Dimensions),
    );
  });
});

describe("a break-glass that nobody closes", () => {
  const alarm = alarms.find(({ MetricName }) => MetricName === "openBreakGlass");

  it("is an alarm after a day on which one was open all the time, and silence is none", () => {
    expect(alarm).toMatchObject({
      ...{ Statistic: "Minimum", Period: 3600, EvaluationPeriods: 24, Threshold: 1 },
      ...{ ComparisonOperator: "GreaterThanOrEqualToThreshold", TreatMissingData: "notBreaching" },
    });
  });

  it("is the metric that the reconciler writes, to the last dimension", () => {
    const { Variables } = facts.function("sweep").properties["Environment"] as {
      Variables: Record<string, string>;
    };
    const written = writtenBy("sweep", Variables["POWERTOOLS_SERVICE_NAME"] ?? "", METRICS.openBreakGlass);
    const { Namespace, Dimensions, Metrics } = written._aws.CloudWatchMetrics[0];
    expect([Namespace, Metrics.map(({ Name }) => Name)]).toEqual([
      alarm?.Namespace,
      expect.arrayContaining([alarm?.MetricName]),
    ]);
    expect(Object.fromEntries(Dimensions.flat().map((d) => [d, written[d]]))).toEqual(
      named(alarm?.Dimensions),
    );
  });
});

describe("who is notified", () => {
  it("is nobody unless the deployment says so", () => {
    expect(alarms.every(({ AlarmActions }) => AlarmActions === undefined)).toBe(true);
    expect(facts.all("AWS::SNS::Topic")).toEqual([]);
  });

  it("is the topic that the deployment names, by every alarm", () => {
    const topic = "arn:aws:sns:eu-west-1:111122223333:on-call";
    const reported = alarmsOf(new Facts({ alarmTopicArn: topic }));
    expect(reported.map(({ AlarmActions }) => AlarmActions)).toEqual(reported.map(() => [topic]));
  });

  it("is an address by mail, over a topic that CloudWatch may publish to and that wants TLS", () => {
    const own = new Facts({ alarmEmail: "on-call@example.com" });
    expect(own.only("AWS::SNS::Subscription")).toMatchObject({
      Protocol: "email",
      Endpoint: "on-call@example.com",
    });
    const policy = JSON.stringify(own.only("AWS::SNS::TopicPolicy"));
    expect(policy).toContain('"Service":"cloudwatch.amazonaws.com"');
    expect(policy).toContain('"aws:SecureTransport":"false"');
  });
});

it("one dashboard shows the service", () => {
  expect(facts.only("AWS::CloudWatch::Dashboard")["DashboardName"]).toBe("runbooks");
});

it("the dashboard shows the messages that sources refuse, by kind and reason", () => {
  const body = JSON.stringify(facts.only("AWS::CloudWatch::Dashboard")["DashboardBody"]);
  expect(body).toContain("{Runbooks,kind,reason,service}");
  expect(body).toContain(METRICS.refusedMessages);
});

it("the dashboard has graphs by route if API Gateway reports metrics of routes", () => {
  const graphs = (of: Facts) => JSON.stringify(of.only("AWS::CloudWatch::Dashboard")["DashboardBody"]);
  expect(graphs(facts)).not.toContain("by route");
  const asked = graphs(new Facts({ routeMetrics: "true" }));
  expect(asked.match(/API: [^"]* by route/g)).toHaveLength(2);
});

const named = (dimensions: Alarm["Dimensions"] = []): Record<string, unknown> =>
  Object.fromEntries(dimensions.map(({ Name, Value }) => [Name, Value]));

type Written = Record<string, unknown> & {
  _aws: { CloudWatchMetrics: [{ Namespace: string; Dimensions: string[][]; Metrics: { Name: string }[] }] };
};

/** What a scheduled function of this name, deployed with this service's name, prints for CloudWatch to make metrics of. */
function writtenBy(name: string, serviceName: string, count = "examined"): Written {
  const module = new URL("../../../shared/handlers/scheduled-handler.ts", import.meta.url).href;
  const program = `
    const { scheduledHandler } = await import(${JSON.stringify(module)});
    const context = { functionName: ${JSON.stringify(name)}, awsRequestId: "1" };
    await scheduledHandler(${JSON.stringify(name)}, async () => ({ ${count}: 1 }))({}, context);`;
  const env = { PATH: process.env["PATH"], POWERTOOLS_SERVICE_NAME: serviceName };
  const printed = execFileSync(process.execPath, ["--input-type=module", "-e", program], {
    env,
    encoding: "utf8",
  });
  const metrics = printed.split("\n").find((line) => line.includes("CloudWatchMetrics"));
  if (!metrics) throw new Error(`No metrics in: ${printed}`);
  return JSON.parse(metrics) as Written;
}
