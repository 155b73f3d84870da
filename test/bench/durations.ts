// How long each function works for one run, on the local stack: the durations that infra/tools/cost/durations.ts takes.
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { Session } from "../../infra/docs/examples.ts";
import { Receiver } from "../../infra/local/demo/receiver.ts";
import { startHost } from "../../infra/local/host/host.ts";
import { type LoadHandler, loadFromFunctions } from "../../infra/local/lambda/lambda.ts";
import { loadClass } from "../../infra/local/lambda/route-classes.ts";
import { signToken } from "../../infra/local/oidc/identity.ts";
import { BUS } from "../../shared/contract/events.ts";
import { type Figure, quantiles } from "./figures.ts";
import { ALONE } from "./host.ts";

const QUIET = { POWERTOOLS_LOG_LEVEL: "SILENT", POWERTOOLS_METRICS_DISABLED: "true" };
const RUNS = 60;
/** Of each function, the first calls load what it needs. */
const WARM = 10;

const times = new Map<string, number[]>();

/** Every handler, with the time of each of its calls. */
const load: LoadHandler = async (path) => {
  const ofClass = await loadClass(path, load);
  if (ofClass !== null) return ofClass;
  const handler = await loadFromFunctions(path);
  return async (event, context) => {
    const start = performance.now();
    try {
      return await handler(event, context);
    } finally {
      times.set(path, [...(times.get(path) ?? []), performance.now() - start]);
    }
  };
};

export async function benchDurations(): Promise<Figure[]> {
  Object.assign(process.env, { ...QUIET, RATE_LIMIT_STARTS_PER_MINUTE: "999" });
  const dataDir = mkdtempSync(join(tmpdir(), "durations-"));
  const settings = { apiPort: 0, awsPort: 0, dynamoDbPort: 0, dataDir, region: "eu-central-1" };
  const host = await startHost(settings, { load, log: () => undefined });
  const receiver = new Receiver();
  const token = (user: string, ...groups: string[]) =>
    signToken(host.identity, { user, groups, expiresInSeconds: 3600 });
  try {
    await live(new Session({ api: host.api, token }, ALONE), await receiver.start(), host.aws);
    return [...times].flatMap(([path, all]) => figureOf(path, all.slice(Math.min(WARM, all.length / 2))));
  } finally {
    await receiver.stop();
    await host.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** The 99th percentile of so few would say nothing. */
const figureOf = (path: string, measured: readonly number[]): Figure[] =>
  quantiles(`${path} works`, measured).slice(0, 1);

/** Runs one after the other, each read while it runs and at its end; then as many that fail, and as many incidents. */
async function live(session: Session, hook: string, aws: string): Promise<void> {
  const good = await approved(session, `${hook}/restart`);
  for (let n = 0; n < RUNS; n++) {
    await ended(session, await session.create(`/runbooks/${good}/executions`, {}));
    for (const path of [`/runbooks/${good}`, "/runbooks?teamId=payments", `/runbooks/${good}/executions`]) {
      await session.ask("GET", path);
    }
  }
  // Nothing listens there.
  const bad = await approved(session, "http://127.0.0.1:9/restart");
  for (let n = 0; n < WARM * 3; n++) {
    await ended(session, await session.create(`/runbooks/${bad}/executions`, {}));
  }
  await incidents(session, good, aws);
}

async function approved(session: Session, webhookUrl: string): Promise<string> {
  const retryPolicy = { maxAttempts: 1 };
  const body = {
    ...{ teamId: "payments", name: "Restart a service", description: "Restarts one service" },
    ...{ webhookUrl, retryPolicy, payloadTemplate: '{"by": {{execution.executedBy}}}' },
  };
  const id = await session.create("/runbooks", { body });
  await session.ask("POST", `/runbooks/${id}/approve`, { body: { version: 1 } });
  return id;
}

async function ended(session: Session, id: string): Promise<void> {
  for (;;) {
    const { answer } = await session.ask("GET", `/executions/${id}`);
    if (Object(answer.body)["completedAt"] !== null) return;
    await pause();
  }
}

const pause = () => new Promise((resolve) => setTimeout(resolve, 20));

async function incidents(session: Session, runbookId: string, endpoint: string): Promise<void> {
  const pattern = { "detail-type": ["Incident Created"] };
  await session.create("/automations", { body: { runbookId, name: "Every incident", pattern } });
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const bus = new EventBridgeClient({ endpoint, region: "eu-central-1", credentials });
  const taken = () => times.get("events/on-incident")?.length ?? 0;
  for (let n = 0; n < WARM * 3; n++) {
    const before = taken();
    await bus.send(new PutEventsCommand({ Entries: [entry()] }));
    while (taken() === before) await pause();
  }
  bus.destroy();
}

function entry() {
  const incident = {
    ...{ id: randomUUID(), title: "Checkout is slow", status: "open", priority: "P1", teamId: "payments" },
    createdAt: new Date().toISOString(),
  };
  const Detail = JSON.stringify({ incident });
  return { EventBusName: BUS, Source: "oncall.incidents", DetailType: "Incident Created", Detail };
}
