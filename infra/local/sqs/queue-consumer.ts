// Invokes a queue's function with batches of messages, like Lambda's event source mapping for SQS.
import { createHash } from "node:crypto";
import type { SQSEvent, SQSMessageAttributes } from "aws-lambda";
import * as z from "zod";
import { QUEUE } from "../../../shared/contract/events.ts";
import type { Invoke } from "../lambda/lambda.ts";
import { ACCOUNT, type Arns } from "../platform/arns.ts";
import { type Log, toLogDetails } from "../platform/log.ts";
import { sleep } from "../platform/sleep.ts";
import { deadLetterQueue } from "./queue-names.ts";
import type { Message, Queues } from "./queues.ts";

/** Longer than any function runs, so that a message in progress is not delivered again. */
const HIDDEN_MS = 120_000;
const FUNCTION_SECONDS = 60;
/** Backoff after the nth failed delivery: 0.2 s, 0.4 s, 0.8 s … AWS waits for the queue's visibility timeout instead. */
const backoffMs = (receives: number) => Math.min(200 * 2 ** (receives - 1), 5_000);

const Result = z
  .object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })).default([]) })
  .nullable();

type Source = { queue: string; target: string };
type Parts = { queues: Queues; invoke: Invoke; arns: Arns; log: Log };

/** Runs until `signal` aborts. Processes one batch of a queue at a time. */
export async function consumeQueue(source: Source, parts: Parts, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const batch = parts.queues.receive(source.queue, QUEUE.batchSize, HIDDEN_MS);
    if (batch.length === 0) await waitForArrival(source.queue, parts.queues, signal);
    else await deliverBatch(source, batch, parts, signal);
  }
}

async function deliverBatch(
  source: Source,
  batch: Message[],
  parts: Parts,
  signal: AbortSignal,
): Promise<void> {
  const failed = await findFailures(source, batch, parts);
  // After a stop, the next start delivers unacknowledged messages again.
  if (signal.aborted && failed.size > 0) return;
  for (const message of batch) {
    if (!failed.has(message.id)) parts.queues.delete(source.queue, message.receipt);
    else if (message.receives < QUEUE.maxReceives) {
      parts.queues.hideFor(source.queue, message.receipt, backoffMs(message.receives));
    } else {
      parts.queues.move(source.queue, deadLetterQueue(source.queue), message.receipt);
      parts.log("ERROR", "A message went to the dead-letter queue", {
        queue: source.queue,
        messageId: message.id,
      });
    }
  }
}

/** Returns the ids of failed messages: those that the function names, or all if it threw. */
async function findFailures(source: Source, batch: Message[], parts: Parts): Promise<Set<string>> {
  const allIds = new Set(batch.map((message) => message.id));
  try {
    const event = {
      Records: batch.map((message) => toSqsRecord(message, parts.arns.queue(source.queue), parts.arns)),
    };
    const path = `events/${source.target}`;
    const answer = await parts.invoke(path, event satisfies SQSEvent, { timeoutSeconds: FUNCTION_SECONDS });
    const named = Result.parse(answer)?.batchItemFailures.map((failure) => failure.itemIdentifier) ?? [];
    // As on AWS, an id that is not in the batch fails the whole batch.
    return named.every((id) => allIds.has(id)) ? new Set(named) : allIds;
  } catch (error) {
    parts.log("ERROR", "The function of a queue failed", { queue: source.queue, ...toLogDetails(error) });
    return allIds;
  }
}

function toSqsRecord(message: Message, arn: string, arns: Arns): SQSEvent["Records"][number] {
  return {
    messageId: message.id,
    receiptHandle: message.receipt,
    body: message.body,
    attributes: {
      ApproximateReceiveCount: String(message.receives),
      SentTimestamp: String(message.sentAt),
      SenderId: ACCOUNT,
      ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
    },
    messageAttributes: toLambdaAttributes(message),
    md5OfBody: createHash("md5").update(message.body).digest("hex"),
    eventSource: "aws:sqs",
    eventSourceARN: arn,
    awsRegion: arns.region,
  };
}

function toLambdaAttributes(message: Message): SQSMessageAttributes {
  const entries = Object.entries(message.attributes).map(([name, given]) => {
    const value = given.StringValue === undefined ? {} : { stringValue: given.StringValue };
    return [name, { ...value, dataType: given.DataType }];
  });
  return Object.fromEntries(entries);
}

/** Resolves when a message arrives or becomes visible, or `signal` aborts. */
async function waitForArrival(queue: string, queues: Queues, signal: AbortSignal): Promise<void> {
  const wake = new AbortController();
  const onArrival = () => wake.abort();
  queues.arrivals.once(queue, onArrival);
  const either = AbortSignal.any([wake.signal, signal]);
  await sleep(queues.nextInMs(queue) ?? HIDDEN_MS, either);
  queues.arrivals.off(queue, onArrival);
}
