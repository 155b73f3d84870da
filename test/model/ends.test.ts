// Every completion against every attempt, one of them held at each border between two of its calls: no contradictions.
import { fromStored } from "../../shared/store/stored-form.ts";
import "../support/quiet.ts";
import { GetCommand } from "@aws-sdk/lib-dynamodb";
import { describe, expect, it, vi } from "vitest";
import { computeProof } from "../../shared/application/callbacks/accept-callback.ts";
import { hashToken } from "../../shared/application/callbacks/callback-token.ts";
import { recordCallback } from "../../shared/application/callbacks/record-callback.ts";
import { cancelExecution } from "../../shared/application/end/cancel-execution.ts";
import { completeForStateMachine } from "../../shared/application/end/reconcile.ts";
import { recordOutcome } from "../../shared/application/end/record-outcome.ts";
import { sweep } from "../../shared/application/end/sweep.ts";
import { createSigningSecret } from "../../shared/application/runbooks/signing-secret.ts";
import { createExecution } from "../../shared/application/start/create-execution.ts";
import { KEYS, type Key } from "../../shared/contract/table.ts";
import type { DeliverResult } from "../../shared/contract/workflow.ts";
import { systemActor } from "../../shared/domain/executions/execution-changes.ts";
import type { DefinitionRecord } from "../../shared/domain/runbooks/definition.ts";
import { getExecution, getExecutionRecord } from "../../shared/store/executions.ts";
import { signingSecretWrite } from "../../shared/store/signing-secrets.ts";
import { transact } from "../../shared/store/transact.ts";
import { atEveryBorder, border } from "../support/held-actors.ts";
import { violations } from "../support/invariants.ts";
import { LIMIT_MS, LONG, report } from "../support/long-form.ts";
import { MemoryTable } from "../support/memory-table.ts";
import { approved, contextAt, newId } from "../support/seed.ts";
import { beginWorld, ENVIRONMENT, world } from "../support/small-world.ts";
import * as steps from "../support/steps.ts";

Object.assign(process.env, ENVIRONMENT, {
  RATE_LIMIT_STARTS_PER_MINUTE: "0",
  PUBLIC_API_URL: "https://api.example.com",
});
const smallWorld = vi.hoisted(() => () => import("../support/small-world.ts"));
vi.mock(import("../../shared/store/client.ts"), async (original) =>
  (await smallWorld()).storeOf(await original()),
);
vi.mock(import("../../shared/step-functions/executions.ts"), async (original) => {
  const engine = (await smallWorld()).engineOf(await original());
  return {
    ...engine,
    startStateMachineExecution: (id) => started(id, () => engine.startStateMachineExecution(id)),
  };
});
vi.mock(import("../../shared/webhook/attempt.ts"), async (original) => ({
  ...(await original()),
  performAttempt: (call) => receive(call),
}));
vi.mock(import("../../shared/secrets/encrypt.ts"), async (original) =>
  (await smallWorld()).fakeEncryption(await original()),
);

type Call = { executionId: string; attemptNumber: number; callbackToken?: string | undefined };
/** What happened outside, in its order. */
let log: { what: "call" | "answer" | "machine" | "crowd"; id: string }[] = [];
let memory = new MemoryTable();
let answers: boolean[] = [];
let tokens = new Map<string, string>();

async function receive({ executionId: id, callbackToken }: Call) {
  await border();
  log.push({ what: "call", id });
  if (callbackToken !== undefined) tokens.set(id, callbackToken);
  await border();
  if (!(await holdsItsPlace(id))) log.push({ what: "crowd", id });
  log.push({ what: "answer", id });
  const reported = { durationMs: 1, retryAfterSeconds: null, answer: null };
  if (answers.shift() ?? true)
    return { ...reported, outcome: "delivered" as const, retryable: false, error: null };
  const error = { code: "webhook_refused", message: "It said no." } as const;
  return { ...reported, outcome: "refused" as const, retryable: true, error };
}

