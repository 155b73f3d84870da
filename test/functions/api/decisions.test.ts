// Why something ran, or did not, in one request: about an event, an incident, a day. And who may know.
import "../../support/quiet.ts";
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { EventOutcome } from "../../../shared/domain/automations/event-outcome.ts";
import { FoundDecision } from "../../../shared/domain/automations/found-decision.ts";
import type { JsonObject } from "../../../shared/domain/json.ts";
import { type Asked, ask, PLATFORM_ADMIN, person } from "../../support/api.ts";
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
  host = await startEvents();
});
afterAll(() => host.stop());

const freshTeam = () => `team-${randomUUID()}`;
const observer = (team: string) => person(`team:${team}:observer`);
const idOf = (event: JsonObject) => String(event["id"]);

async function happen(event: JsonObject): Promise<JsonObject> {
  await deliver("on-incident", [event]);
  return event;
}

async function explain(event: JsonObject, as: Asked["as"] = PLATFORM_ADMIN): Promise<EventOutcome> {
  return EventOutcome.parse((await ask("explain-event", { as, params: { eventId: idOf(event) } })).body);
}

const Page = z.object({ items: z.array(FoundDecision), nextCursor: z.string().nullable() });

async function find(
  query: Record<string, string>,
  as: Asked["as"] = PLATFORM_ADMIN,
): Promise<FoundDecision[]> {
  return Page.parse((await ask("find-decisions", { as, query })).body).items;
}

const P9 = { pattern: { detail: { incident: { priority: ["P9"], status: ["open"] } } } };

describe("an event", () => {
  it("says of each automation of its team whether it fired, or why not", async () => {
    const team = freshTeam();
    const runbookId = await approvedRunbook(team);
    const fires = await automation(runbookId, { name: "fires" });
    const shadow = await automation(runbookId, { name: "shadow", mode: "shadow" });
    const other = await automation(runbookId, { name: "other", ...P9 });
    const disabled = await automation(runbookId, { name: "disabled", enabled: false });
    await automation(await approvedRunbook(freshTeam()), { name: "foreign" });
    const event = await happen(incidentEvent({ teamId: team }));
    const outcome = await explain(event, observer(team));
    expect(outcome).toMatchObject({ eventId: idOf(event), teamId: team, rejection: null });
    const by = Object.fromEntries(outcome.automations.map((one) => [one.automationId, one]));
    expect(Object.keys(by)).toHaveLength(4);
    expect(by[fires.id]).toMatchObject({
      outcome: "fired",
      reason: null,
      failed: [],
      automationName: "fires",
    });
    expect(by[fires.id]?.executionId).toMatch(/^execution_/);
    expect(by[shadow.id]).toMatchObject({ outcome: "skipped", reason: "shadow", executionId: null });
    expect(by[other.id]).toMatchObject({
      ...{ outcome: "not_matched", automationVersion: 1, decidedAt: null },
      failed: [{ pointer: "/detail/incident/priority", message: expect.any(String) }],
    });
    expect(by[disabled.id]).toMatchObject({ outcome: "disabled", decidedAt: null });
  });

  it("that came before an automation, or before its change, is not decided by it", async () => {
    const team = freshTeam();
    const runbookId = await approvedRunbook(team);
    const changed = await automation(runbookId, { ...P9 });
    const event = await happen(incidentEvent({ teamId: team }));
    await ask("update-automation", {
      params: { automationId: changed.id },
      body: { pattern: { source: ["oncall.incidents"] } },
    });
    const made = await automation(runbookId);
    const { automations } = await explain(event);
    const messages = new Map(
      automations.map(({ automationId, outcome, message }) => [automationId, `${outcome}: ${message}`]),
    );
    expect(messages.get(changed.id)).toMatch(/^undecided: .*changed after the event/);
    expect(messages.get(made.id)).toBe("undecided: The automation was made after the event.");
  });

  it("is told of with the decisions of automations that are deleted since", async () => {
    const team = freshTeam();
    const { id } = await automation(await approvedRunbook(team), { name: "Gone" });
    const event = await happen(incidentEvent({ teamId: team }));
    await ask("delete-automation", { params: { automationId: id } });
    expect((await explain(event)).automations).toMatchObject([
      { automationId: id, automationName: "Gone", outcome: "fired" },
    ]);
  });

  it("that was rejected says why, to those who may see every team's", async () => {
    const event = await happen(incidentEvent({ source: "somebody" }));
    expect(await explain(event)).toMatchObject({
      ...{ eventId: idOf(event), source: "somebody", incidentId: null, automations: [] },
      rejection: { reason: "source_not_allowed" },
    });
    const hidden = await ask("explain-event", { as: observer("payments"), params: { eventId: idOf(event) } });
    expect(hidden.problem?.code).toBe("not_found");
  });

  it("of another team, or of nobody, is not found", async () => {
    const event = await happen(incidentEvent({ teamId: freshTeam() }));
    for (const eventId of [idOf(event), randomUUID()]) {
      const { problem } = await ask("explain-event", { as: observer("payments"), params: { eventId } });
      expect(problem).toMatchObject({ code: "not_found", detail: expect.stringContaining("event") });
    }
  });

  it("shows of a global automation its decision about this incident, to the incident's team", async () => {
    const [team, other] = [freshTeam(), freshTeam()];
    const { id } = await automation(await approvedRunbook(null), { name: "Everywhere", teamId: null });
    const event = await happen(incidentEvent({ teamId: team }));
    await happen(incidentEvent({ teamId: other }));
    expect((await explain(event, observer(team))).automations).toMatchObject([
      { automationId: id, outcome: "fired", teamId: null },
    ]);
    expect((await find({}, observer(team))).map(({ eventId }) => eventId)).toEqual([idOf(event)]);
    await ask("delete-automation", { params: { automationId: id } });
  });
});

