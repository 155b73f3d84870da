// Stands before DynamoDB Local, and answers queries of indexes from a copy of the table that follows it with a delay.
import { Agent, createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import {
  type AttributeValue,
  BatchGetItemCommand,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
} from "@aws-sdk/client-dynamodb";
import * as z from "zod";
import { ensureTable } from "../../infra/local/dynamodb/table.ts";
import { forward, send } from "./fault-proxy.ts";
import { repeat } from "./repeat.ts";

type Item = Record<string, AttributeValue>;
type Key = { pk?: AttributeValue; sk?: AttributeValue };

export type LaggingIndexes = {
  url: string;
  /** Indexes stand still from now on. */ hold: () => void;
  /** Indexes show everything that was written before, and lag no more. */ catchUp: () => Promise<void>;
  /** Each item comes to the indexes so many milliseconds after it was written; asked for each write. */
  delayMs: () => number;
  /** Queries of indexes so far. */ queries: number;
  /** The longest that an index has been behind, in milliseconds: on a busy machine more than the delay. */
  longestLagMs: () => number;
  /** What the indexes have lost: there is none, or what a test found is worth nothing. */
  failure: () => unknown;
  close: () => Promise<void>;
};

/** `client` reaches DynamoDB Local itself. The copy is made of what is written through the proxy. */
export async function startLaggingIndexes(
  upstream: string,
  client: DynamoDBClient,
  tableName: string,
): Promise<LaggingIndexes> {
  const copy = `${tableName}-lagging`;
  await ensureTable(client, copy, { stream: false });
  const agent = new Agent({ keepAlive: true });
  const follower = new Follower(client, tableName, copy);
  const proxy: LaggingIndexes = {
    url: "",
    hold: () => follower.hold(),
    catchUp: () => follower.catchUp(),
    delayMs: () => 0,
    queries: 0,
    longestLagMs: () => follower.longestLagMs,
    failure: () => follower.failure,
    close: async () => undefined,
  };
  const serve = async (incoming: IncomingMessage, response: ServerResponse) => {
    const body = await readBody(incoming);
    const { operation, ...call } = parseCall(incoming, body);
    const isLagging = call.IndexName !== undefined && call.TableName === tableName;
    if (isLagging) proxy.queries++;
    const sent = isLagging ? Buffer.from(JSON.stringify({ ...call, TableName: copy })) : body;
    const keys = writtenKeys(operation, call, tableName);
    const real = await forward(incoming, sent, upstream, agent).catch(async (error: unknown) => {
      // The write may have been done all the same.
      await follower.note(keys, proxy.delayMs());
      throw error;
    });
    // Before the answer, so that a test knows what an index may have seen.
    if (real.status === 200) await follower.note(keys, proxy.delayMs());
    send(response, real.status, real.body, real.headers);
  };
  const server = createServer((incoming, response) => {
    serve(incoming, response).catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await new Promise((ready) => server.once("listening", ready));
  proxy.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  proxy.close = async () => {
    agent.destroy();
    follower.stop();
    const closed = new Promise((done) => server.close(done));
    server.closeAllConnections();
    await closed;
  };
  return proxy;
}

const Attribute = z.custom<AttributeValue>();
const Keyed = z.looseObject({ pk: Attribute, sk: Attribute });
const Write = z.looseObject({
  TableName: z.string().optional(),
  Item: Keyed.optional(),
  Key: Keyed.optional(),
});
const Call = Write.extend({
  IndexName: z.string().optional(),
  TransactItems: z.array(z.record(z.string(), Write)).optional(),
});
type Call = z.output<typeof Call>;

function parseCall(incoming: IncomingMessage, body: Buffer): Call & { operation: string } {
  const target = String(incoming.headers["x-amz-target"] ?? "");
  const operation = target.slice(target.indexOf(".") + 1);
  return { ...Call.parse(JSON.parse(body.toString() || "{}")), operation };
}

const WRITES = /^(PutItem|UpdateItem|DeleteItem|TransactWriteItems)$/;

/** The keys of the items that a call has written. */
function writtenKeys(operation: string, { TransactItems, ...plain }: Call, tableName: string): Key[] {
  if (!WRITES.test(operation)) return [];
  const parts = TransactItems?.flatMap((part) =>
    Object.entries(part).flatMap(([kind, write]) => (kind === "ConditionCheck" ? [] : [write])),
  ) ?? [plain];
  return parts.flatMap(({ TableName, Item, Key }) => {
    const key = Item ?? Key;
    return TableName === tableName && key ? [{ pk: key.pk, sk: key.sk }] : [];
  });
}

async function readBody(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Each of them is repeated by the SDK, too. */
const MAX_TRIES = 20;

/** `image`: null if the item is not there. `order`: of the reading. */
type Change = { key: Key; image: Item | null; order: number; notedAt: number };

/** Copies items as they were read, each after its delay. An older image never replaces a newer one. */
class Follower {
  private readonly client: DynamoDBClient;
  private readonly table: string;
  private readonly copy: string;
  private readonly applied = new Map<string, number>();
  private readonly waiting = new Set<Change>();
  /** The last write of each item that is under way. Those of one item go one after the other. */
  private readonly writing = new Map<string, Promise<void>>();
  failure: unknown = null;
  longestLagMs = 0;
  private order = 0;
  private isHeld = false;
  private isStopped = false;

  constructor(client: DynamoDBClient, table: string, copy: string) {
    this.client = client;
    this.table = table;
    this.copy = copy;
  }

  hold(): void {
    this.isHeld = true;
  }

  stop(): void {
    this.isStopped = true;
  }

  async catchUp(): Promise<void> {
    this.isHeld = false;
    for (const change of [...this.waiting]) this.apply(change);
    await this.written();
  }

  private async written(): Promise<void> {
    await Promise.all(this.writing.values());
    if (this.failure !== null) throw this.failure;
  }

  /** Reads the items as they are now, and lets the indexes know of them later. */
  async note(keys: readonly Key[], delayMs: number): Promise<void> {
    if (keys.length === 0) return;
    const order = ++this.order;
    const notedAt = performance.now();
    const images = await this.persist(() => this.read(keys));
    for (const key of keys) {
      const change = { key, image: images.get(addressOf(key)) ?? null, order, notedAt };
      this.waiting.add(change);
      if (this.isHeld) continue;
      if (delayMs === 0) this.apply(change);
      else setTimeout(() => this.isHeld || this.apply(change), delayMs).unref();
    }
    if (delayMs === 0) await this.written();
  }

  private async read(keys: readonly Key[]): Promise<Map<string, Item>> {
    const asked = { [this.table]: { Keys: keys.map(toItem), ConsistentRead: true } };
    const { Responses } = await this.client.send(new BatchGetItemCommand({ RequestItems: asked }));
    return new Map((Responses?.[this.table] ?? []).map((item) => [addressOf(item), item]));
  }

  /** An index may lag, but it loses nothing: on a busy machine one call in thousands fails for good. */
  private persist<T>(call: () => Promise<T>): Promise<T> {
    return repeat(call, { times: MAX_TRIES, isPassing: () => !this.isStopped });
  }

  private apply(change: Change): void {
    if (!this.waiting.delete(change) || this.isStopped) return;
    const address = addressOf(change.key);
    if ((this.applied.get(address) ?? 0) > change.order) return;
    this.applied.set(address, change.order);
    const write = async () => {
      // After a stop the table may be gone.
      if (this.isStopped) return;
      await this.persist(() => this.write(change));
      this.longestLagMs = Math.max(this.longestLagMs, performance.now() - change.notedAt);
    };
    const fail = (error: unknown) => {
      this.failure ??= error;
    };
    const done = (this.writing.get(address) ?? Promise.resolve()).then(write).catch(fail);
    this.writing.set(address, done);
    done.finally(() => this.writing.get(address) === done && this.writing.delete(address));
  }

  private async write({ key, image }: Change): Promise<void> {
    const TableName = this.copy;
    if (image) await this.client.send(new PutItemCommand({ TableName, Item: image }));
    else await this.client.send(new DeleteItemCommand({ TableName, Key: toItem(key) }));
  }
}

const toItem = ({ pk, sk }: Key): Item => ({ ...(pk && { pk }), ...(sk && { sk }) });
const addressOf = ({ pk, sk }: Key) => JSON.stringify([pk, sk]);
