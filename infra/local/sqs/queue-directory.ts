// Which queues there are: the contract's, which nobody changes, and those created over the wire, which the state keeps.
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

/** `contract`: the attributes of each of its queues. */
export function openQueueDirectory(state: State, contract: Readonly<Record<string, AttributesInput>>) {
  state.exec(
    "CREATE TABLE IF NOT EXISTS queues (name TEXT PRIMARY KEY, attributes TEXT NOT NULL) WITHOUT ROWID",
  );
  const replace = state.prepare("INSERT OR REPLACE INTO queues VALUES (?, ?)");
  const erase = state.prepare("DELETE FROM queues WHERE name = ?");
  const known = new Map<string, Queue>();
  const register = (name: string, given: AttributesInput, ofContract: boolean) =>
    void known.set(name, { given, settings: parseSettings(given), ofContract });

  for (const row of state.prepare("SELECT * FROM queues").all()) {
    const { name, attributes } = Row.parse(row);
    register(name, attributes, false);
  }
  for (const [name, given] of Object.entries(contract)) register(name, given, true);

  const put = (name: string, given: AttributesInput) => {
    register(name, given, false);
    replace.run(name, JSON.stringify(given));
  };
  const requireChangeable = (name: string): Queue => {
    const queue = requireQueue(known.get(name));
    if (!queue.ofContract) return queue;
    throw new AwsError(
      "com.amazonaws.sqs#UnsupportedOperation",
      `Queue ${name} is the service's own (shared/contract/events.ts): it cannot be changed here.`,
    );
  };
  return {
    has: (name: string): boolean => known.has(name),
    names: (): string[] => [...known.keys()].sort(),
    /** The name of the queue of a URL or an ARN, if it is there. */
    at(urlOrArn: string): string {
      const name = queueName(urlOrArn);
      requireQueue(known.get(name));
      return name;
    },
    settings: (name: string): QueueSettings => requireQueue(known.get(name)).settings,
    /** Again with the same attributes, it changes nothing. */
    create(name: string, given: AttributesInput): void {
      const before = known.get(name);
      if (before === undefined) {
        put(name, given);
        return;
      }
      const settings = new Map(Object.entries(before.settings));
      const asked = Object.entries(parseSettings(given)).filter(([attribute]) => attribute in given);
      if (asked.every(([attribute, value]) => isDeepStrictEqual(value, settings.get(attribute)))) return;
      throw new AwsError(
        "com.amazonaws.sqs#QueueNameExists",
        "A queue already exists with the same name and a different value for an attribute.",
      );
    },
    /** An empty text takes a policy away. */
    set(name: string, given: AttributesInput): void {
      const all = { ...requireChangeable(name).given, ...given };
      put(name, Object.fromEntries(Object.entries(all).filter(([, value]) => value !== "")));
    },
    /** `forget` is called in the same transaction. */
    remove(name: string, forget: () => void): void {
      requireChangeable(name);
      runInTransaction(state, () => {
        erase.run(name);
        forget();
      });
      known.delete(name);
    },
  };
}

/** What a queue's URL or ARN ends with. */
export const queueName = (urlOrArn: string) => /[^/:]*$/.exec(urlOrArn)?.[0] ?? "";

function requireQueue(queue: Queue | undefined): Queue {
  if (queue !== undefined) return queue;
  throw new AwsError("com.amazonaws.sqs#QueueDoesNotExist", "The specified queue does not exist.");
}
