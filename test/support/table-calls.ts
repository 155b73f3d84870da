// What each function asks of the table while tests call it, in the words of the grants.
import { AsyncLocalStorage } from "node:async_hooks";
import * as z from "zod";
import { TABLE_GRANTS } from "../../infra/aws/grants/table-grants.ts";
import type { LoadHandler } from "../../infra/local/lambda/lambda.ts";
import { LIST_KINDS } from "../../shared/contract/lists.ts";
import { partitionNameOf } from "../../shared/contract/partitions.ts";
import { openTable } from "../../shared/store/client.ts";
import { getApproval, getVersion } from "../../shared/store/versions.ts";

/** One right: an action on a kind of partition, or on an index. */
type TableCall = { action: string; on: string };
type Listener = (functionName: string, call: TableCall) => void;

/** The field of a grant that each action of IAM is granted by. */
const GRANTED_BY = {
  GetItem: "get",
  BatchGetItem: "batch",
  Query: "query",
  PutItem: "put",
  UpdateItem: "update",
  ConditionCheckItem: "check",
} as const;

/** `index by-runbook audit#*`: how a right to one list is written here. */
const rightOn = ({ index, kind }: { index: string; kind: string }) => `index ${index} ${kind}#*`;

/** Whether the function's grant covers a call; what is not in it IAM refuses. */
function isGranted(name: string, { action, on }: TableCall): boolean {
  const grant = TABLE_GRANTS[name] ?? {};
  if (on.startsWith("index ")) return (grant.lists ?? []).some((list) => on === rightOn(LIST_KINDS[list]));
  const field = Object.entries(GRANTED_BY).find(([known]) => known === action)?.[1];
  return field !== undefined && (grant[field] ?? []).some((partition) => partition === on);
}

const running = new AsyncLocalStorage<string>();
const listeners = new Set<Listener>();

/** Everything that functions loaded this way ask of the table is passed to the listeners. */
export function underItsName(load: LoadHandler): LoadHandler {
  return async (path) => {
    const handler = await load(path);
    const name = path.slice(path.lastIndexOf("/") + 1);
    return (event, context) => {
      watchTable();
      // Whoever listens sees what a function reads that remembers nothing.
      if (listeners.size > 0) for (const remembered of [getVersion, getApproval]) remembered.forget();
      return running.run(name, () => handler(event, context));
    };
  };
}

export function onTableCall(listener: Listener): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** What the function's role would be refused is refused here too; listeners only observe. */
function watchTable(): void {
  openTable().documents.middlewareStack.add(
    (next, context) => (args) => {
      const name = running.getStore();
      if (name !== undefined) {
        for (const call of callsOf(String(context.commandName), args.input)) {
          for (const listener of listeners) listener(name, call);
          if (listeners.size === 0 && !isGranted(name, call)) throw denied(name, call);
        }
      }
      return next(args);
    },
    { step: "initialize", name: "watchTable", override: true },
  );
}

function denied(name: string, { action, on }: TableCall): Error {
  const message = `${name} may not ${action} on ${on}: grant it in infra/aws/grants/table-grants.ts, if its code has to`;
  process.stderr.write(`${message}\n`);
  return Object.assign(new Error(message), { name: "AccessDeniedException" });
}

const Keyed = z.looseObject({ pk: z.string() });
const Input = z.looseObject({
  Key: Keyed.optional(),
  Item: Keyed.optional(),
  IndexName: z.string().optional(),
  RequestItems: z.record(z.string(), z.looseObject({ Keys: z.array(Keyed) })).optional(),
  ExpressionAttributeValues: z.record(z.string(), z.unknown()).optional(),
  TransactItems: z
    .array(z.record(z.string(), z.looseObject({ Key: Keyed.optional(), Item: Keyed.optional() })))
    .optional(),
});

/** The action of IAM for a command, and for a part of a transaction. */
const ACTIONS: Record<string, string> = {
  GetItemCommand: "GetItem",
  BatchGetItemCommand: "BatchGetItem",
  QueryCommand: "Query",
  PutItemCommand: "PutItem",
  UpdateItemCommand: "UpdateItem",
  DeleteItemCommand: "DeleteItem",
  ScanCommand: "Scan",
  Put: "PutItem",
  Update: "UpdateItem",
  Delete: "DeleteItem",
  ConditionCheck: "ConditionCheckItem",
};

function callsOf(command: string, given: unknown): TableCall[] {
  const input = Input.parse(given);
  if (input.TransactItems) {
    return input.TransactItems.flatMap((item) =>
      Object.entries(item).map(([kind, { Key, Item }]) => callOn(kind, (Key ?? Item)?.pk)),
    );
  }
  if (input.RequestItems) {
    const keys = Object.values(input.RequestItems).flatMap(({ Keys }) => Keys);
    return keys.map(({ pk }) => callOn(command, pk));
  }
  if (input.IndexName !== undefined) {
    const partition = String(input.ExpressionAttributeValues?.[":p"]);
    const list = Object.values(LIST_KINDS).find(
      ({ index, kind }) => index === input.IndexName && partition.startsWith(`${kind}#`),
    );
    if (!list) throw new Error(`The partition ${partition} belongs to no list of ${input.IndexName}`);
    return [{ action: "Query", on: rightOn(list) }];
  }
  const key = input.Key ?? input.Item;
  return [callOn(command, key?.pk ?? String(input.ExpressionAttributeValues?.[":pk"]))];
}

function callOn(kind: string, pk: string | undefined): TableCall {
  const action = ACTIONS[kind];
  if (!action || pk === undefined) throw new Error(`What ${kind} needs of the table is not known`);
  return { action, on: partitionNameOf(pk) };
}
