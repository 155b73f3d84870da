// A table that throttles, fails and loses its answers: what is promised is kept, what is not is a clean 503, nothing is torn.
import "../support/quiet.ts";
import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type ApiAnswer, ask, callFunction, startApi, type TestApi } from "../support/api.ts";
import { type Call, FAULTS, type FaultProxy, startFaultProxy } from "../support/fault-proxy.ts";
import { violations } from "../support/invariants.ts";
import { idOf } from "../support/library.ts";
import { inParallel, LIMIT_MS, LONG, randomFrom, report, SEED, times } from "../support/long-form.ts";
import { type Receiver, startReceiver } from "../support/receiver.ts";

let api: TestApi;
let proxy: FaultProxy;
let receiver: Receiver;
let runbookId = "";
const random = randomFrom(SEED);

beforeAll(async () => {
  api = await startApi();
  proxy = await startFaultProxy(api.table.endpoint);
  process.env["AWS_ENDPOINT_URL_DYNAMODB"] = proxy.url;
  receiver = await startReceiver();
  process.env["WEBHOOK_EGRESS_ALLOW"] = "127.0.0.0/8";
  runbookId = await approvedRunbook();
});
afterAll(async () => {
  await api.stop();
  await proxy.close();
  await receiver.close();
});
afterEach(async () => {
  proxy.plan = () => null;
  // No reconciler runs here: leftovers may be older than it would allow.
  expect(await violations({ ledger: receiver.requests, now: new Date(0) })).toEqual([]);
});

async function approvedRunbook(): Promise<string> {
  const given = {
    teamId: null,
    name: "Restart",
    description: "Restarts a service",
    webhookUrl: receiver.url,
    payloadTemplate: "{}",
    attemptTimeoutSeconds: 1,
  };
  const id = idOf(await ask("create-runbook", { body: given }));
  await ask("approve-runbook", { params: { runbookId: id }, body: { version: 1 } });
  return id;
}

/** Asks as a good client does: after a 503 it asks the same again. Counts how often it had to. */
async function asked(call: () => Promise<ApiAnswer>, counts: { again: number }): Promise<ApiAnswer | null> {
  for (let tries = 0; tries < 3; tries++) {
    const answer = await call();
    if (!answer.problem) return answer;
    expect([answer.status, answer.problem.code]).toEqual([503, "unavailable"]);
    expect(Number(answer.headers["retry-after"])).toBeGreaterThan(0);
    counts.again++;
  }
  return null;
}

/** A state of the workflow, tried as often as its file says. */
async function task(name: string, input: object, counts: { again: number }) {
  for (let tries = 0; tries < 4; tries++) {
    const answer: unknown = await callFunction(`workflow/${name}`, input).catch(() => null);
    if (answer !== null) return answer;
    counts.again++;
  }
  return null;
}

type Counts = { again: number; done: number; unavailable: number; status?: unknown };

/** Four operations of one run: start, deliver, finish, look. */
async function wholeRun(counts: Counts): Promise<void> {
  const key = randomUUID();
  const start = () => ask("start-execution", { params: { runbookId }, headers: { "idempotency-key": key } });
  const started = await asked(start, counts);
  const count = (answer: unknown) => void (answer === null ? counts.unavailable++ : counts.done++);
  count(started);
  if (!started) return;
  const executionId = idOf(started);
  count(await task("deliver-webhook", { executionId, attempt: 1 }, counts));
  count(await task("complete-execution", { executionId }, counts));
  const shown = await asked(() => ask("get-execution", { params: { executionId } }), counts);
  count(shown);
  counts.status = Object(shown?.body)["status"];
}

/** A fault for so many in a hundred calls; any kind of fault. */
const at = (percent: number) => () => {
  if (random() * 100 >= percent) return null;
  return FAULTS[Math.floor(random() * FAULTS.length)] ?? null;
};

describe("[K10] a table of which so many calls in a hundred fail", () => {
  const rates = LONG ? [1, 10, 30, 50] : [10, 50];
  it.each(rates)(
    "%d: operations succeed, or say 503 with Retry-After, and nothing is torn",
    async (percent) => {
      const counts: Counts = { again: 0, done: 0, unavailable: 0 };
      const before = { calls: proxy.calls.length, injected: proxy.injected };
      proxy.plan = at(percent);
      await inParallel(times(12, 200), 8, () => wholeRun(counts));
      const calls = proxy.calls.length - before.calls;
      report(`faults at ${percent} %`, { ...counts, calls, injected: proxy.injected - before.injected });
      if (percent <= 10) expect(counts.unavailable).toBe(0);
      expect(counts.done).toBeGreaterThan(0);
    },
    LIMIT_MS,
  );
});

const WRITES = /^(TransactWriteItems|PutItem|UpdateItem)$/;

describe("[I5] a single call that fails", () => {
  /** Every call of a whole run, in order, where nothing fails. */
  async function callsOfRun(): Promise<Call[]> {
    const from = proxy.calls.length;
    await wholeRun({ again: 0, done: 0, unavailable: 0 });
    return proxy.calls.slice(from);
  }

  /** The run whose n-th call fails, once or as often as the SDK tries it. */
  async function runWithFault(n: number, fault: (typeof FAULTS)[number], always: boolean) {
    let count = -1;
    let hit = "";
    proxy.plan = (call) => {
      if (call.try === 1) count++;
      if (count === n && call.try === 1) hit = call.invocation;
      return call.invocation === hit && (always || call.try === 1) ? fault : null;
    };
    const counts: Counts = { again: 0, done: 0, unavailable: 0 };
    await wholeRun(counts);
    proxy.plan = () => null;
    return counts;
  }

  it(
    "changes nothing in how the run ends, whichever write it is, whether it took effect or not",
    async () => {
      const calls = await callsOfRun();
      const sites = calls.flatMap(({ operation }, n) => (LONG || WRITES.test(operation) ? [n] : []));
      expect(sites.length).toBeGreaterThanOrEqual(4);
      let points = 0;
      for (const n of sites) {
        for (const fault of ["error", "applied error", "applied cut"] as const) {
          const counts = await runWithFault(n, fault, false);
          expect(counts, `${calls[n]?.operation}, call ${n}: ${fault}`).toMatchObject({
            done: 4,
            again: 0,
            status: "SUCCESS",
          });
          points++;
        }
      }
      report("single faults", { points, sites: sites.length });
    },
    LIMIT_MS,
  );

  it(
    "again and again, until the SDK gives up, is made good by asking again",
    async () => {
      const calls = await callsOfRun();
      const sites = calls.flatMap(({ operation }, n) => (WRITES.test(operation) ? [n] : []));
      let points = 0;
      for (const n of LONG ? calls.keys() : sites) {
        const counts = await runWithFault(n, points % 2 === 0 ? "applied error" : "error", true);
        expect(counts, `${calls[n]?.operation}, call ${n}`).toMatchObject({ done: 4, unavailable: 0 });
        points++;
      }
      report("lasting faults", { points });
    },
    LIMIT_MS,
  );
});
