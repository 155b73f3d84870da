// Automations over the API: who may do what, what is refused, the results of a test and a backtest.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import * as z from "zod";
import { BacktestResult, DryRunResult } from "../../../shared/domain/automations/dry-run.ts";
import type { JsonObject } from "../../../shared/domain/json.ts";
import { ask, person } from "../../support/api.ts";
import {
  approvedRunbook,
  auditOf,
  automation,
  createAutomation,
  deliver,
  draftRunbook,
  type EventsHost,
  incidentEvent,
  P1,
  type Report,
  startEvents,
  storedItems,
} from "../../support/events.ts";

let host: EventsHost;
beforeAll(async () => {
  host = await startEvents();
});
afterAll(() => host.stop());

let team: string;
beforeEach(() => {
  team = `team-${randomUUID().slice(0, 8)}`;
});
const report = (given: Report = {}) => incidentEvent({ teamId: team, ...given });
const admin = () => person(`team:${team}:admin`);
const given = (runbookId: string, more: JsonObject = {}): JsonObject => ({
  name: "Restart on P1",
  runbookId,
  pattern: P1,
  parameters: { service: "{{detail.incident.id}}" },
  ...more,
});

describe("create-automation, get-automation, update-automation, delete-automation", () => {
  it("a manager of the team creates, reads, changes and deletes one, and each change is in the audit", async () => {
    const runbookId = await approvedRunbook(team);
    const created = await createAutomation(given(runbookId), { as: admin() });
    expect(created.status).toBe(201);
    expect(created.body).toMatchObject({
      teamId: team,
      enabled: true,
      oncePerIncident: true,
      cooldown: null,
      mode: "live",
      version: 1,
      createdBy: admin().sub,
    });
    const { id: automationId } = z.looseObject({ id: z.string() }).parse(created.body);
    expect(created.headers).toMatchObject({ location: `/automations/${automationId}`, etag: '"1"' });
    const params = { automationId };
    const changed = await ask("update-automation", {
      as: admin(),
      params,
      headers: { "if-match": '"1"' },
      body: { enabled: false },
    });
    expect(changed.body).toMatchObject({ version: 2, enabled: false });
    const same = await ask("update-automation", { as: admin(), params, body: { enabled: false } });
    expect(same.headers["etag"]).toBe('"2"');
    const stale = { as: admin(), params, headers: { "if-match": '"1"' } };
    expect((await ask("update-automation", { ...stale, body: { enabled: true } })).status).toBe(412);
    expect((await ask("delete-automation", stale)).status).toBe(412);
    expect((await ask("get-automation", { as: admin(), params })).body).toEqual(changed.body);
    expect((await ask("delete-automation", { as: admin(), params })).status).toBe(204);
    expect((await ask("get-automation", { as: admin(), params })).status).toBe(404);
    const actions = (await auditOf(runbookId)).filter((entry) => entry.automationId === automationId);
    expect(actions.map(({ action, sequence }) => [sequence, action])).toEqual([
      [3, "automation.deleted"],
      [2, "automation.updated"],
      [1, "automation.created"],
    ]);
    expect(actions[0]?.previousHash).toBe(actions[1]?.hash);
  });

  it("two concurrent changes of one: one wins, the other gets a conflict", async () => {
    const { id: automationId } = await automation(await approvedRunbook(team));
    const change = (name: string) => ask("update-automation", { params: { automationId }, body: { name } });
    const statuses = (await Promise.all(["a", "b", "c"].map(change))).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).not.toEqual([]);
    expect(statuses.every((status) => status === 200 || status === 409)).toBe(true);
    const audit = (await storedItems(host.table)).filter(
      (item) => item["pk"] === `automation#${automationId}`,
    );
    const stored = audit.find((item) => item["sk"] === "automation");
    expect(stored?.["version"]).toBe(1 + statuses.filter((status) => status === 200).length);
  });

  it.each([
    ["a responder", () => person(`team:${team}:responder`), 403],
    ["an observer", () => person(`team:${team}:observer`), 403],
    ["an admin of another team", () => person("team:others:admin"), 404],
  ])("%s may not", async (_who, who, status) => {
    const runbookId = await approvedRunbook(team);
    const params = { automationId: (await automation(runbookId)).id };
    const as = who();
    expect((await createAutomation(given(runbookId), { as })).status).toBe(status);
    expect((await ask("update-automation", { as, params, body: { name: "x" } })).status).toBe(status);
    expect((await ask("delete-automation", { as, params })).status).toBe(status);
    expect((await createAutomation(given(runbookId, { teamId: team }), { as })).status).toBe(403);
  });

  it("one for a draft or a deprecated runbook is 409, one for a foreign or unknown runbook 404", async () => {
    const draft = await draftRunbook(team);
    expect((await createAutomation(given(draft))).problem?.code).toBe("runbook_not_approved");
    const withdrawn = await approvedRunbook(team);
    await ask("deprecate-runbook", { params: { runbookId: withdrawn }, body: {} });
    expect((await createAutomation(given(withdrawn))).problem?.code).toBe("runbook_not_approved");
    const foreign = await approvedRunbook("others");
    const as = admin();
    expect((await createAutomation(given(foreign), { as })).problem?.code).toBe("not_found");
    const mismatched = await createAutomation(given(foreign, { teamId: team }));
    expect(mismatched.problem?.errors?.map(({ pointer }) => pointer)).toEqual(["/runbookId"]);
    const none = given("runbook_01h455vb4pex5vsknk084sn02q");
    expect((await createAutomation(none)).status).toBe(404);
  });

  it.each<[string, JsonObject, string[]]>([
    ["matches everything", { pattern: { source: [{ exists: true }] } }, ["/pattern"]],
    ["is empty", { pattern: {} }, ["/pattern"]],
    ["has an unknown operator", { pattern: { source: [{ sounds: "x" }] } }, ["/pattern/source/0/sounds"]],
    ["is over 4 KB", { pattern: { source: ["x".repeat(4096)] } }, ["/pattern"]],
    ["is no object", { pattern: [] }, ["/pattern"]],
    ["lacks a parameter", { parameters: {} }, ["/parameters/service"]],
    ["has an unknown parameter", { parameters: { service: "a", x: 1 } }, ["/parameters/x"]],
    ["has an unknown templated one", { parameters: { service: "a", x: "{{id}}" } }, ["/parameters/x"]],
    ["has one of a wrong type", { parameters: { service: "a", count: "1" } }, ["/parameters/count"]],
    [
      "names no field of events",
      { parameters: { service: "{{detail.incident.nope}}" } },
      ["/parameters/service"],
    ],
    ["has a broken template", { parameters: { service: "{{#if}}" } }, ["/parameters/service"]],
    ["has a bad cooldown", { cooldown: { seconds: -1 } }, ["/cooldown/seconds"]],
    ["has an unknown mode and field", { mode: "dry", color: "red" }, ["/mode", "/color"]],
  ])(
    "one that %s is refused with a pointer, at creation and at a change, and nothing is stored",
    async (_, wrong, pointers) => {
      const runbookId = await approvedRunbook(team);
      const { id: automationId } = await automation(runbookId);
      const before = await storedItems(host.table);
      const created = await createAutomation(given(runbookId, wrong));
      const changed = await ask("update-automation", { params: { automationId }, body: wrong });
      for (const { status, problem } of [created, changed]) {
        expect(status).toBe(400);
        const found = [...new Set(problem?.errors?.map(({ pointer }) => pointer))];
        expect(found.sort()).toEqual([...pointers].sort());
      }
      expect(await storedItems(host.table)).toEqual(before);
    },
  );

  it("keeps no secret: a literal for a secret parameter is refused", async () => {
    const properties = { service: { type: "string" }, token: { type: "string", writeOnly: true } };
    const runbookId = await approvedRunbook(team, { parameters: { type: "object", properties } });
    const answer = await createAutomation(given(runbookId, { parameters: { token: "s3cr3t-value" } }));
    expect(answer.problem?.errors?.map(({ pointer }) => pointer)).toEqual(["/parameters/token"]);
    expect(answer.text).not.toContain("s3cr3t-value");
  });
});

