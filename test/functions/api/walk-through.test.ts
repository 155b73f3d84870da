// An incident from its report to the audit: what each role asks, one request for each question, and the answer to it.
import "../../support/quiet.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import type { RouteName } from "../../../shared/contract/routes.ts";
import { saveRejection } from "../../../shared/store/rejections.ts";
import { type Asked, ask, type Person, person } from "../../support/api.ts";
import { automation, deliver, type EventsHost, incidentEvent, startEvents } from "../../support/events.ts";
import { approvedIn, draftIn, GIVEN, idOf, start } from "../../support/library.ts";

const RESPONDER = person("team:payments:responder");
const TEAM_ADMIN = person("team:payments:admin");
const PLATFORM_ADMIN = person("platform-admin");
const AUDITOR = person("platform-auditor");
const INCIDENT = "INC-1";
const ELSEWHERE = "https://failover.example.com/start";

let host: EventsHost;
let happened: Awaited<ReturnType<typeof playIncident>>;
beforeAll(async () => {
  host = await startEvents();
  happened = await playIncident();
});
afterAll(() => host.stop());

/**
 * An automation restarts a service, and skips the second report. A responder starts two runbooks, and cancels one. The
 * team's admin edits a runbook, which waits for approval. Another team pauses. An event is refused.
 */
async function playIncident() {
  const [restart, drain] = [await approvedIn("payments"), await approvedIn(null, { name: "Drain a host" })];
  const foreign = await approvedIn("search");
  const { id: automationId } = await automation(restart);
  const report = () => incidentEvent({ teamId: "payments", incidentId: INCIDENT });
  const [first, second] = [report(), report()];
  for (const event of [first, second]) await deliver("on-incident", [event]);
  const asked = { as: RESPONDER };
  const started = await start(drain, { teamId: "payments", incidentId: INCIDENT }, asked);
  const cancelled = await start(restart, { incidentId: INCIDENT }, asked);
  idOf(await ask("cancel-execution", { ...asked, params: { executionId: cancelled } }));
  await start(foreign);
  const draft = await draftIn("payments", { name: "Fail over", webhookUrl: ELSEWHERE }, TEAM_ADMIN);
  const paused = { scope: "search", paused: true, reason: "A move" };
  await ask("put-controls", { as: PLATFORM_ADMIN, body: paused });
  idOf(await ask("update-automation", { params: { automationId }, body: { name: "Restart at once" } }));
  await saveRejection(
    {
      ...{ rule: "on-incident", message: "It is old.", at: "2026-03-01T03:00:00.000Z", eventId: "old" },
      ...{ source: "oncall", detailType: "Incident Created", reason: "too_old" },
      ...{ sourceId: null, kind: null },
    },
    "m1",
  );
  return { restart, drain, foreign, automationId, draft, started, cancelled, first, second };
}

const Page = z.looseObject({ items: z.array(z.looseObject({})), nextCursor: z.null() });

/** One question: one request, answered with 200. */
async function answerTo(as: Person, route: RouteName, asked: Asked = {}): Promise<unknown> {
  const { status, body } = await ask(route, { as, ...asked });
  expect(status).toBe(200);
  return body;
}

/** The items of an answer that is whole in one page. */
const listFor = async (as: Person, route: RouteName, asked: Asked = {}) =>
  Page.parse(await answerTo(as, route, asked)).items;
const fieldFor = async (field: string, ...question: Parameters<typeof listFor>) =>
  (await listFor(...question)).map((item) => item[field]);

