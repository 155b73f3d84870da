// Counts what an operation asks of AWS: requests by kind, and what DynamoDB charges for them by its published rules.
import { AsyncLocalStorage } from "node:async_hooks";
import * as z from "zod";
import type { Counts } from "../../infra/tools/cost/counts.ts";
import { INDEXES, type IndexName } from "../../shared/contract/table.ts";
import { aroundSdkCalls, type SdkCall } from "./sdk-calls.ts";
import {
  bytesOf,
  chargedFor,
  INDEX_NAMES,
  indexEntry,
  isRead,
  kilobytes,
  storedItem,
  writesOf,
} from "./write-units.ts";

const Items = z.array(z.record(z.string(), z.unknown()));
type Item = z.infer<typeof Items>[number];

/** `Counts` that go on. */
type Counting = { -readonly [K in keyof Counts]: Counts[K] } & {
  requests: Record<string, number>;
  transactions: number[];
};

/** The meter's own reads are not counted. */
const own = new AsyncLocalStorage<true>();
export const unseen = <T>(work: () => Promise<T>) => own.run(true, work);

export async function meter(work: () => Promise<unknown>): Promise<Counts> {
  const counts: Counting = {
    ...{ requests: {}, transactions: [], events: 0 },
    ...{ readUnits: 0, writeUnits: 0, indexWriteUnits: 0 },
  };
  const stop = aroundSdkCalls((call, send) => (own.getStore() ? send() : count(call, send, counts)));
  await work().finally(stop);
  counts.transactions.sort((a, b) => b - a);
  return counts;
}

async function count(call: SdkCall, send: () => Promise<unknown>, counts: Counting): Promise<unknown> {
  const { name, input } = call;
  if (name === "TransactWriteItems") counts.transactions.push(writesOf(input).length);
  else counts.requests[name] = (counts.requests[name] ?? 0) + 1;
  if (name === "PutEvents") counts.events += z.array(z.unknown()).parse(input["Entries"]).length;
  if (input["TableName"] === undefined && !/^(Batch|Transact)/.test(name)) return send();
  if (isRead(input)) return send().then((answer) => addRead(call, Object(answer), counts));
  // Not `+= await`: that adds to what the sum was before, and loses what calls under way have added meanwhile.
  const charged = await unseen(() => chargedFor(input));
  counts.writeUnits += charged;
  const keys = writesOf(input).map(({ Item, Key }) => Key ?? keyOf(Item ?? {}));
  const before = await itemsAt(keys);
  const answer = await send();
  const after = await itemsAt(keys);
  counts.indexWriteUnits += keys.reduce((sum, _, at) => sum + indexWrites(before[at], after[at]), 0);
  return answer;
}

const keyOf = ({ pk, sk }: Item) => ({ pk, sk });
const itemsAt = (keys: readonly Item[]) => unseen(() => Promise.all(keys.map((key) => storedItem(key))));

/** Half a unit for each 4 KB that are read, one if the read is consistent; a batch is charged item by item. */
function addRead({ name, input }: SdkCall, answer: Record<string, unknown>, counts: Counting): unknown {
  const consistent = JSON.stringify(input).includes('"ConsistentRead":true');
  const one = Items.parse(answer["Item"] === undefined ? [] : [answer["Item"]]);
  const batch = Items.parse(Object.values(Object(answer["Responses"])).flat());
  const many = Items.parse(answer["Items"] ?? []);
  const sizes = name === "BatchGetItem" ? batch.map(bytesOf) : [total([...one, ...many])];
  const blocks = sizes.reduce((sum, bytes) => sum + Math.max(1, Math.ceil(bytes / 4096)), 0);
  counts.readUnits += consistent ? blocks : blocks / 2;
  return answer;
}

const total = (items: readonly Item[]) => items.reduce((sum, item) => sum + bytesOf(item), 0);

/** Each entry of an index that appears, changes or goes is a write; one whose key changes is two. */
function indexWrites(before: Item = {}, after: Item = {}): number {
  return INDEX_NAMES.reduce((sum, name) => {
    const [old, now] = [before, after].map((item) => indexEntry(item, name));
    if (JSON.stringify(old) === JSON.stringify(now)) return sum;
    const units = Math.max(...[old, now].map((entry) => (entry ? kilobytes(bytesOf(entry)) : 0)));
    return sum + units * (old && now && hasMoved(old, now, INDEXES[name]) ? 2 : 1);
  }, 0);
}

const hasMoved = (old: Item, now: Item, { partitionKey, sortKey }: (typeof INDEXES)[IndexName]) =>
  old[partitionKey] !== now[partitionKey] || old[sortKey] !== now[sortKey];
