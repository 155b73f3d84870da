// The queues that event functions write to: dead-letter queues for rejected events, and event queues for events that
// must wait.
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { readEnvironment } from "../contract/env.ts";
import type { RejectedEvent } from "../domain/incidents/rejection.ts";
import { REQUEUED_SINCE, type RequeueDelay } from "../domain/incidents/requeue.ts";

/** The message attribute with the reason for the rejection. */
export const REASON_ATTRIBUTE = "reason";

let client: SQSClient | undefined;
function sqs(): SQSClient {
  client ??= new SQSClient({
    maxAttempts: 4,
    requestHandler: { connectionTimeout: 1000, requestTimeout: 3000 },
  });
  return client;
}

/** Sends the original message, with the reason in its attributes. @throws if no queue is configured or SQS fails. */
export async function sendToDeadLetters(
  rule: string,
  body: string,
  { reason, message }: RejectedEvent,
): Promise<void> {
  const { DEAD_LETTER_QUEUES } = readEnvironment(["DEAD_LETTER_QUEUES"], process.env);
  await sqs().send(
    new SendMessageCommand({
      QueueUrl: requireQueueUrl(rule, "DEAD_LETTER_QUEUES", DEAD_LETTER_QUEUES),
      MessageBody: body,
      MessageAttributes: { [REASON_ATTRIBUTE]: stringAttribute(reason), message: stringAttribute(message) },
    }),
  );
}

/**
 * Sends the message to its own queue again, so that the wait does not count as a failed delivery. @throws as
 * `sendToDeadLetters`.
 */
export async function requeue(
  rule: string,
  body: string,
  { delaySeconds, since }: RequeueDelay,
  redriven: boolean,
): Promise<void> {
  const { EVENT_QUEUES } = readEnvironment(["EVENT_QUEUES"], process.env);
  await sqs().send(
    new SendMessageCommand({
      QueueUrl: requireQueueUrl(rule, "EVENT_QUEUES", EVENT_QUEUES),
      MessageBody: body,
      DelaySeconds: delaySeconds,
      MessageAttributes: {
        [REQUEUED_SINCE]: stringAttribute(since.toISOString()),
        ...(redriven && { [REASON_ATTRIBUTE]: stringAttribute("redriven") }),
      },
    }),
  );
}

function requireQueueUrl(rule: string, variable: string, entries: readonly string[]): string {
  const entry = entries.find((queue) => queue.startsWith(`${rule}=`));
  if (entry === undefined) throw new Error(`${variable} names no queue for the rule ${rule}`);
  return entry.slice(rule.length + 1);
}

const stringAttribute = (StringValue: string) => ({ DataType: "String", StringValue });
