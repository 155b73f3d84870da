// Watches the table: by which report of its incident each automation started, which one was stored by then, and what must
// hold of these starts.
import { expect } from "vitest";
import { openTable } from "../../shared/store/client.ts";
import { isTrueBy, type Rule, type TestEvent } from "./random-reports.ts";

/** `snapshot`: the report that the run carries. `latest`: the newest one that was stored when its writes were sent. */
type Started = { automationId: string; event: TestEvent; snapshot: TestEvent; latest: TestEvent };

type Item = Record<string, unknown>;
type Input = { Item?: Item; TransactItems?: { Put?: { Item: Item } }[] };

/** `reports`: those that were stored, each newer than the one of its incident before it. */
type Watched = { starts: Started[]; reports: TestEvent[]; stop: () => void };

export function watchStarts(events: readonly TestEvent[]): Watched {
  const starts: Started[] = [];
  const reports: TestEvent[] = [];
  const stored = new Map<number, TestEvent>();
  const { middlewareStack } = openTable().documents;
  const ofReport = (text: unknown) => events[Number(/Report (\d+)/.exec(String(text))?.[1])];
  middlewareStack.add(
    (next) => async (args) => {
      const { Item, TransactItems = [] } = args.input as Input;
      const items = TransactItems.flatMap(({ Put }) => (Put ? [Put.Item] : []));
      const run = items.find(({ sk }) => sk === "execution");
      const snapshot = ofReport(items.find(({ sk }) => sk === "input")?.["incident"]);
      const trigger = Object(run?.["trigger"]);
      const event = events.find(({ id }) => id === trigger.eventId);
      const latest = event && stored.get(event.incident);
      const answer = await next(args);
      if (event && snapshot && latest)
        starts.push({ automationId: trigger.automationId, event, snapshot, latest });
      const told = Item?.["sk"] === "incident" ? ofReport(Item["incident"]) : undefined;
      if (told && (stored.get(told.incident)?.order ?? -1) < told.order) {
        stored.set(told.incident, told);
        reports.push(told);
      }
      return answer;
    },
    { step: "initialize", name: "watch-starts", priority: "low" },
  );
  return { starts, reports, stop: () => middlewareStack.remove("watch-starts") };
}

/** 0 runs for what is no longer so: each start was by the latest report that was stored when it was sent. */
export function checkStarts(starts: readonly Started[], rules: readonly Rule[]): void {
  for (const { automationId, event, snapshot, latest } of starts) {
    const rule = rules.find(({ id }) => id === automationId);
    expect(snapshot.order, `${automationId} ${event.id}`).toBeGreaterThanOrEqual(latest.order);
    expect(rule && isTrueBy(rule, event, snapshot)).toBe(true);
  }
}

/** A second start for one incident, once for each episode, has a report of its end before it. */
export function checkEpisodes({ starts, reports }: Omit<Watched, "stop">, rules: readonly Rule[]) {
  const ends = reports.filter(({ type, status }) => type === "Incident Resolved" || status === "resolved");
  for (const { id } of rules.filter(({ once }) => once)) {
    const mine = starts.filter(({ automationId }) => automationId === id).map(({ snapshot }) => snapshot);
    for (const [first, then] of pairs(mine.toSorted((a, b) => a.order - b.order))) {
      const between = ends.filter(
        ({ incident, order }) => incident === first.incident && order >= first.order && order < then.order,
      );
      expect(between, `${id} ${first.id} ${then.id}`).not.toEqual([]);
    }
  }
}

/** Each with the next one of the same incident. */
const pairs = (events: readonly TestEvent[]) =>
  events.flatMap((first, at) => {
    const then = events.slice(at + 1).find(({ incident }) => incident === first.incident);
    return then ? [[first, then] as const] : [];
  });
