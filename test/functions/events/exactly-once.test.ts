// For any order, repetition and crash, the runs are exactly those of the specification.
import { randomUUID } from "node:crypto";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { JsonObject } from "../../../shared/domain/json.ts";
import { openTable } from "../../../shared/store/client.ts";
import {
  approvedRunbook,
  auditOf,
  automation,
  deadLettersOf,
  deliver,
  type EventsHost,
  incidentEvent,
  startEvents,
  storedRuns,
} from "../../support/events.ts";
import { violations } from "../../support/invariants.ts";
import { LIMIT_MS, report, SEED, times } from "../../support/long-form.ts";

let host: EventsHost;
/** Whether the next call of the table is to fail: before it is made, or after it was. */
let crash: () => "before" | "after" | null = () => null;
let crashes = 0;

beforeAll(async () => {
  // What is over the rate waits: test/functions/events/over-the-rate.test.ts.
  host = await startEvents({ RATE_LIMIT_STARTS_PER_MINUTE: "0" });
  openTable().documents.middlewareStack.add((next) => async (args) => {
    const when = crash();
    if (when) crashes++;
    if (when === "before") throw new Error("The function died before the call");
    const answer = await next(args);
    if (when === "after") throw new Error("The function died after the call");
    return answer;
  });
});
afterAll(async () => {
  expect(await violations({ now: new Date(0) })).toEqual([]);
  await host.stop();
});

const EVENTS = times(40, 1000);
const INCIDENTS = times(12, 200);
/** The part of the table's calls that fail. */
const CRASHES = times(0.05, 0.02);
const types = ["Incident Created", "Incident Updated", "Incident Escalated", "Incident Resolved"];
const priorities = ["P1", "P2"] as const;

const testEvent = fc.record({
  incident: fc.nat(INCIDENTS - 1),
  type: fc.constantFrom(...types),
  priority: fc.constantFrom(...priorities),
  deliveries: fc.integer({ min: 1, max: 5 }),
  poison: fc.integer({ min: 1, max: 100 }).map((n) => n === 1),
});
type TestEvent = { incident: number; type: string; priority: string; deliveries: number; poison: boolean };

/** Decides what happens, in which order it is delivered, and when the table fails. */
const seeds = fc.integer({ min: 1, max: 2 ** 31 - 2 });

type Rule = { id: string; matches: (h: TestEvent) => boolean; once: boolean; live: boolean };

it(
  "J1, J4, J6, J9: each event and automation has its one run, as the specification says, and no other",
  async () => {
    await fc.assert(fc.asyncProperty(seeds, holds), { numRuns: 1, seed: SEED, endOnFailure: true });
    expect(crashes).toBeGreaterThan(times(5, 250));
  },
  LIMIT_MS,
);

async function holds(seed: number) {
  const testEvents = fc.sample(testEvent, { numRuns: EVENTS, seed });
  const team = `team-${randomUUID()}`;
  const { runbookId, rules } = await rulesOf(team);
  const events = testEvents.map((h) => ({ h, event: eventOf(team, h) }));
  const roll = dice(seed);
  const deliveries = events.flatMap(({ h, event }) => Array<JsonObject>(h.deliveries).fill(event));
  const shuffled = deliveries
    .map((event) => ({ event, at: roll() }))
    .sort((a, b) => a.at - b.at)
    .map(({ event }) => event);
  crash = () => (roll() < CRASHES ? (roll() < 0.5 ? "before" : "after") : null);
  await deliverAll(shuffled);
  crash = () => null;
  const before = await runsOf(rules);
  // Redriven and replayed from the archive: everything once more.
  await deliverAll(shuffled);
  expect(await runsOf(rules)).toEqual(before);
  expect(before).toEqual(specification(rules, events));
  const decisions = (await decisionsOf(runbookId)).toSorted();
  const matching = rules.flatMap((rule) => events.filter(({ h }) => !h.poison && rule.matches(h)));
  expect(decisions).toHaveLength(matching.length);
  expect(new Set(decisions).size).toBe(decisions.length);
  const poison = new Set(events.filter(({ h }) => h.poison).map(({ event }) => JSON.stringify(event)));
  expect(new Set(deadLettersOf(host, "incidents").map(({ body }) => body))).toEqual(poison);
  const figures = { events: events.length, deliveries: 2 * deliveries.length, crashes, runs: before.length };
  report("exactly once", { ...figures, decisions: decisions.length, deadLetters: poison.size });
}

/** Even numbers from 0 to below 1, the same for the same seed (Lehmer's generator, "minstd"). */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

async function rulesOf(team: string): Promise<{ runbookId: string; rules: Rule[] }> {
  const runbookId = await approvedRunbook(team);
  const p1 = { pattern: { detail: { incident: { priority: ["P1"] } } } };
  const created = { pattern: { "detail-type": ["Incident Created"] } };
  const make = async (given: JsonObject) => (await automation(runbookId, given)).id;
  const isP1 = (h: TestEvent) => h.priority === "P1";
  const isCreated = (h: TestEvent) => h.type === "Incident Created";
  const rules = [
    { id: await make(p1), matches: isP1, once: true, live: true },
    { id: await make({ ...created, oncePerIncident: false }), matches: isCreated, once: false, live: true },
    { id: await make({ ...p1, mode: "shadow" }), matches: isP1, once: true, live: false },
  ];
  return { runbookId, rules };
}

function eventOf(teamId: string, { incident, type, priority, poison }: TestEvent): JsonObject {
  const source = poison ? "evil.incidents" : "oncall.incidents";
  return incidentEvent({ incidentId: `${teamId}-${incident}`, teamId, type, source, incident: { priority } });
}

/** As the queue does it: in batches, and what failed again until nothing fails. */
async function deliverAll(events: readonly JsonObject[]): Promise<void> {
  let left = [...events];
  for (let turn = 0; left.length > 0; turn++) {
    expect(turn).toBeLessThan(50);
    const failed: JsonObject[] = [];
    for (let i = 0; i < left.length; i += 10) {
      const batch = left.slice(i, i + 10);
      for (const at of await deliver("on-incident", batch)) failed.push(batch[at] ?? {});
    }
    left = failed;
  }
}

async function runsOf(rules: readonly Rule[]): Promise<string[]> {
  const runs = (await storedRuns(host.table)).filter((run) =>
    rules.some((rule) => rule.id === run.trigger.automationId),
  );
  return runs
    .map((run) => {
      const rule = rules.find(({ id }) => id === run.trigger.automationId);
      return `${rule?.id} ${rule?.once ? run.incidentId : run.trigger["eventId"]}`;
    })
    .sort();
}

function specification(
  rules: readonly Rule[],
  events: readonly { h: TestEvent; event: JsonObject }[],
): string[] {
  const runs = rules
    .filter(({ live }) => live)
    .flatMap((rule) =>
      events
        .filter(({ h }) => !h.poison && rule.matches(h))
        .map(({ event }) => `${rule.id} ${rule.once ? incidentOf(event) : String(event["id"])}`),
    );
  return [...new Set(runs)].sort();
}

function incidentOf(event: JsonObject): string {
  return (event["detail"] as { incident: { id: string } }).incident.id;
}

async function decisionsOf(runbookId: string): Promise<string[]> {
  const entries = await auditOf(runbookId);
  return entries
    .filter(({ action }) => action === "automation.fired" || action === "automation.skipped")
    .map(({ automationId, eventId }) => `${automationId} ${eventId}`);
}