describe("list-automations", () => {
  it("shows what the caller may see, newest first, in pages; of one runbook where it is named", async () => {
    const runbookId = await approvedRunbook(team);
    const other = await approvedRunbook(team);
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) ids.unshift((await automation(i === 2 ? other : runbookId)).id);
    const Page = z.object({
      items: z.array(z.looseObject({ id: z.string() })),
      nextCursor: z.string().nullable(),
    });
    const found: string[] = [];
    let cursor: string | null = null;
    do {
      const query: Record<string, string> = { limit: "2", ...(cursor && { cursor }) };
      const page = Page.parse((await ask("list-automations", { as: admin(), query })).body);
      found.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor);
    expect(found.filter((id) => ids.includes(id))).toEqual(ids);
    const ofOther = await ask("list-automations", { as: admin(), query: { runbookId: other } });
    expect(Page.parse(ofOther.body).items.map(({ id }) => id)).toEqual([ids[2]]);
    const stranger = await ask("list-automations", { as: person("team:x:admin"), query: { runbookId } });
    expect(Page.parse(stranger.body).items).toEqual([]);
    const everything = Page.parse((await ask("list-automations", { query: { limit: "100" } })).body);
    expect(everything.items.map(({ id }) => id)).toEqual(expect.arrayContaining(ids));
  });
});

