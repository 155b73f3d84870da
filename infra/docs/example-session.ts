// The recorded session of docs/api.md: an author, an approver and a responder call every route once.
import * as z from "zod";
import { recordBulk } from "./example-bulk.ts";
import { recordControls } from "./example-controls.ts";
import { recordSources } from "./example-sources.ts";
import type { Session } from "./examples.ts";

/** What the receiver answers to the first calls of the session: the runs that follow wait for another attempt. */
export const FIRST_ANSWERS = [
  { status: 200, body: '{"restarted":true}' },
  { status: 503, body: '{"error":"starting up"}' },
  { status: 503, body: '{"error":"starting up"}' },
] as const;

export type Publish = (event: { source: string; "detail-type": string; detail: unknown }) => Promise<void>;

const runbook = (hook: string) => ({
  teamId: "payments",
  name: "Restart a service",
  description: "Restarts one service of the payments platform",
  webhookUrl: `${hook}/clusters/{{params.cluster}}/restart`,
  webhookAuth: { type: "bearer", token: "the-real-token" },
  parameters: {
    type: "object",
    properties: {
      service: { type: "string", maxLength: 40 },
      cluster: { type: "string", enum: ["eu", "us"], default: "eu" },
    },
    required: ["service"],
  },
  payloadTemplate: '{"service": "{{params.service}}", "by": {{execution.executedBy}}}',
  retryPolicy: { initialDelaySeconds: 60 },
});

const rob = { as: "rob" } as const;
const incident = {
  id: "INC-42",
  title: "Checkout is slow",
  status: "open",
  priority: "P1",
  teamId: "payments",
  createdAt: "2026-03-01T02:58:00.000Z",
};

const Decided = z.object({ items: z.tuple([z.object({ eventId: z.string() })]) });

type SessionContext = {
  /** URL of a receiver that answers 200, then 503 twice, then always 200. */
  hook: string;
  /** Returns the last callback token that the receiver got. */
  callbackToken: () => string;
  publish: Publish;
};

export async function exampleSession(session: Session, around: SessionContext): Promise<void> {
  const { hook, publish } = around;
  await session.record("get-health", "GET", "/health");
  await session.record("get-me", "GET", "/me", rob);
  await session.record("get-openapi", "GET", "/openapi.json");
  const id = await session.record("create-runbook", "POST", "/runbooks", { body: runbook(hook) });
  const at = `/runbooks/${id}`;
  await recordRunbooks(session, at);
  await recordIncidents(session, publish);
  const automationId = await recordAutomations(session, id, publish);
  const executionId = await recordExecutions(session, at);
  await session.poll(`/executions/${executionId}`, ({ body }) => JSON.stringify(body).includes('"refused"'));
  await session.record("list-executions", "GET", `${at}/executions?status=SUCCESS&limit=1`, rob);
  await recordOverview(session);
  await session.record("list-incident-executions", "GET", `/incidents/INC-42/executions?limit=1`, rob);
  await session.record(
    "find-executions",
    "GET",
    "/executions?teamId=payments&status=SUCCESS,FAILED&limit=1",
    rob,
  );
  await session.record("get-runbook", "GET", at);
  await session.record("list-audit", "GET", `${at}/audit?limit=1`);
  const cancelled = { ...rob, body: { reason: "The wrong cluster" } };
  await session.record("cancel-execution", "POST", `/executions/${executionId}/cancel`, cancelled);
  await recordBulk(session, executionId);
  await session.record("delete-automation", "DELETE", `/automations/${automationId}`);
  await recordCompletions(session, at);
  await recordCallback(session, around);
  await recordSources(session);
  await recordControls(session, runbook(hook));
}

async function recordOverview(session: Session): Promise<void> {
  const actions = "runbook.approved,runbook.updated";
  await session.record("find-audit", "GET", `/audit?teamId=payments&action=${actions}&limit=1`, rob);
  await session.record("list-incidents", "GET", "/incidents?status=open&limit=1", rob);
  await session.record("list-rejections", "GET", "/rejections?limit=1", { as: "boss" });
}

async function recordRunbooks(session: Session, at: string): Promise<void> {
  await session.record("update-runbook", "PATCH", at, {
    headers: { "if-match": '"1"' },
    body: { timeoutSeconds: 120, changeNote: "Two minutes are enough" },
  });
  const parameters = { service: "checkout" };
  await session.record("preview-runbook", "POST", `${at}/preview`, { ...rob, body: { parameters } });
  await session.record("request-review", "POST", `${at}/request-review`, {
    body: { version: 2, note: "For the incident of yesterday" },
  });
  await session.record("get-review", "GET", `${at}/review`, { as: "boss" });
  await session.record("request-changes", "POST", `${at}/request-changes`, {
    as: "boss",
    body: { version: 2, note: "Is two minutes enough for search?" },
  });
  await session.record("approve-runbook", "POST", `${at}/approve`, {
    as: "boss",
    body: { version: 2, note: "Reviewed" },
  });
  await session.record(
    "list-runbooks",
    "GET",
    "/runbooks?teamId=payments&approvalStatus=APPROVED&q=restart",
    rob,
  );
  await session.record("list-versions", "GET", `${at}/versions?limit=1`);
  await session.record("get-version", "GET", `${at}/versions/1`);
  await session.record("diff-versions", "GET", `${at}/versions/2/diff?from=1`);
  await session.record("get-signing-secret", "GET", `${at}/signing-secret`);
  await session.record("rotate-signing-secret", "POST", `${at}/signing-secret/rotate`);
}

