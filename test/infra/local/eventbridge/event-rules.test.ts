// Rules of one's own: who subscribes to the service's events does so with the clients that are used on AWS.
import {
  DeleteRuleCommand,
  DescribeRuleCommand,
  DisableRuleCommand,
  EnableRuleCommand,
  EventBridgeClient,
  ListEventBusesCommand,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  type Target,
  TestEventPatternCommand,
} from "@aws-sdk/client-eventbridge";
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { LOCAL_CREDENTIALS, LOCAL_REGION } from "../../../support/dynamodb.ts";
import { startLocalHost, type TestHost } from "../../../support/local-host.ts";

const EventBusName = "runbooks";
const contract = { bus: "runbooks", pattern: { source: ["oncall.incidents"] }, target: "take" };
let host: TestHost;
let bus: EventBridgeClient;
let sqs: SQSClient;

beforeAll(async () => {
  const rules = { incidents: contract };
  host = await startLocalHost({
    load: async () => () => null,
    routes: {},
    schedules: {},
    streamTargets: {},
    rules,
  });
  const config = { endpoint: host.aws, region: LOCAL_REGION, credentials: LOCAL_CREDENTIALS };
  // A client treats a limit as throttling, and would retry.
  bus = new EventBridgeClient({ ...config, maxAttempts: 1 });
  sqs = new SQSClient(config);
});
afterAll(() => host.stop());

const pattern = (detailType: string) =>
  JSON.stringify({ source: ["runbooks"], "detail-type": [detailType], detail: { status: ["failed"] } });
const put = (DetailType: string, detail: object) =>
  bus.send(
    new PutEventsCommand({
      Entries: [{ EventBusName, Source: "runbooks", DetailType, Detail: JSON.stringify(detail) }],
    }),
  );
async function queueNamed(QueueName: string) {
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName }));
  const next = async (): Promise<{ id: string; detail: unknown } | null> => {
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    return Messages?.[0] === undefined ? null : JSON.parse(Messages[0].Body ?? "");
  };
  return { QueueUrl, Arn: host.arns.queue(QueueName), next };
}
/** A rule on events of this detail type, and the queue that it feeds. */
async function subscription(name: string) {
  const rule = { Name: name, EventBusName };
  const queue = await queueNamed(name);
  const { RuleArn } = await bus.send(new PutRuleCommand({ ...rule, EventPattern: pattern(name) }));
  const Targets = [{ Id: "1", Arn: queue.Arn }];
  const answer = await bus.send(new PutTargetsCommand({ Rule: name, EventBusName, Targets }));
  expect(answer).toMatchObject({ FailedEntryCount: 0, FailedEntries: [] });
  return { rule, queue, RuleArn, at: { Rule: name, EventBusName } };
}

