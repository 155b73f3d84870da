// Pairs about limits: who leaves a limit meets who waits for it, and at no time do more calls go out than it allows.
import { isActive } from "../../../shared/domain/executions/execution-changes.ts";
import { getSlots } from "../../../shared/store/concurrency-slots.ts";
import { type Meeting, meeting } from "../interleavings.ts";
import { idOf } from "../library.ts";
import * as act from "./actors.ts";
import { good, say } from "./actors.ts";

/** Runs of one runbook with a limit: those within it have been carried out up to their last state. */
async function queue(limit: number, runs: number, delivered = true) {
  const runbookId = await act.approved({ concurrency: { limit, onLimit: "queue" } });
  const ids: string[] = [];
  for (let n = 0; n < runs; n++) ids.push(idOf(await act.start(runbookId)));
  for (const id of delivered ? ids.slice(0, limit) : []) await act.deliver(id);
  return { runbookId, ids, limit, first: ids[0] ?? "", second: ids[1] ?? "" };
}

type Queue = Awaited<ReturnType<typeof queue>>;

async function queueWrong({ runbookId, first, limit }: Pick<Queue, "runbookId" | "first" | "limit">) {
  const { concurrency } = await act.executionOf(first);
  const { holders, waiting } = await getSlots(runbookId, concurrency?.slotKey ?? "");
  const active = (await act.runsOf(runbookId)).filter(({ status }) =>
    ["PENDING", "RUNNING"].includes(status),
  );
  const ids = active.map(({ id }) => id);
  return [
    ...say(`${holders.length} runs hold a limit of ${limit}`, holders.length > limit),
    ...say(
      "an ended run holds the limit",
      holders.some((id) => !ids.includes(id)),
    ),
    ...say(
      "an ended run waits",
      waiting.some((id) => !ids.includes(id)),
    ),
    ...say(
      "an active run neither holds nor waits",
      ids.some((id) => !holders.includes(id) && !waiting.includes(id)),
    ),
  ];
}

export const QUEUE_PAIRS: readonly Meeting[] = [
  meeting({
    name: "the end of the first ∥ cancel of the second",
    prepare: () => queue(1, 3),
    one: ({ first }) => act.finish(first),
    other: ({ second }) => act.cancel(second),
    contradictions: async (q, _, other) => [
      ...(await queueWrong(q)),
      ...say("cancelled, and active", good(other) && isActive(await act.executionOf(q.second))),
    ],
  }),
  meeting({
    name: "the end of the first ∥ the end of the second, limit 2",
    prepare: () => queue(2, 4),
    one: ({ first }) => act.finish(first),
    other: ({ second }) => act.finish(second),
    contradictions: queueWrong,
  }),
  meeting({
    name: "the end of the first ∥ start",
    prepare: () => queue(1, 1),
    one: ({ first }) => act.finish(first),
    other: ({ runbookId }) => act.start(runbookId),
    contradictions: async (q, _, other) => [
      ...(await queueWrong(q)),
      ...say(`the start is answered ${other.status}`, !good(other)),
    ],
  }),
  meeting({
    name: "the end of the first ∥ start behind one that waits",
    prepare: () => queue(1, 2),
    one: ({ first }) => act.finish(first),
    other: ({ runbookId }) => act.start(runbookId),
    contradictions: async (q) => {
      const { concurrency } = await act.executionOf(q.first);
      const { holders } = await getSlots(q.runbookId, concurrency?.slotKey ?? "");
      return [...(await queueWrong(q)), ...say("the one that waited is overtaken", holders[0] !== q.second)];
    },
  }),
  meeting({
    name: "the end of the first ∥ a reconciliation of the second",
    prepare: () => queue(1, 2),
    one: ({ first }) => act.finish(first),
    other: ({ second }) => act.look(second),
    contradictions: queueWrong,
  }),
  meeting({
    name: "cancel of the first ∥ cancel of the second",
    prepare: () => queue(1, 3, false),
    one: ({ first }) => act.cancel(first),
    other: ({ second }) => act.cancel(second),
    contradictions: async (q, one, other) => [
      ...(await queueWrong(q)),
      ...say("one of the two was refused", !good(one) || !good(other)),
    ],
  }),
  meeting({
    name: "the end of the first ∥ deprecate; the second begins",
    prepare: () => queue(1, 2),
    one: ({ first }) => act.finish(first),
    other: ({ runbookId }) => act.deprecate(runbookId),
    contradictions: async (q, _, other) => {
      const before = await queueWrong(q);
      await act.carryOut(q.second);
      return [
        ...before,
        ...say("a withdrawn version has called its receiver", good(other) && act.callsOf(q.second) > 0),
      ];
    },
  }),
  meeting({
    name: "the call of the first ∥ its cancel, and the second goes as soon as it may",
    short: true,
    prepare: async () => ({ ...(await queue(1, 2, false)), together: false }),
    one: ({ first }) => act.deliver(first),
    other: async (q) => {
      await act.cancel(q.first);
      if (!(await holds(q))) return;
      q.together = act.isOpen(q.first);
      await act.deliver(q.second);
    },
    contradictions: async (q) => [
      ...say("the second was called while the first was", q.together),
      ...say("the first was called after the second", calledAfter(q)),
    ],
  }),
];

async function holds({ first, second, runbookId }: Queue): Promise<boolean> {
  const { concurrency } = await act.executionOf(first);
  return (await getSlots(runbookId, concurrency?.slotKey ?? "")).holders.includes(second);
}

function calledAfter({ first, second }: Queue): boolean {
  const ids = act.ledger().map(({ headers }) => headers["webhook-id"]);
  return ids.includes(second) && ids.lastIndexOf(first) > ids.indexOf(second);
}
