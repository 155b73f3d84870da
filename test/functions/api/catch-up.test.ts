// Catching up what an automation missed: listed, then decided again by the state of now, once, by whoever may.
import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { verifyAudit } from "../../../shared/application/audit/verify-audit.ts";
import { CatchUpResult } from "../../../shared/domain/automations/catch-up.ts";
import type { JsonObject } from "../../../shared/domain/json.ts";
import { type Asked, ask, person } from "../../support/api.ts";
import {
  approvedRunbook,
  auditOf,
  automation,
  deliver,
  type EventsHost,
  incidentEvent,
  startEvents,
  storedItems,
  storedRuns,
} from "../../support/events.ts";
import { decisionsOf, reasonsOf, setPause } from "../../support/missed.ts";

let host: EventsHost;
beforeAll(async () => {
  host = await startEvents({ RATE_LIMIT_STARTS_PER_MINUTE: "0" });
});
afterAll(async () => {
  expect((await verifyAudit()).findings).toEqual([]);
  await host.stop();
});

let team: string;
beforeEach(() => {
  team = `team-${randomUUID()}`;
});
afterEach(async () => {
  if (paused) await pause(false);
});
let paused = false;
async function pause(on: boolean): Promise<void> {
  paused = on;
  await setPause(team, on);
}

const OPEN = { pattern: { detail: { incident: { status: ["open"] } } } };
const responder = () => person(`team:${team}:responder`);
const AN_HOUR_AGO = () => new Date(Date.now() - 3_700_000).toISOString();

/** Events that waited for an hour while starts were paused, and were skipped for it. */
async function missed(count: number, given: JsonObject = {}) {
  const runbookId = await approvedRunbook(team);
  const { id } = await automation(runbookId, { ...OPEN, ...given });
  await pause(true);
  const events = Array.from({ length: count }, () => incidentEvent({ teamId: team }));
  const sent = events.map((event) => ({ body: JSON.stringify(event), waitingSince: AN_HOUR_AGO() }));
  for (let i = 0; i < count; i += 10) expect(await deliver("on-incident", sent.slice(i, i + 10))).toEqual([]);
  expect(await reasonsOf(id)).toEqual(Array(count).fill("paused"));
  await pause(false);
  return { id, runbookId, events, eventIds: events.map((event) => String(event["id"])) };
}

const asking = (automationId: string, body: JsonObject, more: Asked = {}) =>
  ask("catch-up-automation", { as: responder(), ...more, params: { automationId }, body });
async function catchUp(automationId: string, body: JsonObject) {
  const answer = await asking(automationId, body);
  expect(answer.status, answer.text).toBe(200);
  return CatchUpResult.parse(answer.body);
}
const RANGE = () => ({ from: AN_HOUR_AGO(), to: new Date(Date.now() + 60_000).toISOString() });
const runsOf = async (id: string) =>
  (await storedRuns(host.table)).filter((run) => run.trigger.automationId === id);

