// What runs leave behind that are under way when a release ends: one waits for its next attempt, one for its callback, one
// for its turn. Others have failed, recovered, were refused, or were asked for by a workflow.
import { EXECUTION_REQUESTED } from "../../../shared/contract/events.ts";
import type { JsonObject } from "../../../shared/domain/json.ts";
import { createApproved, PARAMETERS, restart, type Stage } from "./stage.ts";

const UNAVAILABLE = { status: 503, body: '{"error":"starting up"}' };
const REFUSED = { status: 400, body: '{"error":"no such service"}' };
const IN_TURN = { limit: 1, onLimit: "queue" };

/** Whoever repeats the start of the run that waits for its callback gets that run. */
export const WAITING_KEY = "once-for-all-releases";

/** Returns the ids of what is left, and the token that ends the wait for the callback. */
export async function leaveRuns(stage: Stage) {
  const { session, receiver } = stage;
  const runbooks = {
    retrying: await createApproved(stage, {
      retryPolicy: { initialDelaySeconds: 300 },
      concurrency: IN_TURN,
    }),
    waiting: await createApproved(stage, { completion: { mode: "callback" } }),
  };
  await leaveRecovery(stage, runbooks.retrying);
  await leaveRequests(stage, runbooks.retrying);
  receiver.answers = [UNAVAILABLE];
  const retrying = await start(stage, runbooks.retrying);
  await session.poll(`/executions/${retrying}`, ({ body }) => JSON.stringify(body).includes('"refused"'));
  const inTurn = await start(stage, runbooks.retrying);
  await session.poll(`/executions/${inTurn}`, ({ body }) => JSON.stringify(body).includes('"PENDING"'));
  return { retrying, inTurn, ...(await leaveWaiting(stage, runbooks.waiting)), runbooks };
}

async function leaveWaiting(stage: Stage, runbookId: string) {
  const { session, receiver } = stage;
  const waiting = await start(stage, runbookId, { "idempotency-key": WAITING_KEY });
  await session.poll(`/executions/${waiting}`, ({ body }) => JSON.stringify(body).includes('"delivered"'));
  const callbackToken = String(receiver.requests.at(-1)?.headers["x-runbook-callback-token"]);
  await session.send("POST", `/executions/${waiting}/callback`, {
    headers: { "x-runbook-callback-token": callbackToken },
    body: { status: "RUNNING", message: "Drained 1 of 3 hosts" },
  });
  return { waiting, callbackToken };
}

const start = ({ session }: Stage, runbookId: string, headers = {}): Promise<string> =>
  session.create(`/runbooks/${runbookId}/executions`, {
    as: "rob",
    headers,
    body: { parameters: PARAMETERS },
  });

/** A failure, the success after it, and a failure from which nothing has recovered. */
async function leaveRecovery(stage: Stage, runbookId: string): Promise<void> {
  for (const answers of [[REFUSED], [], [REFUSED]]) {
    stage.receiver.answers = answers;
    await stage.session.waitUntilCompleted(await start(stage, runbookId));
  }
}

/** A workflow asks for a run, and for one of a runbook that nobody has approved. */
async function leaveRequests(stage: Stage, approved: string): Promise<void> {
  const { session, receiver } = stage;
  receiver.answers = [];
  const draft = await session.create("/runbooks", { body: restart("https://example.com") });
  await request(stage, { runbookId: draft, requestId: "restart-1" });
  const isThere = ({ body }: { body: unknown }) => JSON.stringify(body).includes("runbook_not_approved");
  await session.poll("/rejections", isThere, "boss");
  await request(stage, { runbookId: approved, requestId: "restart-2" });
  await session.poll(`/runbooks/${approved}/executions`, ({ body }) => {
    const text = JSON.stringify(body);
    return text.includes('"workflow"') && !/"(RUNNING|PENDING)"/.test(text);
  });
}

const request = ({ publish }: Stage, detail: JsonObject) =>
  publish({
    source: "oncall.workflows",
    "detail-type": EXECUTION_REQUESTED,
    detail: { ...detail, parameters: PARAMETERS },
  });
