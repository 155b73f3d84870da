// Pairs about a run's end: each way to end it meets its beginning, each of its attempts, and every other way.
import { DescribeExecutionCommand, ExecutionDoesNotExist } from "@aws-sdk/client-sfn";
import { isActive } from "../../../shared/domain/executions/execution-changes.ts";
import { getExecutionRecord } from "../../../shared/store/executions.ts";
import { type Meeting, meeting } from "../interleavings.ts";
import { aroundSdkCalls } from "../sdk-calls.ts";
import * as act from "./actors.ts";
import { count, SECOND, say } from "./actors.ts";

type Begun = { id: string; before: number };

/** Step Functions shows a new execution a little later: nothing here can make its stand-in lag. */
async function whileUnseen<T>(id: string, look: () => Promise<T>): Promise<T> {
  const stop = aroundSdkCalls(async ({ name, input }, send) => {
    const asked = name === DescribeExecutionCommand.name.replace("Command", "");
    if (!asked || !String(input["executionArn"]).endsWith(id)) return send();
    throw new ExecutionDoesNotExist({ message: "not yet", $metadata: {} });
  });
  return look().finally(stop);
}

const CLOSERS: readonly (readonly [string, (id: string) => Promise<unknown>])[] = [
  ["cancel", (id) => act.cancel(id)],
  ["the event ABORTED", (id) => act.machineEnded(id, "ABORTED")],
  ["the event TIMED_OUT", (id) => act.machineEnded(id, "TIMED_OUT")],
  ["the event FAILED", (id) => act.machineEnded(id, "FAILED")],
  [
    "a reconciliation that does not see the state machine yet",
    (id) => whileUnseen(id, () => act.look(id, 0)),
  ],
  ["a reconciliation while the state machine runs", (id) => act.look(id, 0)],
  ["a reconciliation long after the deadline", (id) => act.look(id, 4000)],
  ["the last state after a failure", (id) => act.finish(id, { failure: { Error: "States.Timeout" } })],
];

/** Words of an end that says that no receiver can have acted. */
const DENIES = /Nothing reached|before the webhook was called|Nothing was sent|nothing was sent/;
/** Words of an end that says that one may have. */
const ADMITS = /under way|not known|may have acted|may act|went out|was called|accepted the call/;

/** What the receiver saw against what the record says of it. */
async function recordAgainstReceiver(id: string, before: number): Promise<string[]> {
  const run = await getExecutionRecord(id);
  if (!run || isActive(run.execution)) return [];
  const { status, error } = run.execution;
  const called = act.callsOf(id) > before;
  const message = error?.message ?? "";
  const attempts = run.attempts.map(({ outcome }) => outcome);
  return [
    ...say(`${status} says «${message}», and the receiver was called`, called && DENIES.test(message)),
    ...say(
      `${status} says «${message}» of the attempts ${attempts}`,
      called && status !== "SUCCESS" && !ADMITS.test(message),
    ),
    ...say(`${act.callsOf(id)} calls in ${attempts.length} attempts`, act.callsOf(id) > attempts.length),
    ...(await act.timesOutOfOrder(id)),
  ];
}

async function begunAtAttempt(attempt: number, changes: object): Promise<Begun> {
  const { id } = await act.startedRun(changes);
  for (let number = 1; number < attempt; number++) {
    act.answerWith(503);
    await act.deliver(id, number);
  }
  act.answerWith(200);
  return { id, before: act.callsOf(id) };
}

const CALLBACK = { completion: { mode: "callback", timeoutSeconds: 3600 } };
const LIMITED = { concurrency: { limit: 1, onLimit: "queue" } };

const ATTEMPTS = [
  [1, "", {}],
  [2, "", {}],
  [3, "", {}],
  [1, " of a limited run", LIMITED],
  [1, " of a run that awaits its callback", CALLBACK],
] as const;

const DELIVERIES: Meeting[] = ATTEMPTS.flatMap(([attempt, of, changes]) =>
  CLOSERS.map(([name, close]) =>
    meeting({
      name: `attempt ${attempt}${of} ∥ ${name}`,
      short: attempt === 1 && of === "" && /cancel|ABORTED|does not see/.test(name),
      prepare: async () => ({ ...(await begunAtAttempt(attempt, changes)), atAnswer: 0, ended: false }),
      one: ({ id }) => act.deliver(id, attempt),
      other: async (begun) => {
        await close(begun.id);
        begun.ended = !isActive(await act.executionOf(begun.id));
        begun.atAnswer = act.callsOf(begun.id);
      },
      contradictions: async ({ id, before, atAnswer, ended }) => {
        const { error } = await act.executionOf(id);
        const denied = ended && DENIES.test(error?.message ?? "");
        return [
          ...(await recordAgainstReceiver(id, before)),
          ...say(
            "a call began after an end that denies it was answered",
            denied && act.callsOf(id) > atAnswer,
          ),
        ];
      },
    }),
  ),
);

const TWICE: Meeting[] = [
  meeting({
    name: "attempt 1 ∥ attempt 1",
    prepare: () => act.startedRun(),
    one: ({ id }) => act.deliver(id),
    other: ({ id }) => act.deliver(id),
    contradictions: ({ id }) => say(`${act.callsOf(id)} calls of one attempt`, act.callsOf(id) !== 1),
  }),
  meeting({
    name: "cancel ∥ cancel",
    prepare: () => act.startedRun(),
    one: ({ id }) => act.cancel(id),
    other: ({ id }) => act.cancel(id, SECOND),
    contradictions: (_, one, other) => {
      const reported = count([one, other], 200);
      return say(`${reported} were answered that they had cancelled it`, reported !== 1);
    },
  }),
  meeting({
    name: "attempt 1 ∥ rotate",
    prepare: () => act.startedRun(),
    one: ({ id }) => act.deliver(id),
    other: ({ runbookId }) => act.rotate(runbookId),
    contradictions: async ({ id }) => {
      await act.finish(id);
      const { status } = await act.executionOf(id);
      return say(`the run is ${status}`, status !== "SUCCESS");
    },
  }),
];

const delivered = async () => {
  const run = await act.startedRun();
  await act.deliver(run.id);
  return run;
};

const ENDS: Meeting[] = CLOSERS.filter(([name]) => name !== "cancel" && !name.includes("ABORTED")).map(
  ([name, close]) =>
    meeting({
      name: `the last state ∥ ${name}, of a delivered run`,
      prepare: delivered,
      one: ({ id }) => act.finish(id),
      other: ({ id }) => close(id),
      contradictions: async ({ id }) => {
        await act.finish(id);
        const { status } = await act.executionOf(id);
        return say(`the run is ${status}`, status !== "SUCCESS");
      },
    }),
);

export const END_PAIRS: readonly Meeting[] = [...DELIVERIES, ...TWICE, ...ENDS];
