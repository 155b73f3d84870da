// Events in: PutEvents through the real client, queues, batches, retries, dead letters and redrive.
import { createHash } from "node:crypto";
import { EventBridgeClient, ListArchivesCommand, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import type { SQSEvent } from "aws-lambda";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Handler } from "../../../../infra/local/lambda/lambda.ts";
import { QUEUE } from "../../../../shared/contract/events.ts";
import { LOCAL_CREDENTIALS, LOCAL_REGION } from "../../../support/dynamodb.ts";
import { startLocalHost, type TestHost } from "../../../support/local-host.ts";

let host: TestHost;
let client: EventBridgeClient;
let batches: SQSEvent[] = [];
let answer: (event: SQSEvent) => unknown = () => null;
const rules = {
  incidents: { bus: "runbooks", pattern: { source: ["oncall.incidents"] }, target: "collect" },
  "on-default": { bus: "default", pattern: { source: ["oncall.incidents"] }, target: "collect" },
};
const handler: Handler = (event) => {
  batches.push(event as SQSEvent);
  return answer(event as SQSEvent);
};

beforeAll(async () => {
  host = await startLocalHost({
    load: async () => handler,
    routes: {},
    schedules: {},
    streamTargets: {},
    rules,
  });
  client = new EventBridgeClient({
    endpoint: host.aws,
    region: LOCAL_REGION,
    credentials: LOCAL_CREDENTIALS,
  });
});
afterAll(() => host.stop());
beforeEach(() => {
  batches = [];
  answer = () => null;
});

