// A workflow's request that was refused is found in the audit over everything, by those who may see what it was about.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import type { JsonObject } from "../../../shared/domain/json.ts";
import { ask, type Person, person } from "../../support/api.ts";
import { deliver, type EventsHost, incidentEvent, runRequest, startEvents } from "../../support/events.ts";
import { draftIn } from "../../support/library.ts";

const TEAM_ADMIN = person("team:payments:admin");
const OTHERS = person("team:search:admin");
const AUDITOR = person("platform-auditor");
const ACTOR = "workflow:oncall.workflows";
const INCIDENT = "INC-1";

let host: EventsHost;
let own: { runbookId: string; event: JsonObject };
let shared: { runbookId: string; event: JsonObject };
beforeAll(async () => {
  host = await startEvents();
  await deliver("on-incident", [incidentEvent({ incidentId: INCIDENT, teamId: "payments" })]);
  own = await refused(await draftIn("payments"));
  shared = await refused(await draftIn(null), { incidentId: INCIDENT });
});
afterAll(() => host.stop());

/** Nobody has approved the runbook. The request comes twice. */
async function refused(runbookId: string, detail: JsonObject = {}) {
  const event = runRequest(runbookId, detail);
  for (const each of [event, event]) await deliver("on-execution-requested", [each]);
  return { runbookId, event };
}

const Page = z.looseObject({ items: z.array(z.looseObject({ eventId: z.string().nullable() })) });
async function find(as: Person, query: Record<string, string>) {
  const { status, body } = await ask("find-audit", { as, query });
  expect(status).toBe(200);
  return Page.parse(body).items;
}
const eventsFor = async (as: Person, query: Record<string, string>) =>
  (await find(as, query)).map(({ eventId }) => eventId);

describe("GET /audit", () => {
  it.each([
    ["by its action", { action: "execution.rejected" }],
    ["by the workflow", { actor: ACTOR }],
    ["by its team", { teamId: "payments", action: "execution.rejected" }],
  ])("finds refused requests %s, each once, with the reason", async (_, query) => {
    const found = await find(AUDITOR, query);
    const entry = { action: "execution.rejected", actor: ACTOR, actorName: null, executionId: null };
    const details = { reason: "runbook_not_approved" };
    const ofTeam = {
      ...entry,
      runbookId: own.runbookId,
      eventId: own.event["id"],
      teamId: "payments",
      details,
    };
    const ofAll = {
      ...entry,
      runbookId: shared.runbookId,
      eventId: shared.event["id"],
      teamId: null,
      details,
    };
    expect(found).toMatchObject([{ ...ofAll, ranForTeamId: "payments" }, ofTeam]);
  });

  it("shows them to the team that they were for, and to no other", async () => {
    const query = { action: "execution.rejected" };
    expect(await eventsFor(TEAM_ADMIN, query)).toEqual([shared.event["id"], own.event["id"]]);
    expect(await eventsFor(OTHERS, query)).toEqual([]);
  });
});
