// streamHandler(name, fn): a consumer of the table's stream as a Lambda handler. Reports the first record that is not
// done. Lambda retries from there, in order.
import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import middy from "@middy/core";
import type { Context, DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda";
import { logger } from "../logging/logger.ts";

/** Returns how many records are done, counted from the first. */
type StreamConsumer = (records: readonly DynamoDBRecord[]) => Promise<number>;

export function streamHandler(name: string, fn: StreamConsumer) {
  return middy<DynamoDBStreamEvent, DynamoDBBatchResponse, Error, Context>()
    .use(injectLambdaContext(logger))
    .handler(async ({ Records }) => {
      const taken = await fn(Records);
      logger.info("done", { task: name, records: Records.length, taken });
      const first = Records[taken]?.dynamodb?.SequenceNumber;
      return { batchItemFailures: first === undefined ? [] : [{ itemIdentifier: first }] };
    });
}
