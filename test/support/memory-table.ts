// A table in memory that answers the store's commands as DynamoDB does; test/model holds the two against each other.
import { ConditionalCheckFailedException, TransactionCanceledException } from "@aws-sdk/client-dynamodb";
import {
  BatchGetCommand,
  type BatchGetCommandInput,
  GetCommand,
  type GetCommandInput,
  PutCommand,
  type PutCommandInput,
  QueryCommand,
  type QueryCommandInput,
  ScanCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
  UpdateCommand,
  type UpdateCommandInput,
} from "@aws-sdk/lib-dynamodb";
import { INDEXES, type IndexName } from "../../shared/contract/table.ts";
import { type Attributes, holds, updated } from "./expressions.ts";

type Item = Attributes;
type Conditioned = {
  ConditionExpression?: string | undefined;
  ExpressionAttributeNames?: Record<string, string> | undefined;
  ExpressionAttributeValues?: Record<string, unknown> | undefined;
};
const PRIMARY = { partitionKey: "pk", sortKey: "sk" } as const;
type TransactItem = NonNullable<TransactWriteCommandInput["TransactItems"]>[number];
const $metadata = {};
const COMMANDS = [
  BatchGetCommand,
  GetCommand,
  PutCommand,
  UpdateCommand,
  QueryCommand,
  TransactWriteCommand,
  ScanCommand,
];

export class MemoryTable {
  readonly #items = new Map<string, Item>();
  readonly #tokens = new Set<string>();

  static knows(command: object): boolean {
    return COMMANDS.some((known) => command instanceof known);
  }

  /** As the document client's. */
  async send(command: object): Promise<object> {
    if (command instanceof GetCommand) return this.#get(command.input);
    if (command instanceof BatchGetCommand) return this.#batchGet(command.input);
    if (command instanceof PutCommand) return this.#put(command.input);
    if (command instanceof UpdateCommand) return this.#update(command.input);
    if (command instanceof QueryCommand) return this.#query(command.input);
    if (command instanceof TransactWriteCommand) return this.#transact(command.input);
    if (command instanceof ScanCommand) return { Items: this.#sorted().map(clone) };
    throw new Error(`${command.constructor.name} is not known`);
  }

  #at(key: Attributes | undefined): Item | undefined {
    return this.#items.get(addressOf(key));
  }

