// A cancel and the claim of an attempt at once, and the next run of a limit right behind: answer, record and receiver agree.
import "../support/quiet.ts";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Execution } from "../../shared/domain/executions/execution.ts";
import { getSlots } from "../../shared/store/concurrency-slots.ts";
import { getExecution, getExecutionRecord } from "../../shared/store/executions.ts";
import { type ApiAnswer, ask, renewTable, startApi, type TestApi } from "../support/api.ts";
import { violations } from "../support/invariants.ts";
import { approvedIn, fresh, start } from "../support/library.ts";
import { LIMIT_MS, LONG, times } from "../support/long-form.ts";
import { carryOut, deliver, finish } from "../support/pairs/actors.ts";
import { type Receiver, startReceiver } from "../support/receiver.ts";
import { atOnce, readSomething, rounds } from "../support/rounds.ts";

/** Attempts that are refused before the one that is claimed. */
let made = 0;
/** What the calls that are not answered yet are about. */
let open: string[] = [];
let together: string[] = [];
let receiver: Receiver;
let api: TestApi;

beforeAll(async () => {
  receiver = await startReceiver(async ({ headers, body }) => {
    if (open.includes(body)) together.push(body);
    open.push(body);
    for (let read = 0; read < 2; read++) await readSomething();
    open = open.filter((other) => other !== body);
    return { status: Number(headers["x-runbook-attempt"]) > made ? 200 : 503 };
  });
  api = await startApi({ machine: "waiting" });
});
afterAll(async () => {
  await api.stop();
  await receiver.close();
});
beforeEach(async () => {
  receiver.requests.length = 0;
  together = [];
  await renewTable(api);
});
afterEach(async () => {
  // No reconciler runs here: leftovers may be older than it would allow.
  expect(await violations({ now: new Date(0), ledger: receiver.requests })).toEqual([]);
});

const callsOf = (id: string) =>
  receiver.requests.filter(({ headers }) => headers["webhook-id"] === id).length;

type Queue = { runbookId: string; first: string; second: string };

/** Two runs of one place, which is a service's; the first is at the border to its next attempt. */
async function queued(runbookId: string): Promise<Queue> {
  const body = { parameters: { service: fresh("service") } };
  const first = await start(runbookId, body);
  const second = await start(runbookId, body);
  for (let attempt = 1; attempt <= made; attempt++) await deliver(first, attempt);
  return { runbookId, first, second };
}

async function isTurnOf({ runbookId, second }: Queue): Promise<boolean> {
  const lock = (await getExecution(second))?.concurrency?.slotKey;
  if (lock === undefined) throw new Error("The run has no limit");
  return (await getSlots(runbookId, lock)).holders.includes(second);
}

/** The second goes as soon as it may, and once. */
function follower(queue: Queue): () => Promise<void> {
  let carried: Promise<void> | null = null;
  return async () => {
    if (await isTurnOf(queue)) carried ??= carryOut(queue.second);
    await carried;
  };
}

/** The answer, the record and the receiver, compared. */
async function storyOf(id: string, answer: ApiAnswer): Promise<string> {
  const called = callsOf(id) - made;
  const run = await getExecutionRecord(id);
  expect(run?.attempts).toHaveLength(callsOf(id));
  if (answer.status === 200) return cancelledStory(answer, run?.execution, called);
  expect(answer.problem?.code).toBe("execution_finished");
  expect(run?.execution.status).toBe("SUCCESS");
  expect(called).toBe(1);
  return "after the answer";
}

const UNDER_WAY = "A call is under way";

function cancelledStory(answer: ApiAnswer, execution: Execution | undefined, called: number): string {
  const message = String(execution?.error?.message);
  expect(answer.body).toMatchObject({ status: "CANCELLED", error: { code: "cancelled", message } });
  expect(execution?.status).toBe("CANCELLED");
  expect(message).toContain(called === 1 ? UNDER_WAY : NO_CALL[made === 0 ? "never" : "before"]);
  return called === 1 ? "in the call" : "before the claim";
}

const NO_CALL = { never: "Nothing reached the receiver.", before: "The receiver was called and refused." };

async function round(runbookId: string, n: number): Promise<string[]> {
  const queue = await queued(runbookId);
  const { first, second } = queue;
  const follow = follower(queue);
  const cancelling = async () => {
    const answer = await ask("cancel-execution", { params: { executionId: first } });
    await follow();
    return answer;
  };
  const delivering = async () => {
    await deliver(first, made + 1);
    await follow();
  };
  const [answer] = await atOnce(n, cancelling, delivering, 7);
  await finish(first);
  await follow();
  expect((await getExecution(second))?.status).toBe("SUCCESS");
  expect(callsOf(second)).toBe(made + 1);
  return [await storyOf(first, answer)];
}

const STORIES = ["before the claim", "in the call", "after the answer"];

describe.each([0, 1, 2])("[I10] a cancel and a claim at once, after %i attempts", (before) => {
  it(
    "agree, and the next run of the limit never calls while the first does",
    async () => {
      made = before;
      const limit = { limit: 1, onLimit: "queue", key: "service" };
      const runbookId = await approvedIn(null, { webhookUrl: `${receiver.url}/restart`, concurrency: limit });
      const name = `cancel ∥ claim, after ${before} attempts`;
      const seen = await rounds(name, times(14, 670), (n) => round(runbookId, n));
      expect([...seen.keys()].filter((story) => !STORIES.includes(story))).toEqual([]);
      if (LONG) expect(seen.size).toBeGreaterThan(1);
      expect(together).toEqual([]);
    },
    LIMIT_MS,
  );
});
