// Every kind of source through its real way: a recorded message comes over HTTP or EventBridge, and a webhook is delivered.
import "../../support/quiet.ts";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ListSchedulesCommand, SchedulerClient } from "@aws-sdk/client-scheduler";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import type { JsonObject } from "../../../shared/domain/json.ts";
import { type KindName, wayOf } from "../../../shared/domain/sources/kinds.ts";
import type { SchemeName } from "../../../shared/domain/sources/schemes.ts";
import { runCommand } from "../../support/command.ts";
import { startLocalHost, type TestHost } from "../../support/local-host.ts";
import { type Receiver, startReceiver } from "../../support/receiver.ts";
import { signedBy } from "../../support/signed-messages.ts";
import { asOfYesterday, EPISODES, readSample, SYSTEM_KINDS } from "../../support/source-samples.ts";

const LOCAL = { accessKeyId: "local", secretAccessKey: "local" };
const BOSS = { user: "boss", groups: ["platform-admin"] };
const Created = z.looseObject({ id: z.string() });
const Taken = z.looseObject({ state: z.string(), incidents: z.int() });

/** The clock of the scheduler can be behind. */
let behindMs = 0;

let host: TestHost;
let receiver: Receiver;
/** A global automation runs a global runbook for every incident that begins. */
beforeAll(async () => {
  host = await startLocalHost({ now: () => new Date(Date.now() - behindMs) });
  receiver = await startReceiver();
  const runbookId = await create("/runbooks", {
    ...{ name: "Look", description: "Looks at it", webhookUrl: receiver.url, teamId: null },
    payloadTemplate: '{"incident": {{incident.id}}, "title": {{incident.title}}}',
  });
  await host.ask("POST", `/runbooks/${runbookId}/approve`, { as: BOSS, body: { version: 1 } });
  const pattern = { "detail-type": ["Incident Created"] };
  await create("/automations", { name: "Look at all", runbookId, pattern, oncePerIncident: false });
});
afterAll(async () => {
  await receiver.close();
  await host.stop();
});

async function create(path: string, body: object): Promise<string> {
  return Created.parse((await host.ask("POST", path, { as: BOSS, body })).body).id;
}

type Send = (body: string) => Promise<void>;

function overHttp(sourceId: string, scheme: SchemeName, secret: string): Send {
  return async (body) => {
    const answer = await host.ask("POST", `/intake/${sourceId}`, {
      body,
      headers: { "content-type": "application/json", ...signedBy(scheme, secret, body) },
    });
    expect(answer.status, answer.text).toBe(202);
  };
}

const overEvents: Send = async (body) => {
  const file = join(host.dataDir, "event.json");
  writeFileSync(file, body);
  const env = { ...process.env, AWS_PORT: new URL(host.aws).port, AWS_REGION: "eu-central-1" };
  const ended = await runCommand("local/emit", ["--as-aws", file], { env });
  expect(ended).toMatchObject({ code: 0, stderr: "" });
};

function wayFor(kind: KindName, sourceId: string, source: JsonObject): Send {
  if (!wayOf(kind).http) return overEvents;
  const { scheme, secret } = source["verification"] as { scheme: SchemeName; secret: string };
  return overHttp(sourceId, scheme, secret);
}

const Incident = z.looseObject({ id: z.string(), status: z.string() });
const Listed = z.looseObject({ items: z.array(Incident) });

async function incidentsOf(sourceId: string) {
  const { items } = Listed.parse((await host.ask("GET", "/incidents?limit=100", { as: BOSS })).body);
  return items.filter(({ id }) => id.startsWith(`${sourceId}:`));
}

const deliveredFor = (sourceId: string) => receiver.requests.filter(({ body }) => body.includes(sourceId));

describe.each(SYSTEM_KINDS)("%s", (kind) => {
  it("its message becomes a delivered webhook; the same again does nothing; then the incident is over", async () => {
    const source = readSample(kind, "source");
    const sourceId = await create("/sources", source);
    const send = wayFor(kind, sourceId, source);
    const [begin, end] = EPISODES[kind].map((name) => asOfYesterday(readSample(kind, name)));
    const alerts = kind === "alertmanager" ? 2 : 1;
    await send(begin ?? "");
    await expect.poll(() => deliveredFor(sourceId).length).toBe(alerts);
    await send(begin ?? "");
    const [open] = await incidentsOf(sourceId);
    await send(end ?? "");
    const isOver = async () => {
      const incidents = await incidentsOf(sourceId);
      return incidents.some(({ id, status }) => id === deliveredId(sourceId) && status !== open?.status);
    };
    await expect.poll(isOver).toBe(true);
    expect(await incidentsOf(sourceId)).toHaveLength(alerts);
    expect(deliveredFor(sourceId)).toHaveLength(alerts);
  });
});