describe("what was missed", () => {
  it("is listed by a dry run, latest skip first, which starts and stores nothing", async () => {
    const { id, eventIds } = await missed(3);
    const before = await storedItems(host.table);
    const { items, nextTo } = await catchUp(id, { ...RANGE(), dryRun: true });
    expect(items.map(({ eventId }) => eventId).toSorted()).toEqual(eventIds.toSorted());
    const would = { skippedFor: "paused", outcome: "fired", reason: null, executionId: null };
    expect(items).toMatchObject([would, would, would]);
    expect(nextTo).toBeNull();
    expect(await storedItems(host.table)).toEqual(before);
  });

  it("is started once, however often and by how many it is asked for, with both decisions in the audit", async () => {
    const { id, runbookId, eventIds } = await missed(4);
    const answers = await Promise.all(Array.from({ length: 4 }, () => catchUp(id, { eventIds })));
    const again = await catchUp(id, { eventIds });
    const runs = await runsOf(id);
    expect(runs.map(({ trigger }) => String(trigger["eventId"])).toSorted()).toEqual(eventIds.toSorted());
    for (const { items } of [...answers, again]) {
      const started = items.map(({ executionId }) => executionId);
      expect(started.toSorted()).toEqual(runs.map((run) => run.id).toSorted());
    }
    expect((await catchUp(id, RANGE())).items).toEqual([]);
    const [decision] = await decisionsOf(id);
    expect(decision).toMatchObject({
      outcome: "fired",
      caughtUp: { by: responder().sub, reason: "paused" },
    });
    const entries = (await auditOf(runbookId)).filter(({ eventId }) => eventId === decision?.eventId);
    expect(entries.map(({ action, sequence, actor }) => [action, sequence, actor])).toEqual([
      ["automation.fired", 2, responder().sub],
      ["automation.skipped", 1, `automation:${id}`],
    ]);
  });

  it("is not started twice if its event is delivered again at the same time, or redriven later", async () => {
    const { id, events, eventIds } = await missed(5);
    await Promise.all([catchUp(id, { eventIds }), deliver("on-incident", events)]);
    expect(
      await deliver(
        "on-incident",
        events.map((e) => ({ body: JSON.stringify(e), redriven: true })),
      ),
    ).toEqual([]);
    expect(await runsOf(id)).toHaveLength(5);
    expect(await reasonsOf(id)).toEqual(Array(5).fill("fired"));
  });

  it("starts nothing for what is no longer so, and says that instead", async () => {
    const { id, events, eventIds } = await missed(2);
    const { incident } = Object(events[0]?.["detail"]) as { incident: JsonObject };
    const time = new Date(Date.now() + 1000).toISOString();
    const resolved = { incidentId: String(incident["id"]), teamId: team, time, type: "Incident Resolved" };
    await deliver("on-incident", [incidentEvent({ ...resolved, incident: { status: "resolved" } })]);
    const dry = await catchUp(id, { eventIds, dryRun: true });
    const real = await catchUp(id, { eventIds });
    for (const { items } of [dry, real])
      expect(items.map(({ reason }) => reason)).toEqual(["no_longer_true", null]);
    expect(await runsOf(id)).toHaveLength(1);
  });

  it("stays missed while the reason lasts", async () => {
    const { id, eventIds } = await missed(1);
    await pause(true);
    const stored = await decisionsOf(id);
    const { items } = await catchUp(id, { eventIds });
    expect(items).toMatchObject([{ outcome: "skipped", reason: "paused", skippedFor: "paused" }]);
    expect((await catchUp(id, { eventIds, dryRun: true })).items).toMatchObject([{ reason: "paused" }]);
    expect(await decisionsOf(id)).toEqual(stored);
    await pause(false);
    expect((await catchUp(id, { eventIds })).items).toMatchObject([{ outcome: "fired" }]);
  });

  it("comes in parts, each with the end of the next", async () => {
    const { id, eventIds } = await missed(53);
    const { from, to } = RANGE();
    const found = new Set<string>();
    let end: string | null = to;
    for (let turn = 0; end !== null; turn++) {
      expect(turn).toBeLessThan(3);
      const { items, nextTo }: CatchUpResult = await catchUp(id, { from, to: end, dryRun: true });
      for (const { eventId } of items) found.add(eventId);
      end = nextTo;
    }
    expect([...found].toSorted()).toEqual(eventIds.toSorted());
  });

  it("waits for the rate: what is over it stays as it was", async () => {
    const { id, eventIds } = await missed(3);
    process.env["RATE_LIMIT_STARTS_PER_MINUTE"] = "1";
    try {
      const { items } = await catchUp(id, { eventIds });
      expect(items.map(({ outcome }) => outcome).toSorted()).toEqual(["fired", "undecided", "undecided"]);
      expect(items.find(({ outcome }) => outcome === "undecided")?.reason).toBe("too_many_requests");
    } finally {
      process.env["RATE_LIMIT_STARTS_PER_MINUTE"] = "0";
    }
    expect((await catchUp(id, { eventIds })).items.map(({ outcome }) => outcome)).toEqual(
      Array(3).fill("fired"),
    );
  });
});

describe("a catch-up", () => {
  it("is for who may start executions of the team", async () => {
    const { id, eventIds } = await missed(1);
    const status = async (group: string) => (await asking(id, { eventIds }, { as: person(group) })).status;
    expect([await status(`team:${team}:observer`), await status("team:others:admin")]).toEqual([403, 404]);
    expect(await reasonsOf(id)).toEqual(["paused"]);
  });

  it("of a global automation is about incidents of the caller's teams alone", async () => {
    const { id } = await automation(await approvedRunbook(null), {
      pattern: { detail: { incident: { title: [team] } } },
      parameters: { service: "api" },
    });
    const others = `team-${randomUUID()}`;
    await pause(true);
    await setPause(others, true);
    const events = [team, others].map((teamId) => incidentEvent({ teamId, incident: { title: team } }));
    const sent = events.map((event) => ({ body: JSON.stringify(event), waitingSince: AN_HOUR_AGO() }));
    expect(await deliver("on-incident", sent)).toEqual([]);
    await pause(false);
    await setPause(others, false);
    const { items } = await catchUp(id, RANGE());
    expect(items.map(({ eventId }) => eventId)).toEqual([events[0]?.["id"]]);
    const foreign = await catchUp(id, { eventIds: [String(events[1]?.["id"])] });
    const unknown = await catchUp(id, { eventIds: [randomUUID()] });
    const shown = ({ items: [item] }: CatchUpResult) => ({ ...item, eventId: "" });
    expect(shown(foreign)).toEqual(shown(unknown));
    expect(foreign.items).toMatchObject([{ outcome: "undecided", reason: "not_found" }]);
  });

  it("is refused for an automation that is disabled, and for a range that is none", async () => {
    const { id, eventIds } = await missed(1);
    const pointers = async (body: JsonObject) =>
      (await asking(id, body)).problem?.errors?.map(({ pointer }) => pointer);
    const day = (n: number) => new Date(Date.now() + n * 86_400_000).toISOString();
    expect(await pointers({})).toEqual(["/from"]);
    expect(await pointers({ from: day(-1) })).toEqual(["/to"]);
    expect(await pointers({ from: day(-1), to: day(-2) })).toEqual(["/to"]);
    expect(await pointers({ from: day(-8), to: day(0) })).toEqual(["/to"]);
    expect(await pointers({ eventIds, from: day(-1) })).toEqual(["/eventIds"]);
    expect(await pointers({ eventIds: [...eventIds, ...eventIds] })).toEqual(["/eventIds/1"]);
    await ask("update-automation", { params: { automationId: id }, body: { enabled: false } });
    expect((await asking(id, { eventIds })).problem?.code).toBe("invalid_transition");
  });
});