describe("test-automation", () => {
  const test = async (automationId: string, body: JsonObject) =>
    DryRunResult.parse((await ask("test-automation", { as: admin(), params: { automationId }, body })).body);

  it("returns the request with secrets masked, and stores and sends nothing", async () => {
    const runbookId = await approvedRunbook(team, { webhookAuth: { type: "bearer", token: "s3cr3t-token" } });
    const { id } = await automation(runbookId);
    const event = report({ incidentId: "inc-7" });
    const before = await storedItems(host.table);
    const reported = await test(id, { event });
    expect(reported).toMatchObject({ matched: true, failed: [], wouldRun: true, reason: null });
    expect(reported.parameters).toEqual({ service: "inc-7", count: 1 });
    expect(JSON.parse(reported.request?.body ?? "")).toEqual({ service: "inc-7", incident: "inc-7" });
    expect(JSON.stringify(reported)).not.toContain("s3cr3t");
    expect(await storedItems(host.table)).toEqual(before);
  });

  it("renders the templates in an array, and points at the item that is no template", async () => {
    const parameters = {
      type: "object",
      properties: { names: { type: "array", items: { type: "string" } } },
    };
    const payloadTemplate = '{"names":{{params.names}}}';
    const runbookId = await approvedRunbook(team, { parameters, payloadTemplate });
    const names = ["always", "{{detail.incident.id}}"];
    const { id } = await automation(runbookId, { parameters: { names } });
    const reported = await test(id, { event: report({ incidentId: "inc-7" }) });
    expect(reported).toMatchObject({ wouldRun: true, parameters: { names: ["always", "inc-7"] } });
    expect(JSON.parse(reported.request?.body ?? "")).toEqual({ names: ["always", "inc-7"] });
    const wrong = given(runbookId, { parameters: { names: ["a", "{{detail.nothing}}"] } });
    expect((await createAutomation(wrong, { as: admin() })).problem).toMatchObject({
      errors: [{ pointer: "/parameters/names/1", message: expect.stringContaining("is not known") }],
    });
  });

  it.each<[string, (automation: JsonObject) => JsonObject, () => JsonObject, string]>([
    ["a condition that is not met", (a) => a, () => report({ incident: { priority: "P2" } }), "not_matched"],
    ["another team's incident", (a) => a, () => incidentEvent(), "not_addressed"],
    ["a source that is not allowed", (a) => a, () => report({ source: "evil" }), "source_not_allowed"],
    ["an automation that is off", (a) => ({ ...a, enabled: false }), () => report(), "disabled"],
    ["shadow mode", (a) => ({ ...a, mode: "shadow" }), () => report(), "shadow"],
    [
      "values that do not fit",
      (a) => ({ ...a, parameters: { service: "{{detail.incident.title}}" } }),
      () => report({ incident: { title: "x".repeat(100) } }),
      "invalid_parameters",
    ],
  ])("says why nothing would run: %s", async (_, make, event, reason) => {
    const { id } = await automation(await approvedRunbook(team), make({}));
    const reported = await test(id, { event: event() });
    expect(reported).toMatchObject({ wouldRun: false, reason });
    const pointers = reported.failed.map(({ pointer }) => pointer);
    expect(pointers).toEqual(reason === "not_matched" ? ["/detail/incident/priority"] : []);
  });

  it("uses the latest event of an incident, and reports that it has fired for it", async () => {
    const { id } = await automation(await approvedRunbook(team));
    const incidentId = `inc-${randomUUID()}`;
    await deliver("on-incident", [report({ incidentId, type: "Incident Escalated" })]);
    expect(await test(id, { incidentId })).toMatchObject({ matched: true, reason: "already_fired" });
  });

  it("refuses a request without, or with both, and an event of a wrong form with its pointers", async () => {
    const { id: automationId } = await automation(await approvedRunbook(team));
    const send = (body: JsonObject) =>
      ask("test-automation", { as: admin(), params: { automationId }, body });
    expect((await send({})).status).toBe(400);
    expect((await send({ event: report(), incidentId: "x" })).status).toBe(400);
    const wrong = await send({ event: { ...report(), detail: { incident: {} } } });
    expect(wrong.problem?.errors?.map(({ pointer }) => pointer)).toContain("/event/detail/incident/title");
    expect((await send({ incidentId: "inc-none" })).status).toBe(404);
    const foreign = incidentEvent({ teamId: "others", incidentId: `inc-${randomUUID()}` });
    await deliver("on-incident", [foreign]);
    const { incident } = foreign["detail"] as { incident: { id: string } };
    expect((await send({ incidentId: incident.id })).status).toBe(404);
  });
});

