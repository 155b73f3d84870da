// SQS operations on queues.
import { randomUUID } from "node:crypto";
import * as z from "zod";
import { AwsError } from "../platform/errors.ts";
import { type Operation, operation, type Service } from "../wire/aws-endpoint.ts";
import { supportedInput } from "../wire/offered.ts";
import { parseSettings, toAttributes } from "./queue-attributes.ts";
import type { QueueDirectory } from "./queue-directory.ts";
import { queueUrl } from "./queue-names.ts";
import { messageOperations, type QueueService } from "./sqs-messages.ts";

const url = { QueueUrl: z.string() };
const AttributesInput = z.record(z.string(), z.string());
const CreateQueue = supportedInput({
  QueueName: z
    .string()
    .regex(
      /^[A-Za-z0-9_-]{1,80}$/,
      "must be 1 to 80 letters, digits, hyphens or underscores; no FIFO queues",
    ),
  Attributes: AttributesInput.default({}),
});
const SetQueueAttributes = supportedInput({ ...url, Attributes: AttributesInput });
const GetQueueAttributes = z.object({ ...url, AttributeNames: z.array(z.string()).default(["All"]) });
const StartMessageMoveTask = z.object({ SourceArn: z.string(), DestinationArn: z.string().optional() });

export function sqs(service: QueueService): Service {
  const operations = { ...queueOperations(service), ...messageOperations(service) };
  return { name: "SQS", target: "AmazonSQS", operations };
}

function queueOperations(service: QueueService): Record<string, Operation> {
  const { queues, directory, arns, address } = service;
  const urlOf = (name: string) => ({ QueueUrl: queueUrl(address(), name) });
  const nameIn = directory.at;
  return {
    CreateQueue: operation(CreateQueue, ({ QueueName, Attributes }) => {
      requireDeadLetterQueue(Attributes, directory);
      directory.create(QueueName, Attributes);
      return urlOf(QueueName);
    }),
    SetQueueAttributes: operation(SetQueueAttributes, ({ QueueUrl, Attributes }) => {
      requireDeadLetterQueue(Attributes, directory);
      directory.set(nameIn(QueueUrl), Attributes);
    }),
    DeleteQueue: operation(supportedInput(url), ({ QueueUrl }) => {
      const name = nameIn(QueueUrl);
      directory.remove(name, () => queues.purge(name));
    }),
    PurgeQueue: operation(supportedInput(url), ({ QueueUrl }) => queues.purge(nameIn(QueueUrl))),
    GetQueueUrl: operation(z.object({ QueueName: z.string() }), ({ QueueName }) => urlOf(nameIn(QueueName))),
    ListQueues: operation(z.object({ QueueNamePrefix: z.string().default("") }), ({ QueueNamePrefix }) => {
      const names = directory.names().filter((name) => name.startsWith(QueueNamePrefix));
      return { QueueUrls: names.map((name) => urlOf(name).QueueUrl) };
    }),
    GetQueueAttributes: operation(GetQueueAttributes, ({ QueueUrl, AttributeNames: asked }) => {
      const all = Object.entries(readAttributes(nameIn(QueueUrl), service));
      const wanted = all.filter(([name]) => asked.includes("All") || asked.includes(name));
      return { Attributes: Object.fromEntries(wanted) };
    }),
    StartMessageMoveTask: operation(StartMessageMoveTask, ({ SourceArn, DestinationArn }) => {
      const from = nameIn(SourceArn);
      const origin = findSourceQueue(arns.queue(from), directory);
      const to = DestinationArn === undefined ? origin : nameIn(DestinationArn);
      queues.moveAll(from, to);
      return { TaskHandle: Buffer.from(JSON.stringify({ from, to, id: randomUUID() })).toString("base64") };
    }),
  };
}

/** Returns the queue whose dead-letter queue is `arn`. */
function findSourceQueue(arn: string, directory: QueueDirectory): string {
  const deadLettersOf = (name: string) => directory.settings(name).RedrivePolicy?.deadLetterTargetArn;
  const origin = directory.names().find((name) => deadLettersOf(name) === arn);
  if (origin !== undefined) return origin;
  throw new AwsError("com.amazonaws.sqs#UnsupportedOperation", "The source is not a dead-letter queue.");
}

function requireDeadLetterQueue(
  attributes: z.output<typeof AttributesInput>,
  directory: QueueDirectory,
): void {
  const given = Object.entries(attributes).filter(([, value]) => value !== "");
  const { RedrivePolicy } = parseSettings(Object.fromEntries(given));
  if (RedrivePolicy) directory.at(RedrivePolicy.deadLetterTargetArn);
}

function readAttributes(name: string, { queues, directory, arns }: QueueService): Record<string, string> {
  const { visible, hidden } = queues.count(name);
  return {
    QueueArn: arns.queue(name),
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(hidden),
    ...toAttributes(directory.settings(name)),
  };
}
