// Random reports about several incidents of two systems, and automations of which is known what they match.
import * as fc from "fast-check";
import type { JsonObject } from "../../shared/domain/json.ts";
import { ask } from "./api.ts";
import { approvedRunbook, automation, type EventsHost, incidentEvent, storedRuns } from "./events.ts";

/** `order`: the place of the report among all. */
export type TestEvent = {
  id: string;
  order: number;
  incident: number;
  type: string;
  priority: string;
  status: string;
  deliveries: number;
  poison: boolean;
};

const types = ["Incident Created", "Incident Updated", "Incident Escalated", "Incident Resolved"];

/** The same for the same seed. */
export function testEvents(given: { events: number; incidents: number; seed: number }): TestEvent[] {
  const one = fc.record({
    id: fc.uuid(),
    incident: fc.nat(given.incidents - 1),
    type: fc.constantFrom(...types),
    priority: fc.constantFrom("P1", "P2"),
    status: fc.constantFrom("open", "open", "resolved"),
    deliveries: fc.integer({ min: 1, max: 5 }),
    poison: fc.integer({ min: 1, max: 100 }).map((n) => n === 1),
  });
  return fc
    .sample(one, { numRuns: given.events, seed: given.seed })
    .map((event, order) => ({ ...event, order }));
}

const BEGAN = Date.now() - 3_600_000;

export function eventOf(teamId: string, { poison, id: eventId, incident: n, ...one }: TestEvent): JsonObject {
  const source = poison ? "evil.incidents" : n % 2 === 0 ? "oncall.incidents" : "pager.incidents";
  const { type, priority, status, order } = one;
  const updatedAt = new Date(BEGAN + order * 1000).toISOString();
  const incident = { priority, status, updatedAt, title: `Report ${order}` };
  return incidentEvent({ eventId, incidentId: `${teamId}-${n}`, teamId, type, source, incident });
}

/** `holds`: whether the pattern matches an event of this type that tells this state. `changes`: it is switched off at times. */
export type Rule = {
  id: string;
  holds: (type: string, state: Pick<TestEvent, "priority" | "status">) => boolean;
  matches: (one: TestEvent) => boolean;
  onlyWhile: string | null;
  once: boolean;
  live: boolean;
  changes: boolean;
};

/** Whether the automation may fire for the event while the incident is as another report tells it. */
export const isTrueBy = ({ holds, onlyWhile }: Rule, { type }: TestEvent, now: TestEvent) =>
  holds(type, now) && (onlyWhile === null || now.status === onlyWhile);

const IS_P1 = { pattern: { detail: { incident: { priority: ["P1"] } } } };
const OPEN = { pattern: { detail: { incident: { status: ["open"] } } } };
const CREATED = {
  pattern: { "detail-type": ["Incident Created"], detail: { incident: { status: ["open"] } } },
};

export async function rulesOf(team: string): Promise<Rule[]> {
  const runbookId = await approvedRunbook(team);
  const make = async (given: JsonObject, holds: Rule["holds"], more: Partial<Rule> = {}): Promise<Rule> => {
    const { id, oncePerIncident: once, mode, onlyWhile } = await automation(runbookId, given);
    const matches = (one: TestEvent) => holds(one.type, one);
    const facts = { once, live: mode === "live", onlyWhile: onlyWhile?.[0] ?? null, changes: false };
    return { id, holds, matches, ...facts, ...more };
  };
  const p1: Rule["holds"] = (_, { priority }) => priority === "P1";
  const open: Rule["holds"] = (_, { status }) => status === "open";
  const created: Rule["holds"] = (type, { status }) => type === "Incident Created" && status === "open";
  return [
    await make({ ...IS_P1, onlyWhile: ["open"] }, p1),
    await make({ ...OPEN, oncePerIncident: false }, open),
    await make({ ...CREATED, oncePerIncident: false }, created),
    await make({ ...OPEN, mode: "shadow" }, open),
    await make({ ...OPEN, oncePerIncident: false }, open, { changes: true }),
  ];
}

/** Changes settings of an automation: never what it fires for, but of the one that is switched off and on. */
export async function changeSome(rules: readonly Rule[], roll: () => number): Promise<void> {
  for (const { id, changes } of rules) {
    const body: JsonObject = changes
      ? { enabled: roll() < 0.5 }
      : { parameters: { service: `s${Math.floor(roll() * 9)}` } };
    await ask("update-automation", { params: { automationId: id }, body });
  }
}

export async function runsOf(host: EventsHost, rules: readonly Rule[]): Promise<string[]> {
  const ids = new Set(rules.map(({ id }) => id));
  const runs = (await storedRuns(host.table)).filter(({ trigger }) => ids.has(trigger.automationId ?? ""));
  return runs.map(({ trigger }) => `${trigger.automationId} ${String(trigger["eventId"])}`).sort();
}

/** The newest report of each incident. */
export function latestOf(events: readonly TestEvent[]): TestEvent[] {
  const latest = new Map<number, TestEvent>();
  for (const one of events.filter(({ poison }) => !poison)) {
    const known = latest.get(one.incident);
    if (!known || known.order < one.order) latest.set(one.incident, one);
  }
  return [...latest.values()];
}