describe("decisions", () => {
  it("about an incident are all there, newest first, with the names of their automations", async () => {
    const team = freshTeam();
    const runbookId = await approvedRunbook(team);
    const [one, two] = [
      await automation(runbookId, { name: "one" }),
      await automation(runbookId, { name: "two" }),
    ];
    const incidentId = `INC-${randomUUID()}`;
    for (const type of ["Incident Created", "Incident Updated"])
      await happen(incidentEvent({ teamId: team, incidentId, type }));
    await happen(incidentEvent({ teamId: team }));
    const found = await find({ incidentId }, observer(team));
    expect(found.map(({ automationId }) => automationId).sort()).toEqual(
      [one.id, one.id, two.id, two.id].sort(),
    );
    expect(found.map(({ outcome }) => outcome)).toEqual(["skipped", "skipped", "fired", "fired"]);
    expect(new Set(found.map(({ automationName }) => automationName))).toEqual(new Set(["one", "two"]));
    expect(await find({ incidentId, reason: "already_fired,cooldown", outcome: "skipped" })).toHaveLength(2);
    expect(await find({ incidentId, reason: "paused" })).toEqual([]);
    expect(await find({ incidentId }, observer("payments"))).toEqual([]);
  });

  it("of a day are found by who may see their incidents, in pages", async () => {
    const team = freshTeam();
    await automation(await approvedRunbook(team), { oncePerIncident: false });
    const events = [];
    for (let n = 0; n < 3; n++) events.push(await happen(incidentEvent({ teamId: team })));
    const from = new Date(Date.now() - 60_000).toISOString();
    const all = await find({ from, teamId: team }, observer(team));
    expect(all.map(({ eventId }) => eventId)).toEqual(events.map(idOf).reverse());
    const paged = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const query = { teamId: team, limit: "1", ...(cursor !== "" && { cursor }) };
      const { body } = await ask("find-decisions", { query });
      const page = Page.parse(body);
      paged.push(...page.items.map(({ eventId }) => eventId));
      cursor = page.nextCursor;
    }
    expect(paged).toEqual(events.map(idOf).reverse());
    expect(await find({ to: from, teamId: team })).toEqual([]);
    expect(await find({ from, teamId: team }, observer("payments"))).toEqual([]);
  });

  it("of one automation may be asked for a range, too", async () => {
    const team = freshTeam();
    const { id: automationId } = await automation(await approvedRunbook(team));
    await happen(incidentEvent({ teamId: team }));
    const now = new Date(Date.now() + 60_000).toISOString();
    const count = async (query: Record<string, string>) =>
      z
        .object({ items: z.array(z.unknown()) })
        .parse((await ask("list-automation-decisions", { params: { automationId }, query })).body).items
        .length;
    expect([await count({ to: now }), await count({ from: now })]).toEqual([1, 0]);
  });
});
