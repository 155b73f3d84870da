// SQS operations on messages.
import { createHash } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import * as z from "zod";
import { ACCOUNT, type Arns } from "../platform/arns.ts";
import { AwsError } from "../platform/errors.ts";
import { type Operation, operation } from "../wire/aws-endpoint.ts";
import { type QueueDirectory, queueName } from "./queue-directory.ts";
import type { Message, Queues } from "./queues.ts";

/** `address`: the endpoint's URL. */
export type QueueService = { queues: Queues; directory: QueueDirectory; arns: Arns; address: () => string };

const Attribute = z.object({
  DataType: z.string(),
  StringValue: z.string().optional(),
  BinaryValue: z.base64().optional(),
});
const url = { QueueUrl: z.string() };
const SendInput = z.object({
  MessageBody: z.string().min(1),
  DelaySeconds: z.int().min(0).max(900).optional(),
  MessageAttributes: z.record(z.string(), Attribute).default({}),
});
const DeleteInput = z.object({ ReceiptHandle: z.string() });
const batchOf = <T extends z.ZodRawShape>(entry: T) =>
  z.object({
    ...url,
    Entries: z
      .array(z.object({ Id: z.string(), ...entry }))
      .min(1)
      .max(10),
  });
const ReceiveMessage = z.object({
  ...url,
  MaxNumberOfMessages: z.int().min(1).max(10).default(1),
  VisibilityTimeout: z.int().min(0).max(43_200).optional(),
  WaitTimeSeconds: z.int().min(0).max(20).optional(),
});
const ChangeMessageVisibility = DeleteInput.extend({
  ...url,
  VisibilityTimeout: z.int().min(0).max(43_200),
});
const MAX_BODY_BYTES = 1024 * 1024;
const POLL_MS = 50;

export function messageOperations(service: QueueService): Record<string, Operation> {
  return { ...sendOperations(service), ...receiveOperations(service) };
}

function sendOperations({ queues, directory }: QueueService) {
  const send = (
    queue: string,
    { MessageBody: body, MessageAttributes, DelaySeconds }: z.output<typeof SendInput>,
  ) => {
    const seconds = DelaySeconds ?? directory.settings(queue).DelaySeconds;
    const id = queues.send(queue, body, MessageAttributes, seconds * 1000);
    return { MessageId: id, MD5OfMessageBody: md5(body) };
  };
  return {
    SendMessage: operation(SendInput.extend(url), ({ QueueUrl, ...message }) => {
      checkSize([message]);
      return send(directory.at(QueueUrl), message);
    }),
    SendMessageBatch: operation(batchOf(SendInput.shape), ({ QueueUrl, Entries }) => {
      const queue = directory.at(QueueUrl);
      checkSize(Entries);
      const entries = requireDistinctIds(Entries);
      return { Successful: entries.map(({ Id, ...message }) => ({ Id, ...send(queue, message) })) };
    }),
  };
}

function receiveOperations(service: QueueService) {
  const { queues, directory } = service;
  return {
    ReceiveMessage: operation(ReceiveMessage, async (input) => {
      const received = await receive(service, directory.at(input.QueueUrl), input);
      return received.length === 0 ? {} : { Messages: received.map(toWireMessage) };
    }),
    DeleteMessage: operation(DeleteInput.extend(url), (input) => {
      queues.delete(directory.at(input.QueueUrl), input.ReceiptHandle);
    }),
    DeleteMessageBatch: operation(batchOf(DeleteInput.shape), ({ QueueUrl, Entries }) => {
      const queue = directory.at(QueueUrl);
      for (const entry of requireDistinctIds(Entries)) queues.delete(queue, entry.ReceiptHandle);
      return { Successful: Entries.map(({ Id }) => ({ Id })) };
    }),
    ChangeMessageVisibility: operation(ChangeMessageVisibility, (input) => {
      const { ReceiptHandle, VisibilityTimeout } = input;
      if (queues.hideFor(directory.at(input.QueueUrl), ReceiptHandle, VisibilityTimeout * 1000)) return;
      throw new AwsError(
        "com.amazonaws.sqs#ReceiptHandleIsInvalid",
        "No message of this queue was received with this receipt handle, or it was received again since.",
      );
    }),
  };
}

/** First moves messages that were received too often to the dead-letter queue, and deletes expired ones. */
async function receive(
  { queues, directory }: QueueService,
  queue: string,
  asked: z.output<typeof ReceiveMessage>,
): Promise<Message[]> {
  const settings = directory.settings(queue);
  const redrive = settings.RedrivePolicy;
  const hiddenForMs = (asked.VisibilityTimeout ?? settings.VisibilityTimeout) * 1000;
  const waitMs = (asked.WaitTimeSeconds ?? settings.ReceiveMessageWaitTimeSeconds) * 1000;
  const deadline = Date.now() + waitMs;
  queues.expire(queue, settings.MessageRetentionPeriod * 1000);
  const once = () => {
    // As on AWS, messages stay if the dead-letter queue was deleted.
    if (redrive && directory.has(queueName(redrive.deadLetterTargetArn))) {
      queues.redrive(queue, queueName(redrive.deadLetterTargetArn), redrive.maxReceiveCount);
    }
    return queues.receive(queue, asked.MaxNumberOfMessages, hiddenForMs);
  };
  let received = once();
  while (received.length === 0 && Date.now() < deadline) {
    await pause(POLL_MS);
    received = once();
  }
  return received;
}

function checkSize(messages: ReadonlyArray<{ MessageBody: string }>): void {
  const bytes = messages.reduce((sum, { MessageBody }) => sum + Buffer.byteLength(MessageBody), 0);
  if (bytes <= MAX_BODY_BYTES) return;
  throw new AwsError("com.amazonaws.sqs#InvalidParameterValue", "The message is larger than 1 MiB.");
}

/** Returns the entries of a batch. Throws if two have the same id. */
function requireDistinctIds<T extends { Id: string }>(entries: T[]): T[] {
  if (new Set(entries.map(({ Id }) => Id)).size === entries.length) return entries;
  throw new AwsError("com.amazonaws.sqs#BatchEntryIdsNotDistinct", "Two entries have the same Id.");
}

function toWireMessage(message: Message) {
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

/** The checksum that the protocol requires and clients verify. It is not for security. */
const md5 = (text: string) => createHash("md5").update(text).digest("hex");