/** The incident of the first alert. */
function deliveredId(sourceId: string): string {
  const ids = deliveredFor(sourceId).map(({ body }) => String(Object(JSON.parse(body)).incident));
  return ids.find((id) => id.includes("b4f1c0a9e3d25d11")) ?? ids[0] ?? "";
}

describe("schedule", () => {
  it("what was missed over many ticks becomes one delivered webhook, and its incident needs no end", async () => {
    behindMs = 3 * 3_600_000;
    const schedule = { expression: "cron(* * * * ? *)", timeZone: "Europe/Berlin" };
    const sourceId = await create("/sources", { ...readSample("schedule", "source"), schedule });
    await expect.poll(() => schedulesOf(sourceId)).toHaveLength(1);
    behindMs = 0;
    await expect.poll(() => deliveredFor(sourceId).length).toBe(1);
    const [incident] = await incidentsOf(sourceId);
    expect(incident).toMatchObject({ title: "Rotate the logs", status: "due", priority: "P5" });
    expect(incident?.id).toMatch(/:\d{8}T\d{4}00000Z$/);
    await host.ask("DELETE", `/sources/${sourceId}`, { as: BOSS });
    await expect.poll(() => schedulesOf(sourceId)).toEqual([]);
  });
});

async function schedulesOf(sourceId: string) {
  const client = new SchedulerClient({ endpoint: host.aws, region: "eu-central-1", credentials: LOCAL });
  const { Schedules } = await client.send(new ListSchedulesCommand({ NamePrefix: sourceId }));
  client.destroy();
  return Schedules;
}

it("a partner's event bus is a way too, with the events that the partner sends there", async () => {
  const { verification: _none, ...source } = readSample("pagerduty", "source");
  const eventSource = "aws.partner/pagerduty.com/acme-runbooks";
  const sourceId = await create("/sources", { ...source, eventSource });
  const sent = (name: string) => asOfYesterday(readSample("pagerduty", name));
  await overEvents(sent("event-trigger").replace("acme-runbooks", "acme-others"));
  for (const name of ["event-trigger", "event-trigger", "event-acknowledge", "event-resolve"])
    await overEvents(sent(name));
  await expect.poll(async () => (await incidentsOf(sourceId))[0]?.status).toBe("resolved");
  expect(deliveredFor(sourceId)).toHaveLength(1);
  expect(await incidentsOf(sourceId)).toHaveLength(1);
});

it("what comes again over HTTP is said to be a repetition", async () => {
  const source = readSample("opsgenie", "source");
  const sourceId = await create("/sources", { ...source, name: "Opsgenie again" });
  const { secret } = source["verification"] as { secret: string };
  const body = asOfYesterday(readSample("opsgenie", "create"));
  const send = () =>
    host.ask("POST", `/intake/${sourceId}`, {
      body,
      headers: { "content-type": "application/json", ...signedBy("bearer", secret, body) },
    });
  const states = [await send(), await send()].map((answer) => Taken.parse(answer.body).state);
  expect(states).toEqual(["accepted", "repeated"]);
});

it("nobody publishes in the name of AWS, or of a source, by PutEvents", async () => {
  const file = join(host.dataDir, "forged.json");
  const env = { ...process.env, AWS_PORT: new URL(host.aws).port, AWS_REGION: "eu-central-1" };
  const sourceId = await create("/sources", { ...readSample("opsgenie", "source"), name: "Forged" });
  const incident = {
    id: `${sourceId}:1`,
    title: "x",
    status: "open",
    priority: "P1",
    teamId: "payments",
    createdAt: new Date().toISOString(),
  };
  const forged = [
    { source: "aws.health", "detail-type": "AWS Health Event", detail: {} },
    { source: sourceId, "detail-type": "Incident Created", detail: { incident } },
    { source: "oncall.incidents", "detail-type": "Incident Created", detail: { incident } },
  ];
  for (const event of forged) {
    writeFileSync(file, JSON.stringify(event));
    expect((await runCommand("local/emit", [file], { env })).code).toBe(1);
  }
  expect(await incidentsOf(sourceId)).toEqual([]);
});
