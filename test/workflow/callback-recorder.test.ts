// The route that receivers call back to, when the function that records cannot be asked: nothing is kept, and the same
// callback works later.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Handler } from "../../infra/local/lambda/lambda.ts";
import { KEYS } from "../../shared/contract/table.ts";
import { RECORD_CALLBACK } from "../../shared/contract/workflow.ts";
import { CALLBACK_TOKEN_HEADER } from "../../shared/domain/executions/callback.ts";
import { getItem } from "../../shared/store/read.ts";
import { everyItem } from "../support/api.ts";
import { type Receiver, startReceiver } from "../support/receiver.ts";
import { aroundSdkCalls } from "../support/sdk-calls.ts";
import { type Bench, startBench } from "../support/workflow.ts";

let bench: Bench;
let receiver: Receiver;
/** What the function does in place of its work. */
let instead: Handler | null = null;

beforeAll(async () => {
  receiver = await startReceiver(() => ({ status: 202 }));
  bench = await startBench({
    wrap: (path, handler) =>
      path === "workflow/record-callback"
        ? (event, context) => (instead ?? handler)(event, context)
        : handler,
  });
});
afterAll(async () => {
  await bench.stop();
  await receiver.close();
});

/** A run that waits for its callback, and how to call back. */
async function waiting() {
  const completion = { mode: "callback" as const, timeoutSeconds: 60 };
  const id = await bench.start(await bench.runbook(receiver.url, { completion }));
  await bench.awaitsCallback(id);
  await expect.poll(async () => (await getItem(KEYS.callback(id)))?.["taskTokens"]).toBeDefined();
  const call = receiver.requests.find(({ headers }) => headers["webhook-id"] === id);
  const headers = { [CALLBACK_TOKEN_HEADER]: String(call?.headers[CALLBACK_TOKEN_HEADER]) };
  const callBack = (body: object) => bench.ask("POST", `/executions/${id}/callback`, { body, headers });
  return { id, callBack };
}

const NAME = "RECORD_CALLBACK_FUNCTION";
const SECRET = "hunter2-hunter2";
const named = (name: string | undefined) => {
  process.env[NAME] = name;
};

/** What stops the function, and what fixes it. */
const FAILURES: Record<string, { harm: () => void; fix: () => void }> = {
  "is not there": { harm: () => named("no-such-function"), fix: () => named(RECORD_CALLBACK) },
  "may not read what it masks": { harm: () => denyMasks(), fix: () => allowMasks() },
  throws: { harm: () => failing(() => Promise.reject(new Error(SECRET))), fix: () => failing(null) },
  "answers what it should not": { harm: () => failing(() => ({ said: SECRET })), fix: () => failing(null) },
};

let allowMasks = () => {};
/** What AWS says to a role that was not granted the partition. */
function denyMasks(): void {
  allowMasks = aroundSdkCalls(async ({ input }, send) => {
    if (!JSON.stringify(input).includes("callback-masks#")) return send();
    throw Object.assign(new Error("not authorized"), { name: "AccessDeniedException" });
  });
}

function failing(handler: Handler | null): void {
  instead = handler;
}

const SAID = [
  { status: "RUNNING", message: `Half of it, ${SECRET}` },
  { status: "SUCCESS", message: `All of it, ${SECRET}`, output: { hosts: 3 } },
];

describe.each(Object.entries(FAILURES))("the function that records %s", (_failure, { harm, fix }) => {
  it.each(SAID)("so a callback of $status is answered 503, kept nowhere, and works later", async (said) => {
    const { id, callBack } = await waiting();
    const before = await everyItem(bench.table);
    harm();
    const refused = await callBack(said).finally(fix);
    expect(refused.status).toBe(503);
    expect(refused.body).toMatchObject({ code: "unavailable" });
    expect(refused.headers.get("retry-after")).toBe("5");
    expect(refused.text).not.toContain(SECRET);
    expect(await everyItem(bench.table)).toEqual(before);

    expect((await callBack(said)).status).toBe(204);
    const { callback } = said.status === "SUCCESS" ? await bench.ended(id) : await bench.run(id);
    expect(JSON.stringify(callback)).toContain(said.message);
    if (said.status === "RUNNING") await bench.act("POST", `/executions/${id}/cancel`, {});
    await bench.machineEnds(id);
  });
});
