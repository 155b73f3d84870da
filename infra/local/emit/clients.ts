// The clients of the local stack's AWS endpoint that `emit` asks, each with one attempt and a short limit.
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { SQSClient } from "@aws-sdk/client-sqs";

/** Milliseconds. Who listens but says nothing is not the local stack. */
const ANSWER_LIMIT_MS = 5_000;

export type Endpoint = { endpoint: string; region: string };

const options = ({ endpoint, region }: Endpoint) => ({
  endpoint,
  region,
  credentials: { accessKeyId: "local", secretAccessKey: "local" },
  maxAttempts: 1,
  requestHandler: { requestTimeout: ANSWER_LIMIT_MS, throwOnRequestTimeout: true },
});

export const eventBridge = (at: Endpoint): EventBridgeClient => new EventBridgeClient(options(at));
export const sqs = (at: Endpoint): SQSClient => new SQSClient(options(at));