const entry = {
  EventBusName: "runbooks",
  Source: "oncall.incidents",
  DetailType: "Incident Created",
  Detail: '{"n":1}',
};
const put = (...Entries: object[]) => client.send(new PutEventsCommand({ Entries: Entries as [] }));
const records = () => batches.flatMap((batch) => batch.Records);
const sqs = async (operation: string, input: object) => {
  const response = await fetch(host.aws, {
    method: "POST",
    headers: { "x-amz-target": `AmazonSQS.${operation}`, "content-type": "application/x-amz-json-1.0" },
    body: JSON.stringify(input),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
};
const QueueUrl = (name: string) => `${host.aws}/000000000000/${name}`;
const waiting = async (name: string) => {
  const { body } = await sqs("GetQueueAttributes", { QueueUrl: QueueUrl(name), AttributeNames: ["All"] });
  const { Attributes } = body as { Attributes: Record<string, string> };
  return Attributes;
};

describe("PutEvents", () => {
  test("delivers a matching event to its function, as SQS does, with all fields that the bus adds", async () => {
    const { Entries, FailedEntryCount } = await put({
      ...entry,
      Resources: ["r"],
      Time: new Date(1_700_000_000_000),
    });
    await expect.poll(() => records()).toHaveLength(1);
    const [record] = records();
    expect(FailedEntryCount).toBe(0);
    expect(record).toEqual({
      messageId: expect.any(String),
      receiptHandle: expect.any(String),
      body: expect.any(String),
      attributes: {
        ApproximateReceiveCount: "1",
        SentTimestamp: expect.stringMatching(/^\d+$/),
        SenderId: expect.any(String),
        ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d+$/),
      },
      messageAttributes: {},
      md5OfBody: expect.stringMatching(/^[0-9a-f]{32}$/),
      eventSource: "aws:sqs",
      eventSourceARN: "arn:aws:sqs:eu-central-1:000000000000:incidents",
      awsRegion: "eu-central-1",
    });
    expect(JSON.parse(record?.body ?? "")).toEqual({
      version: "0",
      id: Entries?.[0]?.EventId,
      "detail-type": "Incident Created",
      source: "oncall.incidents",
      account: "000000000000",
      time: "2023-11-14T22:13:20Z",
      region: "eu-central-1",
      resources: ["r"],
      detail: { n: 1 },
    });
  });

  test("goes to the rules of its own bus only, and nowhere if none matches", async () => {
    await put({ ...entry, EventBusName: undefined }, { ...entry, Source: "somebody.else" });
    await expect.poll(() => records()).toHaveLength(1);
    expect(records()[0]?.eventSourceARN).toMatch(/:on-default$/);
  });

  test.each([
    ["no source", { Source: undefined }, "InvalidArgument"],
    ["no detail type", { DetailType: undefined }, "InvalidArgument"],
    ["no detail", { Detail: undefined }, "InvalidArgument"],
    ["a detail that is not JSON", { Detail: "{" }, "MalformedDetail"],
    ["a detail that is a list", { Detail: "[]" }, "MalformedDetail"],
    ["a source of AWS", { Source: "aws.states" }, "NotAuthorizedForSourceException"],
    ["an unknown bus", { EventBusName: "other" }, "ResourceNotFoundException"],
  ])("refuses an entry with %s, and accepts the others", async (_, change, ErrorCode) => {
    const { Entries, FailedEntryCount } = await put({ ...entry, ...change }, entry);
    expect(FailedEntryCount).toBe(1);
    expect(Entries?.[0]).toMatchObject({ ErrorCode, ErrorMessage: expect.any(String) });
    expect(Entries?.[1]?.EventId).toBeTypeOf("string");
    await expect.poll(() => records()).toHaveLength(1);
  });

  test("refuses more than 10 entries and more than 1 MiB, and operations that are not there", async () => {
    const refused = { name: "ValidationException" };
    await expect(put(...Array(11).fill(entry))).rejects.toMatchObject(refused);
    const Detail = JSON.stringify({ text: "x".repeat(1024 * 1024) });
    await expect(put({ ...entry, Detail })).rejects.toMatchObject(refused);
    await expect(client.send(new ListArchivesCommand())).rejects.toMatchObject({
      message: "EventBridge.ListArchives is not implemented by the local stack; see docs/local-host.md",
    });
  });
});

describe("a queue", () => {
  test("delivers again only the messages that its function names as failed", async () => {
    const failOnce = new Set<string>();
    answer = ({ Records }) => {
      const failed = Records.filter((r) => r.body.includes('"bad"') && !failOnce.has(r.messageId));
      for (const record of failed) failOnce.add(record.messageId);
      return { batchItemFailures: failed.map((record) => ({ itemIdentifier: record.messageId })) };
    };
    await put({ ...entry, Detail: '{"kind":"good"}' }, { ...entry, Detail: '{"kind":"bad"}' });
    await expect.poll(() => records().length).toBe(3);
    const counts = records().map((r) => [
      JSON.parse(r.body).detail.kind,
      r.attributes.ApproximateReceiveCount,
    ]);
    expect(counts.sort()).toEqual([
      ["bad", "1"],
      ["bad", "2"],
      ["good", "1"],
    ]);
  });

  test("moves messages that its function never accepts to the dead letters, where an operator sees and redrives them", async () => {
    answer = () => {
      throw new Error("poison");
    };
    await put(entry);
    const dead = "incidents-dead-letters";
    const count = async () => (await waiting(dead))["ApproximateNumberOfMessages"];
    await expect.poll(count, { timeout: 15_000 }).toBe("1");
    expect(records().map((record) => record.attributes.ApproximateReceiveCount)).toEqual(
      Array.from({ length: QUEUE.maxReceives }, (_, index) => String(index + 1)),
    );
    answer = () => null;
    batches = [];
    await sqs("StartMessageMoveTask", { SourceArn: host.arns.queue(dead) });
    await expect.poll(() => records()).toHaveLength(1);
    await expect
      .poll(async () => (await waiting("incidents"))["ApproximateNumberOfMessagesNotVisible"])
      .toBe("0");
    expect(await count()).toBe("0");
  });

  test("accepts a message with a reason from a function, shows it, and forgets it when it is deleted", async () => {
    const url = QueueUrl("incidents-dead-letters");
    const MessageAttributes = { reason: { DataType: "String", StringValue: "unknown team" } };
    const sent = await sqs("SendMessage", { QueueUrl: url, MessageBody: "poison", MessageAttributes });
    const received = await sqs("ReceiveMessage", {
      QueueUrl: url,
      MessageAttributeNames: ["All"],
      WaitTimeSeconds: 1,
    });
    const [message] = (received.body as { Messages: Array<Record<string, string>> }).Messages;
    expect(sent.body).toMatchObject({ MD5OfMessageBody: createHash("md5").update("poison").digest("hex") });
    expect(message).toMatchObject({ Body: "poison", MessageAttributes });
    await sqs("DeleteMessage", { QueueUrl: url, ReceiptHandle: message?.["ReceiptHandle"] });
    expect(await waiting("incidents-dead-letters")).toMatchObject({
      ApproximateNumberOfMessages: "0",
      ApproximateNumberOfMessagesNotVisible: "0",
    });
  });

  test("has a URL and attributes, and is listed", async () => {
    const { body } = await sqs("GetQueueUrl", { QueueName: "incidents" });
    const { body: listed } = await sqs("ListQueues", { QueueNamePrefix: "incidents" });
    expect(body).toEqual({ QueueUrl: QueueUrl("incidents") });
    expect(listed).toEqual({ QueueUrls: [QueueUrl("incidents"), QueueUrl("incidents-dead-letters")] });
    expect(await waiting("incidents")).toMatchObject({
      QueueArn: host.arns.queue("incidents"),
      RedrivePolicy: JSON.stringify({
        deadLetterTargetArn: host.arns.queue("incidents-dead-letters"),
        maxReceiveCount: QUEUE.maxReceives,
      }),
    });
  });

  test("that does not exist is refused by the names that old and new clients know", async () => {
    const { status, headers, body } = await sqs("GetQueueUrl", { QueueName: "other" });
    expect([status, headers.get("x-amzn-query-error")]).toEqual([
      400,
      "AWS.SimpleQueueService.NonExistentQueue;Sender",
    ]);
    expect(body).toMatchObject({ __type: "com.amazonaws.sqs#QueueDoesNotExist" });
  });
});
