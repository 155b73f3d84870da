// What an automation decided about each event and why; and the automations that a list is asked for.
import "../../support/quiet.ts";
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { AutomationView } from "../../../shared/domain/automations/automation.ts";
import { Decision } from "../../../shared/domain/automations/automation-decision.ts";
import { type Asked, ask, person } from "../../support/api.ts";
import {
  approvedRunbook,
  automation,
  deliver,
  type EventsHost,
  incidentEvent,
  P1,
  startEvents,
  storedRuns,
} from "../../support/events.ts";

let host: EventsHost;
beforeAll(async () => {
  host = await startEvents();
});
afterAll(() => host.stop());

const freshTeam = () => `team-${randomUUID()}`;
const Page = z.object({ items: z.array(Decision), nextCursor: z.string().nullable() });
async function decisionsOf(automationId: string, asked: Asked = {}): Promise<Decision[]> {
  const { items } = Page.parse(
    (await ask("list-automation-decisions", { ...asked, params: { automationId } })).body,
  );
  return items;
}

/** An automation of a fresh team that fired for one event, and skipped the next of the same incident. */
async function decidedTwice() {
  const teamId = freshTeam();
  const { id } = await automation(await approvedRunbook(teamId));
  const incidentId = `INC-${randomUUID()}`;
  const events = [incidentEvent({ teamId, incidentId }), incidentEvent({ teamId, incidentId })];
  for (const event of events) await deliver("on-incident", [event]);
  return { teamId, id, incidentId, observer: person(`team:${teamId}:observer`), events };
}

describe("the decisions of an automation", () => {
  it("say for each event, newest first, whether it started an execution, which, or why not", async () => {
    const { teamId, id, incidentId, observer, events } = await decidedTwice();
    const run = (await storedRuns(host.table)).find(({ trigger }) => trigger.automationId === id);
    const about = {
      automationId: id,
      automationVersion: 1,
      incidentId,
      ranForTeamId: teamId,
      caughtUp: null,
    };
    expect(await decisionsOf(id, { as: observer })).toEqual([
      {
        ...about,
        ...{
          eventTime: events[1]?.["time"],
          eventId: events[1]?.["id"],
          outcome: "skipped",
          reason: "already_fired",
          executionId: null,
        },
        ...{ message: expect.stringContaining("incident"), at: expect.any(String) },
      },
      {
        ...about,
        ...{
          eventTime: events[0]?.["time"],
          eventId: events[0]?.["id"],
          outcome: "fired",
          reason: null,
          executionId: run?.id,
        },
        ...{ message: null, at: expect.any(String) },
      },
    ]);
  });

  it("name an event once, however often it is delivered, and no event that does not match", async () => {
    const { teamId, id, events } = await decidedTwice();
    await deliver("on-incident", events);
    await deliver("on-incident", [incidentEvent({ teamId, incident: { priority: "P4" } })]);
    expect(await decisionsOf(id)).toHaveLength(2);
  });

  it("come in pages", async () => {
    const { id } = await decidedTwice();
    const params = { automationId: id };
    const first = Page.parse(
      (await ask("list-automation-decisions", { params, query: { limit: "1" } })).body,
    );
    const query = { limit: "1", cursor: first.nextCursor ?? "" };
    const second = Page.parse((await ask("list-automation-decisions", { params, query })).body);
    const outcomes = [...first.items, ...second.items].map(({ outcome }) => outcome);
    expect([outcomes, second.nextCursor]).toEqual([["skipped", "fired"], null]);
  });

  it("stay readable after its deletion, for its team alone", async () => {
    const { id, observer } = await decidedTwice();
    await ask("delete-automation", { params: { automationId: id } });
    expect(await decisionsOf(id, { as: observer })).toHaveLength(2);
    const foreign = { as: person("team:others:admin"), params: { automationId: id } };
    expect((await ask("list-automation-decisions", foreign)).problem?.code).toBe("not_found");
  });

  it("of a global one show to each team what is about its own incidents", async () => {
    const { id } = await automation(await approvedRunbook(null), { pattern: P1 });
    const [one, other] = [freshTeam(), freshTeam()];
    await deliver("on-incident", [incidentEvent({ teamId: one }), incidentEvent({ teamId: other })]);
    const seenBy = async (asked: Asked) =>
      (await decisionsOf(id, asked)).map(({ ranForTeamId }) => ranForTeamId);
    expect(await seenBy({ as: person(`team:${one}:observer`) })).toEqual([one]);
    expect(await seenBy({ as: person(`team:${other}:admin`) })).toEqual([other]);
    expect(await seenBy({ as: person("team:third:admin") })).toEqual([]);
    expect((await seenBy({})).sort()).toEqual([one, other].sort());
  });
});

const Listed = z.object({ items: z.array(AutomationView) });

describe("list-automations", () => {
  it("has those of a team, a runbook, a mode and a state, and of several of these at once", async () => {
    const teamId = freshTeam();
    const [runbookId, other] = [await approvedRunbook(teamId), await approvedRunbook(teamId)];
    const names: Record<string, string> = {};
    const make = async (name: string, of: string, given = {}) => {
      const { id } = await automation(of, { name, ...given });
      names[id] = name;
    };
    await make("live", runbookId);
    await make("shadow", runbookId, { mode: "shadow" });
    await make("off", runbookId, { enabled: false });
    await make("shadow and off", other, { mode: "shadow", enabled: false });
    const listed = async (query: Record<string, string>, as?: Asked["as"]) => {
      const { items } = Listed.parse((await ask("list-automations", { query, ...(as && { as }) })).body);
      return items.flatMap(({ id }) => names[id] ?? []).sort();
    };
    expect(await listed({ teamId })).toEqual(["live", "off", "shadow", "shadow and off"]);
    expect(await listed({ teamId, enabled: "true" })).toEqual(["live", "shadow"]);
    expect(await listed({ teamId, mode: "shadow" })).toEqual(["shadow", "shadow and off"]);
    expect(await listed({ teamId, mode: "shadow", enabled: "false" })).toEqual(["shadow and off"]);
    expect(await listed({ runbookId, mode: "live" })).toEqual(["live", "off"]);
    expect(await listed({ runbookId, mode: "live", enabled: "false", teamId })).toEqual(["off"]);
    expect(await listed({ runbookId, teamId: "global" })).toEqual([]);
    expect(await listed({ enabled: "false", limit: "100" })).toEqual(["off", "shadow and off"]);
    const observer = person(`team:${teamId}:observer`);
    expect(await listed({ enabled: "true" }, observer)).toEqual(["live", "shadow"]);
    expect(await listed({ teamId }, person("team:others:admin"))).toEqual([]);
    expect(await listed({ runbookId }, person("team:others:admin"))).toEqual([]);
  });

  it("refuses a state and a mode that there are not", async () => {
    const refused = await ask("list-automations", { query: { enabled: "yes", mode: "dead" } });
    expect(refused.problem?.errors?.map(({ pointer }) => pointer)).toEqual(["/query/enabled", "/query/mode"]);
  });
});
