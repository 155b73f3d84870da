// What answers mean: which end a run well, what is kept of them, and after which an attempt is repeated.
import "../../support/quiet.ts";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ExecutionView } from "../../../shared/domain/executions/execution-view.ts";
import { MASK } from "../../../shared/domain/runbooks/webhook-auth.ts";
import { ask, startApi } from "../../support/api.ts";
import { carryOut } from "../../support/carry-out.ts";
import { approvedIn, GIVEN, start } from "../../support/library.ts";
import { type Answering, type Receiver, startReceiver, startTcp } from "../../support/receiver.ts";

let receiver: Receiver;
let answer: Answering;
beforeEach(() => {
  answer = () => ({});
});
beforeAll(async () => {
  const api = await startApi();
  receiver = await startReceiver((request, response) => answer(request, response));
  return async () => {
    await receiver.close();
    await api.stop();
  };
});

const view = async (executionId: string) =>
  ExecutionView.parse((await ask("get-execution", { params: { executionId } })).body);

/** Runs it to its end, or to where it waits for its callback. */
async function run(changes: object = {}): Promise<ExecutionView> {
  const executionId = await start(await approvedIn("payments", { webhookUrl: receiver.url, ...changes }));
  await carryOut(executionId);
  return view(executionId);
}

const outcomes = ({ attempts }: ExecutionView) => attempts.map(({ outcome }) => outcome);
const FAILED = '{"ok":false,"error":"channel_not_found"}';
const IS_OK = { successCondition: { body: { pointer: "/ok", equals: true } } };

describe("a success condition", () => {
  it("[C10] over the body makes a 200 that says no a failure, at once and in words", async () => {
    answer = () => ({ body: FAILED });
    const failed = await run(IS_OK);
    expect(failed).toMatchObject({
      status: "FAILED",
      error: {
        code: "success_condition_failed",
        message:
          "The receiver answered 200, but its body at /ok is not the value that successCondition asks for.",
      },
      result: { statusCode: 200, responseBody: FAILED },
    });
    expect(outcomes(failed)).toEqual(["refused"]);
    answer = () => ({ body: '{"ok":true}' });
    expect(await run(IS_OK)).toMatchObject({ status: "SUCCESS", error: null });
  });

  it.each([
    ["not JSON", "<html>", "is not JSON"],
    ["empty", "", "is not JSON"],
    ["without the value", "{}", "nothing at /ok"],
  ])("over a body that is %s is not met, and says which", async (_, body, message) => {
    answer = () => ({ body });
    expect((await run(IS_OK)).error).toEqual({
      ...{ code: "success_condition_failed", message: expect.stringContaining(message) },
    });
  });

  it("over a body that is longer than what is read leaves the outcome unknown, and is not retried", async () => {
    answer = () => ({ body: `{"ok":true,"x":"${"x".repeat(70_000)}"}` });
    const cut = await run(IS_OK);
    expect(cut).toMatchObject({ status: "FAILED", error: { code: "outcome_unknown" } });
    expect(cut.error?.message).toContain("too long to be checked");
    expect(outcomes(cut)).toEqual(["unknown"]);
  });

  it("over statuses takes what it lists, and no other 2xx", async () => {
    const listed = { successCondition: { statuses: [204, 404] } };
    answer = () => ({ status: 404 });
    expect(await run(listed)).toMatchObject({ status: "SUCCESS", result: { statusCode: 404 } });
    answer = () => ({ status: 202 });
    expect((await run(listed)).error).toEqual({
      code: "success_condition_failed",
      message: "The receiver answered 202, which is not among the statuses of successCondition (204, 404).",
    });
  });

  it("decides whether the receiver has accepted the work that its callback completes", async () => {
    const completion = { mode: "callback", timeoutSeconds: 60 };
    answer = () => ({ body: FAILED });
    expect(await run({ ...IS_OK, completion })).toMatchObject({
      ...{ status: "FAILED", error: { code: "success_condition_failed" } },
    });
    answer = () => ({ body: '{"ok":true}' });
    expect(await run({ ...IS_OK, completion })).toMatchObject({
      ...{ status: "RUNNING", callback: { deadlineAt: expect.any(String) } },
    });
  });

  it.each([
    [{ successCondition: {} }, "/successCondition"],
    [{ successCondition: { statuses: [99] } }, "/successCondition/statuses/0"],
    [{ successCondition: { body: { pointer: "ok", equals: 1 } } }, "/successCondition/body/pointer"],
    [{ retryPolicy: { safeToRepeat: "no" } }, "/retryPolicy/safeToRepeat"],
  ])("%j is refused where it is wrong", async (changes, pointer) => {
    const { problem } = await ask("create-runbook", { body: { ...GIVEN, ...changes } });
    expect(problem?.errors?.map((issue) => issue.pointer)).toEqual([pointer]);
  });

  it("is a change of the definition, shown in the differences, and null takes it away", async () => {
    const runbookId = await approvedIn("payments", IS_OK);
    const params = { runbookId };
    const { body } = await ask("update-runbook", { params, body: { successCondition: null } });
    expect(body).not.toHaveProperty("successCondition");
    const retryPolicy = { safeToRepeat: false };
    expect((await ask("update-runbook", { params, body: { retryPolicy } })).body).toMatchObject({
      ...{ version: 4, retryPolicy },
    });
    const { body: difference } = await ask("diff-versions", {
      params: { ...params, version: "4" },
      query: { from: "2" },
    });
    expect(
      Object(difference)
        .differences.map(({ field }: { field: string }) => field)
        .sort(),
    ).toEqual([...["retryPolicy.safeToRepeat", "successCondition"]]);
  });
});

