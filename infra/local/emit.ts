// `npm run -s emit -- FILE`: publishes an event to the local bus through PutEvents, and prints its id.
import { readFileSync } from "node:fs";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import * as z from "zod";
import { BUS } from "../../shared/contract/events.ts";
import { DEFAULT_REGION } from "./arns.ts";
import { HostError, hasCode, messageOf } from "./errors.ts";

const USAGE =
  'Usage: npm run -s emit -- FILE  (or - for stdin; JSON with "source", "detail-type" and "detail")';

const Event = z.object({
  source: z.string().min(1),
  "detail-type": z.string().min(1),
  detail: z.record(z.string(), z.unknown()),
});

function readEvent(file: string | undefined): z.infer<typeof Event> {
  if (file === undefined) throw new HostError(USAGE);
  const text = readText(file);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new HostError(`${file} is not JSON: ${messageOf(error)}`);
  }
  const event = Event.safeParse(value);
  if (event.success) return event.data;
  const wrong = event.error.issues.map((issue) => `${issue.path.join(".") || "event"}: ${issue.message}`);
  throw new HostError(`${file} is not an event: ${wrong.join("; ")}`);
}

function readText(file: string): string {
  try {
    return readFileSync(file === "-" ? 0 : file, "utf8");
  } catch (error) {
    if (hasCode(error, "ENOENT")) throw new HostError(`There is no file ${file}.`);
    throw new HostError(`${file} cannot be read: ${messageOf(error)}`);
  }
}

async function publish(event: z.infer<typeof Event>): Promise<string> {
  const endpoint = `http://127.0.0.1:${process.env["AWS_PORT"] || "4566"}`;
  const client = new EventBridgeClient({
    endpoint,
    region: process.env["AWS_REGION"] || DEFAULT_REGION,
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: 1,
  });
  const entry = {
    EventBusName: BUS,
    Source: event.source,
    DetailType: event["detail-type"],
    Detail: JSON.stringify(event.detail),
  };
  const sent = await client.send(new PutEventsCommand({ Entries: [entry] })).catch((error: unknown) => {
    if (!hasCode(error, "ECONNREFUSED")) throw error;
    throw new HostError(
      `No local host answers on ${endpoint}: run \`npm start\`, or set AWS_PORT as it is set there.`,
    );
  });
  const answer = sent.Entries?.[0];
  if (answer?.EventId === undefined) {
    throw new HostError(`The event was refused: ${answer?.ErrorMessage ?? "no reason given"}`);
  }
  return answer.EventId;
}

try {
  process.stdout.write(`${await publish(readEvent(process.argv[2]))}\n`);
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}
