// Erases data for good: says what it would change, or changes it. Cut off anywhere, the next run goes on where it ended.
import type { Actor } from "../../domain/audit.ts";
import { latestTime } from "../../domain/chronology.ts";
import { type TaskContext, toAct } from "../../domain/context.ts";
import { digestOfEntries, type ErasureRecord, MARK_PREFIX } from "../../domain/erasure.ts";
import { collectMarks, type MarkedEntries } from "../../domain/erasure-audit.ts";
import { ServiceError } from "../../domain/errors.ts";
import { appendControlChange } from "../../domain/kill-switches.ts";
import { getKillSwitchChainHead } from "../../store/controls.ts";
import {
  beginErasure,
  compareItems,
  endErasure,
  getOpenErasure,
  type OpenErasure,
  removeItem,
  replaceItem,
} from "../../store/erasures.ts";
import { type Item, withoutKeys } from "../../store/read.ts";
import { retryOnConflict } from "../../store/retry-on-conflict.ts";
import { type Asked, type Eraser, eraserOf } from "./erasable.ts";

/** `changes`: kind of item → how many are changed or removed. `mentions`: items that name the person in words. */
export type ErasurePlan = {
  changes: Map<string, number>;
  blockers: string[];
  mentions: string[];
  open: OpenErasure | null;
  isFound: boolean;
};

const PREVIEW = { mark: `${MARK_PREFIX}preview-00`, at: new Date(0).toISOString() };

/** Returns what an erasure would change, and changes nothing. */
export async function planErasure(asked: Asked): Promise<ErasurePlan> {
  return plan(asked, eraserOf(asked));
}

async function plan(asked: Asked, eraser: Eraser): Promise<ErasurePlan> {
  const open = await getOpenErasure(asked);
  const planned: ErasurePlan = {
    changes: new Map(),
    blockers: [],
    mentions: [],
    open,
    isFound: open !== null,
  };
  for (const name of open?.names ?? []) eraser.names.add(name);
  for await (const { items } of eraser.partitions())
    for (const item of items) {
      if (eraser.isFound(item)) planned.isFound = true;
      const blocker = eraser.blocks(item);
      if (blocker !== null) planned.blockers.push(blocker);
      count(planned.changes, item, eraser.rewrite(item, open ?? PREVIEW));
    }
  if (eraser.isMentioned) planned.mentions.push(...(await listMentions(eraser)));
  return planned;
}

/** All items are read again: only now it is known what the person is called. */
async function listMentions({ partitions, rewrite, isMentioned }: Eraser): Promise<string[]> {
  const mentions: string[] = [];
  for await (const { items } of partitions())
    for (const item of items) {
      const left = rewrite(item, PREVIEW);
      if (left && isMentioned?.(left)) mentions.push(nameOf(item));
    }
  return mentions;
}

const nameOf = ({ pk, sk }: Item) => `${String(pk)} ${String(sk)}`;
const isChanged = (before: Item, after: Item | null) =>
  after === null || compareItems(before, after).length > 0;

function count(changes: Map<string, number>, before: Item, after: Item | null): void {
  if (!isChanged(before, after)) return;
  const [kind = ""] = String(before["pk"]).split("#");
  changes.set(kind, (changes.get(kind) ?? 0) + 1);
}

type Order = { actor: Actor; reason: string; context: TaskContext };

/** Readings of all that may be concerned. Two are enough, unless others write at the same time. */
const MOST_PASSES = 20;

/** `mark`: what stands in place of the data; null: nothing was changed, because something must end first. */
type Erased = ErasurePlan & { mark: string | null };

/** Does what `planErasure` returns. Nothing is begun if there is nothing to do. */
export async function erase(asked: Asked, order: Order): Promise<Erased> {
  const eraser = eraserOf(asked);
  const planned = await plan(asked, eraser);
  const isIdle = planned.changes.size === 0 && !planned.open;
  if (isIdle || planned.blockers.length > 0) return { ...planned, mark: null };
  const { mark } = planned.open ?? (await begin(asked, eraser, order));
  for (let pass = 1; pass <= MOST_PASSES; pass++) {
    const open = await getOpenErasure(asked);
    if (open?.mark !== mark) return { ...planned, mark };
    const { changed, entries } = await runPass(asked, eraser, open);
    if (!changed && (await end(asked, open, entries, order))) return { ...planned, mark };
  }
  throw new ServiceError("unavailable", "Others keep writing what is erased: run it again later.");
}

/** Changes what is still to be changed. Returns whether anything was, and the audit entries that hold the mark. */
async function runPass(asked: Asked, eraser: Eraser, open: OpenErasure) {
  const marked: MarkedEntries = new Map();
  let changed = false;
  for await (const { items } of eraser.partitions())
    for (const item of items) {
      collectMarks(marked, withoutKeys(item));
      const left = eraser.rewrite(item, open);
      if (!isChanged(item, left)) continue;
      // What somebody else changed first is read again in the next pass.
      changed = true;
      if (left === null) await removeItem(item);
      else await replaceItem(asked, open.mark, item, left);
    }
  return { changed, entries: marked.get(open.mark) ?? [] };
}

/** Records that the erasure begins, before anything is changed: an entry without a part is always told of. */
async function begin(asked: Asked, { names }: Eraser, order: Order): Promise<OpenErasure> {
  const mark = `${MARK_PREFIX}${order.context.newId("salt")}`;
  const at = order.context.now.toISOString();
  const open = { mark, at, reason: order.reason, names: [...names], writes: 0 };
  const record = { mark, entries: null, digest: null };
  return retryOnConflict(async () => {
    const change = await appendRecord("erasure.begun", asked, record, order);
    const begun = await getOpenErasure(asked);
    if (!begun) await beginErasure(asked, open, change);
    return begun ?? open;
  }, CHAIN_MOVED);
}

/** Returns whether it is done; false: another run has changed something since this one has read it. */
async function end(asked: Asked, open: OpenErasure, entries: string[], order: Order): Promise<boolean> {
  const record = { mark: open.mark, entries: entries.length, digest: digestOfEntries(entries) };
  return retryOnConflict(async () => {
    const change = await appendRecord("erasure.done", asked, record, { ...order, reason: open.reason });
    const now = await getOpenErasure(asked);
    if (now?.writes !== open.writes) return false;
    await endErasure(asked, open, change);
    return true;
  }, CHAIN_MOVED);
}

type Facts = Pick<ErasureRecord, "mark" | "entries" | "digest">;

async function appendRecord(
  action: "erasure.begun" | "erasure.done",
  { what, target }: Asked,
  facts: Facts,
  { actor, reason, context }: Order,
) {
  const head = await getKillSwitchChainHead();
  const act = toAct({ ...context, actor });
  const erasure: ErasureRecord = { ...facts, what, target: what === "person" ? null : target };
  const at = latestTime(act.at, head.auditAt);
  return appendControlChange(head, { action, scope: null, reason, erasure }, { ...act, at });
}

/** Another change of the controls was appended first, or another run of the same erasure began or ended it. */
const CHAIN_MOVED = {
  tries: 10,
  isConflict: () => true,
  giveUp: (cause: unknown) =>
    new ServiceError("unavailable", "The controls keep changing: run it again later.", { cause }),
};
