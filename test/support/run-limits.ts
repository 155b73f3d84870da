// Invariants of locks and callbacks, recounted over the whole table as it lies there: every violation in words.
import { Execution } from "../../shared/domain/executions/execution.ts";
import { isActive, mayNeedReconciliation } from "../../shared/domain/executions/execution-changes.ts";
import { type Partition, scanPartitions } from "../../shared/store/partitions.ts";
import { type Item, parseItem } from "../../shared/store/read.ts";

type Found = { runs: Map<string, Execution>; locks: Item[]; callbacks: Map<string, Item> };

function sorted(read: Iterable<Partition>): Found {
  const found: Found = { runs: new Map(), locks: [], callbacks: new Map() };
  for (const { pk, items } of read) {
    for (const item of items) {
      if (item["sk"] === "execution") found.runs.set(String(item["id"]), parseItem(Execution, item));
      if (item["sk"] === "callback") found.callbacks.set(pk.slice("execution#".length), item);
      if (item["sk"] === "slots") found.locks.push(item);
    }
  }
  return found;
}

const ids = (value: unknown) => (value instanceof Set ? [...value].map(String).sort() : []);

async function whole(): Promise<Partition[]> {
  const read: Partition[] = [];
  for await (const partition of scanPartitions()) read.push(partition);
  return read;
}

/** Those of locks and those of callbacks, in a table that was read already. */
export function limitViolations(read: Iterable<Partition>): string[] {
  const found = sorted(read);
  return [...ofLocks(found), ...ofCallbacks(found)];
}

export const lockViolations = async () => ofLocks(sorted(await whole()));
export const callbackViolations = async () => ofCallbacks(sorted(await whole()));

/**
 * Each lock is held by at most its limit, by runs alone that are active or may have a call under way; a waiting run is
 * PENDING; every such run of a limited runbook has exactly one place; nobody is RUNNING without holding.
 */
function ofLocks({ runs, locks }: Found): string[] {
  const found: string[] = [];
  const places = new Map<string, "holds" | "waits">();
  for (const lock of locks) {
    const name = String(lock["pk"]);
    const [holders, waiting] = [ids(lock["holders"]), ids(lock["waiting"])];
    const most = Math.max(0, ...holders.map((id) => runs.get(id)?.concurrency?.limit ?? 0));
    if (holders.length > most) found.push(`${name} is held ${holders.length} times, of ${most}`);
    for (const id of holders) note(id, "holds");
    for (const id of waiting) note(id, "waits");
  }
  function note(id: string, place: "holds" | "waits"): void {
    const run = runs.get(id);
    if (!run || !mayNeedReconciliation(run)) found.push(`${id} ${place}, and is ${run?.status}`);
    if (place === "waits" && run?.status !== "PENDING") found.push(`${id} waits, and is ${run?.status}`);
    if (places.has(id)) found.push(`${id} has two places`);
    places.set(id, place);
  }
  for (const run of runs.values()) {
    if (run.concurrency && mayNeedReconciliation(run) && !places.has(run.id))
      found.push(`${run.id} has no place`);
    if (run.status === "RUNNING" && run.concurrency && places.get(run.id) !== "holds")
      found.push(`${run.id} runs without holding its lock`);
  }
  return found;
}

/** A run that a callback completes ends as its callback says, and as a success in no other way. */
function ofCallbacks({ runs, callbacks }: Found): string[] {
  return [...runs.values()]
    .filter((run) => run.callbackTimeoutSeconds !== undefined && !isActive(run))
    .flatMap(({ id, status, error }) => {
      const result = callbacks.get(id)?.["resultStatus"];
      if (result === "SUCCESS" && status !== "SUCCESS")
        return [`${id} was called a success, and is ${status}`];
      if (result === "FAILED" && error?.code !== "callback_failed")
        return [`${id} was called failed, and is ${status}`];
      return result === undefined && status === "SUCCESS" ? [`${id} is a success that nobody reported`] : [];
    });
}
