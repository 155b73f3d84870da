// Puts an event that cannot be used into its rule's dead-letter queue: the message as it came, its reason beside it.
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { readEnvironment } from "../contract/env.ts";
import type { RejectedEvent } from "../domain/rejection.ts";

let client: SQSClient | undefined;
function queues(): SQSClient {
  client ??= new SQSClient({
    maxAttempts: 4,
    requestHandler: { connectionTimeout: 1000, requestTimeout: 3000 },
  });
  return client;
}

/** Throws where no queue is configured or it does not answer: then the message is delivered again, and ends there too. */
export async function sendToDeadLetters(
  rule: string,
  body: string,
  { reason, message }: RejectedEvent,
): Promise<void> {
  const { DEAD_LETTER_QUEUES } = readEnvironment(["DEAD_LETTER_QUEUES"], process.env);
  const entry = DEAD_LETTER_QUEUES.find((queue) => queue.startsWith(`${rule}=`));
  if (entry === undefined) throw new Error(`DEAD_LETTER_QUEUES names no queue for the rule ${rule}`);
  await queues().send(
    new SendMessageCommand({
      QueueUrl: entry.slice(rule.length + 1),
      MessageBody: body,
      MessageAttributes: { reason: text(reason), message: text(message) },
    }),
  );
}

const text = (StringValue: string) => ({ DataType: "String", StringValue });
