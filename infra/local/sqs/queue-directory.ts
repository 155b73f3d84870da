// The list of queues: the contract's fixed queues, and queues from CreateQueue, which are stored in the state.
import { isDeepStrictEqual } from "node:util";
import * as z from "zod";
import { AwsError } from "../platform/errors.ts";
import { runInTransaction, type State } from "../platform/state.ts";
import { type AttributesInput, parseSettings, type QueueSettings } from "./queue-attributes.ts";

const Row = z.object({
  name: z.string(),
  attributes: z
    .string()
    .transform((text) => JSON.parse(text))
    .pipe(z.record(z.string(), z.string())),
});
type Queue = { given: AttributesInput; settings: QueueSettings; ofContract: boolean };

export type QueueDirectory = ReturnType<typeof openQueueDirectory>;

/** `contract`: the attributes of each contract queue, by name. */
export function openQueueDirectory(state: State, contract: Readonly<Record<string, AttributesInput>>) {
  const stored = openRows(state);
  const known = new Map(stored.all().map(({ name, attributes }) => [name, toQueue(attributes, false)]));
  for (const [name, given] of Object.entries(contract)) known.set(name, toQueue(given, true));

  const put = (name: string, given: AttributesInput) => {
    known.set(name, toQueue(given, false));
    stored.put(name, given);
  };
  return {
    has: (name: string) => known.has(name),
    names: () => [...known.keys()].sort(),
    /** Returns the queue name of a URL or an ARN, if that queue exists. */
    at(urlOrArn: string): string {
      const name = queueName(urlOrArn);
      requireQueue(known.get(name));
      return name;
    },
    settings: (name: string): QueueSettings => requireQueue(known.get(name)).settings,
    /** Idempotent for equal attributes. */
    create(name: string, given: AttributesInput): void {
      const before = known.get(name);
      if (before === undefined) put(name, given);
      else requireSameAttributes(before, given);
    },
    /** An empty text removes a policy. */
    set(name: string, given: AttributesInput): void {
      put(name, withoutEmpty({ ...requireChangeable(name, known.get(name)).given, ...given }));
    },
    /** Calls `forget` in the same transaction. */
    remove(name: string, forget: () => void): void {
      requireChangeable(name, known.get(name));
      runInTransaction(state, () => {
        stored.erase(name);
        forget();
      });
      known.delete(name);
    },
  };
}

const toQueue = (given: AttributesInput, ofContract: boolean): Queue => ({
  given,
  settings: parseSettings(given),
  ofContract,
});

/** The stored queues, created by CreateQueue. */
function openRows(state: State) {
  state.exec(
    "CREATE TABLE IF NOT EXISTS queues (name TEXT PRIMARY KEY, attributes TEXT NOT NULL) WITHOUT ROWID",
  );
  const all = state.prepare("SELECT * FROM queues");
  const replace = state.prepare("INSERT OR REPLACE INTO queues VALUES (?, ?)");
  const erase = state.prepare("DELETE FROM queues WHERE name = ?");
  return {
    all: () => all.all().map((row) => Row.parse(row)),
    put: (name: string, given: AttributesInput) => void replace.run(name, JSON.stringify(given)),
    erase: (name: string) => void erase.run(name),
  };
}

const withoutEmpty = (attributes: AttributesInput): AttributesInput =>
  Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== ""));

function requireChangeable(name: string, found: Queue | undefined): Queue {
  const queue = requireQueue(found);
  if (!queue.ofContract) return queue;
  throw new AwsError(
    "com.amazonaws.sqs#UnsupportedOperation",
    `Queue ${name} is the service's own (shared/contract/events.ts): it cannot be changed here.`,
  );
}

function requireSameAttributes(before: Queue, given: AttributesInput): void {
  const settings = new Map(Object.entries(before.settings));
  const asked = Object.entries(parseSettings(given)).filter(([attribute]) => attribute in given);
  if (asked.every(([attribute, value]) => isDeepStrictEqual(value, settings.get(attribute)))) return;
  throw new AwsError(
    "com.amazonaws.sqs#QueueNameExists",
    "A queue already exists with the same name and a different value for an attribute.",
  );
}

/** Returns the queue name at the end of a URL or an ARN. */
export const queueName = (urlOrArn: string) => /[^/:]*$/.exec(urlOrArn)?.[0] ?? "";

function requireQueue(queue: Queue | undefined): Queue {
  if (queue !== undefined) return queue;
  throw new AwsError("com.amazonaws.sqs#QueueDoesNotExist", "The specified queue does not exist.");
}
