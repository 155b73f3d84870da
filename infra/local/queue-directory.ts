// Which queues there are: the contract's, which nobody changes, and those created over the wire, which the state keeps.
import { isDeepStrictEqual } from "node:util";
import * as z from "zod";
import { ServiceError } from "./errors.ts";
import { type GivenAttributes, type QueueSettings, settingsFrom } from "./queue-attributes.ts";
import { inTransaction, type State } from "./state.ts";

const Row = z.object({
  name: z.string(),
  attributes: z
    .string()
    .transform((text) => JSON.parse(text))
    .pipe(z.record(z.string(), z.string())),
});
type Queue = { given: GivenAttributes; settings: QueueSettings; ofContract: boolean };

export type QueueDirectory = ReturnType<typeof openQueueDirectory>;

/** `contract`: the attributes of each of its queues. */
export function openQueueDirectory(state: State, contract: Readonly<Record<string, GivenAttributes>>) {
  state.exec(
    "CREATE TABLE IF NOT EXISTS queues (name TEXT PRIMARY KEY, attributes TEXT NOT NULL) WITHOUT ROWID",
  );
  const replace = state.prepare("INSERT OR REPLACE INTO queues VALUES (?, ?)");
  const erase = state.prepare("DELETE FROM queues WHERE name = ?");
  const known = new Map<string, Queue>();
  const keep = (name: string, given: GivenAttributes, ofContract: boolean) =>
    void known.set(name, { given, settings: settingsFrom(given), ofContract });

  for (const row of state.prepare("SELECT * FROM queues").all()) {
    const { name, attributes } = Row.parse(row);
    keep(name, attributes, false);
  }
  for (const [name, given] of Object.entries(contract)) keep(name, given, true);

  const put = (name: string, given: GivenAttributes) => {
    keep(name, given, false);
    replace.run(name, JSON.stringify(given));
  };
  const changeable = (name: string): Queue => {
    const queue = existing(known.get(name));
    if (!queue.ofContract) return queue;
    throw new ServiceError(
      "com.amazonaws.sqs#UnsupportedOperation",
      `Queue ${name} is the service's own (shared/contract/events.ts): it cannot be changed here.`,
    );
  };
  return {
    has: (name: string): boolean => known.has(name),
    names: (): string[] => [...known.keys()].sort(),
    /** The name of the queue of a URL or an ARN, if it is there. */
    at(place: string): string {
      const name = queueName(place);
      existing(known.get(name));
      return name;
    },
    settings: (name: string): QueueSettings => existing(known.get(name)).settings,
    /** Again with the same attributes, it changes nothing. */
    create(name: string, given: GivenAttributes): void {
      const before = known.get(name);
      if (before === undefined) {
        put(name, given);
        return;
      }
      const settings = new Map(Object.entries(before.settings));
      const asked = Object.entries(settingsFrom(given)).filter(([attribute]) => attribute in given);
      if (asked.every(([attribute, value]) => isDeepStrictEqual(value, settings.get(attribute)))) return;
      throw new ServiceError(
        "com.amazonaws.sqs#QueueNameExists",
        "A queue already exists with the same name and a different value for an attribute.",
      );
    },
    /** An empty text takes a policy away. */
    set(name: string, given: GivenAttributes): void {
      const all = { ...changeable(name).given, ...given };
      put(name, Object.fromEntries(Object.entries(all).filter(([, value]) => value !== "")));
    },
    /** `forget` is called in the same transaction. */
    remove(name: string, forget: () => void): void {
      changeable(name);
      inTransaction(state, () => {
        erase.run(name);
        forget();
      });
      known.delete(name);
    },
  };
}

/** What a queue's URL or ARN ends with. */
export const queueName = (place: string) => /[^/:]*$/.exec(place)?.[0] ?? "";

function existing(queue: Queue | undefined): Queue {
  if (queue !== undefined) return queue;
  throw new ServiceError("com.amazonaws.sqs#QueueDoesNotExist", "The specified queue does not exist.");
}
