// Runs the example session against its own local stack. Returns one exchange for each route.
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import * as z from "zod";
import { BUS } from "../../shared/contract/events.ts";
import { ALL_ROUTES, type RouteName } from "../../shared/contract/routes.ts";
import { Json, type JsonObject, type JsonValue } from "../../shared/domain/json.ts";
import { startDemoHost } from "../local/demo/host.ts";
import { Receiver } from "../local/demo/receiver.ts";
import type { Publish } from "./example-automations.ts";
import { exampleSession, FIRST_ANSWERS } from "./example-session.ts";
import { normalizeExample } from "./example-text.ts";
import { type Exchange, Session } from "./examples.ts";

export async function recordExamples(): Promise<JsonObject> {
  const host = await startDemoHost();
  const receiver = new Receiver();
  try {
    await receiver.start();
    const session = new Session(host);
    await playExamples(session, receiver, createPublisher(host.aws));
    return formatExamples(session);
  } finally {
    await receiver.stop();
    await host.stop();
  }
}

/** Plays the example session. The receiver, which has been started, goes on answering. */
export async function playExamples(session: Session, receiver: Receiver, publish: Publish): Promise<void> {
  receiver.answers = [...FIRST_ANSWERS];
  await exampleSession(session, {
    hook: receiver.address,
    callbackToken: () => String(receiver.requests.at(-1)?.headers["x-runbook-callback-token"]),
    publish,
  });
}

export function createPublisher(endpoint: string): Publish {
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const client = new EventBridgeClient({ endpoint, region: "eu-central-1", credentials });
  let last = 0;
  return async ({ source, detail, ...type }) => {
    // Events have a time in seconds. Each has its own, so that they are in one order in every recording.
    last = Math.max(Date.now(), last + 1000);
    const entry = {
      Time: new Date(last),
      EventBusName: BUS,
      Source: source,
      DetailType: type["detail-type"],
      Detail: JSON.stringify(detail),
    };
    const { FailedEntryCount } = await client.send(new PutEventsCommand({ Entries: [entry] }));
    if (FailedEntryCount) throw new Error("The bus refused the event");
  };
}

/** Returns the examples in the order of the contract, equal in each recording. Throws if a route has none. */
function formatExamples({ exchanges }: Session): JsonObject {
  const recorded = ALL_ROUTES.map(([name]) => {
    const exchange = exchanges.get(name);
    if (!exchange) throw new Error(`The example session leaves out the route ${name}`);
    return [name, shortened(name, exchange)];
  });
  return JSON.parse(normalizeExample(JSON.stringify(Object.fromEntries(recorded)))) as JsonObject;
}

/** Shortens the OpenAPI document, which would contain itself, and a runbook's history, which depends on the session. */
function shortened(name: RouteName, { answer, ...exchange }: Exchange): Exchange {
  const shorter = (body: JsonValue) => ({ ...exchange, answer: { ...answer, body } });
  if (name === "get-openapi") return shorter({ ...Document.parse(answer.body), paths: {} });
  if (name !== "get-runbook") return { ...exchange, answer };
  const { versions, executions, ...runbook } = History.parse(answer.body);
  return shorter({ ...runbook, versions: versions.slice(0, 1), executions: executions.slice(0, 1) });
}

const History = z.looseObject({ versions: z.array(Json), executions: z.array(Json) }).catchall(Json);

const Document = z.object({
  openapi: z.string(),
  info: z.object({ title: z.string(), version: z.string() }),
});
