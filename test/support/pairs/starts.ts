// Pairs about starting: one request twice, two of one caller, the last place in a limit, a rate or a queue, and a pause.
import { randomUUID } from "node:crypto";
import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { KEYS } from "../../../shared/contract/table.ts";
import { openTable } from "../../../shared/store/client.ts";
import { getFreezeWindows } from "../../../shared/store/freeze-windows.ts";
import { ask, type Person } from "../api.ts";
import { openNow } from "../freeze-windows.ts";
import { type Meeting, meeting, wroteAfterOther } from "../interleavings.ts";
import { idOf } from "../library.ts";
import * as act from "./actors.ts";
import { count, good, SECOND, say } from "./actors.ts";

const LIMITS = [
  ["no limit", {}, 0],
  ["limit 1, reject", { concurrency: { limit: 1, onLimit: "reject" } }, 0],
  ["limit 1, queue", { concurrency: { limit: 1, onLimit: "queue" } }, 0],
  ["one start a minute", {}, 1],
] as const;

/** Rates are read at each start. */
function allow(startsPerMinute: number): void {
  process.env["RATE_LIMIT_STARTS_PER_MINUTE"] = String(startsPerMinute);
}

const fresh = (): Person => ({ sub: randomUUID(), groups: ["platform-admin"] });

async function oneRunForBoth(
  runbookId: string,
  before: number,
  answers: readonly Awaited<ReturnType<typeof act.start>>[],
) {
  allow(0);
  const started = (await act.runsOf(runbookId)).length - before;
  const ids = new Set(answers.filter(good).map(idOf));
  const refused = answers.filter((answer) => !good(answer));
  return [
    ...say(`${started} runs of one request`, started !== 1),
    ...say("the two got different runs", ids.size > 1),
    ...refused.map(
      ({ status, problem }) => `one of two equal requests is answered ${status} ${problem?.code}`,
    ),
  ];
}

const KEYED: Meeting[] = LIMITS.flatMap(([name, changes, perMinute]) => [
  meeting({
    name: `start ∥ the same start under one key: ${name}`,
    short: name !== "no limit",
    prepare: async () => {
      allow(0);
      const runbookId = await act.approved(changes);
      allow(perMinute);
      return { runbookId, key: randomUUID(), as: fresh() };
    },
    one: ({ runbookId, key, as }) => act.start(runbookId, { key, as }),
    other: ({ runbookId, key, as }) => act.start(runbookId, { key, as }),
    contradictions: ({ runbookId }, one, other) => oneRunForBoth(runbookId, 0, [one, other]),
  }),
  meeting({
    name: `rerun ∥ the same rerun under one key: ${name}`,
    prepare: async () => {
      allow(0);
      const runbookId = await act.approved(changes);
      const before = idOf(await act.start(runbookId));
      await act.carryOut(before);
      allow(perMinute);
      return { runbookId, before, key: randomUUID(), as: fresh() };
    },
    one: ({ before, key, as }) => act.rerun(before, { key, as }),
    other: ({ before, key, as }) => act.rerun(before, { key, as }),
    contradictions: ({ runbookId }, one, other) => oneRunForBoth(runbookId, 1, [one, other]),
  }),
]);

const RATES: Meeting[] = [1, 2].map((perMinute) =>
  meeting({
    name: `start ∥ start of one caller who may start ${perMinute} a minute`,
    prepare: async () => {
      allow(0);
      const runbookId = await act.approved();
      allow(perMinute);
      return { runbookId, as: fresh() };
    },
    one: ({ runbookId, as }) => act.start(runbookId, { as }),
    other: ({ runbookId, as }) => act.start(runbookId, { as }),
    contradictions: async ({ runbookId }, one, other) => {
      allow(0);
      const started = (await act.runsOf(runbookId)).length;
      const reported = count([one, other], 202);
      return say(
        `${reported} answered, ${started} runs, with room for ${perMinute}`,
        reported !== started || reported !== perMinute,
      );
    },
  }),
);

const PLACES: Meeting[] = (
  [
    [1, "reject", 1],
    [1, "queue", 2],
    [2, "queue", 2],
  ] as const
).map(([limit, onLimit, room]) =>
  meeting({
    name: `start ∥ start: limit ${limit}, ${onLimit}`,
    prepare: async () => ({ runbookId: await act.approved({ concurrency: { limit, onLimit } }) }),
    one: ({ runbookId }) => act.start(runbookId),
    other: ({ runbookId }) => act.start(runbookId, { as: SECOND }),
    contradictions: async ({ runbookId }, one, other) => {
      const started = (await act.runsOf(runbookId)).length;
      const reported = count([one, other], 202);
      return say(
        `${reported} answered, ${started} runs, with room for ${room}`,
        reported !== started || reported !== room,
      );
    },
  }),
);

/** Fills the queue of a run's lock up to the last place but `free`, and answers how to empty it again. */
async function fillQueue(runbookId: string, lock: string, free: number): Promise<() => Promise<void>> {
  const { documents, table: TableName } = openTable();
  const names = Array.from({ length: 100 - free }, (_, n) => `execution_7${String(n).padStart(25, "0")}`);
  const change = async (word: "ADD" | "DELETE") => {
    await documents.send(
      new UpdateCommand({
        ...{
          TableName,
          Key: KEYS.concurrencySlots(runbookId, lock),
          UpdateExpression: `${word} waiting :names`,
        },
        ExpressionAttributeValues: { ":names": new Set(names) },
      }),
    );
  };
  await change("ADD");
  return () => change("DELETE");
}

