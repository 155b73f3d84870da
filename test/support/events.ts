// The functions behind the bus called as their queues call them, over real queues, a bus and a table of a test file's own.

import { randomUUID } from "node:crypto";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { expect } from "vitest";
import * as z from "zod";
import { applyEnvironment, buildFunctionEnvironment } from "../../infra/local/host/environment.ts";
import { openServices } from "../../infra/local/host/services.ts";
import { createInvoker, loadFromFunctions } from "../../infra/local/lambda/lambda.ts";
import { buildArns } from "../../infra/local/platform/arns.ts";
import { listen } from "../../infra/local/platform/ports.ts";
import { openState } from "../../infra/local/platform/state.ts";
import { deadLetterQueue } from "../../infra/local/sqs/queue-names.ts";
import type { Message, Queues } from "../../infra/local/sqs/queues.ts";
import { BUS, OWN_SOURCE, RULES } from "../../shared/contract/events.ts";
import { AuditEntry } from "../../shared/domain/audit.ts";
import { AutomationView } from "../../shared/domain/automations/automation.ts";
import type { JsonObject } from "../../shared/domain/json.ts";
import { fromStored } from "../../shared/store/stored-form.ts";
import { type Asked, ask, everyItem, PLATFORM_ADMIN } from "./api.ts";
import { createTable, LOCAL_REGION, type TestTable } from "./dynamodb.ts";
import { dataFolder } from "./local-host.ts";
import { underItsName } from "./table-calls.ts";

const arns = buildArns(LOCAL_REGION);
export const invoke = createInvoker(underItsName(loadFromFunctions), arns);

/** Everything that the service itself puts on the bus. */
const OUTSIDE = "outside";
const rules = { ...RULES, [OUTSIDE]: { bus: BUS, pattern: { source: [OWN_SOURCE] }, target: "" } };
const idle = { StartAt: "Idle", States: { Idle: { Type: "Succeed" } } } as const;

export type EventsHost = { table: TestTable; queues: Queues; aws: string; stop: () => Promise<void> };

/** Runs are stored and started, and the machine does nothing with them. Sets the environment of the functions. */
export async function startEvents(
  env: Record<string, string> = {},
  { stream = false } = {},
): Promise<EventsHost> {
  const table = await createTable({ stream });
  const folder = dataFolder();
  const state = openState(folder.path);
  const workflow = () => ({ text: JSON.stringify(idle), definition: idle, changedAt: new Date() });
  const log = () => undefined;
  const services = await openServices({ state, dataDir: folder.path, arns, invoke, rules, workflow, log });
  const port = await listen(services.endpoint, 0, "AWS_PORT");
  const aws = `http://127.0.0.1:${port}`;
  services.locate(aws);
  const given = { ...process.env, POWERTOOLS_LOG_LEVEL: "SILENT", ...env };
  const variables = buildFunctionEnvironment(
    given,
    { aws, api: aws, issuer: aws, pages: folder.path, dynamoDb: table.endpoint, rules: Object.keys(RULES) },
    arns,
  );
  applyEnvironment({ ...variables, TABLE_NAME: table.tableName });
  const stop = async () => {
    services.executions.suspend();
    const closed = new Promise((resolve) => services.endpoint.close(resolve));
    services.endpoint.closeAllConnections();
    await closed;
    state.close();
    folder.remove();
    table.client.destroy();
  };
  return { table, queues: services.queues, aws, stop };
}

const Result = z.object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })) });

/** `redriven`: a move task has brought it back from the dead letters, its attributes with it. */
type Sent = { body: string; receives?: number; waitingSince?: string; redriven?: boolean };

/** Delivers messages to a function in one batch; answers the positions of those that it failed on. */
export async function deliver(
  target: "on-incident" | "on-execution-requested" | "on-execution-ended" | "on-source-message",
  events: readonly (JsonObject | Sent)[],
): Promise<number[]> {
  const Records = events.map((event, i) => {
    const sent = typeof event["body"] === "string" ? (event as Sent) : { body: JSON.stringify(event) };
    const attributes = {
      ApproximateReceiveCount: String(sent.receives ?? 1),
      SentTimestamp: String(Date.now()),
    };
    const waiting = sent.waitingSince ? { waitingSince: { stringValue: sent.waitingSince } } : {};
    const reason = sent.redriven ? { reason: { stringValue: "active_executions" } } : {};
    return {
      messageId: String(i),
      body: sent.body,
      attributes,
      messageAttributes: { ...waiting, ...reason },
    };
  });
  const answer = await invoke(`events/${target}`, { Records }, { timeoutSeconds: 60 });
  return Result.parse(answer).batchItemFailures.map(({ itemIdentifier }) => Number(itemIdentifier));
}

/** Takes what lies in a rule's dead-letter queue. */
export function deadLettersOf({ queues }: EventsHost, rule: string): Message[] {
  const messages = queues.receive(deadLetterQueue(rule), 1000, 60_000);
  for (const { receipt } of messages) queues.delete(deadLetterQueue(rule), receipt);
  return messages;
}