async function itemAt(key: Key): Promise<Record<string, unknown>> {
  const command = new GetCommand({ TableName: "memory", Key: key });
  return fromStored(Object(Object(await memory.send(command)).Item));
}

/** While a call is under way, nobody else may take its place. */
async function holdsItsPlace(id: string): Promise<boolean> {
  const { runbookId, concurrency } = await itemAt(KEYS.execution(id));
  if (!concurrency) return true;
  const { holders } = await itemAt(KEYS.concurrencySlots(String(runbookId), Object(concurrency).slotKey));
  return holders instanceof Set && holders.has(id);
}

async function started(id: string, start: () => Promise<void>): Promise<void> {
  await border();
  log.push({ what: "machine", id });
  await start();
}

/** Each schedule is played on its own table. */
function beginAgain(): void {
  memory = new MemoryTable();
  beginWorld(async (command) => {
    await border();
    return memory.send(command);
  });
  log = [];
  tokens = new Map();
}

async function wholeAgain(): Promise<void> {
  const ledger = log
    .filter(({ what }) => what === "call")
    .map(({ id }) => ({ headers: { "webhook-id": id }, body: "" }));
  expect(await violations({ ledger, now: new Date() })).toEqual([]);
}

const workflowContext = () => ({ actor: systemActor("workflow"), now: new Date(), newId });
const deliver = (executionId: string, attempt: number) =>
  steps.deliver({ executionId, attempt }, () => new Date());

const LIMITED = { concurrency: { limit: 1, onLimit: "queue" } } as const;
const CALLED_BACK = { completion: { mode: "callback", timeoutSeconds: 60 } } as const;

async function start(changes: Partial<DefinitionRecord>) {
  const runbook = await approved("payments", changes);
  const secret = await createSigningSecret(runbook.state.id, new Date().toISOString());
  await transact([signingSecretWrite(secret)]);
  const request = {
    ...{ parameters: { service: "checkout" }, incident: null, automation: null, trigger: {} },
    triggeredBy: "manual" as const,
    ranForTeamId: null,
  };
  const one = async () => {
    const now = new Date();
    return (await createExecution(runbook, request, contextAt(now))).execution.id;
  };
  return { first: await one(), second: await one() };
}

/** A run at the border to this attempt, which the first one begins, and another one of its runbook. */
async function atAttempt(attempt: number, changes: Partial<DefinitionRecord>) {
  beginAgain();
  const { first, second } = await start(changes);
  answers = Array.from({ length: attempt - 1 }, () => false);
  for (let n = 1; n < attempt; n++) await deliver(first, n);
  return { first, second };
}

const CLOSERS: Record<string, (id: string) => Promise<unknown>> = {
  cancel: (id) => cancelExecution(id, "wrong host", workflowContext()),
  "Stop execution": (id) => completeForStateMachine(id, "ABORTED", workflowContext()),
  "execution-ended, FAILED": (id) => completeForStateMachine(id, "FAILED", workflowContext()),
  "execution-ended, TIMED_OUT": (id) => completeForStateMachine(id, "TIMED_OUT", workflowContext()),
  "execution-ended, SUCCEEDED": (id) => completeForStateMachine(id, "SUCCEEDED", workflowContext()),
  "Record the outcome": (executionId) => recordOutcome({ executionId, failure: {} }, workflowContext()),
  sweep: async (id) => {
    world.machines.set(id, "FAILED");
    await sweep({ now: new Date(), newId });
  },
};

/** What a delivery leads to, if it leads to an end: a success? */
const ENDS: Partial<Record<DeliverResult["next"], boolean>> = { succeed: true, fail: false };
const DENIAL = /Nothing (was sent|reached the receiver)/;

