// `npm run -s emit -- FILE`: publishes an event to the local bus with PutEvents, prints its id, and reports a rejection.

import { EventBridgeServiceException, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { BUS } from "../../shared/contract/events.ts";
import { publishAsAws } from "./emit/aws-event.ts";
import { type Endpoint, eventBridge } from "./emit/clients.ts";
import { type EmittedEvent, readEvent, USAGE } from "./emit/event.ts";
import { followEvent, followRules } from "./emit/follow-event.ts";
import { readSettings } from "./host/settings.ts";
import { HostError, hasCode, lineOf } from "./platform/errors.ts";
import { LOOPBACK } from "./platform/ports.ts";

const ADVICE = "run `npm start`, or set AWS_PORT to the port of `aws=` in its ready line";

/** Returns the endpoint of the local stack with these variables. */
function readTarget(): Endpoint {
  const { AWS_PORT, AWS_REGION } = process.env;
  const { awsPort, region } = readSettings({ AWS_PORT, AWS_REGION });
  if (awsPort === 0) throw new HostError(`AWS_PORT is 0, which names no port: ${ADVICE}.`);
  return { endpoint: `http://${LOOPBACK}:${awsPort}`, region };
}

async function publish(event: EmittedEvent, at: Endpoint): Promise<string> {
  const entry = {
    EventBusName: BUS,
    Source: event.source,
    DetailType: event["detail-type"],
    Detail: JSON.stringify(event.detail),
  };
  const request = new PutEventsCommand({ Entries: [entry] });
  const sent = await eventBridge(at)
    .send(request)
    .catch((error: unknown) => {
      throw publishError(error, at.endpoint);
    });
  const answer = sent.Entries?.[0];
  if (answer === undefined) throw noHostMessage(at.endpoint);
  if (answer.EventId) return answer.EventId;
  throw new HostError(`The event was refused: ${answer.ErrorMessage ?? "no reason given"}`);
}

async function publishForAws(event: EmittedEvent, at: Endpoint): Promise<string> {
  return publishAsAws(event, at).catch((error: unknown) => {
    if (error instanceof HostError) throw error;
    throw publishError(error instanceof Error && error.cause ? error.cause : error, at.endpoint);
  });
}

/** The local stack names its errors. Any other answer comes from another program. */
function publishError(error: unknown, endpoint: string): HostError {
  if (hasCode(error, "ECONNREFUSED"))
    return new HostError(`No local stack answers on ${endpoint}: ${ADVICE}.`);
  if (error instanceof EventBridgeServiceException && /Exception$/.test(error.name)) {
    return new HostError(`The event was refused: ${lineOf(error)} (${error.name})`);
  }
  return noHostMessage(endpoint);
}

const noHostMessage = (endpoint: string) =>
  new HostError(`What listens on ${endpoint} does not answer as a local stack does: ${ADVICE}.`);

/** Prints the id as soon as the event is published. A rejection may still follow. */
async function emit(file: string, asAws: boolean): Promise<void> {
  const event = readEvent(file);
  const at = readTarget();
  const id = await (asAws ? publishForAws(event, at) : publish(event, at));
  process.stdout.write(`${id}\n`);
  const fate = asAws ? followRules(["source-messages"], id, at) : followEvent({ ...event, id }, at);
  const { kind, message } = await fate;
  if (kind === "queued") process.stderr.write(`${message}\n`);
  if (kind === "unmatched" || kind === "rejected") throw new HostError(message);
}

const AS_AWS = "--as-aws";
const words = process.argv.slice(2);
const [file, ...more] = words.filter((word) => word !== AS_AWS);
try {
  if (file === undefined || more.length > 0) throw new HostError(USAGE);
  if (file === "--help") process.stdout.write(`${USAGE}\n`);
  else await emit(file, words.includes(AS_AWS));
} catch (error) {
  process.stderr.write(`${lineOf(error)}\n`);
  process.exitCode = 1;
}
