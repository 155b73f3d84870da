// Runs that a callback completes, on the interpreter: the receiver's word ends them, once, in time, with its token.
import "../support/quiet.ts";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { computeProof } from "../../shared/application/callbacks/accept-callback.ts";
import { hashToken } from "../../shared/application/callbacks/callback-token.ts";
import { recordCallback } from "../../shared/application/callbacks/record-callback.ts";
import { completeExecution } from "../../shared/application/end/complete-execution.ts";
import { completeForStateMachine } from "../../shared/application/end/reconcile.ts";
import { KEYS } from "../../shared/contract/table.ts";
import { cancelledOutcome } from "../../shared/domain/executions/outcome.ts";
import { recordResult } from "../../shared/store/callbacks.ts";
import { getItem } from "../../shared/store/read.ts";
import { everyItem } from "../support/api.ts";
import { atEveryCrashPoint, crashingAt } from "../support/crash-points.ts";
import { type Answering, type ReceivedRequest, type Receiver, startReceiver } from "../support/receiver.ts";
import { callbackViolations } from "../support/run-limits.ts";
import { newId } from "../support/seed.ts";
import { ADMIN, type Bench, later, startBench, sweepAt } from "../support/workflow.ts";

let bench: Bench;
const receivers: Receiver[] = [];
beforeAll(async () => {
  bench = await startBench();
});
afterAll(async () => {
  await bench.stop();
  await Promise.all(receivers.map((receiver) => receiver.close()));
});

const TOKEN = "x-runbook-callback-token";

/** A run whose receiver has answered its call; `token` is that of the last call. */
async function accepted(answer?: Answering, completion: object = {}, more: object = {}, parameters?: object) {
  const receiver = await startReceiver(answer);
  receivers.push(receiver);
  const changes: object = { completion: { mode: "callback", ...completion }, ...more };
  const id = await bench.start(await bench.runbook(receiver.url, changes), parameters);
  return { id, receiver };
}

/** The same, once the state machine waits. */
async function waiting(answer?: Answering, completion: object = {}, more: object = {}, parameters?: object) {
  const { id, receiver } = await accepted(answer, completion, more, parameters);
  await bench.awaitsCallback(id);
  await expect.poll(async () => (await itemOf(id))?.["taskTokens"] !== undefined).toBe(true);
  return { id, receiver, token: tokenOf(receiver.requests.at(-1)) };
}

const itemOf = (id: string) => getItem(KEYS.callback(id));
const tokenOf = (request: ReceivedRequest | undefined) => String(request?.headers[TOKEN]);
const callBack = (id: string, token: string, body: object) =>
  bench.ask("POST", `/executions/${id}/callback`, { body, headers: { [TOKEN]: token } });

