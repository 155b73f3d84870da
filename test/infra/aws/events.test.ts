// Nothing that arrives is lost: rules feed queues, queues feed functions, and what fails is kept.
import { App, Stack } from "aws-cdk-lib";
import { Match, Template } from "aws-cdk-lib/assertions";
import { Code, Function as LambdaFunction, Runtime } from "aws-cdk-lib/aws-lambda";
import { describe, expect, it } from "vitest";
import { buildBus } from "../../../infra/aws/bus.ts";
import { buildStream } from "../../../infra/aws/events.ts";
import { buildTable } from "../../../infra/aws/table.ts";
import { BUS, QUEUE, RULES, SCHEDULES } from "../../../shared/contract/events.ts";
import { Facts, list, type Statement, target } from "../../support/template.ts";

type Target = { Arn: unknown; RetryPolicy?: unknown; DeadLetterConfig?: { Arn: unknown } };
const facts = new Facts();
const rules = facts.all("AWS::Events::Rule").map(([, properties]) => properties);
const queues = facts.all("AWS::SQS::Queue");
const described = (summary: string) => {
  const rule = rules.find(({ Description }) => Description === summary);
  if (!rule) throw new Error(`No rule: ${summary}`);
  return rule as { EventPattern?: Record<string, unknown>; ScheduleExpression?: string; Targets: [Target] };
};

describe.each(Object.entries(RULES))("rule %s", (_name, { pattern, target: consumer, summary }) => {
  const { EventPattern, Targets } = described(summary);
  const queueId = target(Targets[0].Arn);

  it("matches what the contract says, of the service's own state machine only", () => {
    const { detail, ...rest } = pattern;
    expect(EventPattern).toMatchObject(rest);
    expect(EventPattern?.["detail"]).toMatchObject(detail);
    expect(JSON.stringify(EventPattern)).toContain(":stateMachine:runbooks-execution");
  });

  it("feeds a queue that its function reads, answering which of a batch failed", () => {
    const sources = facts.all("AWS::Lambda::EventSourceMapping").map(([, p]) => p);
    const source = sources.find(({ EventSourceArn }) => target(EventSourceArn) === queueId);
    expect(source).toMatchObject({
      BatchSize: QUEUE.batchSize,
      FunctionResponseTypes: ["ReportBatchItemFailures"],
    });
    expect(target(source?.["FunctionName"])).toBe(facts.function(consumer).id);
  });

  it("gives the function time to end before a message comes back, and sets aside what keeps failing", () => {
    const queue = facts.resources[queueId]?.Properties;
    const seconds = Number(facts.function(consumer).properties["Timeout"]);
    expect(queue?.["VisibilityTimeout"]).toBeGreaterThanOrEqual(6 * seconds);
    expect(queue?.["RedrivePolicy"]).toMatchObject({ maxReceiveCount: QUEUE.maxReceives });
  });
});

describe.each(Object.entries(SCHEDULES))("schedule %s", (_name, { everyMinutes, target: name, summary }) => {
  it("calls its function by the clock, and repeats no failed run", () => {
    const { ScheduleExpression, Targets } = described(summary);
    expect(ScheduleExpression).toBe(`rate(${everyMinutes} minute${everyMinutes === 1 ? "" : "s"})`);
    expect(target(Targets[0].Arn)).toBe(facts.function(name).id);
    const async = facts.all("AWS::Lambda::EventInvokeConfig").map(([, p]) => p);
    expect(async.find(({ FunctionName }) => target(FunctionName) === facts.function(name).id)).toMatchObject({
      MaximumRetryAttempts: 0,
    });
  });
});

it("every target has a retry policy and a dead-letter queue", () => {
  const targets = rules.flatMap(({ Targets }) => Targets as Target[]);
  expect(targets).toHaveLength(Object.keys(RULES).length + Object.keys(SCHEDULES).length);
  for (const { RetryPolicy, DeadLetterConfig } of targets) {
    expect(RetryPolicy).toMatchObject({ MaximumEventAgeInSeconds: expect.any(Number) });
    expect(facts.resources[target(DeadLetterConfig?.Arn)]?.Type).toBe("AWS::SQS::Queue");
  }
});

