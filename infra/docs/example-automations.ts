// The examples of automations: made, approved, and what they decide.
import * as z from "zod";
import type { Session } from "./examples.ts";

export type Publish = (event: { source: string; "detail-type": string; detail: unknown }) => Promise<void>;

export const INCIDENT = {
  id: "INC-42",
  title: "Checkout is slow",
  status: "open",
  priority: "P1",
  teamId: "payments",
  createdAt: "2026-03-01T02:58:00.000Z",
};

const Decided = z.object({ items: z.tuple([z.object({ eventId: z.string() })]) });
const rob = { as: "rob" } as const;

export async function recordAutomations(
  session: Session,
  runbookId: string,
  publish: Publish,
): Promise<string> {
  const id = await session.record("create-automation", "POST", "/automations", {
    body: {
      runbookId,
      name: "Restart checkout on P1",
      pattern: { detail: { incident: { priority: ["P1"], title: [{ prefix: "Checkout" }] } } },
      parameters: { service: "checkout" },
      mode: "shadow",
    },
  });
  await session.record("list-automations", "GET", `/automations?runbookId=${runbookId}`);
  await session.record("test-automation", "POST", `/automations/${id}/test`, {
    body: { incidentId: "INC-42" },
  });
  await session.record("update-automation", "PATCH", `/automations/${id}`, {
    headers: { "if-match": '"1"' },
    body: { cooldown: { seconds: 600, key: "{{incident.metadata.service}}", from: "end" } },
  });
  await session.record("approve-automation", "POST", `/automations/${id}/approve`, {
    as: "boss",
    body: { version: 2 },
  });
  await session.record("get-automation", "GET", `/automations/${id}`);
  await recordAutomationHistory(session, `/automations/${id}`, publish);
  const day = new Date().toISOString().slice(0, 10);
  const range = { from: `${day}T00:00:00.000Z`, to: `${day}T23:59:59.000Z` };
  await session.record("backtest-automation", "POST", `/automations/${id}/backtest`, { body: range });
  return id;
}

/** The automation is in shadow mode: the event that it matches starts nothing. */
async function recordAutomationHistory(session: Session, at: string, publish: Publish): Promise<void> {
  await publish({
    source: "oncall.incidents",
    "detail-type": "Incident Updated",
    detail: { incident: INCIDENT },
  });
  await session.poll(`${at}/decisions`, ({ body }) => JSON.stringify(body).includes('"shadow"'));
  await session.record("list-automation-decisions", "GET", `${at}/decisions?limit=1`);
  const decisions = "/decisions?incidentId=INC-42&limit=1";
  await session.record("find-decisions", "GET", decisions, rob);
  const { items } = Decided.parse((await session.ask("GET", decisions)).answer.body);
  await session.record("explain-event", "GET", `/events/${items[0].eventId}`, rob);
  const missed = {
    from: `${new Date().toISOString().slice(0, 10)}T00:00:00.000Z`,
    to: new Date().toISOString(),
  };
  await session.record("catch-up-automation", "POST", `${at}/catch-up`, {
    body: { ...missed, dryRun: true },
  });
  await session.record("list-automation-versions", "GET", `${at}/versions?limit=1`);
  await session.record("get-automation-version", "GET", `${at}/versions/1`);
  await session.record("diff-automation-versions", "GET", `${at}/versions/2/diff`);
  await session.record("list-automation-audit", "GET", `${at}/audit?limit=1`);
}
