// An event that costs too much to match is passed over by that automation alone, by name; there is an end to automations.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { MAX_AUTOMATIONS } from "../../../shared/domain/automations/automation.ts";
import { ask } from "../../support/api.ts";
import {
  approvedRunbook,
  auditOf,
  automation,
  deliver,
  type EventsHost,
  incidentEvent,
  startEvents,
} from "../../support/events.ts";
import { automationOf } from "../../support/library.ts";

let host: EventsHost;
beforeAll(async () => {
  host = await startEvents({ RATE_LIMIT_STARTS_PER_MINUTE: "0" });
});
afterAll(() => host.stop());

const addresses = Array.from({ length: 3_000 }, (_, i) => `192.168.${i >> 8}.${i & 255}`);
const blocks = Array.from({ length: 110 }, (_, i) => ({ cidr: `10.0.${i}.0/24` }));
const costly = { pattern: { detail: { incident: { metadata: { ip: blocks } } } } };

it("is skipped as pattern_too_costly, while the automations beside it fire", async () => {
  const team = `team-${randomUUID()}`;
  const runbookId = await approvedRunbook(team);
  const passed = await automation(runbookId, costly);
  const fires = await automation(runbookId);
  const event = incidentEvent({ teamId: team, incident: { metadata: { ip: addresses } } });
  expect(await deliver("on-incident", [event])).toEqual([]);
  const audit = await auditOf(runbookId);
  const of = (id: string) => audit.filter((entry) => entry.automationId === id).map((entry) => entry.action);
  expect(of(fires.id)).toContain("automation.fired");
  expect(of(passed.id)).toContain("automation.skipped");
  expect(JSON.stringify(audit.filter((entry) => entry.automationId === passed.id))).toContain(
    "pattern_too_costly",
  );
  const reported = await ask("test-automation", { params: { automationId: passed.id }, body: { event } });
  expect(reported.body).toMatchObject({ wouldRun: false, reason: "pattern_too_costly", matched: false });
});

it(`a team has ${MAX_AUTOMATIONS} automations at most`, async () => {
  const team = `team-${randomUUID()}`;
  const runbookId = await approvedRunbook(team);
  for (let i = 0; i < MAX_AUTOMATIONS; i++) await automation(runbookId);
  const { problem } = await ask("create-automation", { body: automationOf(runbookId) });
  expect(problem).toMatchObject({ code: "malformed_request", errors: [{ pointer: "/teamId" }] });
  const items = await ask("list-automations", { query: { runbookId, limit: "100" } });
  expect(items.body).toMatchObject({ items: { length: MAX_AUTOMATIONS }, nextCursor: null });
});
