// A definition that somebody changed in the table, past the API, is never executed, whichever role changed it.
import "../../support/quiet.ts";
import { DeleteCommand, DynamoDBDocumentClient, GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { KEYS, type Key } from "../../../shared/contract/table.ts";
import { ExecutionView } from "../../../shared/domain/executions/execution-view.ts";
import { DefinitionRecord } from "../../../shared/domain/runbooks/definition.ts";
import { definitionHashOf } from "../../../shared/domain/runbooks/runbook.ts";
import { logger } from "../../../shared/logging/logger.ts";
import { getApproval, getVersion } from "../../../shared/store/versions.ts";
import { ask, callFunction, startApi, type TestApi } from "../../support/api.ts";
import { carryOut } from "../../support/carry-out.ts";
import { approvedIn, draftIn, start } from "../../support/library.ts";
import { type Receiver, startReceiver } from "../../support/receiver.ts";

let api: TestApi;
let documents: DynamoDBDocumentClient;
let approved: Receiver;
let elsewhere: Receiver;
let status = 200;
beforeAll(async () => {
  api = await startApi();
  documents = DynamoDBDocumentClient.from(api.table.client);
  approved = await startReceiver(() => ({ status }));
  elsewhere = await startReceiver(() => ({ status: 200 }));
  return async () => {
    await approved.close();
    await elsewhere.close();
    await api.stop();
  };
});
beforeEach(() => {
  status = 200;
  vi.spyOn(logger, "error");
});
afterEach(() => vi.restoreAllMocks());

const TableName = () => api.table.tableName;
const itemAt = async (Key: Key) =>
  (await documents.send(new GetCommand({ TableName: TableName(), Key }))).Item ?? {};
/** What a function has read before, it remembers; here it has not. */
const change = async (key: Key, changes: object) => {
  getVersion.forget();
  getApproval.forget();
  await documents.send(
    new PutCommand({ TableName: TableName(), Item: { ...(await itemAt(key)), ...changes } }),
  );
};

/** Nothing can be sent meanwhile. */
async function withoutSigningSecret(runbookId: string, work: () => Promise<unknown>): Promise<void> {
  const Key = KEYS.runbookSigningSecret(runbookId);
  const secret = await itemAt(Key);
  await documents.send(new DeleteCommand({ TableName: TableName(), Key }));
  await work();
  await change(Key, secret);
}

/** The version's definition, with the other receiver as its destination. */
async function redirected(runbookId: string, version: number) {
  const { definition } = await itemAt(KEYS.version(runbookId, version));
  const changed = DefinitionRecord.parse({ ...JSON.parse(String(definition)), webhookUrl: elsewhere.url });
  return { definition: JSON.stringify(changed), definitionHash: definitionHashOf(changed) };
}

const quick = { retryPolicy: { maxAttempts: 3, initialDelaySeconds: 0, backoffRate: 1, maxDelaySeconds: 0 } };
const runbook = () => approvedIn("payments", { webhookUrl: approved.url, ...quick });
const callsFor = (id: string) =>
  [...approved.requests, ...elsewhere.requests].filter(({ headers }) => headers["webhook-id"] === id);
const executionView = async (executionId: string) =>
  ExecutionView.parse((await ask("get-execution", { params: { executionId } })).body);

async function isRefused(executionId: string, calls = 0): Promise<void> {
  expect(await executionView(executionId)).toMatchObject({
    status: "FAILED",
    error: { code: "definition_changed" },
  });
  expect(callsFor(executionId)).toHaveLength(calls);
  expect(elsewhere.requests).toEqual([]);
  expect(logger.error).toHaveBeenCalledWith(
    "The definition is not the one that was approved",
    expect.objectContaining({ executionId }),
  );
}

type Harm = (runbookId: string, executionId: string) => Promise<unknown>;

/** Each leaves one witness as it was: what nobody can write together is compared. */
const HARMS: Record<string, Harm> = {
  "its destination, not its hash": async (id) => {
    const { definition } = await redirected(id, 2);
    await change(KEYS.version(id, 2), { definition });
  },
  "its destination and its hash": async (id) => change(KEYS.version(id, 2), await redirected(id, 2)),
  "its destination and every hash but the approval's": async (id, executionId) => {
    const { definition, definitionHash } = await redirected(id, 2);
    await change(KEYS.version(id, 2), { definition, definitionHash });
    await change(KEYS.execution(executionId), { definitionHash });
  },
  "its destination and every hash but the run's": async (id) => {
    const { definition, definitionHash } = await redirected(id, 2);
    await change(KEYS.version(id, 2), { definition, definitionHash });
    await change(KEYS.approval(id, 2), { definitionHash });
  },
  "the version that its approval names": async (id) => change(KEYS.approval(id, 2), { version: 1 }),
};

describe.each(Object.entries(HARMS))("[H9] a definition whose change in the table is %s", (_, harm) => {
  it("is not begun", async () => {
    const runbookId = await runbook();
    const executionId = await start(runbookId);
    await harm(runbookId, executionId);
    await carryOut(executionId);
    await isRefused(executionId);
  });

  it("is not delivered, though the run had begun", async () => {
    const runbookId = await runbook();
    const executionId = await start(runbookId);
    await withoutSigningSecret(runbookId, () => callFunction("workflow/deliver-webhook", { executionId }));
    expect(await executionView(executionId)).toMatchObject({ status: "RUNNING", attempts: [{ number: 1 }] });
    await harm(runbookId, executionId);
    await carryOut(executionId);
    await isRefused(executionId);
  });

  it("is not tried again", async () => {
    const runbookId = await runbook();
    const executionId = await start(runbookId);
    status = 503;
    await callFunction("workflow/deliver-webhook", { executionId });
    await harm(runbookId, executionId);
    await carryOut(executionId);
    await isRefused(executionId, 1);
  });
});

const LOOKS_APPROVED = { approvalStatus: "APPROVED", liveVersion: 1, oldestLiveVersion: 1 };

describe("[H9] a draft that is made to look approved", () => {
  it("in its head is not executed: its approval is missing", async () => {
    const runbookId = await draftIn("payments", { webhookUrl: approved.url });
    await change(KEYS.runbookState(runbookId), LOOKS_APPROVED);
    const executionId = await start(runbookId);
    await carryOut(executionId);
    await isRefused(executionId);
  });

  it("in its head and its version is not executed either", async () => {
    const runbookId = await draftIn("payments", { webhookUrl: approved.url });
    await change(KEYS.runbookState(runbookId), LOOKS_APPROVED);
    await change(KEYS.version(runbookId, 1), { approvalStatus: "APPROVED", change: "approved" });
    const executionId = await start(runbookId);
    await carryOut(executionId);
    await isRefused(executionId);
  });
});

describe("[H9] an approved definition", () => {
  it("that nobody changed is executed", async () => {
    const executionId = await start(await runbook());
    await carryOut(executionId);
    expect((await executionView(executionId)).status).toBe("SUCCESS");
    expect(callsFor(executionId)).toHaveLength(1);
    expect(logger.error).not.toHaveBeenCalled();
  });
});