const QUEUE: Meeting = meeting({
  name: "start ∥ start: one place left in the queue",
  prepare: async () => {
    const runbookId = await act.approved({ concurrency: { limit: 1, onLimit: "queue" } });
    const { concurrency } = await act.executionOf(idOf(await act.start(runbookId)));
    return { runbookId, empty: await fillQueue(runbookId, concurrency?.slotKey ?? "", 1) };
  },
  one: ({ runbookId }) => act.start(runbookId),
  other: ({ runbookId }) => act.start(runbookId, { as: SECOND }),
  contradictions: async ({ empty }, one, other) => {
    await empty();
    const reported = [one.status, other.status].toSorted();
    return say(`the two were answered ${reported}`, String(reported) !== "202,429");
  },
});

const PAUSES: Meeting[] = [
  meeting({
    name: "start ∥ pause",
    prepare: async () => {
      await act.pause(null, false);
      return { runbookId: await act.approved() };
    },
    one: ({ runbookId }) => act.start(runbookId),
    other: () => act.pause(null, true, SECOND),
    contradictions: async (_, one, other) => {
      const sent = good(one) ? await sentInPause(idOf(one)) : false;
      await act.pause(null, false);
      return [
        ...say("a call went out in a pause", sent),
        ...say("start and pause were both refused", !good(one) && !good(other)),
      ];
    },
  }),
  meeting({
    name: "begin ∥ pause",
    prepare: async () => {
      await act.pause(null, false);
      return { id: idOf(await act.start(await act.approved())) };
    },
    one: ({ id }) => act.deliver(id),
    other: () => act.pause(null, true, SECOND),
    contradictions: async ({ id }, one) => {
      await act.pause(null, false);
      const refused = one.refusal !== undefined;
      if (refused) await act.finish(id, { refusal: one.refusal });
      const { status, error } = await act.executionOf(id);
      return [
        ...say(`not begun, for ${error?.code}`, refused && error?.code !== "paused"),
        ...say("not begun, and the receiver was called", refused && act.callsOf(id) > 0),
        ...say(`begun, and the run is ${status}`, !refused && status !== "RUNNING"),
      ];
    },
  }),
  meeting({
    name: "pause ∥ resume",
    prepare: () => act.pause(null, true),
    one: () => act.pause(null, true),
    other: () => act.pause(null, false, SECOND),
    contradictions: async (_, one, other) => {
      await act.pause(null, false);
      return say("one of the two was refused", !good(one) || !good(other));
    },
  }),
];

async function sentInPause(id: string): Promise<boolean> {
  await act.carryOut(id);
  return act.callsOf(id) > 0;
}

/** Opens a window of the whole service, and returns its answer. */
const freeze = () => ask("create-freeze-window", { as: SECOND, body: openNow(null) });

async function thaw(): Promise<void> {
  for (const { id } of (await getFreezeWindows()).windows)
    await ask("delete-freeze-window", { params: { freezeWindowId: id } });
}

const FREEZES: Meeting[] = [
  meeting({
    name: "start ∥ freeze window",
    prepare: async () => {
      await thaw();
      return { runbookId: await act.approved() };
    },
    one: ({ runbookId }) => act.start(runbookId),
    other: freeze,
    contradictions: async (_, one, other) => {
      const sent = good(one) ? await sentInPause(idOf(one)) : false;
      await thaw();
      return [
        ...say("a call went out in a freeze", sent),
        ...say(`the window was refused with ${other.status}`, !good(other)),
        ...say(
          `the start was refused for ${one.problem?.code}`,
          !good(one) && one.problem?.code !== "frozen",
        ),
      ];
    },
  }),
  meeting({
    name: "begin ∥ freeze window",
    short: true,
    prepare: async () => {
      await thaw();
      return { id: idOf(await act.start(await act.approved())) };
    },
    one: ({ id }) => act.deliver(id),
    other: freeze,
    contradictions: async ({ id }, one, other, calls) => {
      const refused = one.refusal !== undefined;
      if (refused) await act.finish(id, { refusal: one.refusal });
      await thaw();
      const { status, error } = await act.executionOf(id);
      return [
        ...say(`the window was refused with ${other.status}`, !good(other)),
        ...say(`not begun, and the run is ${status} for ${error?.code}`, refused && error?.code !== "frozen"),
        ...say("not begun, and the receiver was called", refused && act.callsOf(id) > 0),
        ...say(`begun, and the run is ${status}`, !refused && status !== "RUNNING"),
        ...say(
          "begun after the window was answered",
          !refused && wroteAfterOther(calls, "one", /^TransactWriteItems\(.*execution/),
        ),
      ];
    },
  }),
];

export const START_PAIRS: readonly Meeting[] = [...KEYED, ...RATES, ...PLACES, QUEUE, ...PAUSES, ...FREEZES];
