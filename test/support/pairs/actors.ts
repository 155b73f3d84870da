// What the actors of an interleaving do, in one line each: over a table, a receiver and a state machine that only waits.
import { randomUUID } from "node:crypto";
import { reconcile } from "../../../shared/application/end/reconcile.ts";
import { CompleteResult, DeliverResult } from "../../../shared/contract/workflow.ts";
import type { Execution, ExecutionError } from "../../../shared/domain/executions/execution.ts";
import { getExecution } from "../../../shared/store/executions.ts";
import { getRunbookState } from "../../../shared/store/runbooks.ts";
import { type ApiAnswer, ask, callFunction, type Person, person, startApi } from "../api.ts";
import { arrived, callsAs, watchBorders } from "../interleavings.ts";
import { approvedIn, draftIn, idOf } from "../library.ts";
import { MemoryTable } from "../memory-table.ts";
import { type Receiver, startReceiver } from "../receiver.ts";
import { aroundSdkCalls } from "../sdk-calls.ts";
import { newId } from "../seed.ts";

export const ADMIN = person("platform-admin");
export const SECOND: Person = { sub: "second-admin", groups: ["platform-admin"] };

let receiver: Receiver;
let status = 200;
/** `webhook-id`s of the calls that are not answered yet. */
const open = new Set<string>();

/** What the receiver answers from now on. */
export function answerWith(code: number): void {
  status = code;
}

/** The world of one test file; answers how to leave it. */
export async function enterWorld(env: Record<string, string> = {}) {
  receiver = await startReceiver(async ({ headers }) => {
    const now = status;
    const id = String(headers["webhook-id"]);
    open.add(id);
    await arrived(id);
    open.delete(id);
    return { status: now };
  });
  const api = await startApi({ machine: "waiting", env });
  const inMemory = keepTableInMemory();
  const unwatch = watchBorders();
  const leave = async () => {
    unwatch();
    inMemory.end();
    await api.stop();
    await receiver.close();
  };
  return { renew: inMemory.renew, leave };
}

/** DynamoDB Local takes ten times as long; `test/model/memory-table.test.ts` holds the two against each other. */
function keepTableInMemory() {
  let memory = new MemoryTable();
  const end = aroundSdkCalls(({ command }, send) =>
    MemoryTable.knows(command) ? memory.send(command) : send(),
  );
  const renew = () => {
    memory = new MemoryTable();
  };
  return { renew, end };
}

export const isOpen = (executionId: string) => open.has(executionId);
export const ledger = () => receiver.requests;
export const callsOf = (executionId: string) =>
  receiver.requests.filter(({ headers }) => headers["webhook-id"] === executionId).length;

export const bodiesOf = (executionId: string) =>
  receiver.requests
    .filter(({ headers }) => headers["webhook-id"] === executionId)
    .map(({ body }) => String(body));

/** The token that came with the n-th call of a run. */
export function tokenOf(executionId: string, nth = 0): string {
  const calls = receiver.requests.filter(({ headers }) => headers["webhook-id"] === executionId);
  return String(calls[nth]?.headers["x-runbook-callback-token"]);
}

const target = () => ({ webhookUrl: `${receiver.url}/restart` });
export const draft = (changes: object = {}) => draftIn(null, { ...target(), ...changes });
export const approved = (changes: object = {}, scope: string | null = null) =>
  approvedIn(scope, { ...target(), ...changes });

export const update = (runbookId: string, body: object, as = ADMIN, headers = {}) =>
  ask("update-runbook", { params: { runbookId }, body, as, headers });
export const approve = (runbookId: string, version: number, as = ADMIN) =>
  ask("approve-runbook", { params: { runbookId }, body: { version }, as });
export const requestReview = (runbookId: string, version: number, as = ADMIN) =>
  ask("request-review", { params: { runbookId }, body: { version, note: "Please look" }, as });
export const requestChanges = (runbookId: string, version: number, as = SECOND) =>
  ask("request-changes", { params: { runbookId }, body: { version, note: "Not yet" }, as });
export const rollback = (runbookId: string, toVersion: number, as = ADMIN) =>
  ask("rollback-runbook", { params: { runbookId }, body: { toVersion }, as });
export const deprecate = (runbookId: string, as = SECOND) =>
  ask("deprecate-runbook", { params: { runbookId }, body: { reason: "old" }, as });
export const withdraw = (runbookId: string, as = SECOND) =>
  ask("withdraw-runbook", { params: { runbookId }, body: { reason: "It does harm" }, as });
/** The current version, which is live, gets this token in place of the one that it has. */
export const rotateCredential = (runbookId: string, version: number, token: string, as = SECOND) =>
  ask("rotate-credential", {
    params: { runbookId },
    body: { version, webhookAuth: { type: "bearer", token } },
    as,
  });
export const remove = (runbookId: string, as = SECOND) =>
  ask("delete-runbook", { params: { runbookId }, as });
export const rotate = (runbookId: string, as = ADMIN) =>
  ask("rotate-signing-secret", { params: { runbookId }, as });
