// The operations on SQS queues themselves, over the wire.
import { randomUUID } from "node:crypto";
import * as z from "zod";
import { type Operation, operation, type Service } from "./aws-endpoint.ts";
import { ServiceError } from "./errors.ts";
import { offered } from "./offered.ts";
import { attributesFrom, settingsFrom } from "./queue-attributes.ts";
import type { QueueDirectory } from "./queue-directory.ts";
import { queueUrl } from "./queue-names.ts";
import { messageOperations, type QueueService } from "./sqs-messages.ts";

const url = { QueueUrl: z.string() };
const GivenAttributes = z.record(z.string(), z.string());
const CreateQueue = offered({
  QueueName: z
    .string()
    .regex(
      /^[A-Za-z0-9_-]{1,80}$/,
      "must be 1 to 80 letters, digits, hyphens or underscores; no FIFO queues",
    ),
  Attributes: GivenAttributes.default({}),
});
const SetQueueAttributes = offered({ ...url, Attributes: GivenAttributes });
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
      deadLettersExist(Attributes, directory);
      directory.create(QueueName, Attributes);
      return urlOf(QueueName);
    }),
    SetQueueAttributes: operation(SetQueueAttributes, ({ QueueUrl, Attributes }) => {
      deadLettersExist(Attributes, directory);
      directory.set(nameIn(QueueUrl), Attributes);
    }),
    DeleteQueue: operation(offered(url), ({ QueueUrl }) => {
      const name = nameIn(QueueUrl);
      directory.remove(name, () => queues.purge(name));
    }),
    PurgeQueue: operation(offered(url), ({ QueueUrl }) => queues.purge(nameIn(QueueUrl))),
    GetQueueUrl: operation(z.object({ QueueName: z.string() }), ({ QueueName }) => urlOf(nameIn(QueueName))),
    ListQueues: operation(z.object({ QueueNamePrefix: z.string().default("") }), ({ QueueNamePrefix }) => {
      const names = directory.names().filter((name) => name.startsWith(QueueNamePrefix));
      return { QueueUrls: names.map((name) => urlOf(name).QueueUrl) };
    }),
    GetQueueAttributes: operation(GetQueueAttributes, ({ QueueUrl, AttributeNames: asked }) => {
      const all = Object.entries(attributesOf(nameIn(QueueUrl), service));
      const wanted = all.filter(([name]) => asked.includes("All") || asked.includes(name));
      return { Attributes: Object.fromEntries(wanted) };
    }),
    StartMessageMoveTask: operation(StartMessageMoveTask, ({ SourceArn, DestinationArn }) => {
      const from = nameIn(SourceArn);
      const origin = originOf(arns.queue(from), directory);
      const to = DestinationArn === undefined ? origin : nameIn(DestinationArn);
      queues.moveAll(from, to);
      return { TaskHandle: Buffer.from(JSON.stringify({ from, to, id: randomUUID() })).toString("base64") };
    }),
  };
}

/** The queue whose dead letters go to `arn`. */
function originOf(arn: string, directory: QueueDirectory): string {
  const deadLettersOf = (name: string) => directory.settings(name).RedrivePolicy?.deadLetterTargetArn;
  const origin = directory.names().find((name) => deadLettersOf(name) === arn);
  if (origin !== undefined) return origin;
  throw new ServiceError("com.amazonaws.sqs#UnsupportedOperation", "The source is not a dead-letter queue.");
}

function deadLettersExist(attributes: z.output<typeof GivenAttributes>, directory: QueueDirectory): void {
  const given = Object.entries(attributes).filter(([, value]) => value !== "");
  const { RedrivePolicy } = settingsFrom(Object.fromEntries(given));
  if (RedrivePolicy) directory.at(RedrivePolicy.deadLetterTargetArn);
}

function attributesOf(name: string, { queues, directory, arns }: QueueService): Record<string, string> {
  const { visible, hidden } = queues.count(name);
  return {
    QueueArn: arns.queue(name),
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(hidden),
    ...attributesFrom(directory.settings(name)),
  };
}