describe("the headers of an answer", () => {
  const location = "https://api.example.com/jobs/7";
  const TOKEN = "the-token-of-this-runbook";

  it("are kept by name, of a success and of a failure, with secrets masked", async () => {
    const headers = {
      ...{ location, etag: '"7"', "operation-location": `${location}?key=${TOKEN}` },
      ...{ "x-request-id": `id-${Buffer.from(TOKEN).toString("hex")}`, "set-cookie": "a=b", server: "x" },
    };
    const kept = {
      ...{ location, etag: '"7"', "operation-location": `${location}?key=${MASK}` },
      ...{ "x-request-id": `id-${MASK}` },
    };
    const webhookAuth = { type: "bearer", token: TOKEN };
    answer = () => ({ status: 201, headers });
    expect((await run({ webhookAuth })).result?.headers).toEqual(kept);
    answer = () => ({ status: 422, headers });
    expect(await run({ webhookAuth })).toMatchObject({ status: "FAILED", result: { headers: kept } });
  });

  it("are cut, and never within a secret", async () => {
    const long = `${"x".repeat(2040)}${TOKEN}`;
    answer = () => ({ headers: { location: long } });
    const { result } = await run({ webhookAuth: { type: "bearer", token: TOKEN } });
    expect(result?.headers["location"]).toBe(`${"x".repeat(2040)}${MASK}`);
  });
});

describe("Retry-After", () => {
  it("makes any 4xx temporary", async () => {
    const answers = [{ status: 403, headers: { "retry-after": "0" } }, { status: 201 }];
    answer = () => answers.shift() ?? { status: 500 };
    const done = await run({ retryPolicy: { initialDelaySeconds: 0 } });
    expect(done).toMatchObject({ status: "SUCCESS" });
    expect(outcomes(done)).toEqual(["refused", "delivered"]);
  });

  it("that is no time, or that stands at a redirect, changes nothing", async () => {
    answer = () => ({ status: 403, headers: { "retry-after": "soon" } });
    expect(outcomes(await run())).toEqual(["refused"]);
    answer = () => ({ status: 302, headers: { "retry-after": "1" } });
    expect(outcomes(await run())).toEqual(["refused"]);
  });
});

describe("a runbook that is not safe to repeat", () => {
  const once = { retryPolicy: { safeToRepeat: false, initialDelaySeconds: 0 } };

  it.each([
    ["500", { status: 500 }],
    ["503 without Retry-After", { status: 503 }],
    ["408", { status: 408, headers: { "retry-after": "0" } }],
    ["a 200 that says no", { body: FAILED, headers: { "retry-after": "0" } }],
  ])("is not called again after %s, and says why", async (_, refusal) => {
    answer = () => refusal;
    const failed = await run({ ...once, ...IS_OK });
    expect(outcomes(failed)).toEqual(["refused"]);
    expect(failed.error?.message).toContain("not retried, because retryPolicy.safeToRepeat is false");
  });

  it.each([
    ["429", { status: 429 }],
    ["503 with Retry-After", { status: 503, headers: { "retry-after": "0" } }],
    ["403 with Retry-After", { status: 403, headers: { "retry-after": "0" } }],
  ])("is called again after %s", async (_, refusal) => {
    const answers = [refusal];
    answer = () => answers.shift() ?? { status: 200 };
    expect(outcomes(await run(once))).toEqual(["refused", "delivered"]);
  });

  it("is called again where no connection stood, and not where one was lost", async () => {
    const closed = await startTcp();
    await closed.close();
    expect(outcomes(await run({ ...once, webhookUrl: closed.url }))).toEqual(["failed", "failed", "failed"]);
    await using losing = await startTcp((socket) => socket.once("data", () => socket.destroy()));
    const lost = await run({ ...once, webhookUrl: losing.url });
    expect(lost).toMatchObject({ status: "FAILED", error: { code: "outcome_unknown" } });
    expect(outcomes(lost)).toEqual(["unknown"]);
    expect(losing.connections()).toBe(1);
  });
});