export const read = (runbookId: string) => ask("get-runbook", { params: { runbookId } });

export const start = (runbookId: string, { as = ADMIN, key }: { as?: Person; key?: string } = {}) =>
  ask("start-execution", { params: { runbookId }, body: {}, as, headers: keyed(key) });
export const rerun = (executionId: string, { as = ADMIN, key }: { as?: Person; key?: string } = {}) =>
  ask("rerun-execution", { params: { executionId }, as, headers: keyed(key) });
const keyed = (key?: string): Record<string, string> => (key === undefined ? {} : { "idempotency-key": key });
export const cancel = (executionId: string, as = ADMIN) =>
  ask("cancel-execution", { params: { executionId }, as });
export const callback = (executionId: string, token: string, body: object) =>
  ask("callback-execution", {
    ...{ params: { executionId }, body, as: null },
    headers: { "x-runbook-callback-token": token },
  });
export const pause = (scope: string | null, paused: boolean, as = ADMIN) =>
  ask("put-controls", { body: { scope, paused, reason: "a test" }, as });

export async function deliver(executionId: string, attempt = 1) {
  callsAs(executionId);
  return DeliverResult.parse(await callFunction("workflow/deliver-webhook", { executionId, attempt }));
}
/** The last state: of a run of which nothing else is known, of one whose task failed, or of one that may not begin. */
export const finish = async (
  executionId: string,
  known: { failure?: { Error: string }; refusal?: ExecutionError | undefined } = {},
) => CompleteResult.parse(await callFunction("workflow/complete-execution", { executionId, ...known }));
export const awaitCallback = (executionId: string, taskToken: string) =>
  callFunction("workflow/await-callback", { executionId, taskToken });

/** What the state machine does with a run, to its end. */
export async function carryOut(executionId: string): Promise<void> {
  let step = await deliver(executionId);
  while (step.next === "wait") step = await deliver(executionId, step.attempt);
  await finish(executionId, { refusal: step.refusal });
}

/** The event of a state machine's end. */
export const machineEnded = (executionId: string, how: "ABORTED" | "FAILED" | "TIMED_OUT") =>
  onQueue("on-execution-ended", {
    ...{ id: randomUUID(), time: new Date().toISOString(), source: "aws.states" },
    "detail-type": "Step Functions Execution Status Change",
    detail: { name: executionId, status: how },
  });

/** One message of a queue, delivered once. */
export const onQueue = (
  name: "on-incident" | "on-execution-requested" | "on-execution-ended",
  event: object,
) =>
  callFunction(`events/${name}`, {
    Records: [
      {
        ...{ messageId: randomUUID(), body: JSON.stringify(event), messageAttributes: {} },
        attributes: { ApproximateReceiveCount: "1" },
      },
    ],
  });

export const look = (executionId: string, afterSeconds = 60) =>
  reconcile(executionId, { now: new Date(Date.now() + afterSeconds * 1000), newId });

export async function executionOf(executionId: string): Promise<Execution> {
  const execution = await getExecution(executionId);
  if (!execution) throw new Error("There is no such execution");
  return execution;
}

export async function liveVersionOf(runbookId: string): Promise<number | null> {
  return (await getRunbookState(runbookId))?.liveVersion ?? null;
}

/** Runs of a runbook, as its list shows them. */
export async function runsOf(runbookId: string): Promise<{ id: string; status: string }[]> {
  const { body } = await ask("list-executions", { params: { runbookId }, query: { limit: "100" } });
  return (body as { items: { id: string; status: string }[] }).items;
}

export type Entry = {
  action: string;
  at: string;
  executionId: string | null;
  sequence: number;
  details: object;
};
export async function auditOf(runbookId: string): Promise<Entry[]> {
  const { body } = await ask("list-audit", { params: { runbookId }, query: { limit: "100" } });
  return (body as { items: Entry[] }).items;
}

/** A run of a new runbook, before its first attempt. */
export async function startedRun(changes: object = {}): Promise<{ runbookId: string; id: string }> {
  const runbookId = await approved(changes);
  const id = idOf(await start(runbookId));
  return { runbookId, id };
}

/** Times of a run in their order; none is what must be. */
export async function timesOutOfOrder(id: string): Promise<string[]> {
  const { runbookId, createdAt, startedAt, completedAt } = await executionOf(id);
  const known = [createdAt, startedAt, completedAt].filter((time) => time !== null);
  const said = String(known) === String(known.toSorted()) ? [] : [`the times of the run are ${known}`];
  const entries = (await auditOf(runbookId)).filter((entry) => entry.executionId === id);
  const reported = entries.toSorted((a, b) => a.sequence - b.sequence).map(({ at }) => at);
  return String(reported) === String(reported.toSorted())
    ? said
    : [...said, `the audit has the times ${reported}`];
}

export const good = ({ status: code }: ApiAnswer) => code < 300;
export const count = (answers: readonly ApiAnswer[], code: number) =>
  answers.filter((answer) => answer.status === code).length;
/** Says it where it holds. */
export const say = (what: string, holds: boolean): string[] => (holds ? [what] : []);
