// Follows a published event: no rule matches it, its function accepts or rejects it, or it is still in the queue.
import { setTimeout as pause } from "node:timers/promises";
import { type EventBridgeClient, ListRulesCommand } from "@aws-sdk/client-eventbridge";
import {
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { BUS } from "../../../shared/contract/events.ts";
import { matchesEventPattern } from "../../../shared/domain/event-pattern/match.ts";
import type { JsonObject } from "../../../shared/domain/json.ts";
import { CONTRACT_RULES, deadLetterQueue, queueUrl } from "../sqs/queue-names.ts";
import { type Endpoint, eventBridge, sqs } from "./clients.ts";

type Published = {
  id: string;
  source: string;
  "detail-type": string;
  detail: JsonObject;
};

/** `message`: the reason, or advice. */
type Fate = { kind: "accepted" | "unmatched" | "rejected" | "queued"; message: string };

/** How long to wait for the functions of the rules, and how often to poll their queues. Milliseconds. */
const LIMIT_MS = 10_000;
const POLL_MS = 100;

export async function followEvent(event: Published, at: Endpoint): Promise<Fate> {
  const rules = await matchingRules(event, eventBridge(at));
  if (rules.length === 0) {
    return {
      kind: "unmatched",
      message: `No rule on the bus ${BUS} takes detail-type "${event["detail-type"]}": nothing will happen. docs/events.md lists the events in.`,
    };
  }
  return followRules(
    rules.filter((rule) => Object.hasOwn(CONTRACT_RULES, rule)),
    event.id,
    at,
  );
}

/** The same for an event that these rules of the contract take. */
export async function followRules(rules: readonly string[], id: string, at: Endpoint): Promise<Fate> {
  const fates = await Promise.all(rules.map((rule) => followQueue(rule, id, sqs(at), at.endpoint)));
  return (
    fates.find(({ kind }) => kind === "rejected") ??
    fates.find(({ kind }) => kind === "queued") ?? { kind: "accepted", message: "" }
  );
}

async function matchingRules(event: Published, client: EventBridgeClient): Promise<string[]> {
  const names: string[] = [];
  let next: string | undefined;
  do {
    const page = await client.send(new ListRulesCommand({ EventBusName: BUS, NextToken: next }));
    const taking = (page.Rules ?? []).filter(
      ({ State, EventPattern }) =>
        State === "ENABLED" && matchesEventPattern(JSON.parse(EventPattern ?? "{}"), event),
    );
    names.push(...taking.flatMap(({ Name }) => Name ?? []));
    next = page.NextToken;
  } while (next !== undefined);
  return names;
}

/** Checks the queue before the dead-letter queue, so that a message that moves between them is not missed. */
async function followQueue(rule: string, id: string, client: SQSClient, endpoint: string): Promise<Fate> {
  const deadline = Date.now() + LIMIT_MS;
  while (Date.now() < deadline) {
    const isEmpty = await isDrained(client, queueUrl(endpoint, rule));
    const rejected = await findDeadLetter(client, queueUrl(endpoint, deadLetterQueue(rule)), id);
    if (rejected) return { kind: "rejected", message: reasonOf(rejected, rule) };
    if (isEmpty) return { kind: "accepted", message: "" };
    await pause(POLL_MS);
  }
  const message = `The event is still in the queue ${rule}: its function waits or retries; see the log of \`npm start\`.`;
  return { kind: "queued", message };
}

async function isDrained(client: SQSClient, QueueUrl: string): Promise<boolean> {
  const { Attributes } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }),
  );
  const { ApproximateNumberOfMessages: visible, ApproximateNumberOfMessagesNotVisible: hidden } =
    Attributes ?? {};
  return visible === "0" && hidden === "0";
}

/** Reads the dead-letter queue once. A visibility timeout of 1 s hides each message, so that the next one follows. */
async function findDeadLetter(client: SQSClient, QueueUrl: string, id: string): Promise<Message | undefined> {
  for (;;) {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        VisibilityTimeout: 1,
        MessageAttributeNames: ["All"],
      }),
    );
    const found = Messages.find(({ Body }) => idOf(Body) === id);
    if (found || Messages.length === 0) return found;
  }
}

function idOf(body: string | undefined): unknown {
  try {
    const event: unknown = JSON.parse(body ?? "null");
    return typeof event === "object" && event !== null && "id" in event ? event.id : undefined;
  } catch {
    return undefined;
  }
}

function reasonOf({ MessageAttributes = {} }: Message, rule: string): string {
  const { reason, message } = MessageAttributes;
  if (reason?.StringValue)
    return `The event was rejected (${reason.StringValue}): ${message?.StringValue ?? ""}`;
  return `The event failed too often and is in ${deadLetterQueue(rule)}; the log of \`npm start\` says why.`;
}
