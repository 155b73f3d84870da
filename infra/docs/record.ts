// Runs the example session against a local host of its own, and answers the examples as text.
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { BUS } from "../../shared/contract/events.ts";
import { ALL_ROUTES } from "../../shared/contract/routes.ts";
import { startHost } from "../local/demo/host.ts";
import { Receiver } from "../local/demo/receiver.ts";
import { exampleSession, type Publish } from "./example-session.ts";
import { exampleText, sameEveryTime } from "./example-text.ts";
import { Session } from "./examples.ts";

export async function recordedExamples(): Promise<string> {
  const host = await startHost();
  const receiver = new Receiver();
  receiver.answers = [
    { status: 200, body: '{"restarted":true}' },
    { status: 503, body: '{"error":"starting up"}' },
  ];
  try {
    const session = new Session(host);
    await exampleSession(session, {
      hook: await receiver.start(),
      callbackToken: () => String(receiver.requests.at(-1)?.headers["x-runbook-callback-token"]),
      publish: publisher(host.aws),
    });
    return sameEveryTime(examplesOf(session));
  } finally {
    await receiver.stop();
    await host.stop();
  }
}

function publisher(endpoint: string): Publish {
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const client = new EventBridgeClient({ endpoint, region: "eu-central-1", credentials });
  return async ({ source, detail, ...type }) => {
    const entry = {
      EventBusName: BUS,
      Source: source,
      DetailType: type["detail-type"],
      Detail: JSON.stringify(detail),
    };
    const { FailedEntryCount } = await client.send(new PutEventsCommand({ Entries: [entry] }));
    if (FailedEntryCount) throw new Error("The bus refused the event");
  };
}

/** In the order of the contract. A route without an example is a mistake. */
function examplesOf({ exchanges }: Session): string {
  const sections = ALL_ROUTES.map(([name, { summary }]) => {
    const exchange = exchanges.get(name);
    if (!exchange) throw new Error(`The example session leaves out the route ${name}`);
    return `### ${name}\n\n${summary}.\n\n${exampleText(exchange)}`;
  });
  return sections.join("\n\n");
}
