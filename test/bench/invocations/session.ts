// Uses the whole service once on a local stack in this process, so that each function has an invocation to record.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { exampleSession, FIRST_ANSWERS } from "../../../infra/docs/example-session.ts";
import { Session } from "../../../infra/docs/examples.ts";
import { type ReceivedRequest, Receiver } from "../../../infra/local/demo/receiver.ts";
import { startHost } from "../../../infra/local/host/host.ts";
import type { LoadHandler } from "../../../infra/local/lambda/lambda.ts";
import { signToken } from "../../../infra/local/oidc/identity.ts";
import { BUS } from "../../../shared/contract/events.ts";

const SETTINGS = { apiPort: 0, awsPort: 0, dynamoDbPort: 0, region: "eu-central-1" };

/** `port`: of the receiver, which has ended. `requests`: what it was sent. */
type Used = { port: number; requests: readonly ReceivedRequest[] };

/** `until` answers whether every function has been invoked; the last ones come from queues and schedules. */
export async function useEverything(load: LoadHandler, until: () => boolean): Promise<Used> {
  const dataDir = mkdtempSync(join(tmpdir(), "invocations-"));
  const host = await startHost({ ...SETTINGS, dataDir }, { load, log: () => undefined });
  const receiver = new Receiver();
  receiver.answers = [...FIRST_ANSWERS];
  const token = (user: string, ...groups: string[]) =>
    signToken(host.identity, { user, groups, expiresInSeconds: 3600 });
  const bus = busOf(host.aws);
  try {
    const hook = await receiver.start();
    const session = new Session({ api: host.api, token });
    const callbackToken = () => String(receiver.requests.at(-1)?.headers["x-runbook-callback-token"]);
    await exampleSession(session, { hook, callbackToken, publish: bus.publish });
    await session.ask("PUT", "/controls", { as: "boss", body: { scope: "payments", paused: false } });
    await automate(session, hook, bus.publish);
    while (!until()) await new Promise((resolve) => setTimeout(resolve, 50));
    return { port: Number(new URL(hook).port), requests: receiver.requests };
  } finally {
    bus.close();
    await receiver.stop();
    await host.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

type Event = { source: string; "detail-type": string; detail: unknown };

function busOf(endpoint: string) {
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const client = new EventBridgeClient({ endpoint, region: SETTINGS.region, credentials });
  const publish = async ({ source, detail, ...type }: Event) => {
    const entry = { EventBusName: BUS, Source: source, Detail: JSON.stringify(detail) };
    await client.send(new PutEventsCommand({ Entries: [{ ...entry, DetailType: type["detail-type"] }] }));
  };
  return { publish, close: () => client.destroy() };
}

const RUNBOOK = {
  ...{ teamId: "payments", name: "Tell the channel", description: "Tells the channel of an incident" },
  payloadTemplate: '{"incident": {{incident.id}}}',
};

/** An incident that starts a run, a run that a workflow asks for, and one that fails. */
async function automate(session: Session, hook: string, publish: (event: Event) => Promise<void>) {
  const approve = async (webhookUrl: string) => {
    const body = { ...RUNBOOK, webhookUrl, retryPolicy: { maxAttempts: 1 } };
    const id = await session.create("/runbooks", { body });
    await session.ask("POST", `/runbooks/${id}/approve`, { as: "boss", body: { version: 1 } });
    return id;
  };
  const runbookId = await approve(`${hook}/incident`);
  const pattern = { "detail-type": ["Incident Created"] };
  await session.create("/automations", { body: { runbookId, name: "Every incident", pattern } });
  const incident = {
    ...{ id: "INC-43", title: "Checkout is slow", status: "open", priority: "P1", teamId: "payments" },
    createdAt: new Date().toISOString(),
  };
  const detail = { runbookId, parameters: {}, requestId: "request-1" };
  await publish({ source: "oncall.workflows", "detail-type": "Runbook Execution Requested", detail });
  // Nothing listens there.
  const failing = await approve("http://127.0.0.1:9/incident");
  await session.waitUntilCompleted(
    await session.create(`/runbooks/${failing}/executions`, { as: "rob", body: {} }),
  );
  await publish({ source: "oncall.incidents", "detail-type": "Incident Created", detail: { incident } });
}
