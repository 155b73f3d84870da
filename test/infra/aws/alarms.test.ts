// Somebody hears of it when something fails, and when something that should happen stops happening.
import { describe, expect, it } from "vitest";
import { ENTRIES } from "../../../infra/aws/bundle/entries.ts";
import { ALARM_TEXTS } from "../../../infra/aws/monitoring/alarm-texts.ts";
import { RULES } from "../../../shared/contract/events.ts";
import { METRICS, RUN_METRICS } from "../../../shared/contract/metrics.ts";
import { Facts, list, target } from "../../support/template.ts";

type Alarm = {
  AlarmName: string;
  MetricName?: string;
  Namespace?: string;
  Dimensions?: { Name: string; Value: unknown }[];
  Metrics?: { Expression?: string; MetricStat?: { Metric: Alarm } }[];
  AlarmDescription: string;
  TreatMissingData: string;
  ComparisonOperator: string;
  Threshold: number;
  Period?: number;
  EvaluationPeriods: number;
  DatapointsToAlarm: number;
  AlarmActions?: unknown[];
  OKActions?: unknown[];
  InsufficientDataActions?: unknown[];
};
const facts = new Facts();
const alarmsOf = (of: Facts) => of.all("AWS::CloudWatch::Alarm").map(([, p]) => p as unknown as Alarm);
const alarms = alarmsOf(facts);
const called = (name: string) => {
  const found = alarms.find(({ AlarmName }) => AlarmName === `runbooks-${name}`);
  if (!found) throw new Error(`No alarm ${name}`);
  return found;
};
/** The metrics that an alarm watches: its own, or those of its formula. */
const metricsOf = (alarm: Alarm): Alarm[] =>
  alarm.Metrics?.flatMap(({ MetricStat }) => MetricStat?.Metric ?? []) ?? [alarm];