/** Takes what the service has published, oldest first. */
export function publishedOn({ queues }: EventsHost): JsonObject[] {
  const messages = queues.receive(OUTSIDE, 1000, 60_000);
  for (const { receipt } of messages) queues.delete(OUTSIDE, receipt);
  return messages.map(({ body }) => JSON.parse(body) as JsonObject);
}

export type Report = {
  incidentId?: string;
  teamId?: string;
  type?: string;
  time?: string;
  eventId?: string;
  source?: string;
  causedBy?: string;
  incident?: JsonObject;
};

/** A report about an incident, as it arrives from the bus. */
export function incidentEvent(report: Report = {}): JsonObject {
  const { incidentId = `inc-${randomUUID()}`, teamId = "payments", type = "Incident Created" } = report;
  const incident = {
    id: incidentId,
    title: "Disk is full",
    status: "open",
    priority: "P1",
    teamId,
    createdAt: "2026-01-01T00:00:00Z",
    ...report.incident,
  };
  return {
    version: "0",
    id: report.eventId ?? randomUUID(),
    "detail-type": type,
    source: report.source ?? "oncall.incidents",
    account: "000000000000",
    time: report.time ?? new Date().toISOString(),
    region: LOCAL_REGION,
    resources: [],
    detail: { incident, ...(report.causedBy && { causedBy: report.causedBy }) },
  };
}

/** What a workflow asks for, as it arrives from the bus. */
export function runRequest(
  runbookId: string,
  detail: JsonObject = {},
  envelope: JsonObject = {},
): JsonObject {
  return {
    version: "0",
    id: randomUUID(),
    "detail-type": "Runbook Execution Requested",
    source: "oncall.workflows",
    time: new Date().toISOString(),
    detail: { runbookId, parameters: { service: "api" }, requestId: randomUUID(), ...detail },
    ...envelope,
  };
}

const Created = z.looseObject({ id: z.string() });

const DEFINITION = {
  name: "Restart a service",
  description: "Restarts one service",
  webhookUrl: "http://127.0.0.1:9/restart",
  parameters: {
    type: "object",
    properties: { service: { type: "string", maxLength: 64 }, count: { type: "integer", default: 1 } },
    required: ["service"],
  },
  payloadTemplate: '{"service": {{params.service}}, "incident": {{incident.id}}}',
};

/** An approved runbook; answers its id. */
export async function approvedRunbook(teamId: string | null, definition: JsonObject = {}): Promise<string> {
  const id = await draftRunbook(teamId, definition);
  await ask("approve-runbook", { params: { runbookId: id }, body: { version: 1 } });
  return id;
}

export async function draftRunbook(teamId: string | null, definition: JsonObject = {}): Promise<string> {
  const created = await ask("create-runbook", { body: { ...DEFINITION, ...definition, teamId } });
  return Created.parse(created.body).id;
}

export const P1 = { detail: { incident: { priority: ["P1"] } } };

/** An automation for P1 incidents, unless specified otherwise. */
export async function automation(runbookId: string, given: JsonObject = {}): Promise<AutomationView> {
  const body = { name: "Restart on P1", pattern: P1, parameters: { service: "{{detail.incident.id}}" } };
  const answer = await createAutomation({ runbookId, ...body, ...given });
  expect(answer.status, answer.text).toBe(201);
  return AutomationView.parse(answer.body);
}

export function createAutomation(body: JsonObject, asked: Asked = {}) {
  return ask("create-automation", { as: PLATFORM_ADMIN, ...asked, body });
}

/** All items of the table, as they are read. */
export async function storedItems(table: TestTable): Promise<Record<string, unknown>[]> {
  return (await everyItem(table)).map((item) => fromStored(unmarshall(item)));
}

/** All runs of the table. */
export async function storedRuns(table: TestTable) {
  const Run = z.looseObject({
    id: z.string(),
    runbookId: z.string(),
    incidentId: z.string().nullable(),
    ranForTeamId: z.string().nullable(),
    executedBy: z.string(),
    triggeredBy: z.string(),
    trigger: z.looseObject({ automationId: z.string().optional(), depth: z.number().optional() }),
  });
  return (await storedItems(table))
    .filter((item) => item["sk"] === "execution")
    .map((item) => Run.parse(item));
}

/** The audit entries of a runbook and of its automations and runs, newest first. */
export async function auditOf(runbookId: string): Promise<AuditEntry[]> {
  const Page = z.object({ items: z.array(AuditEntry), nextCursor: z.string().nullable() });
  const entries: AuditEntry[] = [];
  let cursor: string | null = null;
  do {
    const query: Record<string, string> = { limit: "100", ...(cursor && { cursor }) };
    const page: z.infer<typeof Page> = Page.parse(
      (await ask("list-audit", { params: { runbookId }, query })).body,
    );
    entries.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor);
  return entries;
}
