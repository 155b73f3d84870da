// Pairs about a runbook whose approved version stays live beside a draft: what changes it, while another starts or begins.
import type { ApiAnswer } from "../api.ts";
import { type Meeting, meeting, wroteAfterOther } from "../interleavings.ts";
import { idOf } from "../library.ts";
import * as act from "./actors.ts";
import { good, SECOND, say } from "./actors.ts";

const UNREVIEWED = { payloadTemplate: '{"unreviewed":"{{params.service}}"}' };

/** Approved at version 2, live whatever is edited. */
const kept = (changes: object = {}) => act.approved({ whileDraft: "run_approved", ...changes });

/** Approved at version 2 and live, beside the draft at version 3. */
async function besideDraft() {
  const runbookId = await kept();
  await act.update(runbookId, UNREVIEWED);
  return { runbookId };
}

async function besideDraftWithRun() {
  const { runbookId } = await besideDraft();
  return { runbookId, id: idOf(await act.start(runbookId)) };
}

/** What of the run reached its receiver is of this version. */
async function calledWithAnother(id: string, expected: number): Promise<string[]> {
  const { runbookVersion } = await act.executionOf(id);
  const bodies = act.bodiesOf(id);
  const isUnreviewed = bodies.some((body) => body.includes("unreviewed"));
  return [
    ...say(`the run is of version ${runbookVersion}`, runbookVersion !== expected),
    ...say("it sent what another version says", isUnreviewed !== expected > 2),
  ];
}

const START: Meeting[] = [
  meeting({
    name: "start ∥ update of a live version that stays",
    short: true,
    prepare: async () => ({ id: await kept() }),
    one: ({ id }) => act.start(id),
    other: ({ id }) => act.update(id, UNREVIEWED, SECOND),
    contradictions: async (_, one, other) => {
      if (!good(one) || !good(other)) return say("one of them was refused", true);
      const id = idOf(one);
      await act.carryOut(id);
      const { status } = await act.executionOf(id);
      return [...say(`the run is ${status}`, status !== "SUCCESS"), ...(await calledWithAnother(id, 2))];
    },
  }),
  meeting({
    name: "start ∥ approve beside what is live",
    prepare: besideDraft,
    one: ({ runbookId }) => act.start(runbookId),
    other: ({ runbookId }) => act.approve(runbookId, 3, SECOND),
    contradictions: async (_, one, other) => {
      if (!good(one) || !good(other)) return say("one of them was refused", true);
      const id = idOf(one);
      await act.carryOut(id);
      const { status, runbookVersion } = await act.executionOf(id);
      return [
        ...say(`the run is ${status}`, status !== "SUCCESS"),
        ...say("an unreviewed version ran", runbookVersion !== 2 && runbookVersion !== 4),
        ...(await calledWithAnother(id, runbookVersion)),
      ];
    },
  }),
];

