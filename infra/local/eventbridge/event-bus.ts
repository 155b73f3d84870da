// The two event buses: PutEvents sends each event to the queues of all matching rules.
import { randomUUID } from "node:crypto";
import * as z from "zod";
import { ACCOUNT, type Arns } from "../platform/arns.ts";
import { AwsError } from "../platform/errors.ts";
import { runInTransaction, type State } from "../platform/state.ts";
import type { QueueDirectory } from "../sqs/queue-directory.ts";
import type { Queues } from "../sqs/queues.ts";
import { operation, type Service } from "../wire/aws-endpoint.ts";
import { BUSES } from "./event-names.ts";
import { ruleOperations } from "./event-rules.ts";
import { targetOperations } from "./event-targets.ts";
import { PARTNERS, type Rules } from "./rules.ts";

type BusEvent = {
  source: string;
  "detail-type": string;
  detail: unknown;
  resources?: string[];
  time?: Date;
};
/** Returns the event's id after the event is stored in all its queues. */
export type Publish = (bus: string, event: BusEvent) => string;

const Entry = z.object({
  Source: z.string().optional(),
  DetailType: z.string().optional(),
  Detail: z.string().optional(),
  EventBusName: z.string().default("default"),
  Resources: z.array(z.string()).default([]),
  /** Seconds since 1970. */
  Time: z.number().min(0).max(4_102_444_800).optional(),
});
type Entry = z.infer<typeof Entry>;
const PutEvents = z.object({ Entries: z.array(Entry).min(1).max(10) });
/** Maximum total bytes of the entries of one request. */
const MAX_BYTES = 1024 * 1024;

/**
 * What AWS and its partners publish themselves. AWS has no such operation: nobody can publish in their name there.
 */
const AwsEvent = z.object({
  source: z.string().startsWith("aws."),
  "detail-type": z.string().min(1),
  detail: z.record(z.string(), z.json()),
  resources: z.array(z.string()).default([]),
});
const busOf = (source: string) => (source.startsWith(`${PARTNERS}/`) ? PARTNERS : "default");

type Buses = { state: State; rules: Rules; queues: Queues; directory: QueueDirectory; arns: Arns };

export function createPublisher({ state, rules, queues, directory, arns }: Buses): Publish {
  return (bus, event) => {
    const id = randomUUID();
    const sent = {
      version: "0",
      id,
      "detail-type": event["detail-type"],
      source: event.source,
      account: ACCOUNT,
      time: (event.time ?? new Date()).toISOString().replace(/\.\d{3}Z$/, "Z"),
      region: arns.region,
      resources: event.resources ?? [],
      detail: event.detail,
    };
    const body = JSON.stringify(sent);
    // Skips deleted queues, as AWS does.
    const due = rules.queuesFor(bus, JSON.parse(body)).filter(directory.has);
    runInTransaction(state, () => {
      for (const queue of due) queues.send(queue, body);
    });
    return id;
  };
}

export function eventBridge(publish: Publish, { rules, directory, arns }: Buses): Service {
  const put = operation(PutEvents, ({ Entries }) => {
    const bytes = Entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
    if (bytes > MAX_BYTES) {
      throw new AwsError(
        "ValidationException",
        "Total size of the entries in the request is over the limit.",
      );
    }
    const answers = Entries.map((entry) => answerEntry(entry, publish));
    return { FailedEntryCount: answers.filter((answer) => "ErrorCode" in answer).length, Entries: answers };
  });
  const operations = {
    PutEvents: put,
    PutAwsEvent: operation(AwsEvent, (event) => ({ EventId: publish(busOf(event.source), event) })),
    ...ruleOperations(rules, arns),
    ...targetOperations(rules, directory, arns),
  };
  return { name: "EventBridge", target: "AWSEvents", operations };
}

function answerEntry(entry: Entry, publish: Publish) {
  const { Source, DetailType, Detail } = entry;
  const bus = entry.EventBusName.split("/").at(-1) ?? "";
  if (!Source) return missingFieldError("Source");
  if (!DetailType) return missingFieldError("DetailType");
  if (!Detail) return missingFieldError("Detail");
  if (Source.startsWith("aws.")) {
    return { ErrorCode: "NotAuthorizedForSourceException", ErrorMessage: "Not authorized for the source." };
  }
  const detail = parseObject(Detail);
  if (detail === null) return { ErrorCode: "MalformedDetail", ErrorMessage: "Detail is malformed." };
  if (!BUSES.includes(bus)) {
    return { ErrorCode: "ResourceNotFoundException", ErrorMessage: `Event bus ${bus} does not exist.` };
  }
  const at = entry.Time === undefined ? {} : { time: new Date(entry.Time * 1000) };
  const event = { source: Source, "detail-type": DetailType, detail, resources: entry.Resources, ...at };
  return { EventId: publish(bus, event) };
}

function missingFieldError(name: string) {
  const ErrorMessage = `Parameter ${name} is not valid. Reason: ${name} is a required argument.`;
  return { ErrorCode: "InvalidArgument", ErrorMessage };
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return z.record(z.string(), z.unknown()).safeParse(value).data ?? null;
  } catch {
    return null;
  }
}

/** Returns the size of an entry, in bytes as EventBridge counts it. */
function sizeOf(entry: Entry): number {
  const texts = [entry.Source ?? "", entry.DetailType ?? "", entry.Detail ?? "", ...entry.Resources];
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), entry.Time === undefined ? 0 : 14);
}
