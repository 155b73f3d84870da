// A queue of events as a Lambda: each message succeeds or fails alone, and is reported in its own batch.
import "../../support/quiet.ts";
import type { Context, SQSEvent, SQSRecord } from "aws-lambda";
import { describe, expect, it, vi } from "vitest";
import * as z from "zod";
import { QUEUE, RULES } from "../../../shared/contract/events.ts";
import { METRICS } from "../../../shared/contract/metrics.ts";
import { ServiceError } from "../../../shared/domain/errors.ts";
import { sqsHandler } from "../../../shared/handlers/sqs-handler.ts";
import { hearMetrics } from "../../support/heard-metrics.ts";

const Event = z.object({ id: z.string(), fails: z.boolean() });
type Event = z.output<typeof Event>;

const context: Context = {
  callbackWaitsForEmptyEventLoop: false,
  functionName: "on-incident",
  functionVersion: "1",
  invokedFunctionArn: "arn:aws:lambda:eu-central-1:000000000000:function:on-incident",
  memoryLimitInMB: "512",
  awsRequestId: "request",
  logGroupName: "log",
  logStreamName: "log",
  getRemainingTimeInMillis: () => 20_000,
  done: () => undefined,
  fail: () => undefined,
  succeed: () => undefined,
};

function toRecord(event: object & { id: string }, receives = 1): SQSRecord {
  return {
    messageId: event.id,
    receiptHandle: event.id,
    body: JSON.stringify(event),
    attributes: {
      ApproximateReceiveCount: String(receives),
      SentTimestamp: "0",
      SenderId: "events",
      ApproximateFirstReceiveTimestamp: "0",
    },
    messageAttributes: {},
    md5OfBody: "",
    eventSource: "aws:sqs",
    eventSourceARN: "arn:aws:sqs:eu-central-1:000000000000:incidents",
    awsRegion: "eu-central-1",
  };
}

const batchOf = (...events: Event[]): SQSEvent => ({ Records: events.map((event) => toRecord(event)) });
const failing = (id: string) => ({ id, fails: true });
const sound = (id: string) => ({ id, fails: false });

function handlerOf(before: (event: Event) => Promise<void> = async () => undefined) {
  const handled: string[] = [];
  const handler = sqsHandler(RULES.incidents.target, Event, async (event) => {
    await before(event);
    if (event.fails) throw new Error("The table does not answer");
    handled.push(event.id);
  });
  return { handled, handle: (event: SQSEvent) => handler(event, context) };
}

describe("a batch of messages", () => {
  it("names those that failed, and handles all others", async () => {
    const { handled, handle } = handlerOf();
    expect(await handle(batchOf(sound("a"), failing("b"), sound("c"), failing("d")))).toEqual({
      batchItemFailures: [{ itemIdentifier: "b" }, { itemIdentifier: "d" }],
    });
    expect(handled).toEqual(["a", "c"]);
  });

  it("in which every message failed is answered, and is no failure of the function", async () => {
    const { handle } = handlerOf();
    expect(await handle(batchOf(failing("a"), failing("b")))).toEqual({
      batchItemFailures: [{ itemIdentifier: "a" }, { itemIdentifier: "b" }],
    });
  });

  it("names none of another batch that the same process handles at the same time", async () => {
    const both = Promise.withResolvers<void>();
    let begun = 0;
    const { handle } = handlerOf(async () => {
      if (++begun === 2) both.resolve();
      await both.promise;
    });
    const answers = await Promise.all([handle(batchOf(failing("a"))), handle(batchOf(failing("b")))]);
    expect(answers).toEqual([
      { batchItemFailures: [{ itemIdentifier: "a" }] },
      { batchItemFailures: [{ itemIdentifier: "b" }] },
    ]);
  });
});

describe("what a queue's function counts", () => {
  const counted = async (record: SQSRecord, failure?: Error) => {
    const heard = hearMetrics();
    const { handle } = handlerOf(async () => {
      if (failure) throw failure;
    });
    await handle({ Records: [record] });
    vi.restoreAllMocks();
    return heard;
  };
  const dimensions = { service: "service_undefined", function: RULES.incidents.target };

  it("is nothing while the queue delivers a message again", async () => {
    expect(await counted(toRecord(failing("a"), QUEUE.maxReceives - 1))).toEqual([]);
    expect(await counted(toRecord(sound("a"), QUEUE.maxReceives))).toEqual([]);
  });

  it("is a message that failed for the last time", async () => {
    expect(await counted(toRecord(failing("a"), QUEUE.maxReceives))).toEqual([
      { namespace: METRICS.namespace, dimensions, metrics: { gaveUp: 1 } },
    ]);
  });

  it("is no message that found no turn for an hour: nothing is wrong with the service", async () => {
    const overRate = new ServiceError("too_many_requests", "Too many starts.", { retryAfterSeconds: 1 });
    const sinceLong = { waitingSince: { dataType: "String", stringValue: "2020-01-01T00:00:00.000Z" } };
    const record = { ...toRecord(sound("a"), QUEUE.maxReceives), messageAttributes: sinceLong };
    expect(await counted(record, overRate)).toEqual([]);
  });
});