describe("a callback", () => {
  it("ends the run as a success, with its message and output, and notifies the state machine", async () => {
    const { id, token } = await waiting();
    expect(await bench.run(id)).toMatchObject({
      status: "RUNNING",
      callback: { result: null, notes: [], deadlineAt: expect.any(String) },
    });
    const given = { status: "SUCCESS", message: "Restarted", output: { restarted: ["a", "b"] } };
    expect((await callBack(id, token, given)).status).toBe(204);
    expect(await bench.ended(id)).toMatchObject({
      status: "SUCCESS",
      error: null,
      callback: { result: given },
    });
    await bench.machineEnds(id);
    expect(await bench.machine(id)).toBe("SUCCEEDED");
  });

  it("that reports a failure ends the run as callback_failed", async () => {
    const { id, token } = await waiting();
    await callBack(id, token, { status: "FAILED", message: "Host is gone" });
    const run = await bench.ended(id);
    expect(run).toMatchObject({ status: "FAILED", error: { code: "callback_failed" } });
    expect(run.error?.message).toContain("Host is gone");
  });

  it("keeps notes on progress, the latest fifty, and shows them in order", async () => {
    const { id, token } = await waiting();
    for (let n = 1; n <= 52; n++) {
      expect((await callBack(id, token, { status: "RUNNING", message: `Step ${n}` })).status).toBe(204);
    }
    const { callback, status } = await bench.run(id);
    expect(status).toBe("RUNNING");
    const expected = Array.from({ length: 50 }, (_, n) => `Step ${n + 3}`);
    expect(callback?.notes.map((note) => note.message)).toEqual(expected);
    await callBack(id, token, { status: "SUCCESS" });
    expect((await bench.ended(id)).callback?.notes).toHaveLength(50);
  });

  it("that comes before the receiver has answered counts, and nothing more is sent", async () => {
    let reported: Promise<unknown> | undefined;
    const { id, receiver } = await accepted(async ({ headers }) => {
      reported = callBack(String(headers["webhook-id"]), String(headers[TOKEN]), { status: "SUCCESS" });
      await reported;
      return { status: 503 };
    });
    expect((await bench.ended(id)).status).toBe("SUCCESS");
    expect(receiver.requests).toHaveLength(1);
  });

  it("that comes before the state machine waits is found when it would wait", async () => {
    const { id } = await accepted(async ({ headers }) => {
      await callBack(String(headers["webhook-id"]), String(headers[TOKEN]), { status: "SUCCESS" });
      return { status: 202 };
    });
    expect((await bench.ended(id)).status).toBe("SUCCESS");
    await bench.machineEnds(id);
    expect(await bench.machine(id)).toBe("SUCCEEDED");
  });

  it("is known by the run's one token, whichever of its calls brought it", async () => {
    let calls = 0;
    const { id, receiver } = await waiting(() => ({ status: ++calls === 1 ? 500 : 202 }));
    const [first, second] = receiver.requests.map(tokenOf);
    expect(first).toBe(second);
    expect((await callBack(id, first ?? "", { status: "SUCCESS" })).status).toBe(204);
    expect((await bench.ended(id)).status).toBe("SUCCESS");
  });

  it("brings its address and a token of 256 bits with the call, signed like any other", async () => {
    const { id, receiver, token } = await waiting();
    expect(Buffer.from(token, "base64url")).toHaveLength(32);
    const headers = receiver.requests[0]?.headers;
    expect(headers?.["x-runbook-callback-url"]).toBe(`${bench.api}/executions/${id}/callback`);
    expect(headers?.["webhook-signature"]).toMatch(/^v1,/);
    await callBack(id, token, { status: "SUCCESS" });
    await bench.ended(id);
  });
});

describe("a callback that is refused", () => {
  const refusal = { code: "not_permitted", status: 403 };

  it("is refused with the same words for a wrong token, another run's, and an unknown run", async () => {
    const [one, two] = [await waiting(), await waiting()];
    const done = { status: "SUCCESS" };
    const answers = [
      await callBack(one.id, "nonsense", done),
      await callBack(one.id, two.token, done),
      await callBack(newId("execution"), one.token, done),
      await bench.ask("POST", `/executions/${one.id}/callback`, { body: done }),
    ];
    await callBack(one.id, one.token, done);
    await bench.ended(one.id);
    answers.push(await callBack(one.id, two.token, done));
    for (const answer of answers) expect(answer.body).toMatchObject(refusal);
    expect(new Set(answers.map(({ body }) => (body as { detail: string }).detail)).size).toBe(1);
    expect((await bench.run(two.id)).status).toBe("RUNNING");
    await callBack(two.id, two.token, done);
    await bench.ended(two.id);
  });

  it("repeats an end: the same one is answered as before, any other is refused, and the first one counts", async () => {
    const { id, token } = await waiting();
    const done = { status: "SUCCESS", message: "Restarted", output: { hosts: 3 } };
    const again = async () => (await callBack(id, token, done)).status;
    expect([await again(), await again()]).toEqual([204, 204]);
    const { callback } = await bench.ended(id);
    expect([await again(), await again()]).toEqual([204, 204]);
    const others = [
      { status: "FAILED" },
      { ...done, message: "Restarted again" },
      { ...done, output: { hosts: 4 } },
      { status: "RUNNING", message: "Still here" },
    ];
    for (const other of others) {
      expect((await callBack(id, token, other)).body).toMatchObject({
        code: "execution_finished",
        status: 409,
      });
    }
    const run = await bench.run(id);
    expect(run.status).toBe("SUCCESS");
    expect(run.callback).toEqual(callback);
  });

  it("is accepted once, though it comes five times at once", async () => {
    const { id, token } = await waiting();
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => callBack(id, token, { status: "FAILED", message: "No disk" })),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(5).fill(204));
    expect((await bench.ended(id)).status).toBe("FAILED");
  });

  it("comes too late: the reconciler ends the run as callback_timeout, and the machine with it", async () => {
    const { id, token } = await waiting();
    await expect(record(id, token, later(3601))).rejects.toMatchObject(refusalCode);
    await sweepAt(later(60));
    expect((await bench.run(id)).status).toBe("RUNNING");
    await vi.waitFor(async () => {
      await sweepAt(later(3700));
      expect((await bench.run(id)).status).toBe("FAILED");
    }, 10_000);
    expect((await bench.run(id)).error?.code).toBe("callback_timeout");
    await bench.machineEnds(id);
    expect((await callBack(id, token, { status: "SUCCESS" })).body).toMatchObject(refusal);
  });

  it("is malformed: every field that is wrong is named", async () => {
    const { id, token: good } = await waiting();
    const body = { status: "SUCCESS", message: "x".repeat(501), output: "x".repeat(17_000), more: 1 };
    const { status, text } = await callBack(id, good, body);
    expect(status).toBe(400);
    for (const pointer of ["/message", "/output", "/more"]) expect(text).toContain(`"${pointer}"`);
    const note = await callBack(id, good, { status: "RUNNING" });
    expect(note.text).toContain('"/message"');
  });

  it("comes after the run was cancelled: the cancellation says that the receiver may still act", async () => {
    const { id, token } = await waiting();
    await bench.act("POST", `/executions/${id}/cancel`, {});
    const run = await bench.run(id);
    expect(run).toMatchObject({
      status: "CANCELLED",
      error: { message: expect.stringContaining("accepted") },
    });
    expect((await callBack(id, token, { status: "SUCCESS" })).body).toMatchObject(refusal);
  });
});

