// What each kind of erasure is about: the items that it reads, what it leaves of each, and what must end before it.
import { auditPartition, KEYS } from "../../contract/table.ts";
import { collectNames, mentions, type Person } from "../../domain/erase-person.ts";
import type { Erasable } from "../../domain/erasure.ts";
import { Execution } from "../../domain/executions/execution.ts";
import { mayNeedReconciliation } from "../../domain/executions/execution-changes.ts";
import { isContainer, parseJson } from "../../domain/json.ts";
import {
  type Mark,
  withoutIncidentContent,
  withoutPerson,
  withoutRunContent,
} from "../../store/erased-items.ts";
import { type Partition, queryItems, scanPartitions } from "../../store/partitions.ts";
import { type Item, parseItem } from "../../store/read.ts";

export type Asked = { what: Erasable; target: string };

/**
 * `isFound`: whether an item is the thing itself; a person needs none. `blocks`: why it cannot be erased now, in words.
 * `isMentioned`: whether what is left of an item still names it in words; null: not asked.
 * `rewrite`: what is left of an item; null: nothing. `names`: what a person is called, as far as items were read.
 */
export type Eraser = {
  partitions: () => AsyncGenerator<Partition>;
  isFound: (item: Item) => boolean;
  blocks: (item: Item) => string | null;
  rewrite: (item: Item, as: Mark) => Item | null;
  isMentioned: ((item: Item) => boolean) | null;
  names: Set<string>;
};

export function eraserOf({ what, target }: Asked): Eraser {
  return ERASERS[what](target);
}

const ERASERS: Readonly<Record<Erasable, (target: string) => Eraser>> = {
  person: eraserOfPerson,
  execution: eraserOfExecution,
  executions: eraserOfOldExecutions,
  incident: eraserOfIncident,
};

function eraserOfPerson(subject: string): Eraser {
  const names = new Set<string>();
  const person = (mark: string): Person => ({ subject, mark, names });
  return {
    names,
    partitions: scanPartitions,
    isFound: (item) => {
      collectNames(item, subject, names);
      return JSON.stringify(item).includes(JSON.stringify(subject));
    },
    blocks: (item) => (isExecution(item) && item["executedBy"] === subject ? blockerOf(item) : null),
    rewrite: (item, { mark }) => (isOpenErasure(item) ? item : withoutPerson(item, person(mark))),
    isMentioned: (item) => !isOpenErasure(item) && mentions(JSON.stringify(item), { subject, names }),
  };
}

const isOpenErasure = ({ pk }: Item) => String(pk).startsWith("erasure#");
const isExecution = ({ pk, sk }: Item) =>
  String(pk).startsWith("execution#") && sk === KEYS.execution("any").sk;

/** Whoever ran it is asked by rules until then: to cancel it, and to close its break-glass. */
function blockerOf(item: Item): string | null {
  const execution = parseItem(Execution, item);
  const { id, status, breakGlass } = execution;
  if (mayNeedReconciliation(execution))
    return `The execution ${id} is ${status}, or its last call may be under way: wait until it has ended, or cancel it.`;
  return breakGlass?.closedAt === null
    ? `The break-glass of the execution ${id} is open: another admin must close it first.`
    : null;
}

/** The partitions of a run. */
function runPartitions(id: string): string[] {
  const { pk } = KEYS.execution(id);
  return [pk, auditPartition(pk), KEYS.callbackMasks(id, 1).pk];
}

function eraserOfExecution(id: string): Eraser {
  return {
    names: new Set(),
    partitions: () => readPartitions(runPartitions(id)),
    isFound: isExecution,
    blocks: (item) => (isExecution(item) ? blockerOf(item) : null),
    rewrite: withoutRunContent,
    isMentioned: null,
  };
}

async function* readPartitions(pks: readonly string[]): AsyncGenerator<Partition> {
  for (const pk of pks) {
    const items: Item[] = [];
    for await (const item of queryItems(pk)) items.push(item);
    yield { pk, items };
  }
}

/** Of all runs that ended before this day. What is open is left: a call under way, a broken glass. */
function eraserOfOldExecutions(day: string): Eraser {
  const isOld = (item: Item) =>
    isExecution(item) && String(item["completedAt"] ?? "~") < day && blockerOf(item) === null;
  return {
    names: new Set(),
    partitions: () => partitionsOfRuns(isOld),
    isFound: isOld,
    blocks: () => null,
    rewrite: withoutRunContent,
    isMentioned: null,
  };
}

/** With all runs for it, which hold copies of it, and with its events in the log. */
function eraserOfIncident(id: string): Eraser {
  const { pk: own } = KEYS.incident(id);
  return {
    names: new Set(),
    partitions: () =>
      partitionsOfRuns(
        (item) => isExecution(item) && item["incidentId"] === id,
        (item) => item["pk"] === own || isEventOf(item, id),
      ),
    isFound: ({ pk }) => pk === own,
    blocks: (item) => {
      if (isExecution(item)) return blockerOf(item);
      return item["pk"] === own && item["ended"] !== true
        ? `The incident ${id} is not resolved: its system will report it again. Resolve it there first.`
        : null;
    },
    rewrite: (item, as) => {
      if (item["pk"] === own) return withoutIncidentContent(item, as);
      return isEventOf(item, id) ? null : withoutRunContent(item, as);
    },
    isMentioned: null,
  };
}

/**
 * All partitions of these runs, and other items. Reads the whole table twice: what belongs to a run does not say of which
 * it is.
 */
async function* partitionsOfRuns(
  isWanted: (item: Item) => boolean,
  isToo: (item: Item) => boolean = () => false,
): AsyncGenerator<Partition> {
  const wanted = new Set<string>();
  for await (const { items } of scanPartitions())
    for (const item of items.filter(isWanted))
      for (const pk of runPartitions(parseItem(Execution, item).id)) wanted.add(pk);
  for await (const { pk, items } of scanPartitions()) {
    const concerned = wanted.has(pk) ? items : items.filter(isToo);
    if (concerned.length > 0) yield { pk, items: concerned };
  }
}

const [EVENTS] = KEYS.incidentEvent("team", "day", "time", "id").pk.split("#");

function isEventOf({ pk, event }: Item, id: string): boolean {
  if (!String(pk).startsWith(`${EVENTS}#`) || typeof event !== "string") return false;
  const { detail }: { detail?: unknown } = Object(parseJson(event));
  const { incident }: { incident?: unknown } = Object(detail);
  return isContainer(incident) && Object(incident)["id"] === id;
}
