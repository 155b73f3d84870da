// Every call of an AWS SDK client in this process, seen before it goes out: recorded, held, answered in another's place.
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";

/** `name` is the operation as AWS calls it: `GetItem`, `TransactWriteItems`, `StartExecution`. */
export type SdkCall = { name: string; input: Readonly<Record<string, unknown>> };
/** Calls `send` to let the call go out; what it returns or throws is what the caller sees. */
export type Around = (call: SdkCall, send: () => Promise<unknown>) => Promise<unknown>;

type Command = { constructor: { name: string }; input: Record<string, unknown> };
type Send = (this: unknown, command: Command, ...rest: unknown[]) => Promise<unknown>;

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

/** Puts `around` round all calls, of all clients that there are or will be; answers how to take it away again. */
export function aroundSdkCalls(around: Around): () => void {
  // All clients, the document client too, inherit `send` from one class.
  const client = Object.getPrototypeOf(DynamoDBClient.prototype) as { send: Send };
  const { send } = client;
  client.send = function (command, ...rest) {
    const short = command.constructor.name.replace(/Command$/, "");
    const call = { name: NAMES[short] ?? short, input: command.input };
    return around(call, () => send.call(this, command, ...rest));
  };
  return () => {
    client.send = send;
  };
}
