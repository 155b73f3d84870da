// consume(name, schema, fn): a queue of events as a Lambda: each message on its own, those that failed are named.
import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import middy from "@middy/core";
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { typeidUnboxed } from "typeid-js";
import type * as z from "zod";
import { loggable, logger } from "../observe/logger.ts";
import type { Occasion } from "./task.ts";

/** Handles one event. Throwing makes the queue deliver it again, and at last puts it into the dead-letter queue. */
type Consumer<T> = (event: T, occasion: Occasion) => Promise<void>;

export function consume<T>(name: string, schema: z.ZodType<T>, fn: Consumer<T>) {
  return middy<SQSEvent, SQSBatchResponse, Error, Context>()
    .use(injectLambdaContext(logger))
    .handler(async ({ Records }) => {
      const failed = await Promise.all(Records.map((record) => handleOne(name, schema, fn, record)));
      return { batchItemFailures: failed.filter((f) => f !== null) };
    });
}

async function handleOne<T>(
  name: string,
  schema: z.ZodType<T>,
  fn: Consumer<T>,
  { messageId, body }: SQSRecord,
) {
  try {
    await fn(schema.parse(JSON.parse(body)), { now: new Date(), newId: typeidUnboxed });
    logger.info("done", { task: name, messageId });
    return null;
  } catch (error) {
    logger.error("failed", { task: name, messageId, failure: loggable(error) });
    return { itemIdentifier: messageId };
  }
}
