// The SQS operations that functions and operators need, over the wire.
import { createHash, randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import * as z from "zod";
import { QUEUE } from "../../shared/contract/events.ts";
import { ACCOUNT, type Arns } from "./arns.ts";
import { operation, type Service } from "./aws-endpoint.ts";
import { ServiceError } from "./errors.ts";
import { deadLetterQueue, queueUrl } from "./queue-names.ts";
import type { Message, Queues } from "./queues.ts";

const Attribute = z.object({
  DataType: z.string(),
  StringValue: z.string().optional(),
  BinaryValue: z.base64().optional(),
});
const url = { QueueUrl: z.string() };
const SendMessage = z.object({
  ...url,
  MessageBody: z.string().min(1),
  DelaySeconds: z.int().min(0).max(900).default(0),
  MessageAttributes: z.record(z.string(), Attribute).default({}),
});
const ReceiveMessage = z.object({
  ...url,
  MaxNumberOfMessages: z.int().min(1).max(10).default(1),
  VisibilityTimeout: z.int().min(0).max(43_200).default(30),
  WaitTimeSeconds: z.int().min(0).max(20).default(0),
});
const GetQueueAttributes = z.object({ ...url, AttributeNames: z.array(z.string()).default(["All"]) });
const StartMessageMoveTask = z.object({ SourceArn: z.string(), DestinationArn: z.string().optional() });
const MAX_BODY_BYTES = 1024 * 1024;

export function sqs(queues: Queues, names: readonly string[], arns: Arns, address: () => string): Service {
  const urlOf = (name: string) => queueUrl(address(), name);
  const known = (name: string | undefined): string => {
    if (name !== undefined && names.includes(name)) return name;
    throw new ServiceError("com.amazonaws.sqs#QueueDoesNotExist", "The specified queue does not exist.");
  };
  const nameIn = (address: string) => known(address.split("/").at(-1));
  const nameOfArn = (arn: string) => known(arn.split(":").at(-1));
  const operations = {
    SendMessage: operation(SendMessage, (input) => {
      if (Buffer.byteLength(input.MessageBody) > MAX_BODY_BYTES) {
        throw new ServiceError(
          "com.amazonaws.sqs#InvalidParameterValue",
          "The message is larger than 1 MiB.",
        );
      }
      const { MessageBody: body, MessageAttributes: attributes } = input;
      const id = queues.send(nameIn(input.QueueUrl), body, attributes, input.DelaySeconds * 1000);
      return { MessageId: id, MD5OfMessageBody: md5(body) };
    }),
    ReceiveMessage: operation(ReceiveMessage, async (input) => {
      const name = nameIn(input.QueueUrl);
      const receive = () => queues.receive(name, input.MaxNumberOfMessages, input.VisibilityTimeout * 1000);
      const deadline = Date.now() + input.WaitTimeSeconds * 1000;
      let received = receive();
      while (received.length === 0 && Date.now() < deadline) {
        await pause(50);
        received = receive();
      }
      return received.length === 0 ? {} : { Messages: received.map(onTheWire) };
    }),
    DeleteMessage: operation(z.object({ ...url, ReceiptHandle: z.string() }), (input) => {
      queues.delete(nameIn(input.QueueUrl), input.ReceiptHandle);
    }),
    GetQueueUrl: operation(z.object({ QueueName: z.string() }), (input) => ({
      QueueUrl: urlOf(known(input.QueueName)),
    })),
    ListQueues: operation(z.object({ QueueNamePrefix: z.string().default("") }), (input) => ({
      QueueUrls: names.filter((name) => name.startsWith(input.QueueNamePrefix)).map(urlOf),
    })),
    GetQueueAttributes: operation(GetQueueAttributes, (input) => {
      const all = Object.entries(attributesOf(nameIn(input.QueueUrl), queues, names, arns));
      const asked = input.AttributeNames;
      const wanted = all.filter(([name]) => asked.includes("All") || asked.includes(name));
      return { Attributes: Object.fromEntries(wanted) };
    }),
    StartMessageMoveTask: operation(StartMessageMoveTask, (input) => {
      const from = nameOfArn(input.SourceArn);
      const origin = names.find((name) => deadLetterQueue(name) === from);
      if (origin === undefined) {
        throw new ServiceError(
          "com.amazonaws.sqs#UnsupportedOperation",
          "The source is not a dead-letter queue.",
        );
      }
      const to = input.DestinationArn === undefined ? origin : nameOfArn(input.DestinationArn);
      queues.moveAll(from, to);
      return { TaskHandle: Buffer.from(JSON.stringify({ from, to, id: randomUUID() })).toString("base64") };
    }),
  };
  return { name: "SQS", target: "AmazonSQS", operations };
}

function onTheWire(message: Message) {
  const attributes = Object.keys(message.attributes).length > 0;
  return {
    MessageId: message.id,
    ReceiptHandle: message.receipt,
    Body: message.body,
    MD5OfBody: md5(message.body),
    Attributes: {
      ApproximateReceiveCount: String(message.receives),
      SentTimestamp: String(message.sentAt),
      ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
      SenderId: ACCOUNT,
    },
    ...(attributes ? { MessageAttributes: message.attributes } : {}),
  };
}

function attributesOf(name: string, queues: Queues, names: readonly string[], arns: Arns) {
  const { visible, hidden } = queues.count(name);
  const dead = deadLetterQueue(name);
  const redrive = { deadLetterTargetArn: arns.queue(dead), maxReceiveCount: QUEUE.maxReceives };
  return {
    QueueArn: arns.queue(name),
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(hidden),
    MessageRetentionPeriod: String(QUEUE.retentionDays * 86_400),
    ...(names.includes(dead) ? { RedrivePolicy: JSON.stringify(redrive) } : {}),
  };
}

/** Clients check it: the protocol's checksum, not a protection. */
const md5 = (text: string) => createHash("md5").update(text).digest("hex");
