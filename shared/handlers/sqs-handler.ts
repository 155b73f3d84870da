// sqsHandler(name, schema, fn): a queue of events as a Lambda handler. Handles each message separately and reports the
// failed ones.
import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import middy from "@middy/core";
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import * as z from "zod";
import { MAX_EVENT_BYTES, QUEUE, RULES } from "../contract/events.ts";
import { METRICS, type MetricName } from "../contract/metrics.ts";
import { describeIssues, type Read, readInput } from "../contract/read-input.ts";
import type { QueueDelivery } from "../domain/context.ts";
import { RejectedEvent, type Rejection } from "../domain/incidents/rejection.ts";
import { isWait, REQUEUED_SINCE, readWait, requeueDelay } from "../domain/incidents/requeue.ts";
import type { JsonObject } from "../domain/json.ts";
import { newId } from "../http/new-id.ts";
import { logger, toLogFields } from "../logging/logger.ts";
import { writeMetrics } from "../logging/metrics.ts";
import { REASON_ATTRIBUTE, requeue, sendToDeadLetters } from "./queues.ts";

/**
 * Handles one event. If it throws, SQS delivers the message again and finally moves it to the dead-letter queue. A
 * RejectedEvent goes there at once. An event that has to wait is requeued.
 */
type Consumer<T> = (event: T, delivery: QueueDelivery) => Promise<void>;
type SaveRejection = (rejection: Rejection, messageId: string) => Promise<void>;
type QueueTask<T> = {
  name: string;
  rule: string;
  maxBytes: number;
  schema: z.ZodType<T>;
  fn: Consumer<T>;
} & Options<T>;
type Options<T> = {
  /** Records a rejected event. */
  saveRejection?: SaveRejection;
  /** Returns the ids of an event for its log line. */
  idsOf?: (event: T) => Record<string, string>;
};

/** `name` is the target of a rule. */
export function sqsHandler<T>(name: string, schema: z.ZodType<T>, fn: Consumer<T>, options: Options<T> = {}) {
  const [rule, row] = Object.entries(RULES).find(([, { target }]) => target === name) ?? [];
  if (rule === undefined || row === undefined) throw new Error(`No rule has the target ${name}`);
  const maxBytes = "maxBytes" in row ? row.maxBytes : MAX_EVENT_BYTES;
  const task = { name, rule, maxBytes, schema, fn, ...options };
  return middy<SQSEvent, SQSBatchResponse, Error, Context>()
    .use(injectLambdaContext(logger))
    .handler(async (event) => {
      // One processor per batch, because it holds the batch's state and a process may work on several batches.
      const processor = new BatchProcessor(EventType.SQS);
      const handle = (record: SQSRecord) => handleRecord(task, record);
      return processPartialResponse(event, handle, processor, FAILURES_ARE_ANSWERS);
    });
}

/** If every message of a batch fails, the response lists them as usual. The function itself has not failed. */
const FAILURES_ARE_ANSWERS = { throwOnFullBatchFailure: false };

/** @throws if the queue has to deliver the message again. */
async function handleRecord<T>(task: QueueTask<T>, record: SQSRecord): Promise<void> {
  const { messageId, attributes } = record;
  const facts = { task: task.name, messageId, receives: Number(attributes.ApproximateReceiveCount) };
  try {
    const { event, raw } = parseEvent(task, record.body);
    const { receives } = facts;
    Object.assign(facts, task.idsOf?.(event));
    const redriven = isRedriven(record);
    const now = new Date();
    const sentAt = new Date(Number(attributes.SentTimestamp));
    const wait = readWait(waitingSince(record), now, QUEUE.maxRequeueMinutes);
    await task.fn(event, { now, newId, raw, sentAt, receives, redriven, wait });
    logger.info("done", facts);
  } catch (error) {
    const handling =
      error instanceof RejectedEvent ? rejectRecord(task, record, error) : requeueRecord(task, record, error);
    const failure = await handling;
    if (failure === null) return;
    logger.error("failed", { ...facts, failure: toLogFields(failure) });
    if (facts.receives >= QUEUE.maxReceives && !isWait(failure)) countMessage(task, METRICS.gaveUp);
    throw failure;
  }
}