const refusalCode = { code: "not_permitted" };

describe("a callback and what happens at the same time", () => {
  it("callback ∥ cancel, in rounds: one end, and it is the one that was answered", async () => {
    for (let round = 0; round < 6; round++) {
      const { id, receiver } = await accepted();
      const workflowContext = { actor: { id: "boss", name: null }, now: new Date(), newId };
      await expect.poll(async () => (await bench.run(id)).result?.statusCode).toBe(200);
      const token = tokenOf(receiver.requests.at(-1));
      const both = [
        () => record(id, token),
        () => completeExecution(id, workflowContext, (run) => cancelledOutcome(run, "by boss.")),
      ];
      const [called] = await Promise.allSettled(both.map((run) => run()));
      const { status } = await bench.ended(id);
      expect(status).toBe(called?.status === "fulfilled" ? "SUCCESS" : "CANCELLED");
    }
    expect(await callbackViolations()).toEqual([]);
  });

  it("callback ∥ callback, in rounds: one is accepted, and determines the end", async () => {
    for (let round = 0; round < 4; round++) {
      const { id, token } = await waiting();
      const said = ["SUCCESS", "FAILED"] as const;
      const answers = await Promise.all(said.map((status) => callBack(id, token, { status })));
      expect(answers.map(({ status }) => status).sort()).toEqual([204, 409]);
      const taken = said[answers.findIndex(({ status }) => status === 204)];
      expect((await bench.ended(id)).status).toBe(taken);
    }
  });

  it("that could not be passed on to the state machine is passed on by the reconciler", async () => {
    const { id, token } = await waiting();
    const hashes = (await itemOf(id))?.["tokenHashes"];
    const [hash = ""] = hashes instanceof Set ? [...hashes].map(String) : [];
    const at = new Date().toISOString();
    // What is left where the function dies between its record and its call of Step Functions.
    await recordResult(id, hash, { status: "SUCCESS", message: null, output: null, at }, "proof");
    expect(await bench.machine(id)).toBe("RUNNING");
    await sweepAt(new Date());
    expect((await bench.ended(id)).status).toBe("SUCCESS");
    await bench.machineEnds(id);
    expect((await callBack(id, token, { status: "SUCCESS" })).status).toBe(409);
  });

  it("survives a crash at every write: recorded, it ends the run; not recorded, it may come again", async () => {
    const points = await atEveryCrashPoint(async (point) => {
      const { id, token } = await waiting();
      const crashed = await crashingAt(point, () => record(id, token));
      const recorded = (await itemOf(id))?.["resultStatus"] !== undefined;
      if (!recorded) await record(id, token);
      await sweepAt(new Date());
      expect((await bench.ended(id)).status).toBe("SUCCESS");
      await record(id, token);
      expect((await bench.run(id)).status).toBe("SUCCESS");
      return crashed;
    });
    expect(points).toBe(2);
    expect(await callbackViolations()).toEqual([]);
  });

  it("outlives its state machine: a run whose machine has failed waits on, and ends as its receiver says", async () => {
    const { id, token } = await waiting();
    expect(await completeForStateMachine(id, "FAILED", { now: new Date(), newId })).toBe("none");
    await record(id, token);
    expect(await completeForStateMachine(id, "FAILED", { now: new Date(), newId })).toBe("completed");
    expect((await bench.run(id)).status).toBe("SUCCESS");
  });
});