describe("a subscription", () => {
  test("delivers only matching events to its queue, in EventBridge's form", async () => {
    const { queue } = await subscription("matched");
    await put("matched", { status: "succeeded" });
    await put("other", { status: "failed" });
    const { Entries } = await put("matched", { status: "failed", n: 1 });
    expect(await queue.next()).toEqual({
      version: "0",
      id: Entries?.[0]?.EventId,
      "detail-type": "matched",
      source: "runbooks",
      account: "000000000000",
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      region: LOCAL_REGION,
      resources: [],
      detail: { status: "failed", n: 1 },
    });
    expect(await queue.next()).toBeNull();
  });

  test("rests while its rule is disabled, and ends with its target or its queue", async () => {
    const { rule, queue, at } = await subscription("rests");
    const failed = (n: number) => put("rests", { status: "failed", n });
    await bus.send(new DisableRuleCommand(rule));
    expect(await bus.send(new DescribeRuleCommand(rule))).toMatchObject({ State: "DISABLED" });
    await failed(1);
    await bus.send(new EnableRuleCommand(rule));
    await failed(2);
    await bus.send(new RemoveTargetsCommand({ ...at, Ids: ["1"] }));
    await failed(3);
    expect(await queue.next()).toMatchObject({ detail: { n: 2 } });
    expect(await queue.next()).toBeNull();

    await bus.send(new PutTargetsCommand({ ...at, Targets: [{ Id: "1", Arn: queue.Arn }] }));
    await sqs.send(new DeleteQueueCommand({ QueueUrl: queue.QueueUrl }));
    expect(await failed(4)).toMatchObject({ FailedEntryCount: 0 });
    expect(await (await queueNamed("rests")).next()).toBeNull();
  });

  test("is described and listed, and keeps its targets when its rule is put again", async () => {
    const { rule, RuleArn, at, queue } = await subscription("described");
    const EventPattern = JSON.stringify({ source: ["runbooks"] });
    await bus.send(
      new PutRuleCommand({ ...rule, EventPattern, State: "DISABLED", Description: "all of ours" }),
    );
    const described = {
      Name: "described",
      Arn: `arn:aws:events:${LOCAL_REGION}:000000000000:rule/runbooks/described`,
      EventBusName,
      EventPattern,
      State: "DISABLED",
      Description: "all of ours",
    };
    expect(RuleArn).toBe(described.Arn);
    expect(await bus.send(new DescribeRuleCommand(rule))).toMatchObject(described);
    const { Rules } = await bus.send(new ListRulesCommand({ EventBusName, NamePrefix: "descr" }));
    expect(Rules).toEqual([described]);
    const { Targets } = await bus.send(new ListTargetsByRuleCommand(at));
    expect(Targets).toEqual([{ Id: "1", Arn: queue.Arn }]);
  });

  test("can be undone: the rule goes once its targets are gone, and again changes nothing", async () => {
    const { rule, at } = await subscription("undone");
    const remove = () => bus.send(new DeleteRuleCommand(rule));
    await expect(remove()).rejects.toMatchObject({ name: "ValidationException" });
    const removed = await bus.send(new RemoveTargetsCommand({ ...at, Ids: ["1", "2"] }));
    expect(removed.FailedEntries).toMatchObject([{ TargetId: "2", ErrorCode: "ResourceNotFoundException" }]);
    await remove();
    await remove();
    await expect(bus.send(new DescribeRuleCommand(rule))).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
  });
});

