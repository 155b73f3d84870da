// For any order, repetition, pause and crash: each event and automation has its one decision and at most one run, nothing
// runs for what is no longer so, and nothing that still is so is lost.
import { randomUUID } from "node:crypto";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Decision } from "../../../shared/domain/automations/automation-decision.ts";
import type { JsonObject } from "../../../shared/domain/json.ts";
import { openTable } from "../../../shared/store/client.ts";
import { ask } from "../../support/api.ts";
import { deadLettersOf, deliver, type EventsHost, startEvents } from "../../support/events.ts";
import { violations } from "../../support/invariants.ts";
import { LIMIT_MS, randomFrom, report, SEED, times } from "../../support/long-form.ts";
import { decisionsOf, setPause } from "../../support/missed.ts";
import {
  changeSome,
  eventOf,
  isTrueBy,
  latestOf,
  type Rule,
  rulesOf,
  runsOf,
  type TestEvent,
  testEvents,
} from "../../support/random-reports.ts";
import { checkEpisodes, checkStarts, watchStarts } from "../../support/watched-starts.ts";

const RATE = "RATE_LIMIT_STARTS_PER_MINUTE";
let host: EventsHost;
/** Whether the next call of the table is to fail: before it is made, or after it was. */
let crash: () => "before" | "after" | null = () => null;
let crashes = 0;

