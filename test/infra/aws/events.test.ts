// Nothing that arrives is lost: rules feed queues, queues feed functions, and what fails is kept.
import { describe, expect, it } from "vitest";
import { BUS, QUEUE, RULES, SCHEDULES, STREAM_TARGETS } from "../../../shared/contract/events.ts";
import { Facts, list, type Statement, target } from "../../support/template.ts";

type Target = { Arn: unknown; RetryPolicy?: unknown; DeadLetterConfig?: { Arn: unknown } };
const facts = new Facts();
const rules = facts.all("AWS::Events::Rule").map(([, properties]) => properties);
const queues = facts.all("AWS::SQS::Queue");
const described = (summary: string) => {
  const rule = rules.find(({ Description }) => Description === summary);
  if (!rule) throw new Error(`No rule: ${summary}`);
  return rule as {
    EventPattern?: Record<string, unknown>;
    EventBusName?: unknown;
    ScheduleExpression?: string;
    Targets: [Target];
  };
};

describe.each(Object.entries(RULES))("rule %s", (name, row) => {
  const { bus, pattern, target: consumer, summary } = row;
  const rule = described(summary);
  const queueId = target(rule.Targets[0].Arn);

  it("matches the events of the contract on its bus, and on AWS's own only the service's state machine", () => {
    expect(rule.EventPattern).toMatchObject(pattern);
    const ours = JSON.stringify(rule.EventPattern).includes(":stateMachine:runbooks-execution");
    expect({ own: Boolean(rule.EventBusName), ours }).toEqual({
      own: bus === BUS,
      ours: "ofStateMachine" in row,
    });
  });

  it("feeds a queue that its function reads, answering which of a batch failed", () => {
    const sources = facts.all("AWS::Lambda::EventSourceMapping").map(([, p]) => p);
    const source = sources.find(({ EventSourceArn }) => target(EventSourceArn) === queueId);
    expect(source).toMatchObject({
      BatchSize: QUEUE.batchSize,
      FunctionResponseTypes: ["ReportBatchItemFailures"],
      ScalingConfig: { MaximumConcurrency: 10 },
    });
    expect(target(source?.["FunctionName"])).toBe(facts.function(consumer).id);
  });

  it("lets its function set aside unprocessable messages, and requeue those that have to wait", () => {
    const deadLetters = target(rule.Targets[0].DeadLetterConfig?.Arn);
    const sends = facts
      .grants(consumer)
      .filter(({ Action }) => list(Action).includes("sqs:SendMessage"))
      .flatMap(({ Resource }) => list(Resource));
    // What a source reports goes on to the queue of incidents.
    const onward =
      consumer === "on-source-message" ? [target(described(RULES.incidents.summary).Targets[0].Arn)] : [];
    expect(sends.map(target).sort()).toEqual([deadLetters, queueId, ...onward].sort());
    const { Variables } = facts.function(consumer).properties["Environment"] as {
      Variables: Record<string, { "Fn::Join": [string, unknown[]] }>;
    };
    const reported = (variable: string) => {
      const joined = Variables[variable]?.["Fn::Join"][1] ?? [];
      const before = joined.findIndex((part) => typeof part === "string" && part.endsWith(`${name}=`));
      return target(joined[before + 1]);
    };
    expect(reported("DEAD_LETTER_QUEUES")).toBe(deadLetters);
    expect(reported("EVENT_QUEUES")).toBe(queueId);
  });

  it("lets the function put events back more often than Lambda would take for a loop", () => {
    expect(facts.function(consumer).properties["RecursiveLoop"]).toBe("Allow");
  });

  it("gives the function time to end before a message comes back, and sets aside messages that keep failing", () => {
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

  it("have a dead-letter queue, or are one that an alarm watches", () => {
    const watched = facts
      .all("AWS::CloudWatch::Alarm")
      .filter(([, { MetricName }]) => MetricName === "ApproximateNumberOfMessagesVisible")
      .flatMap(([, { Dimensions }]) => Dimensions as { Name: string; Value: unknown }[])
      .flatMap(({ Name, Value }) => (Name === "QueueName" ? [target(Value)] : []));
    const without = queues.filter(([, { RedrivePolicy }]) => !RedrivePolicy).map(([id]) => id);
    expect(without.sort()).toEqual(watched.sort());
  });

  it.each(queues)("%s refuses requests without TLS, and messages from anyone but a rule", (id) => {
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
  it("has the contract's name, and an archive to replay from", () => {
    expect(facts.only("AWS::Events::EventBus")["Name"]).toBe(BUS);
    expect(facts.only("AWS::Events::Archive")["RetentionDays"]).toBe(30);
  });

  it("accepts nothing from other accounts unless they are named", () => {
    expect(facts.all("AWS::Events::EventBusPolicy")).toEqual([]);
  });

  it("accepts from the named accounts only events that a rule reads, from trusted sources", () => {
    const options = { eventSourceAccounts: "111122223333", workflowSources: "flows=payments" };
    const { Statement } = new Facts(options).only("AWS::Events::EventBusPolicy");
    const types = Object.values(RULES).flatMap((rule) =>
      rule.bus === BUS ? rule.pattern["detail-type"] : [],
    );
    expect(Statement).toMatchObject({
      Effect: "Allow",
      Action: "events:PutEvents",
      Condition: {
        StringEquals: { "events:source": ["oncall.incidents", "flows"], "events:detail-type": types },
      },
    });
    expect(JSON.stringify(Statement)).toContain(":iam::111122223333:root");
  });
});

describe.each(Object.values(STREAM_TARGETS))("the stream's reader $target", ({ target: name }) => {
  it("reads all of it, halves failing batches, and sets aside unreadable records", () => {
    const reader = facts
      .all("AWS::Lambda::EventSourceMapping")
      .map(([, properties]) => properties)
      .find(({ FunctionName }) => target(FunctionName) === facts.function(name).id);
    expect(reader).toMatchObject({
      StartingPosition: "TRIM_HORIZON",
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ["ReportBatchItemFailures"],
    });
    const config = reader?.["DestinationConfig"] as { OnFailure: { Destination: unknown } } | undefined;
    expect(facts.resources[target(config?.OnFailure.Destination)]?.Type).toBe("AWS::SQS::Queue");
  });
});

describe("EventBridge Scheduler", () => {
  const [[groupId = "", group] = []] = facts.all("AWS::Scheduler::ScheduleGroup");
  const [roleId = "", role] =
    facts
      .all("AWS::IAM::Role")
      .find(([, properties]) => JSON.stringify(properties).includes("scheduler.amazonaws.com")) ?? [];
  const [sources] = described(RULES["source-messages"].summary).Targets;

  it("has a group of the service's own, and a role that only schedules of this group take", () => {
    expect(group).toMatchObject({ Name: "runbooks" });
    const trust = JSON.stringify(role?.["AssumeRolePolicyDocument"]);
    expect(trust).toContain(`"aws:SourceArn":{"Fn::GetAtt":["${groupId}","Arn"]}`);
    expect(trust).toContain('"aws:SourceAccount":{"Ref":"AWS::AccountId"}');
  });

  it("may send to the queue of sources and to its dead letters, and nothing else", () => {
    const statements = facts.statements(roleId);
    const actions = new Set(statements.flatMap(({ Action }) => list(Action)));
    expect([...actions].sort()).toEqual(["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SendMessage"]);
    const resources = new Set(statements.flatMap(({ Resource }) => list(Resource)).map(target));
    expect([...resources].sort()).toEqual(
      [target(sources.Arn), target(sources.DeadLetterConfig?.Arn)].sort(),
    );
  });

  it.each(["set-schedules", "sweep"])(
    "%s makes and deletes schedules of the group, with this role alone",
    (name) => {
      const grantOf = (wanted: string) => {
        const found = facts.grants(name).filter(({ Action }) => list(Action).includes(wanted));
        return { resources: JSON.stringify(found.map(({ Resource }) => Resource)), found };
      };
      for (const action of ["scheduler:CreateSchedule", "scheduler:DeleteSchedule"])
        expect(grantOf(action).resources).toContain(":schedule/runbooks/*");
      expect(grantOf("scheduler:ListSchedules").resources).toBe('["*"]');
      const [pass, ...others] = grantOf("iam:PassRole").found;
      expect(others).toEqual([]);
      expect(target(pass?.Resource)).toBe(roleId);
      expect(pass?.Condition).toEqual({ StringEquals: { "iam:PassedToService": "scheduler.amazonaws.com" } });
    },
  );

  it("nobody else does", () => {
    const others = facts.functionNames().filter((name) => name !== "set-schedules" && name !== "sweep");
    const statements = others.flatMap((name) => facts.grants(name)).flatMap(({ Action }) => list(Action));
    expect(statements.filter((action) => /^(scheduler|iam):/.test(action))).toEqual([]);
  });
});