describe("backtest-automation", () => {
  it("lists the runs that it would have started over a range of days, once for each incident, and stores nothing", async () => {
    const days = [10, 3, 2, 1];
    const at = (day: number) => new Date(Date.now() - day * 24 * 3_600_000).toISOString();
    for (const day of days) {
      const time = at(day);
      await deliver("on-incident", [report({ incidentId: `inc-${day % 2}`, time })]);
      await deliver("on-incident", [report({ incidentId: "other", time, incident: { priority: "P3" } })]);
    }
    const { id: automationId } = await automation(await approvedRunbook(team));
    const before = await storedItems(host.table);
    const asked = { as: admin(), params: { automationId } };
    const answer = await ask("backtest-automation", { ...asked, body: { from: at(5), to: at(0) } });
    const reported = BacktestResult.parse(answer.body);
    expect(reported).toMatchObject({
      examined: 6,
      matched: 3,
      wouldRun: 2,
      truncated: false,
      nextFrom: null,
    });
    expect(reported.items.map(({ incidentId, reason }) => [incidentId, reason])).toEqual([
      ["inc-1", null],
      ["inc-0", null],
      ["inc-1", "already_fired"],
    ]);
    expect(reported.items[0]?.parameters).toEqual({ service: "inc-1", count: 1 });
    expect(await storedItems(host.table)).toEqual(before);
  });

  it("refuses a range that is backwards, too long or no range, and a team that is not the automation's", async () => {
    const { id: automationId } = await automation(await approvedRunbook(team));
    const send = (body: JsonObject) =>
      ask("backtest-automation", { as: admin(), params: { automationId }, body });
    const [jan, feb, jun] = ["2026-01-01T00:00:00Z", "2026-01-30T00:00:00Z", "2026-06-01T00:00:00Z"] as const;
    expect((await send({ from: feb, to: jan })).problem?.errors?.[0]?.pointer).toBe("/to");
    expect((await send({ from: jan, to: jun })).problem?.errors?.[0]?.pointer).toBe("/to");
    expect((await send({ from: "yesterday", to: jan })).problem?.errors?.[0]?.pointer).toBe("/from");
    expect((await send({ from: jan, to: feb, teamId: "x" })).problem?.errors?.[0]?.pointer).toBe("/teamId");
  });

  it("of a global automation looks at one team that the caller may see", async () => {
    const { id: automationId } = await automation(await approvedRunbook(null), { enabled: false });
    const range = { from: "2026-01-01T00:00:00Z", to: "2026-01-02T00:00:00Z" };
    const send = (body: JsonObject) =>
      ask("backtest-automation", { as: admin(), params: { automationId }, body });
    expect((await send(range)).problem?.errors?.[0]?.pointer).toBe("/teamId");
    expect((await send({ ...range, teamId: "others" })).status).toBe(404);
    expect((await send({ ...range, teamId: team })).status).toBe(200);
  });
});

describe("get-incident, list-incident-executions, list-incident-runbooks", () => {
  it("show the incident, its runs, and the runbooks that may run for it", async () => {
    const runbookId = await approvedRunbook(team);
    await draftRunbook(team);
    await approvedRunbook("others");
    const global = await approvedRunbook(null);
    await automation(runbookId);
    const incidentId = `inc-${randomUUID()}`;
    const params = { incidentId };
    await deliver("on-incident", [report({ incidentId })]);
    const Ids = z.object({
      items: z.array(z.looseObject({ id: z.string(), runbookId: z.string().optional() })),
    });
    const as = person(`team:${team}:responder`);
    expect((await ask("get-incident", { as, params })).body).toMatchObject({ id: incidentId, teamId: team });
    const runs = Ids.parse((await ask("list-incident-executions", { as, params })).body).items;
    expect(runs.map((run) => run.runbookId)).toEqual([runbookId]);
    const runnable = async (group: string) => {
      const query = { limit: "100" };
      const answer = await ask("list-incident-runbooks", {
        as: person(`team:${team}:${group}`),
        params,
        query,
      });
      return Ids.parse(answer.body).items.map(({ id }) => id);
    };
    const found = await runnable("responder");
    expect(found).toEqual(expect.arrayContaining([runbookId, global]));
    const ofTeam = await ask("list-runbooks", { query: { teamId: team } });
    const drafts = Ids.parse(ofTeam.body)
      .items.map(({ id }) => id)
      .filter((id) => id !== runbookId);
    expect(found.filter((id) => drafts.includes(id))).toEqual([]);
    expect(await runnable("observer")).toEqual([]);
    const started = await ask("start-execution", {
      as,
      params: { runbookId },
      body: { parameters: { service: "a" }, incidentId },
    });
    expect(started.status).toBe(202);
  });
});
