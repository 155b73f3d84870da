// Runs for incidents, and lists: an answer never depends on, or reveals, what its caller may not see.
import { beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { ask, everyItem, PLATFORM_ADMIN, person, startApi, type TestApi } from "../support/api.ts";
import { OTHER, OWN } from "../support/authorization.ts";
import { approvedIn, draftIn, fresh, incidentIn, start } from "../support/library.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
  return api.stop;
});

const ana = person(`team:${OWN}:responder`);
const both = person(`team:${OWN}:responder`, `team:${OTHER}:observer`);
const Page = z.object({
  items: z.array(z.looseObject({ id: z.string() })),
  nextCursor: z.string().nullable(),
});
const neutral = (text: string) => text.replace(/"requestId":"[^"]+"/, '"requestId":""');

describe.each(["start-execution", "preview-runbook"] as const)("%s for an incident", (name) => {
  const cases = [
    ["a team's runbook, its own incident", OWN, OWN, ana, name === "start-execution" ? 202 : 200],
    ["a global runbook, the team's incident", null, OWN, ana, name === "start-execution" ? 202 : 200],
    ["a team's runbook, another team's incident that is not seen", OWN, OTHER, ana, 404],
    ["a global runbook, another team's incident that is not seen", null, OTHER, ana, 404],
    ["a team's runbook, another team's incident that is only watched", OWN, OTHER, both, 403],
    ["a global runbook, another team's incident that is only watched", null, OTHER, both, 403],
    ["a team's runbook, another team's incident, by the platform's admin", OWN, OTHER, PLATFORM_ADMIN, 403],
  ] as const;

  it.each(cases)("[G4][G5] %s", async (_what, scope, team, as, status) => {
    const params = { runbookId: await approvedIn(scope) };
    const incidentId = await incidentIn(team);
    const before = await everyItem(api.table);
    const answer = await ask(name, { as, params, body: { incidentId } });
    expect(answer.status, answer.text).toBe(status);
    if (status >= 400) expect(await everyItem(api.table)).toEqual(before);
    if (status !== 404) return;
    const unknown = await ask(name, { as, params, body: { incidentId: fresh("INC") } });
    expect(neutral(answer.text)).toBe(neutral(unknown.text));
  });
});

describe("a rerun", () => {
  it("[G5] asks for the incident again: who lost its team cannot run for it", async () => {
    const runbookId = await approvedIn(null);
    const executionId = await start(runbookId, { incidentId: await incidentIn(OTHER) });
    const { status } = await ask("rerun-execution", { as: ana, params: { executionId } });
    expect(status).toBe(404);
  });
});

describe("lists", () => {
  it("[G11] of runbooks are the same, page by page, with and without the runbooks of others", async () => {
    const team = fresh("team");
    const reader = person(`team:${team}:observer`);
    for (const name of ["First", "Second", "Third"]) await draftIn(team, { name });
    const pages = async () => {
      const texts: string[] = [];
      let cursor: string | null = null;
      do {
        const query = { teamId: team, limit: "2", ...(cursor !== null && { cursor }) };
        const { text, body } = await ask("list-runbooks", { as: reader, query });
        cursor = Page.parse(body).nextCursor;
        // A cursor is another one each time.
        texts.push(text.replace(cursor ?? "", "next"));
      } while (cursor !== null);
      return texts;
    };
    const alone = await pages();
    for (const other of [OWN, OTHER]) await draftIn(other, { name: "Second" });
    expect(await pages()).toEqual(alone);
    expect(alone).toHaveLength(2);
  });

  it("[G11] hold nothing of other teams, for any query", async () => {
    const hidden = fresh("hidden");
    const runbookId = await draftIn(hidden, { name: "Hidden" });
    for (const query of [{}, { teamId: hidden }, { q: "Hidden" }, { approvalStatus: "DRAFT" }]) {
      const { body } = await ask("list-runbooks", { as: ana, query: { ...query, limit: "100" } });
      expect(Page.parse(body).items.map(({ id }) => id)).not.toContain(runbookId);
    }
  });

  it("[G4] of an incident's runs leave out those of runbooks that the caller may not see", async () => {
    const incidentId = await incidentIn(OWN);
    const seen = await start(await approvedIn(OWN), { incidentId });
    const global = await start(await approvedIn(null), { incidentId });
    const { body } = await ask("list-incident-executions", { as: ana, params: { incidentId } });
    expect(Page.parse(body).items.map(({ id }) => id)).toEqual([global, seen]);
  });

  it("[K2] continue from a cursor only for its caller, list and filters", async () => {
    const team = fresh("team");
    const [reader, other] = [person(`team:${team}:observer`), person(`team:${team}:admin`)];
    for (const name of ["First", "Second"]) await draftIn(team, { name });
    const asked = { as: reader, query: { limit: "1", teamId: team } };
    const cursor = Page.parse((await ask("list-runbooks", asked)).body).nextCursor ?? "";
    const go = (changes: object, query: Record<string, string> = {}) =>
      ask("list-runbooks", { ...asked, ...changes, query: { ...asked.query, cursor, ...query } });
    expect((await go({})).status).toBe(200);
    expect((await go({}, { limit: "2" })).status).toBe(200);
    expect((await go({ as: other })).status).toBe(400);
    expect((await go({}, { q: "First" })).status).toBe(400);
    expect((await go({}, { teamId: OWN })).status).toBe(400);
    for (let i = 0; i < cursor.length; i++) {
      const flipped = `${cursor.slice(0, i)}${cursor[i] === "A" ? "B" : "A"}${cursor.slice(i + 1)}`;
      expect((await go({}, { cursor: flipped })).status, `byte ${i}`).toBe(400);
    }
  });
});
