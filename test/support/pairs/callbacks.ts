// Pairs about callbacks: what a receiver says meets what it says besides, the end of the run, and where it is waited for.
import { TaskDoesNotExist } from "@aws-sdk/client-sfn";
import { computeProof } from "../../../shared/application/callbacks/accept-callback.ts";
import { hashToken } from "../../../shared/application/callbacks/callback-token.ts";
import { recordCallback } from "../../../shared/application/callbacks/record-callback.ts";
import { completeFromAttempts } from "../../../shared/application/end/complete-execution.ts";
import { isActive, systemActor } from "../../../shared/domain/executions/execution-changes.ts";
import { getExecutionRecord } from "../../../shared/store/executions.ts";
import { type Meeting, meeting, type SideCall } from "../interleavings.ts";
import { aroundSdkCalls } from "../sdk-calls.ts";
import { newId } from "../seed.ts";
import * as act from "./actors.ts";
import { good, say } from "./actors.ts";

const completion = (timeoutSeconds: number) => ({ completion: { mode: "callback", timeoutSeconds } });
const DONE = { status: "SUCCESS" } as const;
const FAILED = { status: "FAILED", message: "no" } as const;
const NOTE = { status: "RUNNING", message: "1 of 2" } as const;

/** A run whose receiver has accepted the call, and has its token. */
async function accepted(timeoutSeconds = 3600) {
  const { runbookId, id } = await act.startedRun(completion(timeoutSeconds));
  await act.deliver(id);
  return { runbookId, id, token: act.tokenOf(id) };
}

async function ended(id: string) {
  await act.finish(id);
  return act.executionOf(id);
}

const said = async (id: string) => (await getExecutionRecord(id))?.callback;

const TOGETHER: Meeting[] = [
  meeting({
    name: "SUCCESS ∥ FAILED, by callback",
    prepare: () => accepted(),
    one: ({ id, token }) => act.callback(id, token, DONE),
    other: ({ id, token }) => act.callback(id, token, FAILED),
    contradictions: async ({ id }, one, other) => {
      const recorded = (await said(id))?.result?.status;
      const { status } = await ended(id);
      return [
        ...say("not exactly one of the two was taken", good(one) === good(other)),
        ...say(`${recorded} is recorded, and the other was taken`, good(one) !== (recorded === "SUCCESS")),
        ...say(`${recorded} is recorded, and the run is ${status}`, recorded !== status),
      ];
    },
  }),
  meeting({
    name: "SUCCESS ∥ SUCCESS, by callback",
    short: true,
    prepare: () => accepted(),
    one: ({ id, token }) => act.callback(id, token, DONE),
    other: ({ id, token }) => act.callback(id, token, DONE),
    contradictions: (_, one, other) =>
      say(
        `the same end, reported twice, is answered ${one.status} and ${other.status}`,
        !good(one) || !good(other),
      ),
  }),
  meeting({
    name: "a note ∥ SUCCESS",
    prepare: () => accepted(),
    one: ({ id, token }) => act.callback(id, token, NOTE),
    other: ({ id, token }) => act.callback(id, token, DONE),
    contradictions: async ({ id }, one, other) => [
      ...say("the end was refused", !good(other)),
      ...say("the note was taken, and is lost", good(one) && (await said(id))?.notes.length !== 1),
    ],
  }),
  meeting({
    name: "a note ∥ a note",
    prepare: () => accepted(),
    one: ({ id, token }) => act.callback(id, token, NOTE),
    other: ({ id, token }) => act.callback(id, token, { ...NOTE, message: "2 of 2" }),
    contradictions: async ({ id }, one, other) => {
      const kept = (await said(id))?.notes.length;
      return say(`${kept} notes of two`, !good(one) || !good(other) || kept !== 2);
    },
  }),
];

/** An accepted callback determines the end of the run; a refused one does not. */
const takenOrNot = (name: string, other: (id: string) => Promise<unknown>): Meeting =>
  meeting({
    name: `SUCCESS by callback ∥ ${name}`,
    prepare: () => accepted(),
    one: ({ id, token }) => act.callback(id, token, DONE),
    other: ({ id }) => other(id),
    contradictions: async ({ id }, one) => {
      const { status } = await ended(id);
      return [
        ...say(
          `the callback is answered ${one.status}, and the run is ${status}`,
          good(one) !== (status === "SUCCESS"),
        ),
        ...(await act.timesOutOfOrder(id)),
      ];
    },
  });

const ENDS: Meeting[] = [
  takenOrNot("cancel", (id) => act.cancel(id)),
  takenOrNot("the event ABORTED", (id) => act.machineEnded(id, "ABORTED")),
  takenOrNot("the last state", (id) => act.finish(id)),
];

const later = (seconds: number) => new Date(Date.now() + seconds * 1000);

