// Work that outlasts its request: called back at once, called back later, and stopped in the console of Step Functions.

import type { ReceivedRequest, Receiver } from "../receiver.ts";
import { expectThat, Unexpected } from "../report.ts";
import { approveRunbook, expectEnd, startRun, writeRunbook } from "../runbooks.ts";
import type { Stage } from "../stage.ts";

const TOKEN_HEADER = "x-runbook-callback-token";
/** Of infra/execution.asl.json. */
const WAITING = "Wait for the callback";

const AT_ONCE = "a callback during the call ends the run";
const LATER = "a callback while Step Functions waits ends the run";

export async function showCallbacks(stage: Stage): Promise<void> {
  const { report, receiver } = stage;
  report.title("Callbacks, and a stop in the console");
  const runbookId = await report.step("a runbook that ends by a callback is approved", async () => {
    const id = await writeRunbook(stage, "ends by a callback", { open: true });
    return { saw: await approveRunbook(stage, id), value: id };
  });
  if (runbookId === null) return;
  if (receiver) {
    await showCallbackAtOnce(stage, receiver, runbookId);
    await showLateCallback(stage, receiver, runbookId);
  } else {
    for (const name of [AT_ONCE, LATER]) report.notShown(name, "nobody gets the token; give --receiver");
  }
  await showStop(stage, runbookId);
}

async function showCallbackAtOnce(stage: Stage, receiver: Receiver, runbookId: string): Promise<void> {
  await stage.report.step(AT_ONCE, async () => {
    receiver.onRequest = (request) => callBack(stage, request, "called back at once");
    const id = await startRun(stage, runbookId);
    const { callback } = await expectEnd(stage, id, "SUCCESS");
    return { saw: `${id} is a SUCCESS: ${callback?.result?.message}`, value: null };
  });
  receiver.onRequest = async () => undefined;
}

async function showLateCallback(stage: Stage, receiver: Receiver, runbookId: string): Promise<void> {
  await stage.report.step(LATER, async () => {
    const id = await startWaiting(stage, runbookId);
    const request = receiver.requestOf(id);
    if (!request) throw new Unexpected("the receiver was not called");
    await callBack(stage, request, "called back later");
    const { callback } = await expectEnd(stage, id, "SUCCESS");
    return { saw: `${id} is a SUCCESS: ${callback?.result?.message}`, value: null };
  });
}

async function showStop(stage: Stage, runbookId: string): Promise<void> {
  await stage.report.step("a run that is stopped in Step Functions is CANCELLED in the API", async () => {
    const id = await startWaiting(stage, runbookId);
    await stage.account.stop(id);
    const { error } = await expectEnd(stage, id, "CANCELLED");
    return { saw: `${id} is CANCELLED: ${error?.message ?? "no reason given"}`, value: null };
  });
}

/** Starts the runbook, and waits until its call was answered and its end is open. */
async function startWaiting(stage: Stage, runbookId: string): Promise<string> {
  const id = await startRun(stage, runbookId);
  return stage.until(`${id} waits for its callback`, async () => {
    const { status } = await stage.author.getExecution({ executionId: id });
    expectThat(status === "PENDING" || status === "RUNNING", `${id} ended as ${status}`);
    return (await stage.account.hasEntered(id, WAITING)) ? id : undefined;
  });
}

/** Tells the service that the work of this call is done, as its receiver would. */
const callBack = ({ author }: Stage, { headers }: ReceivedRequest, message: string): Promise<unknown> =>
  author.callbackExecution({
    executionId: String(headers["webhook-id"]),
    headers: { [TOKEN_HEADER]: String(headers[TOKEN_HEADER] ?? "") },
    body: { status: "SUCCESS", message },
  });
