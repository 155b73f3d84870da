// The callback in templates: for systems that pass on a body or a query only. One token for a run, shown nowhere.
import "../../support/quiet.ts";
import { beforeAll, describe, expect, it } from "vitest";
import { CALLBACK_TOKEN_HEADER } from "../../../shared/domain/executions/callback.ts";
import { ExecutionView } from "../../../shared/domain/executions/execution-view.ts";
import { MASK } from "../../../shared/domain/runbooks/webhook-auth.ts";
import { ask, callFunction, everyItem, startApi, type TestApi } from "../../support/api.ts";
import { carryOut } from "../../support/carry-out.ts";
import { approvedIn, GIVEN, start } from "../../support/library.ts";
import { type Receiver, startReceiver } from "../../support/receiver.ts";

let api: TestApi;
let receiver: Receiver;
/** Statuses of the next answers; then 202. */
const answers: number[] = [];
beforeAll(async () => {
  api = await startApi();
  receiver = await startReceiver(({ body }) => ({ status: answers.shift() ?? 202, body }));
  return async () => {
    await receiver.close();
    await api.stop();
  };
});

const completion = { mode: "callback", timeoutSeconds: 60 };
const written = () => ({
  completion,
  webhookUrl: `${receiver.url}/jobs?token={{callback.token}}`,
  webhookHeaders: { "x-reply-to": "{{callback.url}}" },
  payloadTemplate: '{"reply":{"url":"{{callback.url}}","token":{{callback.token}}}}',
  retryPolicy: { initialDelaySeconds: 0 },
});
const callsOf = (id: string) => receiver.requests.filter(({ headers }) => headers["webhook-id"] === id);

async function begun(changes: object = {}): Promise<string> {
  const executionId = await start(await approvedIn("payments", { ...written(), ...changes }));
  await carryOut(executionId);
  return executionId;
}

describe("callback.url and callback.token", () => {
  it("are the headers' own, the same in every attempt, and open the callback", async () => {
    answers.push(503, 503);
    const executionId = await begun();
    const calls = callsOf(executionId);
    expect(calls).toHaveLength(3);
    const token = String(calls[0]?.headers[CALLBACK_TOKEN_HEADER]);
    for (const { path, headers, body } of calls) {
      expect(headers[CALLBACK_TOKEN_HEADER]).toBe(token);
      expect(headers["x-reply-to"]).toBe(headers["x-runbook-callback-url"]);
      expect(path).toBe(`/jobs?token=${token}`);
      expect(JSON.parse(body)).toEqual({ reply: { url: headers["x-runbook-callback-url"], token } });
    }
    const reported = await ask("callback-execution", {
      params: { executionId },
      headers: { [CALLBACK_TOKEN_HEADER]: token },
      body: { status: "SUCCESS", message: `done with ${token}` },
    });
    expect(reported.status).toBe(204);
    const { body, text } = await ask("get-execution", { params: { executionId } });
    expect(ExecutionView.parse(body)).toMatchObject({
      request: { url: `${receiver.url}/jobs?token=${MASK}` },
      callback: { result: { message: `done with ${MASK}` } },
    });
    expect(text).not.toContain(token);
    expect(JSON.stringify(await everyItem(api.table))).not.toContain(token);
  });

  it("are another run's own", async () => {
    const ids = [await begun(), await begun()];
    const tokens = ids.map((id) => callsOf(id)[0]?.headers[CALLBACK_TOKEN_HEADER]);
    expect(new Set(tokens).size).toBe(2);
  });

  it("are shown masked by a preview, and are no names where no callback completes the run", async () => {
    const runbookId = await approvedIn("payments", written());
    const { body } = await ask("preview-runbook", { params: { runbookId } });
    expect(body).toMatchObject({ url: `${receiver.url}/jobs?token=${MASK}` });
    const { completion: _completion, ...without } = written();
    const { problem } = await ask("create-runbook", { body: { ...GIVEN, ...without } });
    expect(problem?.errors?.map(({ pointer }) => pointer).sort()).toEqual([
      ...["/payloadTemplate", "/payloadTemplate", "/webhookHeaders/x-reply-to", "/webhookUrl"],
    ]);
  });
});

describe("the wait for a callback", () => {
  it("lasts until its deadline, and a second more", async () => {
    const executionId = await start(await approvedIn("payments", written()));
    const { next, waitSeconds } = Object(await callFunction("workflow/deliver-webhook", { executionId }));
    expect(next).toBe("await");
    const view = ExecutionView.parse((await ask("get-execution", { params: { executionId } })).body);
    const left = (Date.parse(view.callback?.deadlineAt ?? "") - Date.now()) / 1000;
    expect(waitSeconds - left).toBeGreaterThanOrEqual(1);
    expect(waitSeconds).toBeLessThanOrEqual(completion.timeoutSeconds + 2);
  });
});
