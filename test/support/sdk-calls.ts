// Every call of an AWS SDK client in this process, seen before it is sent: recorded, held, or answered locally.
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";

/** `name` is the operation as AWS calls it: `GetItem`, `TransactWriteItems`, `StartExecution`. */
export type SdkCall = {
  name: string;
  input: Readonly<Record<string, unknown>>;
  command: object;
  client: { send: (command: object) => Promise<unknown> };
};
/** Calls `send` to let the call go out; what it returns or throws is what the caller sees. */
type Around = (call: SdkCall, send: () => Promise<unknown>) => Promise<unknown>;

type Command = { constructor: { name: string }; input: Record<string, unknown> };
type Send = (this: SdkCall["client"], command: Command, ...rest: unknown[]) => Promise<unknown>;

/** The document client's names for what the service calls otherwise. */
const NAMES: Record<string, string> = {
  Get: "GetItem",
  Put: "PutItem",
  Update: "UpdateItem",
  Delete: "DeleteItem",
  TransactWrite: "TransactWriteItems",
  TransactGet: "TransactGetItems",
  BatchGet: "BatchGetItem",
  BatchWrite: "BatchWriteItem",
};

/** Puts `around` round all calls, of all clients that there are or will be; returns a function that removes it. */
export function aroundSdkCalls(around: Around): () => void {
  // All clients, the document client too, inherit `send` from one class.
  const client = Object.getPrototypeOf(DynamoDBClient.prototype) as { send: Send };
  const { send } = client;
  client.send = function (command, ...rest) {
    const short = command.constructor.name.replace(/Command$/, "");
    const call = { name: NAMES[short] ?? short, input: command.input, command, client: this };
    return around(call, () => send.call(this, command, ...rest));
  };
  return () => {
    client.send = send;
  };
}

/** `ended`: it had been answered, well or not, when what was recorded ended. */
type RecordedCall = SdkCall & { ended: boolean };

/** The calls of `run`, as of its end. */
export async function recordSdkCalls<T>(
  run: () => Promise<T>,
): Promise<{ result: T; calls: readonly RecordedCall[] }> {
  const recording: RecordedCall[] = [];
  const stop = aroundSdkCalls(async (call, send) => {
    const recorded = { ...call, ended: false };
    recording.push(recorded);
    return send().finally(() => {
      recorded.ended = true;
    });
  });
  try {
    const result = await run();
    return { result, calls: recording.map((call) => ({ ...call })) };
  } finally {
    stop();
  }
}

/** Reads of the table that may show what is no longer so. Indexes can be read in no other way, and decide nothing. */
export const staleReads = (calls: readonly RecordedCall[]): readonly SdkCall[] =>
  calls.filter((call) => {
    const { name, input } = call;
    const ofTable = name === "GetItem" || (name === "Query" && input["IndexName"] === undefined);
    return ofTable && input["ConsistentRead"] !== true;
  });

/** What was still under way when the answer left: on Lambda it may be carried out minutes later, or never. */
export const leftUnderWay = (calls: readonly RecordedCall[]): string[] =>
  calls.filter(({ ended }) => !ended).map(({ name }) => name);