const countMessage = ({ name }: Pick<QueueTask<unknown>, "name">, metric: MetricName) =>
  writeMetrics({ function: name }, { [metric]: 1 });

function parseEvent<T>({ schema, maxBytes }: QueueTask<T>, body: string): { event: T; raw: JsonObject } {
  const bytes = Buffer.byteLength(body);
  if (bytes > maxBytes) {
    throw new RejectedEvent("too_large", `The event has ${bytes} bytes; at most ${maxBytes} are read.`);
  }
  try {
    const raw: unknown = JSON.parse(body);
    // `JSON.parse` accepts any depth, `JSON.stringify` does not. Refuse data that could never be stored.
    JSON.stringify(raw);
    return { event: requireFit(readInput(schema, raw)), raw: raw as JsonObject };
  } catch (error) {
    if (error instanceof RejectedEvent) throw error;
    // Treat data that is too deep for the parser like text that is not JSON.
    throw new RejectedEvent("malformed", "The event is not JSON that can be read.", error);
  }
}

const MAX_DESCRIBED_ISSUES = 10;

/** @throws RejectedEvent that says which field has which problem, without quoting a value. */
function requireFit<T>(read: Read<T>): T {
  if (read.ok) return read.data;
  const problems = describeIssues(read.issues, "the event", MAX_DESCRIBED_ISSUES);
  throw new RejectedEvent("malformed", `The event is malformed: ${problems}.`);
}

const NO_SOURCE = { sourceId: null, kind: null };

/** Returns null once the rejection is recorded and the event is in the dead-letter queue; otherwise the failure. */
async function rejectRecord<T>(task: QueueTask<T>, { messageId, body }: SQSRecord, error: RejectedEvent) {
  const { reason, message } = error;
  logger.warn("rejected", { task: task.name, messageId, reason, detail: message });
  try {
    const facts = { rule: task.rule, at: new Date().toISOString(), ...readIdentity(body) };
    for (const about of error.refusals.length > 0 ? error.refusals : [{ reason, message, ...NO_SOURCE }])
      await task.saveRejection?.({ ...facts, ...about }, messageId);
    await sendToDeadLetters(task.rule, body, error);
    countMessage(task, METRICS.rejected);
    return null;
  } catch (failure) {
    return failure;
  }
}

/** Returns null once an event that only has to wait is back in its queue; otherwise the failure. */
async function requeueRecord<T>(task: QueueTask<T>, record: SQSRecord, error: unknown) {
  const now = new Date();
  const since = waitingSince(record) ?? now;
  const longestMinutes = QUEUE.maxRequeueMinutes;
  const wait = requeueDelay(error, { since, now, longestMinutes, chance: Math.random() });
  if (!wait) return error;
  const { delaySeconds } = wait;
  logger.warn("waits", { task: task.name, messageId: record.messageId, delaySeconds, since });
  try {
    await requeue(task.rule, record.body, wait, isRedriven(record));
    return null;
  } catch (failure) {
    return failure;
  }
}

/** A redrive keeps the attributes of a message, among them the reason for its rejection. */
const isRedriven = ({ messageAttributes }: SQSRecord) => messageAttributes[REASON_ATTRIBUTE] !== undefined;

function waitingSince({ messageAttributes }: SQSRecord): Date | null {
  const since = new Date(messageAttributes[REQUEUED_SINCE]?.stringValue ?? "");
  return Number.isNaN(since.getTime()) ? null : since;
}

const Identity = z.object({
  id: z.string().max(128).nullable().catch(null),
  source: z.string().max(256).nullable().catch(null),
  "detail-type": z.string().max(128).nullable().catch(null),
});

/** Returns the identity that the event claims, as far as it can be read. */
function readIdentity(body: string): Pick<Rejection, "eventId" | "source" | "detailType"> {
  const unknown = { eventId: null, source: null, detailType: null };
  if (Buffer.byteLength(body) > MAX_EVENT_BYTES) return unknown;
  try {
    const { id, source, "detail-type": detailType } = Identity.parse(JSON.parse(body));
    return { eventId: id, source, detailType };
  } catch {
    return unknown;
  }
}