const SUCCESS = { status: "SUCCESS" } as const;
const record = (executionId: string, token: string, now = new Date()) =>
  recordCallback(
    {
      executionId,
      tokenHash: hashToken(executionId, token),
      proof: computeProof(token, SUCCESS),
      given: SUCCESS,
    },
    now,
  );

describe("the content of a callback", () => {
  it("is masked before it is stored: its request's secrets, and values derived from them", async () => {
    const { id, receiver, token } = await waiting(undefined, {}, SECRET_RUNBOOK, { pin: PIN });
    const { authorization } = receiver.requests[0]?.headers ?? {};
    expect(authorization).toBe(`Bearer ${BEARER}`);
    const quoted = `${String(authorization)} ${PIN} ${PIN.toUpperCase()} ${JSON.stringify(JSON.stringify(PIN))}`;
    await callBack(id, token, { status: "RUNNING", message: quoted });
    const output = { [PIN]: [BEARER, { deep: Buffer.from(PIN).toString("base64") }], kept: "as it was" };
    expect((await callBack(id, token, { status: "FAILED", message: quoted, output })).status).toBe(204);
    const run = await bench.ended(id);
    const sinks = JSON.stringify([
      await everyItem(bench.table),
      await bench.run(id),
      await bench.history(id),
    ]);
    for (const secret of [BEARER, PIN, PIN.toUpperCase(), Buffer.from(PIN).toString("base64")])
      expect(sinks).not.toContain(secret);
    expect(run.error?.message).toContain("********");
    expect(run.callback?.result?.output).toMatchObject({ "********": expect.any(Array), kept: "as it was" });
    expect(run.callback?.notes[0]?.message).toContain("Bearer ********");
  });
});

const BEARER = "canary-of-the-bearer";
const PIN = 'canary "of" the pin';
const SECRET_RUNBOOK = {
  webhookAuth: { type: "bearer", token: BEARER },
  parameters: { type: "object", properties: { pin: { type: "string", writeOnly: true } } },
  payloadTemplate: '{"pin":"{{params.pin}}","loud":"{{uppercase params.pin}}"}',
};

describe("the token", () => {
  it("is stored only as a hash: not in the table, the machine's history, or answers", async () => {
    const { id, token } = await waiting(({ headers }) => ({ body: `I got ${String(headers[TOKEN])}` }));
    const quoted = { status: "SUCCESS", message: `done with ${token}`, output: { [token]: token } };
    await callBack(id, token, quoted);
    await bench.ended(id);
    const sinks = {
      table: JSON.stringify(await everyItem(bench.table)),
      history: JSON.stringify(await bench.history(id)),
      shown: JSON.stringify(await bench.run(id)),
    };
    for (const [sink, text] of Object.entries(sinks)) expect(text.includes(token), sink).toBe(false);
    expect((await bench.run(id)).request?.headers[TOKEN]).toBe("********");
  });

  it("is masked in a preview, beside the address of the callback", async () => {
    const runbookId = await bench.runbook("http://127.0.0.1:9/", {
      completion: { mode: "callback" },
    } as object);
    const body = { parameters: { service: "checkout" } };
    const preview = await bench.ask("POST", `/runbooks/${runbookId}/preview`, { as: ADMIN, body });
    expect(preview.body).toMatchObject({
      headers: { [TOKEN]: "********", "x-runbook-callback-url": expect.stringContaining("/callback") },
    });
  });
});
