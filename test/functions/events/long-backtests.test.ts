// A backtest whose automation renders much examines as many events as one answer may cost, says so, and continues from there.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { BacktestResult } from "../../../shared/domain/automations/dry-run.ts";
import { ask } from "../../support/api.ts";
import {
  approvedRunbook,
  automation,
  deliver,
  type EventsHost,
  incidentEvent,
  startEvents,
} from "../../support/events.ts";

let host: EventsHost;
beforeAll(async () => {
  host = await startEvents({ RATE_LIMIT_STARTS_PER_MINUTE: "0" });
});
afterAll(() => host.stop());

const EVENTS = 60;
const MINUTE_MS = 60_000;

it("stops early, returns where to continue, and reaches the end from there, without losing an event", async () => {
  const team = `team-${randomUUID()}`;
  const started = Date.now() - EVENTS * MINUTE_MS;
  const at = (n: number) => new Date(started + n * MINUTE_MS).toISOString();
  const events = Array.from({ length: EVENTS }, (_, n) => incidentEvent({ teamId: team, time: at(n) }));
  for (let n = 0; n < EVENTS; n += 10) {
    expect(await deliver("on-incident", events.slice(n, n + 10))).toEqual([]);
  }
  const payloadTemplate = `{"service": {{params.service}}, "text": "${"x".repeat(60_000)}"}`;
  const { id: automationId } = await automation(await approvedRunbook(team, { payloadTemplate }), {
    oncePerIncident: false,
  });
  const pages: BacktestResult[] = [];
  for (let from: string | null = at(0); from !== null; ) {
    const body = { from, to: at(EVENTS) };
    const answer = await ask("backtest-automation", { params: { automationId }, body });
    pages.push(BacktestResult.parse(answer.body));
    from = pages.at(-1)?.nextFrom ?? null;
  }
  expect(pages.map(({ truncated }) => truncated)).toEqual([true, false]);
  expect(pages[0]?.examined).toBeLessThan(EVENTS);
  const found = pages.flatMap(({ items }) => items.map(({ eventId }) => eventId));
  expect(found).toEqual(events.map(({ id }) => id));
});
