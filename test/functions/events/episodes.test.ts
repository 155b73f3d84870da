// Incidents that start again, and cooldowns, over a real table: however reports and events race, each is counted once.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { getReport } from "../../../shared/store/incidents.ts";
import { ask } from "../../support/api.ts";
import {
  approvedRunbook,
  automation,
  deliver,
  type EventsHost,
  incidentEvent,
  type Report,
  startEvents,
  storedRuns,
} from "../../support/events.ts";
import { violations } from "../../support/invariants.ts";
import { LIMIT_MS, randomFrom, SEED, times } from "../../support/long-form.ts";

let host: EventsHost;
beforeAll(async () => {
  host = await startEvents();
});
afterAll(async () => {
  expect(await violations({ now: new Date(0) })).toEqual([]);
  await host.stop();
});

let team: string;
let incidentId: string;
beforeEach(() => {
  team = `team-${randomUUID()}`;
  incidentId = `inc-${randomUUID()}`;
});

const BASE = Date.now() - 3_600_000;
type Kind = "Created" | "Updated" | "Resolved";

/** A report of what was so at that minute. */
function report(kind: Kind, status: string, minute: number, more: Report = {}) {
  const updatedAt = new Date(BASE + minute * 60_000).toISOString();
  return incidentEvent({
    ...{ teamId: team, incidentId, type: `Incident ${kind}` },
    ...more,
    incident: { status, updatedAt, ...more.incident },
  });
}

const TWO_EPISODES = () => [
  report("Created", "open", 0),
  report("Updated", "open", 1),
  report("Resolved", "resolved", 2),
  report("Updated", "open", 3),
  report("Updated", "open", 4),
];
const runsOf = async (id: string) =>
  (await storedRuns(host.table)).filter(({ trigger }) => trigger.automationId === id).length;
const OPEN = { pattern: { detail: { incident: { status: ["open"] } } } };

describe("an incident that starts again", () => {
  it("has a run for each episode, however often its reports come", async () => {
    const { id } = await automation(await approvedRunbook(team), OPEN);
    for (const event of TWO_EPISODES()) await deliver("on-incident", [event, event, event]);
    expect(await runsOf(id)).toBe(2);
    expect(await getReport(incidentId)).toMatchObject({ episode: 2, ended: false });
  });

  it("has no other episode by reports that come late, or again", async () => {
    const { id } = await automation(await approvedRunbook(team), OPEN);
    const [created, updated, resolved, reopened, again] = TWO_EPISODES();
    if (!created || !updated || !resolved || !reopened || !again) throw new Error("There are five reports");
    for (const event of [created, again, resolved, reopened, created, resolved])
      await deliver("on-incident", [event]);
    expect(await runsOf(id)).toBe(1);
    expect(await getReport(incidentId)).toMatchObject({ episode: 1, ended: false });
  });

  it("is stored as one of its reports after another says, whatever races", {
    timeout: LIMIT_MS,
  }, async () => {
    const random = randomFrom(SEED);
    for (let round = 0; round < times(10, 300); round++) {
      incidentId = `inc-${randomUUID()}`;
      const events = TWO_EPISODES();
      const shuffled = [...events, ...events]
        .map((event) => ({ event, by: random() }))
        .sort((a, b) => a.by - b.by)
        .map(({ event }) => event);
      expect(await deliver("on-incident", shuffled)).toEqual([]);
      const stored = await getReport(incidentId);
      expect(stored?.eventId, `seed ${SEED}`).toBe(events.at(-1)?.["id"]);
      expect([1, 2], `seed ${SEED}`).toContain(stored?.episode);
    }
  });
});

describe("a cooldown", () => {
  const TEN = Array.from({ length: 10 });
  const other = (service = "api") => {
    incidentId = `inc-${randomUUID()}`;
    return report("Created", "open", 0, { incident: { metadata: { service } } });
  };

  it.each(["start", "end"])("from the %s lets one of ten racing events fire", async (from) => {
    for (let round = 0; round < times(3, 50); round++) {
      const { id } = await automation(await approvedRunbook(team), { cooldown: { seconds: 600, from } });
      expect(
        await deliver(
          "on-incident",
          TEN.map(() => other()),
        ),
      ).toEqual([]);
      expect(await runsOf(id)).toBe(1);
      await ask("delete-automation", { params: { automationId: id } });
    }
  });

  it("with a key lets one of each value fire", async () => {
    const { id } = await automation(await approvedRunbook(team), {
      cooldown: { seconds: 600, from: "end", key: "{{incident.metadata.service}}" },
    });
    const events = TEN.flatMap(() => ["api", "db", "x".repeat(5000)].map((service) => other(service)));
    expect(await deliver("on-incident", events)).toEqual([]);
    expect(await runsOf(id)).toBe(3);
  });
});