/** The record, the receiver, the place in the queue and the workflow's next state agree. */
async function contradictions(first: string, second: string, step: DeliverResult | null): Promise<string[]> {
  const run = await getExecutionRecord(first);
  const execution = await getExecution(first);
  const calls = log.filter(({ what, id }) => what === "call" && id === first).length;
  const found: string[] = [];
  const said = execution?.error?.message ?? "";
  if (calls !== run?.attempts.length) found.push(`${calls} calls in ${run?.attempts.length} attempts`);
  if (run?.attempts.some(({ outcome }) => outcome === "in_progress")) found.push("an attempt is open");
  if (DENIAL.test(said) && calls > 0) found.push(`${calls} calls, and it says: ${said}`);
  if (execution?.status === "CANCELLED" && calls === 0 && !DENIAL.test(said)) found.push(`no call: ${said}`);
  if (log.some(({ what }) => what === "crowd")) found.push("a call went on without its place");
  if (execution?.status === "RUNNING") return found;
  if (step && ENDS[step.next] && ENDS[step.next] !== (execution?.status === "SUCCESS"))
    found.push(`the delivery leads to ${step.next}, and the run is ${execution?.status}`);
  const turn = log.findIndex(({ what, id }) => what === "machine" && id === second);
  const last = log.findLastIndex(({ what, id }) => what === "answer" && id === first);
  if (execution?.concurrency && turn < last) found.push("the next one was started during the call, or never");
  return found;
}

const EVERY = [1, 2, 3].flatMap((attempt) => [
  { attempt, order: "completion first" },
  { attempt, order: "delivery first" },
]);
/** Before a second or third attempt, an earlier call waits: the short form has each of them in one order. */
const OCCASIONS = LONG ? EVERY : EVERY.filter((_, n) => n !== 3 && n !== 4);
const KINDS = [
  ["plain", {}],
  ["limited to one at a time", LIMITED],
  ["completed by a callback", CALLED_BACK],
] as const;

/** Two of the ways in which a machine ends differ by a word only: the long form has them too. */
const NAMES = Object.keys(CLOSERS).filter((name) => LONG || !/TIMED_OUT|SUCCEEDED/.test(name));

describe.each(NAMES)("%s and a delivery", (name) => {
  it.each(KINDS)(
    "of a run that is %s agree, whichever actor is held, at any point",
    async (_, changes) => {
      let schedules = 0;
      for (const { attempt, order } of OCCASIONS) {
        schedules += await atEveryBorder(async () => {
          const { first, second } = await atAttempt(attempt, changes);
          const closing = () => CLOSERS[name]?.(first) ?? Promise.reject(new Error(name));
          let step: DeliverResult | null = null;
          const delivering = async () => {
            step = await deliver(first, attempt);
          };
          const check = async () => {
            expect(await contradictions(first, second, step), `attempt ${attempt}, ${order}`).toEqual([]);
            await wholeAgain();
          };
          if (order === "completion first") return { first: closing, second: delivering, check };
          return { first: delivering, second: closing, check };
        }, LONG);
      }
      expect(schedules).toBeGreaterThan(OCCASIONS.length * 5);
      report(`${name} ∥ delivery`, { schedules });
    },
    LIMIT_MS,
  );
});

describe("a callback and a delivery that repeats the call", () => {
  it(
    "make no call after the word of the receiver, and end as it says",
    async () => {
      for (const order of ["callback first", "delivery first"]) {
        await atEveryBorder(async () => {
          const { first } = await atAttempt(2, CALLED_BACK);
          const before = log.filter(({ id }) => id === first).length;
          const said = { status: "SUCCESS" } as const;
          const token = tokens.get(first) ?? "";
          const reported = {
            executionId: first,
            tokenHash: hashToken(first, token),
            proof: computeProof(token, said),
          };
          const calling = () => recordCallback({ ...reported, given: said }, new Date());
          const delivering = () => deliver(first, 2);
          const check = async () => {
            await recordOutcome({ executionId: first }, workflowContext());
            expect((await getExecution(first))?.status, order).toBe("SUCCESS");
            const attempts = (await getExecutionRecord(first))?.attempts ?? [];
            const after = log.filter(({ id }) => id === first).length - before;
            expect(after).toBe((attempts.length - 1) * 2);
            await wholeAgain();
          };
          if (order === "callback first") return { first: calling, second: delivering, check };
          return { first: delivering, second: calling, check };
        }, LONG);
      }
    },
    LIMIT_MS,
  );
});