const NIGHT = "arn:aws:sns:eu-west-1:111122223333:on-call";
const DAY = "arn:aws:sns:eu-west-1:111122223333:office";
const paged = alarmsOf(new Facts({ alarmTopicArn: NIGHT, noticeTopicArn: DAY }));
const byMail = new Facts({ alarmEmail: "on-call@example.com" });
const rowOf = (name: string) => {
  const [, row] =
    Object.entries(ALARM_TEXTS).find(([pattern]) =>
      new RegExp(`^runbooks-${pattern.replace(/<.*>/, "[\\w-]+")}$`).test(name),
    ) ?? [];
  if (!row) throw new Error(`No row for ${name}`);
  return row;
};
describe("alarms", () => {
  it("have a row each in the documents, whose words are their description", () => {
    const texts = new Map<string, string>(
      Object.values(ALARM_TEXTS).map(({ means, first }) => [`${means} First: ${first}`, ""]),
    );
    for (const { AlarmName, AlarmDescription } of alarms) {
      expect(rowOf(AlarmName)).toBeDefined();
      expect(texts.has(AlarmDescription), AlarmName).toBe(true);
      expect(AlarmDescription.length).toBeLessThanOrEqual(1024);
    }
    const described = new Set(alarms.map(({ AlarmDescription }) => AlarmDescription));
    expect([...texts.keys()].filter((text) => !described.has(text))).toEqual([]);
  });

  it("watch metrics of this stack alone", () => {
    for (const alarm of alarms)
      for (const { Namespace, Dimensions = [] } of metricsOf(alarm)) {
        expect(Dimensions, `${alarm.AlarmName} ${Namespace}`).not.toEqual([]);
      }
  });

  it("have no more metrics in a formula than CloudWatch takes, nor look back for longer than a day", () => {
    for (const alarm of alarms) {
      expect(metricsOf(alarm).length, alarm.AlarmName).toBeLessThanOrEqual(10);
      expect((alarm.Period ?? 60) * alarm.EvaluationPeriods).toBeLessThanOrEqual(86_400);
    }
  });

  it.each([
    ...["api-5xx-many", "api-5xx-repeated", "requests-throttled", "background-throttled", "deliveries-wait"],
    ...["table-throttled", "table-errors", "runs-throttled", "deliver-webhook-errors", "sweep-failed"],
    ...["sweep-repairs", "announcements-late", "incidents-late", "runs-mostly-fail"],
  ])("%s goes off for what goes on, not for one fault", (name) => {
    expect(called(name).DatapointsToAlarm).toBeGreaterThan(1);
  });

  it("watch throttles of every function but the widgets'", () => {
    const watched = ["requests-throttled", "background-throttled", "deliveries-wait"]
      .flatMap((name) => metricsOf(called(name)))
      .map(({ MetricName, Dimensions }) => [MetricName, target(named(Dimensions)["FunctionName"])]);
    const functions = ENTRIES.filter(({ kind }) => kind !== "widgets" && kind !== "authorizer");
    expect(watched.sort()).toEqual(
      functions.map(({ name }) => ["Throttles", facts.function(name).id]).sort(),
    );
  });

  it("watch throttles and errors of every operation that a function may ask of the table", () => {
    // Writes together need the rights of each write; metrics name the whole.
    const asked = new Set(
      facts
        .functionNames()
        .flatMap((name) => facts.grants(name).flatMap(({ Action }) => list(Action)))
        .flatMap(
          (action) =>
            /^dynamodb:(?!ConditionCheck|\w*Stream|GetRecords|GetShard)(\w+)$/.exec(action)?.[1] ?? [],
        ),
    );
    for (const name of ["table-throttled", "table-errors"]) {
      const watched = metricsOf(called(name)).map(({ Dimensions }) => named(Dimensions)["Operation"]);
      expect(watched.sort(), name).toEqual([...asked, "TransactWriteItems"].sort());
    }
  });

  it("watch the errors of every function that no caller is waiting for", () => {
    const watched = alarms
      .filter(({ MetricName }) => MetricName === "Errors")
      .map(({ Dimensions }) => target(named(Dimensions)["FunctionName"]));
    const behind = ENTRIES.filter(({ kind }) => !["api", "authorizer", "console", "widgets"].includes(kind));
    expect(watched.sort()).toEqual(behind.map(({ name }) => facts.function(name).id).sort());
  });

  it("watch the age of what waits in every queue that a function reads, and of the stream", () => {
    const watched = alarms
      .filter(({ MetricName }) => MetricName === "ApproximateAgeOfOldestMessage")
      .map(({ Dimensions }) => target(named(Dimensions)["QueueName"]));
    const read = facts.all("AWS::SQS::Queue").filter(([, { RedrivePolicy }]) => RedrivePolicy);
    expect(watched.sort()).toEqual(read.map(([queue]) => queue).sort());
    expect(called("announcements-late")).toMatchObject({ MetricName: "IteratorAge", Threshold: 300_000 });
  });

  it("watch every dead-letter queue, from the first message on", () => {
    const watched = alarms
      .filter(({ MetricName }) => MetricName === "ApproximateNumberOfMessagesVisible")
      .map(({ Dimensions, Threshold }) => ({ queue: target(named(Dimensions)["QueueName"]), Threshold }));
    const deadLetters = facts.all("AWS::SQS::Queue").filter(([, { RedrivePolicy }]) => !RedrivePolicy);
    expect(watched).toEqual(expect.arrayContaining(deadLetters.map(([queue]) => ({ queue, Threshold: 1 }))));
    expect(watched).toHaveLength(deadLetters.length);
  });
});

