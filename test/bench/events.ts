// Events on the local stack: from PutEvents to the receiver's socket, and how long a thousand incidents take.
import { randomUUID } from "node:crypto";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { Session } from "../../infra/docs/examples.ts";
import { startDemoHost } from "../../infra/local/demo/host.ts";
import { Receiver } from "../../infra/local/demo/receiver.ts";
import { BUS, RULES } from "../../shared/contract/events.ts";
import { type Figure, figure, quantiles, ROUNDS, timesOf } from "./figures.ts";
import { ALONE } from "./host.ts";

const STORM = 1000;
/** What one PutEvents takes. */
const BATCH = 10;

export async function benchEvents(): Promise<Figure[]> {
  // What is measured is the way of the events, not how an automation is held back.
  process.env["RATE_LIMIT_STARTS_PER_MINUTE"] = "0";
  const host = await startDemoHost();
  const receiver = new Receiver();
  const bus = new EventBridgeClient({
    endpoint: host.aws,
    region: "eu-central-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  try {
    await automate(new Session(host, ALONE), await receiver.start());
    const single = await latency(bus, receiver);
    return [...quantiles("PutEvents to the receiver's socket", single), ...(await storm(bus, receiver))];
  } finally {
    bus.destroy();
    await receiver.stop();
    await host.stop();
  }
}

async function automate(session: Session, hook: string): Promise<void> {
  const runbookId = await session.create("/runbooks", {
    body: {
      teamId: "payments",
      name: "Bench events",
      description: "Tells the receiver of an incident",
      webhookUrl: `${hook}/incident`,
      payloadTemplate: '{"incident": {{incident.id}}}',
    },
  });
  await session.ask("POST", `/runbooks/${runbookId}/approve`, { body: { version: 1 } });
  const pattern = { "detail-type": ["Incident Created"] };
  await session.create("/automations", { body: { runbookId, name: "Every incident", pattern } });
}

function entry(id: string) {
  const incident = {
    id,
    title: "Disk is full",
    status: "open",
    priority: "P1",
    teamId: "payments",
    createdAt: new Date().toISOString(),
  };
  return {
    EventBusName: BUS,
    Source: RULES.incidents.sources[0],
    DetailType: "Incident Created",
    Detail: JSON.stringify({ incident }),
  };
}

async function latency(bus: EventBridgeClient, receiver: Receiver): Promise<number[]> {
  const once = async () => {
    const count = receiver.requests.length;
    await bus.send(new PutEventsCommand({ Entries: [entry(randomUUID())] }));
    await arrivals(receiver, count + 1);
  };
  await timesOf(3, once);
  return timesOf(30, once);
}

/** Every incident is published twice; each has one run. */
async function storm(bus: EventBridgeClient, receiver: Receiver): Promise<Figure[]> {
  const before = receiver.requests.length;
  const ids = Array.from({ length: STORM }, () => randomUUID());
  const start = performance.now();
  for (let i = 0; i < STORM; i += BATCH) {
    const Entries = ids.slice(i, i + BATCH).map(entry);
    await bus.send(new PutEventsCommand({ Entries }));
    await bus.send(new PutEventsCommand({ Entries }));
  }
  const published = (performance.now() - start) / 1000;
  // Each fifth by itself shows whether what is left behind slows down what comes.
  const reachedAt = [start];
  for (let n = 1; n <= ROUNDS; n++) {
    await arrivals(receiver, before + (STORM * n) / ROUNDS);
    reachedAt.push(performance.now());
  }
  const fifths = reachedAt.slice(1).map((at, n) => (at - (reachedAt[n] ?? start)) / 1000);
  const reached = receiver.since(before).map(({ body }) => body);
  return [
    figure("1,000 incidents published twice, until PutEvents has taken them", "s", published),
    figure(
      "1,000 incidents published twice, until each has reached the receiver",
      "s",
      fifths.reduce((sum, seconds) => sum + seconds, 0),
    ),
    figure("… arrivals a second, each fifth", "incidents/s", ...fifths.map((s) => STORM / ROUNDS / s)),
    figure("… calls beyond one for each", "calls", reached.length - new Set(reached).size),
  ];
}

const LIMIT_MS = 600_000;

async function arrivals(receiver: Receiver, count: number): Promise<void> {
  const deadline = performance.now() + LIMIT_MS;
  while (receiver.requests.length < count) {
    if (performance.now() > deadline) throw new Error(`Only ${receiver.requests.length} of ${count} arrived`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