describe("the contract's rules", () => {
  test("are listed with their queues, page by page, beside the subscribers'", async () => {
    await subscription("zebra");
    const names: Array<string | undefined> = [];
    let NextToken: string | undefined;
    do {
      const page = await bus.send(new ListRulesCommand({ EventBusName, Limit: 1, NextToken }));
      names.push(...(page.Rules ?? []).map((rule) => rule.Name));
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    expect(names).toEqual(names.toSorted());
    expect(names).toEqual(expect.arrayContaining(["incidents", "zebra"]));
    const { Targets } = await bus.send(new ListTargetsByRuleCommand({ EventBusName, Rule: "incidents" }));
    expect(Targets).toEqual([{ Id: "incidents", Arn: host.arns.queue("incidents") }]);
  });

  test("cannot be changed", async () => {
    const rule = { Name: "incidents", EventBusName };
    const at = { Rule: "incidents", EventBusName };
    const { Arn } = await queueNamed("intruder");
    const refused = {
      name: "ManagedRuleException",
      message: expect.stringContaining("shared/contract/events.ts"),
    };
    for (const change of [
      () => bus.send(new PutRuleCommand({ ...rule, EventPattern: pattern("x") })),
      () => bus.send(new DisableRuleCommand(rule)),
      () => bus.send(new EnableRuleCommand(rule)),
      () => bus.send(new DeleteRuleCommand(rule)),
      () => bus.send(new PutTargetsCommand({ ...at, Targets: [{ Id: "1", Arn }] })),
      () => bus.send(new RemoveTargetsCommand({ ...at, Ids: ["incidents"] })),
    ]) {
      await expect(change()).rejects.toMatchObject(refused);
    }
    const unchanged = { EventPattern: JSON.stringify(contract.pattern), State: "ENABLED" };
    expect(await bus.send(new DescribeRuleCommand(rule))).toMatchObject(unchanged);
  });
});

describe("a refused rule", () => {
  test.each([
    ["no JSON", "{", "is not JSON"],
    ["no condition", "{}", "must name at least one field"],
    ["an unknown operator", '{"source":[{"like":"x"}]}', "/source/0/like is not an operator"],
  ])("is a pattern with %s: it is reported with its place", async (_, EventPattern, reason) => {
    const refused = {
      name: "InvalidEventPatternException",
      message: expect.stringContaining(`Event pattern is not valid. Reason: ${reason}`),
    };
    const rule = { Name: "bad", EventBusName, EventPattern };
    await expect(bus.send(new PutRuleCommand(rule))).rejects.toMatchObject(refused);
    await expect(bus.send(new DescribeRuleCommand({ Name: "bad", EventBusName }))).rejects.toThrow("bad");
  });

  test.each<[string, object]>([
    ["ScheduleExpression", { ScheduleExpression: "rate(1 minute)" }],
    ["RoleArn", { RoleArn: "arn:aws:iam::000000000000:role/r" }],
    ["Tags", { Tags: [{ Key: "a", Value: "b" }] }],
  ])("is a rule with %s", async (name, more) => {
    const rule = { Name: "more", EventBusName, EventPattern: pattern("x"), ...more };
    await expect(bus.send(new PutRuleCommand(rule))).rejects.toMatchObject({
      name: "ValidationException",
      message: expect.stringContaining(`${name} is not supported by the local stack`),
    });
  });

  test.each<[string, Partial<Target>]>([
    ["InputPath", { InputPath: "$.detail" }],
    ["InputTransformer", { InputTransformer: { InputTemplate: '"x"' } }],
    ["Input", { Input: "{}" }],
    ["SqsParameters", { SqsParameters: { MessageGroupId: "g" } }],
    ["arn:aws:lambda", { Arn: `arn:aws:lambda:${LOCAL_REGION}:000000000000:function:x` }],
    [":nowhere", { Arn: `arn:aws:sqs:${LOCAL_REGION}:000000000000:nowhere` }],
    ["us-east-1", { Arn: "arn:aws:sqs:us-east-1:000000000000:targets" }],
  ])("is a target with %s", async (name, more) => {
    const { at, queue } = await subscription("targets");
    const Targets = [{ Id: "2", Arn: queue.Arn, ...more }];
    await expect(bus.send(new PutTargetsCommand({ ...at, Targets }))).rejects.toMatchObject({
      name: "ValidationException",
      message: expect.stringContaining(name),
    });
    const { Targets: kept } = await bus.send(new ListTargetsByRuleCommand(at));
    expect(kept).toEqual([{ Id: "1", Arn: queue.Arn }]);
  });

  test("is a sixth target, a rule on a bus that is not there, and a target of a rule that is not there", async () => {
    const { at, queue } = await subscription("many");
    const Targets = ["2", "3", "4", "5", "6"].map((Id) => ({ Id, Arn: queue.Arn }));
    await expect(bus.send(new PutTargetsCommand({ ...at, Targets }))).rejects.toMatchObject({
      name: "LimitExceededException",
    });
    const missing = { name: "ResourceNotFoundException" };
    const elsewhere = { Name: "x", EventBusName: "elsewhere", EventPattern: pattern("x") };
    await expect(bus.send(new PutRuleCommand(elsewhere))).rejects.toMatchObject(missing);
    const nowhere = { Rule: "nowhere", EventBusName, Targets: Targets.slice(0, 1) };
    await expect(bus.send(new PutTargetsCommand(nowhere))).rejects.toMatchObject(missing);
  });
});

test("buses are listed, and a pattern can be tried on an event", async () => {
  const { EventBuses } = await bus.send(new ListEventBusesCommand());
  expect(EventBuses?.map(({ Name }) => Name)).toEqual(["default", "runbooks"]);
  const event = {
    id: "1",
    account: "000000000000",
    source: "runbooks",
    time: "2026-01-01T00:00:00Z",
    region: LOCAL_REGION,
    resources: [],
    "detail-type": "tried",
    detail: { status: "failed" },
  };
  const tried = async (Event: string) =>
    bus.send(new TestEventPatternCommand({ EventPattern: pattern("tried"), Event }));
  expect((await tried(JSON.stringify(event))).Result).toBe(true);
  expect((await tried(JSON.stringify({ ...event, detail: { status: "succeeded" } }))).Result).toBe(false);
  await expect(tried(JSON.stringify({ source: "runbooks" }))).rejects.toMatchObject({
    name: "ValidationException",
  });
});