describe("what the reconciler reports", () => {
  it.each([
    ["sweep-failed", ["failed"], 1, [5, 15]],
    ["sweep-repairs", ["started", "completed", "resumed"], 1, [10, 15]],
    ["callbacks-waiting", ["waiting"], 500, [1, 1]],
    ["break-glass-open", ["openBreakGlass"], 1, [24, 24]],
    ["approvals-expired", ["expiredApprovals"], 1, [24, 24]],
    ["sweep-silent", ["heartbeat"], 1, [5, 5]],
  ] as const)("%s watches %s", (name, metrics, threshold, datapoints) => {
    const alarm = called(name);
    expect(metricsOf(alarm).map(({ MetricName }) => MetricName)).toEqual(metrics);
    expect([alarm.Threshold, alarm.DatapointsToAlarm, alarm.EvaluationPeriods]).toEqual([
      threshold,
      ...datapoints,
    ]);
  });
});

describe("a first deployment", () => {
  it("pages nobody: silence is no alarm, and only what has been heard can fall silent", () => {
    for (const { AlarmName, TreatMissingData, InsufficientDataActions } of paged) {
      const isHeartbeat = AlarmName.endsWith("-silent");
      expect([AlarmName, TreatMissingData]).toEqual([AlarmName, isHeartbeat ? "missing" : "notBreaching"]);
      expect(InsufficientDataActions !== undefined).toBe(isHeartbeat);
    }
  });

  it("sends no mail that all is well", () => {
    const { FilterPolicy, FilterPolicyScope } = byMail.only("AWS::SNS::Subscription");
    expect(FilterPolicyScope).toBe("MessageBody");
    expect(FilterPolicy).toEqual({
      $or: [{ NewStateValue: ["ALARM", "INSUFFICIENT_DATA"] }, { OldStateValue: ["ALARM"] }],
    });
  });
});

describe("who is notified", () => {
  it("is nobody unless the deployment says so", () => {
    expect(alarms.every(({ AlarmActions }) => AlarmActions === undefined)).toBe(true);
    expect(facts.all("AWS::SNS::Topic")).toEqual([]);
  });

  it("is one topic for faults, and another for what can wait until the morning", () => {
    const heardBy = (topic: string) =>
      paged.filter(({ AlarmActions }) => String(AlarmActions) === topic).map(({ AlarmName }) => AlarmName);
    expect(heardBy(NIGHT).length + heardBy(DAY).length).toBe(paged.length);
    expect(heardBy(DAY).sort()).toEqual(
      [
        ...["approvals-expired", "break-glass-open", "callbacks-waiting", "runs-mostly-fail"],
        ...Object.keys(RULES).map((rule) => `${rule}-dead-letters`),
      ]
        .map((name) => `runbooks-${name}`)
        .sort(),
    );
  });

  it("is told when it is over, too", () => {
    expect(paged.map(({ OKActions }) => OKActions)).toEqual(paged.map(({ AlarmActions }) => AlarmActions));
  });

  it("is never woken by what strangers send or receivers answer", () => {
    const ofStrangers = new Set<string>([METRICS.rejected, RUN_METRICS.failed, "ExecutionsFailed"]);
    const woken = paged.filter(({ AlarmActions }) => String(AlarmActions) === NIGHT);
    const watched = woken.flatMap((alarm) => metricsOf(alarm).map(({ MetricName }) => MetricName ?? ""));
    expect(watched.filter((name) => ofStrangers.has(name))).toEqual([]);
  });

  it("is an address by mail, over a topic that CloudWatch may publish to and that wants TLS", () => {
    const own = byMail;
    expect(own.only("AWS::SNS::Subscription")).toMatchObject({
      Protocol: "email",
      Endpoint: "on-call@example.com",
    });
    const policy = JSON.stringify(own.only("AWS::SNS::TopicPolicy"));
    expect(policy).toContain('"Service":"cloudwatch.amazonaws.com"');
    expect(policy).toContain('"aws:SecureTransport":"false"');
  });
});

const named = (dimensions: Alarm["Dimensions"] = []): Record<string, unknown> =>
  Object.fromEntries(dimensions.map(({ Name, Value }) => [Name, Value]));