describe("a responder asks", () => {
  const list = (field: string, route: RouteName, asked?: Asked) => fieldFor(field, RESPONDER, route, asked);

  it("which incidents are open?", async () => {
    expect(await list("id", "list-incidents", { query: { status: "open" } })).toEqual([INCIDENT]);
  });

  it("what may I run for this incident?", async () => {
    const params = { incidentId: INCIDENT };
    const { restart, drain } = happened;
    expect(await list("id", "list-incident-runbooks", { params })).toEqual([drain, restart]);
  });

  it("what is running?", async () => {
    const running = await listFor(RESPONDER, "find-executions", { query: { status: "PENDING,RUNNING" } });
    expect(running).toMatchObject([
      { id: happened.started, runbookName: "Drain a host", triggeredBy: "manual" },
      { runbookId: happened.restart, triggeredBy: "workflow", incidentId: INCIDENT },
    ]);
  });

  it("what failed, or was cancelled?", async () => {
    const query = { status: "FAILED,CANCELLED" };
    expect(await list("id", "find-executions", { query })).toEqual([happened.cancelled]);
  });

  it("what did I start?", async () => {
    const query = { executedBy: RESPONDER.sub };
    const { started, cancelled } = happened;
    expect(await list("id", "find-executions", { query })).toEqual([cancelled, started]);
  });

  it("who did that?", async () => {
    const query = { action: "execution.cancelled" };
    expect(await listFor(RESPONDER, "find-audit", { query })).toMatchObject([
      { actor: RESPONDER.sub, executionId: happened.cancelled, ranForTeamId: "payments" },
    ]);
  });
});

describe("a team's admin asks", () => {
  it("where is this host used?", async () => {
    const query = { host: new URL(GIVEN.webhookUrl).hostname };
    expect(await fieldFor("id", TEAM_ADMIN, "list-runbooks", { query })).toEqual([happened.restart]);
  });

  it("what changed?", async () => {
    const query = { teamId: "payments", action: "runbook.created,automation.updated" };
    const { restart, draft, automationId } = happened;
    expect(await listFor(TEAM_ADMIN, "find-audit", { query })).toMatchObject([
      { action: "automation.updated", automationId },
      { action: "runbook.created", runbookId: draft, actor: TEAM_ADMIN.sub },
      { action: "runbook.created", runbookId: restart },
    ]);
  });

  it("what did the automation decide, and why?", async () => {
    const params = { automationId: happened.automationId };
    const { first, second } = happened;
    expect(await listFor(TEAM_ADMIN, "list-automation-decisions", { params })).toMatchObject([
      { eventId: second["id"], outcome: "skipped", reason: "already_fired", executionId: null },
      { eventId: first["id"], outcome: "fired", reason: null, incidentId: INCIDENT },
    ]);
  });
});

describe("a platform admin asks", () => {
  it("what waits for approval?", async () => {
    const query = { approvalStatus: "DRAFT" };
    expect(await fieldFor("id", PLATFORM_ADMIN, "list-runbooks", { query })).toEqual([happened.draft]);
  });

  it("which events were refused, and why?", async () => {
    expect(await listFor(PLATFORM_ADMIN, "list-rejections")).toMatchObject([
      { eventId: "old", reason: "too_old", message: "It is old." },
    ]);
  });

  it("who paused, and why?", async () => {
    const query = { action: "kill_switch.paused" };
    expect(await listFor(PLATFORM_ADMIN, "find-audit", { query })).toMatchObject([
      { actor: PLATFORM_ADMIN.sub, teamId: "search", details: { reason: "A move" } },
    ]);
  });
});

describe("an auditor asks", () => {
  it("what happened, in every team?", async () => {
    const found = await listFor(AUDITOR, "find-audit", { query: { limit: "100" } });
    const ids = new Set(found.map(({ runbookId }) => runbookId));
    const { restart, drain, foreign, draft } = happened;
    expect(ids).toEqual(new Set([restart, drain, foreign, draft, null]));
  });

  it("which versions has an automation had?", async () => {
    const params = { automationId: happened.automationId };
    expect(await fieldFor("version", AUDITOR, "list-automation-versions", { params })).toEqual([2, 1]);
  });
});

describe("everybody asks", () => {
  it.each([
    ["responder", RESPONDER, { everyTeam: [], teams: { payments: ["view", "execute"] } }],
    ["team's admin", TEAM_ADMIN, { everyTeam: [], teams: { payments: ["view", "manage", "execute"] } }],
    ["platform admin", PLATFORM_ADMIN, { everyTeam: ["view", "manage", "approve", "execute"], teams: {} }],
    ["auditor", AUDITOR, { everyTeam: ["view"], teams: {} }],
  ])("who am I, and what may I do? The %s", async (_, as, actions) => {
    expect(await answerTo(as, "get-me")).toMatchObject({ subject: as.sub, actions, ignoredGroups: [] });
  });
});
