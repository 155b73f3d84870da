// Sends messages to the queues of the service: one, or many in batches.
import { SendMessageBatchCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { readEnvironment } from "../contract/env.ts";

let client: SQSClient | undefined;
function sqs(): SQSClient {
  client ??= new SQSClient({
    maxAttempts: 4,
    requestHandler: { connectionTimeout: 1000, requestTimeout: 3000 },
  });
  return client;
}

type Variable = "DEAD_LETTER_QUEUES" | "EVENT_QUEUES";
type Options = { attributes?: Record<string, string>; delaySeconds?: number };

/** Sends a message to a rule's queue. @throws if no queue is configured or SQS fails. */
export async function sendMessage(
  rule: string,
  variable: Variable,
  body: string,
  { attributes = {}, delaySeconds }: Options = {},
): Promise<void> {
  const texts = Object.entries(attributes).map(([name, StringValue]) => [
    name,
    { DataType: "String", StringValue },
  ]);
  await sqs().send(
    new SendMessageCommand({
      QueueUrl: requireQueueUrl(rule, variable),
      MessageBody: body,
      ...(delaySeconds !== undefined && { DelaySeconds: delaySeconds }),
      ...(texts.length > 0 && { MessageAttributes: Object.fromEntries(texts) }),
    }),
  );
}

/** What one SendMessageBatch takes: entries, and bytes of all bodies together. */
const BATCH = { entries: 10, bytes: 1024 * 1024 } as const;

/** Sends all messages. @throws if any was not taken; then some may have been. */
export async function sendMessages(rule: string, bodies: readonly string[]): Promise<void> {
  const QueueUrl = requireQueueUrl(rule, "EVENT_QUEUES");
  await Promise.all(
    toBatches(bodies).map(async (batch) => {
      const Entries = batch.map((MessageBody, index) => ({ Id: String(index), MessageBody }));
      const { Failed = [] } = await sqs().send(new SendMessageBatchCommand({ QueueUrl, Entries }));
      if (Failed.length > 0) throw new Error(`SQS refused a message: ${Failed[0]?.Code}`);
    }),
  );
}

function toBatches(bodies: readonly string[]): string[][] {
  const batches: string[][] = [];
  let bytes = 0;
  for (const body of bodies) {
    const size = Buffer.byteLength(body);
    const batch = batches.at(-1);
    if (batch && batch.length < BATCH.entries && bytes + size <= BATCH.bytes) {
      batch.push(body);
      bytes += size;
    } else {
      batches.push([body]);
      bytes = size;
    }
  }
  return batches;
}

function requireQueueUrl(rule: string, variable: Variable): string {
  const entries = readEnvironment([variable], process.env)[variable];
  const entry = entries.find((queue) => queue.startsWith(`${rule}=`));
  if (entry === undefined) throw new Error(`${variable} names no queue for the rule ${rule}`);
  return entry.slice(rule.length + 1);
}
