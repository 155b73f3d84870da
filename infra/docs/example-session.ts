// The recorded session of docs/api.md: an author, an approver and a responder call every route once.
import { INCIDENT, type Publish, recordAutomations } from "./example-automations.ts";
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
  await publish({
    source: "oncall.incidents",
    "detail-type": "Incident Created",
    detail: { incident: INCIDENT },
  });
  await session.poll("/incidents/INC-42", ({ status }) => status === 200);
  await session.record("get-incident", "GET", "/incidents/INC-42", rob);
  await session.record("list-incident-runbooks", "GET", "/incidents/INC-42/runbooks", rob);
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
