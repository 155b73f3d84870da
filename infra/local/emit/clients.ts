// The SDK clients of `emit` for the local stack's AWS endpoint: one attempt each, and a short timeout.
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { SQSClient } from "@aws-sdk/client-sqs";

/** Milliseconds. A server that accepts connections but does not answer in this time is not the local stack. */
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