beforeAll(async () => {
  host = await startEvents({ [RATE]: "0", INCIDENT_SOURCES: "oncall.incidents,pager.incidents" });
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

/** Decides what happens, in which order it is delivered, and when the table fails. */
const seeds = fc.integer({ min: 1, max: 2 ** 31 - 2 });

it(
  "J1, J4, J6, J9: each event and automation has its one decision, by what is true when it is made",
  async () => {
    await fc.assert(fc.asyncProperty(seeds, holds), { numRuns: 1, seed: SEED, endOnFailure: true });
    expect(crashes).toBeGreaterThan(times(5, 250));
  },
  LIMIT_MS,
);

async function holds(seed: number) {
  const team = `team-${randomUUID()}`;
  const rules = await rulesOf(team);
  const told = testEvents({ events: EVENTS, incidents: INCIDENTS, seed });
  const events = told.map((one) => ({ one, event: eventOf(team, one) }));
  const roll = randomFrom(seed);
  const deliveries = events.flatMap(({ one, event }) => Array<JsonObject>(one.deliveries).fill(event));
  const shuffled = deliveries
    .map((event) => ({ event, at: roll() }))
    .sort((a, b) => a.at - b.at)
    .map(({ event }) => event);
  const watched = watchStarts(told);
  await deliverDisturbed(shuffled, { team, rules, roll });
  // What waits comes again, and so does everything: redriven, with no obstacle left.
  host.queues.purge("incidents");
  await deliverAll(shuffled.map((event) => ({ body: JSON.stringify(event), redriven: true })));
  const caughtUp = await catchUpAll(rules);
  const runs = await runsOf(host, rules);
  await deliverAll(shuffled);
  expect(await runsOf(host, rules)).toEqual(runs);
  watched.stop();
  expect(watched.starts).toHaveLength(runs.length);
  checkStarts(watched.starts, rules);
  checkEpisodes(watched, rules);
  const figures = await checkDecisions(rules, events, runs);
  const poison = new Set(events.filter(({ one }) => one.poison).map(({ event }) => JSON.stringify(event)));
  expect(new Set(deadLettersOf(host, "incidents").map(({ body }) => body))).toEqual(poison);
  const all = { events: events.length, deliveries: 3 * deliveries.length, crashes, caughtUp };
  report("exactly once", { ...all, runs: runs.length, ...figures, deadLetters: poison.size });
}

type Disturbed = { team: string; rules: readonly Rule[]; roll: () => number };

/** In batches: while starts are paused or at their rate, or the automations change, and the functions die. */
async function deliverDisturbed(events: readonly JsonObject[], { team, rules, roll }: Disturbed) {
  let paused = false;
  for (let i = 0; i < events.length; i += 10) {
    if (roll() < 0.3) {
      paused = !paused;
      await setPause(team, paused);
    }
    process.env[RATE] = roll() < 0.2 ? "1" : "0";
    if (roll() < 0.3) await changeSome(rules, roll);
    crash = () => (roll() < CRASHES ? (roll() < 0.5 ? "before" : "after") : null);
    const since = new Date(Date.now() - 3_700_000).toISOString();
    const batch = events.slice(i, i + 10).map((event) => {
      const body = JSON.stringify(event);
      // Some have waited for longer than they may, and are decided whatever is in the way.
      return roll() < 0.3 ? { body, waitingSince: since } : { body, receives: 1 + Math.floor(roll() * 4) };
    });
    await deliver("on-incident", batch);
    crash = () => null;
  }
  process.env[RATE] = "0";
  if (paused) await setPause(team, false);
  for (const rule of rules)
    await ask("update-automation", { params: { automationId: rule.id }, body: { enabled: true } });
}

/** As the queue does it: what failed comes again, until nothing fails. */
async function deliverAll(events: readonly Parameters<typeof deliver>[1][number][]): Promise<void> {
  let left = [...events];
  for (let turn = 0; left.length > 0; turn++) {
    expect(turn).toBeLessThan(50);
    const failed: typeof left = [];
    for (let i = 0; i < left.length; i += 10) {
      const batch = left.slice(i, i + 10);
      for (const at of await deliver("on-incident", batch)) failed.push(batch[at] ?? {});
    }
    left = failed;
  }
}

/** Returns how many were caught up. Each rule has at most a few hundred decisions. */
async function catchUpAll(rules: readonly Rule[]): Promise<number> {
  let count = 0;
  for (const { id } of rules) {
    const missed = (await decisionsOf(id)).filter(({ reason }) => reason === "paused");
    for (let i = 0; i < missed.length; i += 50) {
      const eventIds = missed.slice(i, i + 50).map(({ eventId }) => eventId);
      const { status } = await ask("catch-up-automation", {
        params: { automationId: id },
        body: { eventIds },
      });
      expect(status).toBe(200);
      count += eventIds.length;
    }
  }
  return count;
}

type Made = { one: TestEvent; event: JsonObject };

/** Each matching event has one named decision; and what is true by the latest report has fired. */
async function checkDecisions(rules: readonly Rule[], events: readonly Made[], runs: readonly string[]) {
  const reasons: Record<string, number> = {};
  for (const rule of rules) {
    const decisions = await decisionsOf(rule.id);
    const decided = new Map(decisions.map((decision) => [decision.eventId, decision]));
    expect(decided.size).toBe(decisions.length);
    const matching = events.filter(({ one }) => !one.poison && rule.matches(one)).map(({ one }) => one);
    for (const { reason } of decisions) reasons[reason ?? "fired"] = (reasons[reason ?? "fired"] ?? 0) + 1;
    if (rule.changes) continue;
    expect([...decided.keys()].toSorted()).toEqual(matching.map(({ id }) => id).toSorted());
    checkOvertaken(rule, decisions, events);
    const latest = latestOf(events.map(({ one }) => one)).filter((one) => isTrueBy(rule, one, one));
    for (const one of latest) {
      const reason = decided.get(one.id)?.reason ?? "fired";
      expect(rule.live ? ["fired", "already_fired"] : ["shadow", "already_fired"]).toContain(reason);
    }
    const fired = decisions.filter(({ outcome }) => outcome === "fired").map(({ eventId }) => eventId);
    expect(runs.filter((run) => run.startsWith(rule.id))).toHaveLength(fired.length);
  }
  return reasons;
}

/** An event was left alone only for a newer report that decides itself, or by which it is not so. */
function checkOvertaken(rule: Rule, decisions: readonly Decision[], events: readonly Made[]): void {
  const all = events.map(({ one }) => one).filter(({ poison }) => !poison);
  for (const { eventId, reason } of decisions) {
    if (reason !== "superseded" && reason !== "no_longer_true") continue;
    const event = all.find(({ id }) => id === eventId);
    const newer = all.filter((one) => event && one.incident === event.incident && one.order >= event.order);
    const causes = newer.filter(
      (one) => event && (!isTrueBy(rule, event, one) || (one !== event && rule.matches(one))),
    );
    expect(causes, `${rule.id} ${eventId}`).not.toEqual([]);
  }
}
