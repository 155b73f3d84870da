// A table in memory that keeps every write sent to it, and lets somebody else act, or a failure happen, before one is judged.
import {
  GetCommand,
  PutCommand,
  ScanCommand,
  TransactWriteCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import type { Key } from "../../shared/contract/table.ts";
import { fromStored } from "../../shared/store/stored-form.ts";
import type { Attributes } from "./expressions.ts";
import { MemoryTable } from "./memory-table.ts";
import { beginWorld, ENVIRONMENT } from "./small-world.ts";

/** A function that it comes to is called once the write has been judged. */
type Act = () => Promise<unknown> | undefined;
type Sent = { write: boolean; input: object };

let memory = new MemoryTable();
let acts: (Act | null)[] = [];
let failures: { write: boolean; error: Error }[] = [];
let sent: Sent[] = [];

const isWrite = (command: object) =>
  command instanceof PutCommand ||
  command instanceof UpdateCommand ||
  command instanceof TransactWriteCommand;

/** An empty table for the next promise, and nothing recorded. */
export function freshTable(variables: Record<string, string> = {}): void {
  memory = new MemoryTable();
  acts = [];
  failures = [];
  sent = [];
  Object.assign(process.env, ENVIRONMENT, { RATE_LIMIT_STARTS_PER_MINUTE: "0" }, variables);
  beginWorld(answer);
}

async function answer(command: object): Promise<object> {
  const write = isWrite(command);
  const after = write ? await acts.shift()?.() : undefined;
  try {
    return await judged(command, write);
  } finally {
    if (typeof after === "function") await after();
  }
}

async function judged(command: object, write: boolean): Promise<object> {
  const failure = failures[0];
  if (failure && failure.write === write) {
    failures.shift();
    throw failure.error;
  }
  const result = await memory.send(command);
  sent.push({ write, input: "input" in command ? Object(command.input) : {} });
  return result;
}

/** Before each of the next writes is judged, one of these happens; null: nothing does. */
export function beforeWrites(...next: (Act | null)[]): void {
  acts = next;
}

/** The next writes, or reads, fail like this, one after the other. */
export function failNext(kind: "writes" | "reads", ...errors: Error[]): void {
  failures = errors.map((error) => ({ write: kind === "writes", error }));
}

/** What was sent before this is of no interest. */
export function forget(): void {
  sent = [];
}

/** What was sent since: transactions as lists, without table name and token. */
export function sentSince(): unknown[] {
  return sent.map(({ input }) => bare(input));
}

/** Of what was sent since, the writes. */
export function writes(): unknown[] {
  return sent.filter(({ write }) => write).map(({ input }) => bare(input));
}

function bare(input: object): unknown {
  const { TransactItems } = Object(input);
  if (TransactItems) return TransactItems.map(bareItem);
  return without(input);
}

const bareItem = (item: object) =>
  Object.fromEntries(Object.entries(item).map(([kind, request]) => [kind, without(Object(request))]));

const without = (input: object) =>
  Object.fromEntries(
    Object.entries(input)
      .filter(([name, value]) => name !== "TableName" && value !== undefined)
      .map(([name, value]) => [name, name === "Item" ? fromStored(value) : value]),
  );

/** The item as it is read. */
export async function itemAt(key: Key): Promise<Attributes | null> {
  const { Item } = Object(await memory.send(new GetCommand({ TableName: "memory", Key: key })));
  return Item ? fromStored(Item) : null;
}

/** Every item as it is read, by its key. */
export async function everything(): Promise<Attributes[]> {
  const { Items } = Object(await memory.send(new ScanCommand({ TableName: "memory" })));
  return Items.map(fromStored);
}

/** Changes an item behind everybody's back; undefined takes an attribute away. */
export async function alter(key: Key, changes: Attributes): Promise<void> {
  const Item = { ...((await itemAt(key)) ?? key), ...changes };
  await memory.send(new PutCommand({ TableName: "memory", Item }));
}