async function recordIncidents(session: Session, publish: Publish): Promise<void> {
  await publish({ source: "oncall.incidents", "detail-type": "Incident Created", detail: { incident } });
  await session.poll("/incidents/INC-42", ({ status }) => status === 200);
  await session.record("get-incident", "GET", "/incidents/INC-42", rob);
  await session.record("list-incident-runbooks", "GET", "/incidents/INC-42/runbooks", rob);
}

async function recordAutomations(session: Session, runbookId: string, publish: Publish): Promise<string> {
  const id = await session.record("create-automation", "POST", "/automations", {
    body: {
      runbookId,
      name: "Restart checkout on P1",
      pattern: { detail: { incident: { priority: ["P1"], title: [{ prefix: "Checkout" }] } } },
      parameters: { service: "checkout" },
      mode: "shadow",
    },
  });
  await session.record("list-automations", "GET", `/automations?runbookId=${runbookId}`);
  await session.record("test-automation", "POST", `/automations/${id}/test`, {
    body: { incidentId: "INC-42" },
  });
  await session.record("update-automation", "PATCH", `/automations/${id}`, {
    headers: { "if-match": '"1"' },
    body: { cooldown: { seconds: 600, key: "{{incident.metadata.service}}", from: "end" } },
  });
  await session.record("approve-automation", "POST", `/automations/${id}/approve`, {
    as: "boss",
    body: { version: 2 },
  });
  await session.record("get-automation", "GET", `/automations/${id}`);
  await recordAutomationHistory(session, `/automations/${id}`, publish);
  const day = new Date().toISOString().slice(0, 10);
  const range = { from: `${day}T00:00:00.000Z`, to: `${day}T23:59:59.000Z` };
  await session.record("backtest-automation", "POST", `/automations/${id}/backtest`, { body: range });
  return id;
}

/** The automation is in shadow mode: the event that it matches starts nothing. */
async function recordAutomationHistory(session: Session, at: string, publish: Publish): Promise<void> {
  await publish({ source: "oncall.incidents", "detail-type": "Incident Updated", detail: { incident } });
  await session.poll(`${at}/decisions`, ({ body }) => JSON.stringify(body).includes('"shadow"'));
  await session.record("list-automation-decisions", "GET", `${at}/decisions?limit=1`);
  const decisions = "/decisions?incidentId=INC-42&limit=1";
  await session.record("find-decisions", "GET", decisions, rob);
  const { items } = Decided.parse((await session.ask("GET", decisions)).answer.body);
  await session.record("explain-event", "GET", `/events/${items[0].eventId}`, rob);
  await session.record("list-automation-versions", "GET", `${at}/versions?limit=1`);
  await session.record("get-automation-version", "GET", `${at}/versions/1`);
  await session.record("diff-automation-versions", "GET", `${at}/versions/2/diff`);
  await session.record("list-automation-audit", "GET", `${at}/audit?limit=1`);
}

/** Returns the id of a run that waits for its second attempt. */
async function recordExecutions(session: Session, at: string): Promise<string> {
  const id = await session.record("start-execution", "POST", `${at}/executions`, {
    as: "rob",
    headers: { "idempotency-key": "INC-42-restart-checkout" },
    body: { parameters: { service: "checkout" }, incidentId: "INC-42" },
  });
  await session.waitUntilCompleted(id);
  await session.record("get-execution", "GET", `/executions/${id}`, rob);
  return session.record("rerun-execution", "POST", `/executions/${id}/rerun`, rob);
}

async function recordCompletions(session: Session, at: string): Promise<void> {
  await session.record("rollback-runbook", "POST", `${at}/rollback`, {
    body: { toVersion: 1, changeNote: "Back to five minutes" },
  });
  await session.ask("POST", `${at}/approve`, { as: "boss", body: { version: 4 } });
  const webhookAuth = { type: "bearer", token: "the-next-token" };
  await session.record("rotate-credential", "POST", `${at}/rotate-credential`, {
    body: { version: 5, webhookAuth },
  });
  await session.record("withdraw-runbook", "POST", `${at}/withdraw`, { body: { reason: "Wrong service" } });
  await session.ask("POST", `${at}/approve`, { as: "boss", body: { version: 7 } });
  const replaced = { as: "boss", body: { reason: "Replaced" } } as const;
  await session.record("deprecate-runbook", "POST", `${at}/deprecate`, replaced);
  await session.record("delete-runbook", "DELETE", at);
}

/** Records a receiver that accepts the call immediately and reports its result later. */
async function recordCallback(session: Session, { hook, callbackToken }: SessionContext): Promise<void> {
  const body = { ...runbook(hook), completion: { mode: "callback" } };
  const id = await session.create("/runbooks", { body });
  await session.ask("POST", `/runbooks/${id}/approve`, { as: "boss", body: { version: 1 } });
  const parameters = { service: "checkout" };
  const executionId = await session.create(`/runbooks/${id}/executions`, { ...rob, body: { parameters } });
  await session.poll(`/executions/${executionId}`, ({ body }) =>
    JSON.stringify(body).includes('"delivered"'),
  );
  await session.record("callback-execution", "POST", `/executions/${executionId}/callback`, {
    headers: { "x-runbook-callback-token": callbackToken() },
    body: { status: "SUCCESS", message: "Restarted 3 hosts", output: { hosts: 3 } },
  });
  await session.waitUntilCompleted(executionId);
}
