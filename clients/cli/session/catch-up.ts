// Of `runbooks automations catch-up`: lists what an automation missed in the last week, or starts it.
import type { OutputOf } from "../../api-client/types.ts";
import type { Session } from "./context.ts";
import { findAutomation } from "./names.ts";

const DAYS_MS = 7 * 24 * 3_600_000;
type Item = OutputOf<"catch-up-automation">["items"][number];

export async function catchUp({ client, print }: Session, name: string, isDry: boolean): Promise<void> {
  const automationId = await findAutomation(client, name);
  const now = Date.now();
  const from = new Date(now - DAYS_MS).toISOString();
  const items = new Map<string, Item>();
  for (let to: string | null = new Date(now).toISOString(); to !== null; ) {
    const part: OutputOf<"catch-up-automation"> = await client.catchUpAutomation({
      automationId,
      body: { from, to, dryRun: isDry },
    });
    for (const item of part.items) items.set(item.eventId, item);
    to = part.nextTo;
  }
  print.table([...items.values()], {
    EVENT: ({ eventId }) => eventId,
    INCIDENT: ({ incidentId }) => incidentId ?? "",
    "SKIPPED FOR": ({ skippedFor }) => skippedFor ?? "",
    [isDry ? "WOULD BE" : "NOW"]: ({ outcome, reason }) => reason ?? outcome,
    EXECUTION: ({ executionId }) => executionId ?? "",
    MESSAGE: ({ message }) => message ?? "",
  });
}