const DEADLINE: Meeting = meeting({
  name: "SUCCESS by callback, just in time ∥ the last state, after the deadline",
  prepare: () => accepted(30),
  one: ({ id, token }) =>
    recordCallback(
      { executionId: id, tokenHash: hashToken(id, token), proof: computeProof(token, DONE), given: DONE },
      later(25),
    ).then(
      () => true,
      () => false,
    ),
  other: ({ id }) =>
    completeFromAttempts(id, null, { actor: systemActor("workflow"), now: later(60), newId }),
  contradictions: async ({ id }, taken) => {
    const { status, error } = await act.executionOf(id);
    return say(
      `accepted: ${taken}, and the run is ${status} ${error?.code ?? ""}`,
      taken ? status !== "SUCCESS" : error?.code !== "callback_timeout",
    );
  },
});

/** The claim of an attempt went out after the recorder of callbacks had answered. */
function claimedAfterReport(calls: readonly SideCall[]): boolean {
  const result = calls.find(({ side, what }) => side === "other" && what === "Invoke");
  const claim = calls.find(({ side, what, ended }) => side === "one" && ended !== null && CLAIM.test(what));
  return claim !== undefined && result !== undefined && claim.began > (result.ended ?? Infinity);
}

const CLAIM = /^TransactWriteItems\(.*attempt/;

const ATTEMPTS: Meeting[] = [
  meeting({
    name: "attempt 2 ∥ SUCCESS with the token of attempt 1",
    short: true,
    prepare: async () => {
      const { id } = await act.startedRun(completion(3600));
      act.answerWith(503);
      await act.deliver(id, 1);
      act.answerWith(200);
      return { id, token: act.tokenOf(id), atAnswer: 0 };
    },
    one: ({ id }) => act.deliver(id, 2),
    other: async (context) => {
      const answer = await act.callback(context.id, context.token, DONE);
      context.atAnswer = act.callsOf(context.id);
      return answer;
    },
    contradictions: async ({ id, atAnswer }, _, other, calls) => {
      // A call that was claimed before is under way, and may go out later.
      const again = atAnswer === 1 && act.callsOf(id) > 1 && claimedAfterReport(calls);
      const { status } = await ended(id);
      return [
        ...say("the receiver's success was taken, and it was called again", good(other) && again),
        ...say(`the callback is answered ${other.status}, and the run is ${status}`, status !== "SUCCESS"),
      ];
    },
  }),
  meeting({
    name: "attempt 1 ∥ SUCCESS before the answer to the call",
    prepare: () => act.startedRun(completion(3600)),
    one: ({ id }) => act.deliver(id),
    other: ({ id }) => act.callback(id, act.tokenOf(id).padEnd(43, "x"), DONE),
    contradictions: async ({ id }, _, other) => {
      const { status } = await ended(id);
      return say(`the callback was taken, and the run is ${status}`, good(other) && status !== "SUCCESS");
    },
  }),
];

/** Task tokens that Step Functions would know: the state machine of these tests waits for none. */
const waiting = new Set<string>();

async function withTokens<T>(run: () => Promise<T>): Promise<T> {
  const stop = aroundSdkCalls(async ({ name, input }, send) => {
    if (name !== "SendTaskSuccess") return send();
    if (!waiting.delete(String(input["taskToken"])))
      throw new TaskDoesNotExist({ message: "", $metadata: {} });
    return {};
  });
  return run().finally(stop);
}

async function acceptedAndWaiting(...tokens: string[]) {
  const run = await accepted();
  for (const token of tokens) waiting.add(`${token} ${run.id}`);
  return run;
}

const WAITS: Meeting[] = [
  meeting({
    name: "SUCCESS by callback ∥ the state that waits",
    prepare: () => acceptedAndWaiting("only"),
    one: ({ id, token }) => withTokens(() => act.callback(id, token, DONE)),
    other: ({ id }) => withTokens(() => act.awaitCallback(id, `only ${id}`)),
    contradictions: ({ id }, one) => [
      ...say(`the callback is answered ${one.status}`, !good(one)),
      ...say("the state goes on waiting", waiting.has(`only ${id}`)),
    ],
  }),
  meeting({
    name: "the state that waits ∥ cancel",
    prepare: () => acceptedAndWaiting("only"),
    one: ({ id }) => withTokens(() => act.awaitCallback(id, `only ${id}`)),
    other: ({ id }) => withTokens(() => act.cancel(id)),
    contradictions: async ({ id }, _, other) =>
      say(`cancel is answered ${other.status}`, !good(other) || isActive(await act.executionOf(id))),
  }),
];

export const CALLBACK_PAIRS: readonly Meeting[] = [...TOGETHER, ...ENDS, DEADLINE, ...ATTEMPTS, ...WAITS];