const BEGIN: Meeting[] = [
  meeting({
    name: "begin ∥ approve beside what is live",
    short: true,
    prepare: besideDraftWithRun,
    one: ({ id }) => act.deliver(id),
    other: ({ runbookId }) => act.approve(runbookId, 3, SECOND),
    contradictions: async ({ id }, one, other) => [
      ...say(`the approval was refused with ${other.status}`, !good(other)),
      ...say(`the run was refused: ${one.refusal?.message}`, one.refusal !== undefined),
      ...(await calledWithAnother(id, 2)),
    ],
  }),
  meeting({
    name: "begin ∥ withdraw beside a draft",
    short: true,
    prepare: besideDraftWithRun,
    one: ({ id }) => act.deliver(id),
    other: ({ runbookId }) => act.withdraw(runbookId),
    contradictions: async ({ id }, one, other, calls) => {
      const isRefused = one.refusal !== undefined;
      return [
        ...say(`the withdrawal was refused with ${other.status}`, !good(other)),
        ...say(
          `the run was refused for ${one.refusal?.code}`,
          isRefused && one.refusal?.code !== "runbook_not_approved",
        ),
        ...say("not begun, and the receiver was called", isRefused && act.callsOf(id) > 0),
        ...say(
          "begun after the withdrawal was answered",
          !isRefused && wroteAfterOther(calls, "one", /^TransactWriteItems\(.*execution/),
        ),
      ];
    },
  }),
  meeting({
    name: "withdraw ∥ approve",
    prepare: besideDraft,
    one: ({ runbookId }) => act.withdraw(runbookId),
    other: ({ runbookId }) => act.approve(runbookId, 3, SECOND),
    contradictions: async ({ runbookId }, one, other) => {
      const live = await act.liveVersionOf(runbookId);
      const expected = good(one) ? null : 4;
      return [
        ...say("both were refused", !good(one) && !good(other)),
        ...say(`version ${live} is live`, live !== expected),
      ];
    },
  }),
];

/** Approved at version 2 and live, with a credential, and a run that waits. */
async function withCredential() {
  const runbookId = await act.approved({ webhookAuth: { type: "bearer", token: "the-first-token" } });
  return { runbookId, id: idOf(await act.start(runbookId)) };
}
const rotated = (runbookId: string, token = "the-second-token") => act.rotateCredential(runbookId, 2, token);
/** A rotation beside what stops the live version: one of both at least was done, and what is live follows from it. */
async function rotatedUnlessStopped(runbookId: string, one: ApiAnswer, other: ApiAnswer): Promise<string[]> {
  const live = await act.liveVersionOf(runbookId);
  return [
    ...say("both were refused", !good(one) && !good(other)),
    ...say(`version ${live} is live`, live !== (good(other) ? null : 3)),
  ];
}
/** Exactly one of both was done, and the other was refused for it. */
const oneOf = (one: { status: number }, other: { status: number }) => [
  ...say("both were refused", one.status !== 200 && other.status !== 200),
  ...say("both were done at the same version", one.status === 200 && other.status === 200),
];

const ROTATE: Meeting[] = [
  meeting({
    name: "begin ∥ rotate the credential",
    short: true,
    prepare: withCredential,
    one: ({ id }) => act.deliver(id),
    other: ({ runbookId }) => rotated(runbookId),
    contradictions: async ({ id, runbookId }, one, other) => [
      ...say(`the rotation was refused with ${other.status}`, !good(other)),
      ...say(`the run was refused: ${one.refusal?.message}`, one.refusal !== undefined),
      ...say("the run was not sent once", act.callsOf(id) !== 1),
      ...say("the run moved to another version", (await act.executionOf(id)).runbookVersion !== 2),
      ...say("the rotated version is not live", (await act.liveVersionOf(runbookId)) !== 3),
    ],
  }),
  meeting({
    name: "rotate the credential ∥ edit",
    short: true,
    prepare: withCredential,
    one: ({ runbookId }) => rotated(runbookId),
    other: ({ runbookId }) => act.update(runbookId, UNREVIEWED, SECOND),
    contradictions: ({ runbookId }, one, other) => rotatedUnlessStopped(runbookId, one, other),
  }),
  meeting({
    name: "rotate the credential ∥ withdraw",
    prepare: withCredential,
    one: ({ runbookId }) => rotated(runbookId),
    other: ({ runbookId }) => act.withdraw(runbookId),
    contradictions: ({ runbookId }, one, other) => rotatedUnlessStopped(runbookId, one, other),
  }),
  meeting({
    name: "rotate the credential ∥ rotate it to another",
    prepare: withCredential,
    one: ({ runbookId }) => rotated(runbookId),
    other: ({ runbookId }) => rotated(runbookId, "the-third-token"),
    contradictions: async ({ runbookId }, one, other) => [
      ...oneOf(one, other),
      ...say("the rotated version is not live", (await act.liveVersionOf(runbookId)) !== 3),
    ],
  }),
];

export const LIVE_PAIRS: readonly Meeting[] = [...START, ...BEGIN, ...ROTATE];
