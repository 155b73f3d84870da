// `npm run -s emit -- FILE`: publishes an event to the local bus through PutEvents, and prints its id.
import { readFileSync } from "node:fs";
import {
  EventBridgeClient,
  EventBridgeServiceException,
  PutEventsCommand,
} from "@aws-sdk/client-eventbridge";
import * as z from "zod";
import { BUS } from "../../shared/contract/events.ts";
import { fileReason } from "./data-folder.ts";
import { HostError, hasCode, lineOf } from "./errors.ts";
import { LOOPBACK } from "./ports.ts";
import { readSettings } from "./settings.ts";

const USAGE =
  'Usage: npm run -s emit -- FILE  (or - for stdin; JSON with "source", "detail-type" and "detail")';
/** Who listens there but says nothing is no local host. */
const ANSWER_LIMIT_MS = 5_000;
const ADVICE = "run `npm start`, or set AWS_PORT to the port of `aws=` in its ready line";

const Event = z.object({
  source: z.string().min(1),
  "detail-type": z.string().min(1),
  detail: z.record(z.string(), z.unknown()),
});

function readEvent(file: string): z.infer<typeof Event> {
  const event = Event.safeParse(fromJson(readText(file), file));
  if (event.success) return event.data;
  const wrong = event.error.issues.map((issue) => `${issue.path.join(".") || "event"}: ${issue.message}`);
  throw new HostError(`${file} is not an event: ${wrong.join("; ")}`);
}

function fromJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new HostError(`${file} is not JSON: ${lineOf(error)}`);
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file === "-" ? 0 : file, "utf8");
  } catch (error) {
    if (hasCode(error, "ENOENT")) throw new HostError(`There is no file ${file}. ${USAGE}`);
    throw new HostError(`${file} cannot be read: ${fileReason(error) ?? lineOf(error)}. ${USAGE}`);
  }
}

/** Where the host of these variables is. */
function target(): { endpoint: string; region: string } {
  const { AWS_PORT, AWS_REGION } = process.env;
  const { awsPort, region } = readSettings({ AWS_PORT, AWS_REGION });
  if (awsPort === 0) throw new HostError(`AWS_PORT is 0, which names no port: ${ADVICE}.`);
  return { endpoint: `http://${LOOPBACK}:${awsPort}`, region };
}

async function publish(event: z.infer<typeof Event>): Promise<string> {
  const { endpoint, region } = target();
  const client = new EventBridgeClient({
    endpoint,
    region,
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: 1,
    requestHandler: { requestTimeout: ANSWER_LIMIT_MS, throwOnRequestTimeout: true },
  });
  const entry = {
    EventBusName: BUS,
    Source: event.source,
    DetailType: event["detail-type"],
    Detail: JSON.stringify(event.detail),
  };
  const sent = await client.send(new PutEventsCommand({ Entries: [entry] })).catch((error: unknown) => {
    throw unpublished(error, endpoint);
  });
  const answer = sent.Entries?.[0];
  if (answer === undefined) throw noHost(endpoint);
  if (answer.EventId) return answer.EventId;
  throw new HostError(`The event was refused: ${answer.ErrorMessage ?? "no reason given"}`);
}

/** The host refuses by name. Anything else was not said by it. */
function unpublished(error: unknown, endpoint: string): HostError {
  if (hasCode(error, "ECONNREFUSED"))
    return new HostError(`No local host answers on ${endpoint}: ${ADVICE}.`);
  if (error instanceof EventBridgeServiceException && /Exception$/.test(error.name)) {
    return new HostError(`The event was refused: ${lineOf(error)} (${error.name})`);
  }
  return noHost(endpoint);
}

const noHost = (endpoint: string) =>
  new HostError(`What listens on ${endpoint} does not answer as a local host does: ${ADVICE}.`);

const [file, ...more] = process.argv.slice(2);
try {
  if (file === undefined || more.length > 0) throw new HostError(USAGE);
  process.stdout.write(file === "--help" ? `${USAGE}\n` : `${await publish(readEvent(file))}\n`);
} catch (error) {
  process.stderr.write(`${lineOf(error)}\n`);
  process.exitCode = 1;
}