describe("queues", () => {
  it("are encrypted and keep their messages for as long as the contract says", () => {
    for (const [, queue] of queues) {
      expect(queue).toMatchObject({
        SqsManagedSseEnabled: true,
        MessageRetentionPeriod: QUEUE.retentionDays * 24 * 60 * 60,
      });
    }
  });

  it("have a dead-letter queue, or are one", () => {
    const deadLetters = queues.flatMap(([, { RedrivePolicy }]) =>
      RedrivePolicy ? [target((RedrivePolicy as { deadLetterTargetArn: unknown }).deadLetterTargetArn)] : [],
    );
    const ofTargets = rules
      .flatMap(({ Targets }) => Targets as Target[])
      .map(({ DeadLetterConfig }) => target(DeadLetterConfig?.Arn));
    const without = queues.filter(([, { RedrivePolicy }]) => !RedrivePolicy).map(([id]) => id);
    expect(without.filter((id) => ![...deadLetters, ...ofTargets].includes(id))).toEqual([]);
  });

  it.each(queues)("%s refuses what does not come over TLS, and messages from anyone but a rule", (id) => {
    const statements = facts
      .all("AWS::SQS::QueuePolicy")
      .filter(([, { Queues }]) => target(list(Queues)[0]) === id)
      .flatMap(([, { PolicyDocument }]) => (PolicyDocument as { Statement: Statement[] }).Statement);
    expect(statements).toContainEqual(
      expect.objectContaining({ Effect: "Deny", Condition: { Bool: { "aws:SecureTransport": "false" } } }),
    );
    for (const { Condition } of statements.filter(({ Effect }) => Effect === "Allow")) {
      expect(facts.resources[target(Condition?.["ArnEquals"]?.["aws:SourceArn"])]?.Type).toBe(
        "AWS::Events::Rule",
      );
    }
  });
});

describe("the bus", () => {
  const incidents = {
    bus: BUS,
    pattern: { source: ["oncall.incidents"], "detail-type": ["Incident Created"] },
  };
  const policyOf = (accounts: string[], read = [incidents]) => {
    const stack = new Stack(new App());
    buildBus(stack, accounts, read);
    return Template.fromStack(stack).findResources("AWS::Events::EventBusPolicy");
  };

  it("has the contract's name, and an archive to replay from", () => {
    expect(facts.only("AWS::Events::EventBus")["Name"]).toBe(BUS);
    expect(facts.only("AWS::Events::Archive")["RetentionDays"]).toBe(30);
  });

  it("takes nothing from other accounts unless they are named", () => {
    expect(policyOf([])).toEqual({});
  });

  it("takes from the accounts named what a rule reads, and nothing else", () => {
    const [policy] = Object.values(policyOf(["111122223333"]));
    expect(policy?.["Properties"].Statement).toMatchObject({
      Effect: "Allow",
      Action: "events:PutEvents",
      Condition: {
        StringEquals: { "events:source": ["oncall.incidents"], "events:detail-type": ["Incident Created"] },
      },
    });
    expect(JSON.stringify(policy)).toContain(":iam::111122223333:root");
  });

  it("refuses to be opened where no rule reads what would come in", () => {
    expect(() => policyOf(["111122223333"], [])).toThrow(/eventSourceAccounts/);
  });
});

it("a reader of the stream takes all of it, halves failing batches, and sets aside what it cannot read", () => {
  const stack = new Stack(new App());
  const code = Code.fromInline("export const handler = async () => {};");
  const reader = new LambdaFunction(stack, "Reader", {
    code,
    handler: "index.handler",
    runtime: Runtime.NODEJS_24_X,
  });
  buildStream(stack, "announcements", "announce", { table: buildTable(stack), functionOf: () => reader });
  const template = Template.fromStack(stack);
  template.hasResourceProperties("AWS::Lambda::EventSourceMapping", {
    StartingPosition: "TRIM_HORIZON",
    BisectBatchOnFunctionError: true,
    FunctionResponseTypes: ["ReportBatchItemFailures"],
    DestinationConfig: { OnFailure: { Destination: Match.anyValue() } },
  });
  template.resourceCountIs("AWS::SQS::Queue", 1);
});
