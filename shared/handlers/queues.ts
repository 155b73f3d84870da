// What a function behind a rule puts into queues itself: events that cannot be used, and those that have to wait.
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { readEnvironment } from "../contract/env.ts";
import type { RejectedEvent } from "../domain/incidents/rejection.ts";
import { REQUEUED_SINCE, type RequeueDelay } from "../domain/incidents/requeue.ts";

/** The message attribute that tells why an event was rejected. */
export const REASON_ATTRIBUTE = "reason";

let client: SQSClient | undefined;
function sqs(): SQSClient {
  client ??= new SQSClient({
    maxAttempts: 4,
    requestHandler: { connectionTimeout: 1000, requestTimeout: 3000 },
  });
  return client;
}

/** The message as it came, its reason beside it. Throws where no queue is configured or it does not answer. */
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

/** Back into its own queue, so that the wait does not count as a failed delivery. Throws as above. */
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
