// A program of somebody who has nothing but the OpenAPI document: the main story, by a generated client, with no cast.
import { setTimeout as pause } from "node:timers/promises";
import createClient from "openapi-fetch";
import type { components, paths } from "runbooks-api";

type Execution = components["schemas"]["Execution"];
type Answer<T> = { data?: T; error?: unknown; response: Response };

const { API_URL = "", TOKEN = "", HOOK_URL = "" } = process.env;
const { GET, POST, DELETE } = createClient<paths>({
  baseUrl: API_URL,
  headers: { authorization: `Bearer ${TOKEN}` },
});

const runbook = await createRunbook();
const path = { runbookId: runbook.id };
const unapproved = await POST("/runbooks/{runbookId}/executions", { params: { path } });
if (unapproved.error && "code" in unapproved.error) report("unapproved", unapproved.error.code);
const { version, approvalStatus } = must(
  await POST("/runbooks/{runbookId}/approve", { params: { path }, body: { version: runbook.version } }),
);
report("approved", `${approvalStatus} ${version}`);

const finished = await until(await start("checkout"), ({ status }) => status === "SUCCESS");
report(
  "finished",
  `${finished.result?.statusCode} ${finished.attempts.map(({ outcome }) => outcome).join()}`,
);
const waiting = await until(await start("billing"), ({ attempts }) => attempts[0]?.outcome === "refused");
const cancelled = must(
  await POST("/executions/{executionId}/cancel", {
    params: { path: { executionId: waiting.id } },
    body: { reason: "The wrong service" },
  }),
);
report("cancelled", cancelled.status);
report("listed", (await listed()).map(({ status }) => status).join());
report("automated", await automated());

async function createRunbook() {
  const created = await POST("/runbooks", {
    params: { header: { "idempotency-key": "main-story" } },
    body: {
      teamId: "payments",
      name: "Restart a service",
      description: "Restarts one service",
      webhookUrl: HOOK_URL,
      webhookAuth: { type: "bearer", token: "the-real-token" },
      parameters: {
        type: "object",
        properties: { service: { type: "string", maxLength: 40 } },
        required: ["service"],
      },
      payloadTemplate: '{"service": "{{params.service}}"}',
      retryPolicy: { initialDelaySeconds: 60 },
    },
  });
  report("created", `${must(created).approvalStatus} ${created.response.headers.get("etag")}`);
  return must(created);
}

async function start(service: string): Promise<Execution> {
  const started = await POST("/runbooks/{runbookId}/executions", {
    params: { path, header: { "idempotency-key": service } },
    body: { parameters: { service } },
  });
  return must(started);
}

async function until(execution: Execution, isReached: (execution: Execution) => boolean): Promise<Execution> {
  const deadline = Date.now() + 30_000;
  let latest = execution;
  while (!isReached(latest)) {
    if (Date.now() > deadline) throw new Error(`Still ${latest.status}`);
    await pause(50);
    latest = must(await GET("/executions/{executionId}", { params: { path: { executionId: latest.id } } }));
  }
  return latest;
}

/** Page by page. */
async function listed() {
  const items: components["schemas"]["ExecutionSummary"][] = [];
  let cursor: string | null = null;
  do {
    const query: { limit: number; cursor?: string } = { limit: 1, ...(cursor !== null && { cursor }) };
    const answer = await GET("/runbooks/{runbookId}/executions", { params: { path, query } });
    const page: components["schemas"]["ExecutionSummary"][] = must(answer).items;
    items.push(...page);
    cursor = must(answer).nextCursor;
  } while (cursor !== null);
  return items;
}

async function automated(): Promise<string> {
  const automation = must(
    await POST("/automations", {
      body: {
        runbookId: runbook.id,
        name: "Restart checkout on P1",
        pattern: {
          detail: { incident: { priority: ["P1"], title: [{ prefix: "Checkout" }] } },
          $or: [{ source: ["oncall.incidents"] }, { account: [{ "anything-but": ["1"] }] }],
        },
        parameters: { service: "{{detail.incident.metadata.service}}" },
        cooldown: { seconds: 60 },
        mode: "shadow",
      },
    }),
  );
  const { automationId } = { automationId: automation.id };
  const gone = await DELETE("/automations/{automationId}", { params: { path: { automationId } } });
  return `${automation.mode} ${automation.cooldown?.seconds} ${gone.response.status}`;
}

function must<T>({ data, error, response }: Answer<T>): T {
  if (data === undefined) throw new Error(`${response.status} ${JSON.stringify(error)}`);
  return data;
}

function report(what: string, value: string): void {
  process.stdout.write(`${what}: ${value}\n`);
}