  #get({ Key }: GetCommandInput) {
    const item = this.#at(Key);
    return item ? { Item: clone(item) } : {};
  }

  #batchGet({ RequestItems = {} }: BatchGetCommandInput) {
    const found = Object.entries(RequestItems).map(([name, { Keys = [] }]) => {
      const items = Keys.map((key) => this.#at(key)).filter((item) => item !== undefined);
      return [name, items.map(clone)] as const;
    });
    return { Responses: Object.fromEntries(found), UnprocessedKeys: {} };
  }

  #put(input: PutCommandInput) {
    this.#check(this.#at(input.Item), input);
    this.#write(input.Item ?? {});
    return {};
  }

  #update(input: UpdateCommandInput) {
    const item = this.#at(input.Key);
    this.#check(item, input);
    this.#write(this.#after(input.UpdateExpression ?? "", input.Key ?? {}, input));
    return input.ReturnValues === "ALL_OLD" && item ? { Attributes: clone(item) } : {};
  }

  #check(item: Item | undefined, conditioned: Conditioned): void {
    if (meets(item, conditioned)) return;
    throw new ConditionalCheckFailedException({ message: "The conditional request failed", $metadata });
  }

  #after(
    expression: string,
    key: Attributes,
    { ExpressionAttributeNames, ExpressionAttributeValues }: Conditioned,
  ) {
    const before = this.#at(key) ?? key;
    return updated(expression, before, ExpressionAttributeNames, ExpressionAttributeValues);
  }

  #write(item: Item): void {
    this.#items.set(addressOf(item), clone(item));
  }

  /** All conditions are judged on the state before; the same token again has been done. */
  #transact({ TransactItems = [], ClientRequestToken = "" }: TransactWriteCommandInput) {
    if (this.#tokens.has(ClientRequestToken)) return {};
    const met = TransactItems.map((item) => meets(this.#at(keyOf(item)), conditionOf(item)));
    if (met.includes(false)) {
      const reasons = met.map((ok) => ({ Code: ok ? "None" : "ConditionalCheckFailed" }));
      throw new TransactionCanceledException({
        message: "cancelled",
        $metadata,
        CancellationReasons: reasons,
      });
    }
    this.#tokens.add(ClientRequestToken);
    for (const { Put, Update, Delete } of TransactItems) {
      if (Put) this.#write(Put.Item ?? {});
      if (Update) this.#write(this.#after(Update.UpdateExpression ?? "", Update.Key ?? {}, Update));
      if (Delete) this.#items.delete(addressOf(Delete.Key));
    }
    return {};
  }

  #query(input: QueryCommandInput) {
    const index = input.IndexName ? INDEXES[input.IndexName as IndexName] : PRIMARY;
    const { KeyConditionExpression = "", ExpressionAttributeNames, ExpressionAttributeValues } = input;
    const found = [...this.#items.values()]
      .filter((item) => item[index.partitionKey] !== undefined && item[index.sortKey] !== undefined)
      .filter((item) =>
        holds(KeyConditionExpression, item, ExpressionAttributeNames, ExpressionAttributeValues),
      )
      .sort(by(index.sortKey));
    const ordered = input.ScanIndexForward === false ? found.reverse() : found;
    const page = ordered.slice(0, input.Limit ?? ordered.length);
    const more = page.length === input.Limit ? { LastEvaluatedKey: { at: addressOf(page.at(-1)) } } : {};
    const keys = ["pk", "sk", index.partitionKey, index.sortKey];
    const shown = (item: Item) => (index === PRIMARY ? item : only(keys, item));
    const fields = input.ProjectionExpression?.split(", ").map(
      (name) => ExpressionAttributeNames?.[name] ?? name,
    );
    const chosen = (item: Item) => (fields ? only(fields, item) : item);
    return { Items: page.map((item) => clone(chosen(shown(item)))), ...more };
  }

  #sorted(): Item[] {
    return [...this.#items.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);
  }
}

function meets(item: Item | undefined, conditioned: Conditioned): boolean {
  const { ConditionExpression, ExpressionAttributeNames, ExpressionAttributeValues } = conditioned;
  if (ConditionExpression === undefined) return true;
  return holds(ConditionExpression, item, ExpressionAttributeNames, ExpressionAttributeValues);
}

const keyOf = ({ Put, Update, Delete, ConditionCheck }: TransactItem) =>
  Put?.Item ?? Update?.Key ?? Delete?.Key ?? ConditionCheck?.Key;
const conditionOf = ({ Put, Update, Delete, ConditionCheck }: TransactItem): Conditioned =>
  Put ?? Update ?? Delete ?? ConditionCheck ?? {};
const only = (names: readonly string[], item: Item) =>
  Object.fromEntries(Object.entries(item).filter(([name]) => names.includes(name)));
const addressOf = (key: Attributes | undefined) => `${String(key?.["pk"])}\n${String(key?.["sk"])}`;
const by = (name: string) => (a: Item, b: Item) => (String(a[name]) < String(b[name]) ? -1 : 1);

/** What crosses the wire: a copy, without what is undefined. */
function clone(item: Item): Item {
  const known = Object.entries(item).filter(([, value]) => value !== undefined);
  return Object.fromEntries(known.map(([name, value]) => [name, copied(value)]));
}

/** As `structuredClone` for what an item can hold, in a third of its time. */
function copied(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(copied);
  if (value instanceof Set) return new Set(value);
  if (value instanceof Uint8Array) return value.slice();
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, copied(member)]));
}
