// Queues of one's own, through the real client: made, shared, emptied, deleted, and with dead letters.
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { LOCAL_CREDENTIALS, LOCAL_REGION } from "../../../support/dynamodb.ts";
import { startLocalHost, type TestHost } from "../../../support/local-host.ts";

let host: TestHost;
let sqs: SQSClient;
beforeAll(async () => {
  host = await startLocalHost({
    load: async () => () => null,
    routes: {},
    schedules: {},
    streamTargets: {},
    rules: { incidents: { bus: "runbooks", pattern: { source: ["x"] }, target: "take" } },
  });
  sqs = new SQSClient({ endpoint: host.aws, region: LOCAL_REGION, credentials: LOCAL_CREDENTIALS });
});
afterAll(() => host.stop());

async function create(QueueName: string, Attributes: Record<string, string> = {}) {
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName, Attributes }));
  return {
    QueueUrl,
    send: (MessageBody: string) => sqs.send(new SendMessageCommand({ QueueUrl, MessageBody })),
    receive: async (VisibilityTimeout?: number) => {
      const asked = { QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout };
      return (await sqs.send(new ReceiveMessageCommand(asked))).Messages ?? [];
    },
    attributes: async () => {
      const asked = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] });
      return (await sqs.send(asked)).Attributes;
    },
  };
}

test("a queue is made once, and is the same when it is asked for again with the same attributes", async () => {
  const first = await create("once", { VisibilityTimeout: "60" });
  expect(first.QueueUrl).toBe(`${host.aws}/000000000000/once`);
  expect(await create("once")).toMatchObject({ QueueUrl: first.QueueUrl });
  expect(await create("once", { VisibilityTimeout: "60" })).toMatchObject({ QueueUrl: first.QueueUrl });
  await expect(create("once", { VisibilityTimeout: "61" })).rejects.toMatchObject({
    name: "QueueNameExists",
  });
  await sqs.send(
    new SetQueueAttributesCommand({ QueueUrl: first.QueueUrl, Attributes: { Policy: '{"a":1}' } }),
  );
  expect(await first.attributes()).toEqual({
    QueueArn: host.arns.queue("once"),
    ApproximateNumberOfMessages: "0",
    ApproximateNumberOfMessagesNotVisible: "0",
    VisibilityTimeout: "60",
    DelaySeconds: "0",
    ReceiveMessageWaitTimeSeconds: "0",
    MessageRetentionPeriod: "345600",
    Policy: '{"a":1}',
  });
});

test.each([
  ["a FIFO queue", "orders.fifo", {}, "no FIFO queues"],
  ["a FIFO attribute", "orders", { FifoQueue: "true" }, "FifoQueue is not supported by the local stack"],
  ["a timeout out of range", "orders", { VisibilityTimeout: "43201" }, "VisibilityTimeout"],
  ["a redrive policy that is none", "orders", { RedrivePolicy: "{}" }, "RedrivePolicy"],
])("%s is refused by name", async (_, name, attributes, message) => {
  await expect(create(name, attributes)).rejects.toThrow(message);
  await expect(sqs.send(new GetQueueUrlCommand({ QueueName: name }))).rejects.toMatchObject({
    name: "QueueDoesNotExist",
  });
});

test("batches are sent and deleted, and ids that are not distinct are refused", async () => {
  const { QueueUrl, receive, attributes } = await create("batches");
  const Entries = ["a", "b", "c"].map((Id) => ({ Id, MessageBody: `body ${Id}` }));
  const sent = await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  expect(sent.Successful?.map(({ Id }) => Id)).toEqual(["a", "b", "c"]);
  const received = await receive();
  expect(received.map(({ Body }) => Body)).toEqual(["body a", "body b", "body c"]);
  const handles = received.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
  await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries: handles }));
  expect(await attributes()).toMatchObject({ ApproximateNumberOfMessagesNotVisible: "0" });
  const twice = [...Entries.slice(0, 1), ...Entries.slice(0, 1)];
  await expect(sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries: twice }))).rejects.toMatchObject({
    name: "BatchEntryIdsNotDistinct",
  });
});

test("a message that was received is hidden for as long as its receiver says", async () => {
  const { QueueUrl, send, receive } = await create("hidden", { VisibilityTimeout: "600" });
  await send("work");
  const [message] = await receive();
  expect(await receive()).toEqual([]);
  const show = { QueueUrl, ReceiptHandle: message?.ReceiptHandle, VisibilityTimeout: 0 };
  await sqs.send(new ChangeMessageVisibilityCommand(show));
  const [again] = await receive();
  expect(again).toMatchObject({ MessageId: message?.MessageId, Body: "work" });
  await expect(sqs.send(new ChangeMessageVisibilityCommand(show))).rejects.toMatchObject({
    name: "ReceiptHandleIsInvalid",
  });
});

test("a message received too often goes to the dead letters, and can be moved back", async () => {
  const dead = await create("dead");
  const deadLetterTargetArn = host.arns.queue("dead");
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 2 });
  const { send, receive } = await create("alive", { RedrivePolicy });
  await send("poison");
  expect(await receive(0)).toHaveLength(1);
  expect(await receive(0)).toHaveLength(1);
  expect(await receive(0)).toEqual([]);
  expect(await dead.receive(0)).toMatchObject([{ Body: "poison" }]);
  await sqs.send(new StartMessageMoveTaskCommand({ SourceArn: deadLetterTargetArn }));
  expect(await receive(0)).toMatchObject([{ Body: "poison" }]);
});

test("a message that was kept for as long as its queue keeps messages is gone, and no younger one", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  onTestFinished(() => void vi.useRealTimers());
  const { send, receive } = await create("forgetful", { MessageRetentionPeriod: "60" });
  const began = Date.now();
  await send("old");
  vi.setSystemTime(began + 30_000);
  await send("young");
  vi.setSystemTime(began + 59_000);
  expect((await receive(0)).map(({ Body }) => Body)).toEqual(["old", "young"]);
  vi.setSystemTime(began + 61_000);
  expect((await receive(0)).map(({ Body }) => Body)).toEqual(["young"]);
});

test("a queue is purged, and deleted with its messages", async () => {
  const { QueueUrl, send, receive } = await create("gone");
  await send("one");
  await sqs.send(new PurgeQueueCommand({ QueueUrl }));
  expect(await receive()).toEqual([]);
  await send("two");
  await sqs.send(new DeleteQueueCommand({ QueueUrl }));
  await expect(send("three")).rejects.toMatchObject({ name: "QueueDoesNotExist" });
  expect(await (await create("gone")).receive()).toEqual([]);
});

test("the service's own queues are neither changed nor deleted", async () => {
  const QueueUrl = `${host.aws}/000000000000/incidents`;
  const refused = {
    name: "UnsupportedOperation",
    message: expect.stringContaining("shared/contract/events.ts"),
  };
  await expect(sqs.send(new DeleteQueueCommand({ QueueUrl }))).rejects.toMatchObject(refused);
  const Attributes = { VisibilityTimeout: "1" };
  await expect(sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }))).rejects.toMatchObject(
    refused,
  );
});
