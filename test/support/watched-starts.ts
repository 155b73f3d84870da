// Watches the table: by which report of its incident each automation started, and which one was stored by then.
import { openTable } from "../../shared/store/client.ts";
import type { TestEvent } from "./random-reports.ts";

/** `snapshot`: the report that the run carries. `latest`: the newest one that was stored when its writes were sent. */
export type Started = { automationId: string; event: TestEvent; snapshot: TestEvent; latest: TestEvent };

type Item = Record<string, unknown>;
type Input = { Item?: Item; TransactItems?: { Put?: { Item: Item } }[] };

export function watchStarts(events: readonly TestEvent[]): { starts: Started[]; stop: () => void } {
  const starts: Started[] = [];
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
      if (told && (stored.get(told.incident)?.order ?? -1) < told.order) stored.set(told.incident, told);
      return answer;
    },
    { step: "initialize", name: "watch-starts", priority: "low" },
  );
  return { starts, stop: () => middlewareStack.remove("watch-starts") };
}
