// A whole local stack whose state machine does not wait, and what tests of runs ask of it.
import "./quiet.ts";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  SFNClient,
  StopExecutionCommand,
} from "@aws-sdk/client-sfn";
import { expect } from "vitest";
import type { Parts } from "../../infra/local/host/parts.ts";
import { type Handler, type LoadHandler, loadFromFunctions } from "../../infra/local/lambda/lambda.ts";
import { loadClass } from "../../infra/local/lambda/route-classes.ts";
import type { Arns } from "../../infra/local/platform/arns.ts";
import { readWorkflow } from "../../infra/local/step-functions/workflow-definition.ts";
import { reconcile } from "../../shared/application/end/reconcile.ts";
import { sweep } from "../../shared/application/end/sweep.ts";
import { RULES } from "../../shared/contract/events.ts";
import { ExecutionView } from "../../shared/domain/executions/execution-view.ts";
import type { DefinitionInput } from "../../shared/domain/runbooks/definition.ts";
import { getExecution } from "../../shared/store/executions.ts";
import { LOCAL_CREDENTIALS, LOCAL_REGION } from "./dynamodb.ts";
import { startLocalHost, type TestHost } from "./local-host.ts";
import { newId } from "./seed.ts";
import { underItsName } from "./table-calls.ts";

const FILE = new URL("../../infra/execution.asl.json", import.meta.url);

/** The workflow file as it is, but nothing waits: what it would have waited for is in its history all the same. */
export function hastyWorkflow(arns: Arns) {
  const file = readFileSync(FILE, "utf8")
    .replaceAll('"SecondsPath": "$.waitSeconds"', '"Seconds": 0')
    .replaceAll(/"IntervalSeconds": \d+/g, '"IntervalSeconds": 0');
  return readWorkflow(file, arns);
}

export const ADMIN = { user: "boss", groups: ["platform-admin"] };

/** Wraps the function that a path names, for a test that wants it called otherwise. */
export type Wrap = (path: string, handler: Handler) => Handler;

type Options = Partial<Parts> & { wrap?: Wrap; statusEvents?: boolean };
export type Bench = Awaited<ReturnType<typeof startBench>>;

/** `statusEvents: false` loses every event on a run's end; the reconciler runs only when the test runs it. */
export async function startBench({
  wrap = (_, handler) => handler,
  statusEvents = true,
  ...parts
}: Options = {}) {
  // Of a class each route is wrapped, and holds to its own grants.
  const load: LoadHandler = async (path) =>
    (await loadClass(path, load)) ?? wrap(path, await underItsName(loadFromFunctions)(path));
  const host = await startLocalHost({
    schedules: {},
    streamTargets: {},
    rules: statusEvents ? { "execution-ended": RULES["execution-ended"] } : {},
    workflow: hastyWorkflow,
    load,
    ...parts,
  });
  const sfn = new SFNClient({ endpoint: host.aws, region: LOCAL_REGION, credentials: LOCAL_CREDENTIALS });
  return { ...host, ...machineOf(host, sfn), ...apiOf(host) };
}

function machineOf({ arns }: TestHost, sfn: SFNClient) {
  const executionArn = (id: string) => arns.execution(id);
  const history = async (id: string): Promise<HistoryEvent[]> =>
    (await sfn.send(new GetExecutionHistoryCommand({ executionArn: executionArn(id), maxResults: 1000 })))
      .events ?? [];
  const machine = async (id: string) =>
    (await sfn.send(new DescribeExecutionCommand({ executionArn: executionArn(id) }))).status;
  return {
    machine,
    /** Waits until the state machine is in the state that waits for the receiver's word. */
    awaitsCallback: (id: string) =>
      expect
        .poll(async () => (await history(id)).map((event) => event.stateEnteredEventDetails?.name))
        .toContain("Wait for the callback"),
    machineEnds: (id: string) => expect.poll(() => machine(id), { timeout: 15_000 }).not.toBe("RUNNING"),
    history,
    stopInConsole: (id: string) => sfn.send(new StopExecutionCommand({ executionArn: executionArn(id) })),
  };
}

function apiOf({ ask }: TestHost) {
  const asked = async (method: string, path: string, body?: unknown, headers = {}) => {
    const answer = await ask(method, path, { as: ADMIN, body, headers });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer;
  };
  const run = async (id: string) => ExecutionView.parse((await asked("GET", `/executions/${id}`)).body);
  return {
    run,
    /** The id of an approved runbook that calls `webhookUrl`. */
    runbook: async (webhookUrl: string, changes: Partial<DefinitionInput> = {}): Promise<string> => {
      const given = { teamId: null, ...SMALL, webhookUrl, ...changes };
      const { id } = (await asked("POST", "/runbooks", given)).body as { id: string };
      await asked("POST", `/runbooks/${id}/approve`, { version: 1 });
      return id;
    },
    start: async (runbookId: string, parameters: object = { service: "checkout" }): Promise<string> => {
      const body = { parameters };
      return ((await asked("POST", `/runbooks/${runbookId}/executions`, body)).body as { id: string }).id;
    },
    /** Waits for the end, and answers it as the API shows it. */
    ended: async (id: string): Promise<ExecutionView> => {
      await expect.poll(async () => (await getExecution(id))?.completedAt).toEqual(expect.any(String));
      return run(id);
    },
    /** The status as it is stored: quicker to ask for than the API's whole answer. */
    status: async (id: string) => (await getExecution(id))?.status,
    act: asked,
  };
}

const SMALL = {
  name: "Restart a service",
  description: "Restarts one service of the shop",
  parameters: { type: "object", properties: { service: { type: "string" } }, required: ["service"] },
  payloadTemplate: '{"service":"{{params.service}}"}',
};

/** A pass of the reconciler, as if at this time. */
export const sweepAt = (now: Date) => sweep({ now, newId });
export const reconcileAt = (id: string, now: Date) => reconcile(id, { now, newId });

/** Later than every grace. */
export const later = (seconds = 60) => new Date(Date.now() + seconds * 1000);

/** The event that a state machine has ended, as the queue of its rule delivers it. */
export function executionEndedEvent(name: string, status: string) {
  const body = JSON.stringify({
    id: randomUUID(),
    time: new Date().toISOString(),
    source: "aws.states",
    "detail-type": "Step Functions Execution Status Change",
    detail: { name, status },
  });
  const attributes = { ApproximateReceiveCount: "1" };
  return { Records: [{ messageId: randomUUID(), body, attributes, messageAttributes: {} }] };
}
