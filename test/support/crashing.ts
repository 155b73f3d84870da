// A bench of which one function at a time runs in a process that is killed at a given write or call; then everything continues.
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { Handler } from "../../infra/local/lambda/lambda.ts";
import { callInChild, type Fate } from "./crash.ts";
import { violations } from "./invariants.ts";
import { LIMIT_MS, LONG, report } from "./long-form.ts";
import { type Answering, type Receiver, startReceiver } from "./receiver.ts";
import { ADMIN, type Bench, startBench } from "./workflow.ts";

export let bench: Bench;
export let receiver: Receiver;

let armed: { path: string; fate: Fate; over: () => void } | null = null;
let deaths = 0;
let lastCalls: string[] = [];
let gate: { opened: Promise<void>; reached: () => void } | null = null;
let answering: Answering = () => ({});

/** How the receiver answers from now on; until the end of the test. */
export function answerWith(answer: Answering): void {
  answering = answer;
}

/** The next call of `path` runs in its own process, which meets this fate. Resolves when it has. */
export function arm(path: string, fate: Fate): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  armed = { path, fate, over: resolve };
  return promise;
}

/** Calls a function in its own process, which meets this fate; null if it died of it. */
export async function meet(path: string, event: unknown, fate: Fate): Promise<{ answer: unknown } | null> {
  const { killed, answer, calls } = await callInChild(path, event, fate);
  if (killed) deaths++;
  else lastCalls = calls;
  return killed ? null : { answer };
}

const carriedOut =
  (path: string, handler: Handler): Handler =>
  async (event, context) => {
    if (path === "workflow/deliver-webhook" && gate) {
      gate.reached();
      await gate.opened;
    }
    if (armed?.path !== path) return passTime(await handler(event, context));
    const { fate, over } = armed;
    armed = null;
    const met = await meet(path, event, fate).finally(over);
    if (met === null) throw new Error("Runtime.ExitError");
    return met.answer;
  };

/** The state machine of these tests does not wait; what it would have waited for passes on the clock instead. */
function passTime<T>(answer: T): T {
  const { next, waitSeconds: seconds = 0 } = Object(answer);
  if (next === "wait" && seconds > 0) vi.setSystemTime(Date.now() + seconds * 1000);
  return answer;
}

/** Holds every delivery until it is opened; an abandoned one never begins. `reached`: one is held. */
export function holdCalls(): { open: () => void; abandon: () => void; reached: Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<void>();
  const held = Promise.withResolvers<void>();
  gate = { opened: promise, reached: held.resolve };
  const abandon = () => {
    gate = null;
  };
  const open = () => {
    abandon();
    resolve();
  };
  return { open, abandon, reached: held.promise };
}

const ask = (path: string, { body = {}, ...asked }: Parameters<Bench["ask"]>[2] = {}) =>
  bench.ask("POST", path, { as: ADMIN, body, ...asked });

/** Asks once more where the answer is lost, as callers do. */
export async function untilAnswered(path: string, asked: Parameters<Bench["ask"]>[2] = {}) {
  const answer = await ask(path, asked);
  return answer.status >= 500 ? ask(path, asked) : answer;
}

export type Scenario = {
  what: string;
  /** The calls of the function that dies, if nothing dies, without reads. */
  calls: string[];
  /** Meets the fate, then does what anybody would do; answers the run. */
  play: (fate: Fate) => Promise<string>;
  ends: string[];
};

const READS = /^(Query|GetItem|DescribeExecution|GetSecretValue) /;
/** Killed after it is killed after the write before it; before a call is after the one before. The long form tries all. */
const LEAVES_NOTHING = /^(Decrypt|Encrypt) /;

/** Registers the tests of these scenarios, and the bench that they are played on. */
export function surviveEveryCrash(scenarios: readonly Scenario[]): void {
  beforeAll(async () => {
    vi.useFakeTimers({ toFake: ["Date"], shouldAdvanceTime: true });
    bench = await startBench({ wrap: carriedOut });
    receiver = await startReceiver((request, response) => answering(request, response));
  });
  afterAll(async () => {
    await bench.stop();
    await receiver.close();
    vi.useRealTimers();
  });
  afterEach(() => {
    answering = () => ({});
  });
  describe.each(scenarios)("$what", survived);
  describe.runIf(LONG)("every call, reads too", () => {
    it.each(scenarios)("of $what may be the last", diesAtEach, LIMIT_MS);
  });
}

async function wholeAgain(): Promise<void> {
  expect(await violations({ ledger: receiver.requests, settled: true })).toEqual([]);
}

function survived({ play, calls, ends }: Scenario): void {
  afterAll(wholeAgain);

  it("makes just these writes and calls", async () => {
    const { status } = await bench.ended(await play({}));
    expect(ends).toContain(status);
    expect(lastCalls.filter((call) => !READS.test(call))).toEqual(calls);
  });

  const moments = LONG
    ? calls.flatMap((call) => [`before ${call}`, `after ${call}`])
    : calls.filter((call) => !LEAVES_NOTHING.test(call)).map((call) => `after ${call}`);
  it.each(moments)(
    "killed %s comes to its one true end",
    async (crashAt) => {
      const before = deaths;
      const id = await play({ crashAt });
      expect(deaths, "the process died").toBe(before + 1);
      const run = await bench.ended(id);
      expect(ends).toContain(run.status);
      // The receiver drops what it has had: one id is one effect, and there was never a call that is not recorded.
      const calls = receiver.requests.filter((r) => r.headers["webhook-id"] === id);
      expect(calls.length).toBeLessThanOrEqual(run.attempts.length);
    },
    LIMIT_MS,
  );
}

async function diesAtEach({ play, ends }: Scenario): Promise<void> {
  let points = 0;
  await play({});
  const calls = lastCalls;
  for (const call of calls) {
    for (const phase of ["before", "after"]) {
      const id = await play({ crashAt: `${phase} ${call}` });
      expect(ends, `${phase} ${call}`).toContain((await bench.ended(id)).status);
      points++;
    }
  }
  await wholeAgain();
  report("crash points", { points, calls });
}
