// GET /audit, /incidents and /rejections: what each caller finds over all runbooks and teams.
import { beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import type { RouteName } from "../../../shared/contract/routes.ts";
import type { Rejection } from "../../../shared/domain/incidents/rejection.ts";
import { saveRejection } from "../../../shared/store/rejections.ts";
import { ask, type Person, person, renewTable, startApi, type TestApi } from "../../support/api.ts";
import { approvedIn, incidentIn } from "../../support/library.ts";
import { sourceIn } from "../../support/sources.ts";

type Overview = Extract<RouteName, "find-audit" | "list-incidents" | "list-rejections">;
const Page = z.looseObject({ items: z.array(z.looseObject({})), nextCursor: z.string().nullable() });

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
  await renewTable(api);
  return api.stop;
});

const ana = person("team:payments:responder");
const sam = person("team:search:observer");
const auditor = person("platform-auditor");
const nobody = person();

async function pageOf(name: Overview, query: Record<string, string> = {}, as?: Person) {
  const { body } = await ask(name, { query: { limit: "100", ...query }, ...(as && { as }) });
  return Page.parse(body);
}
const find = async (name: Overview, field: string, query?: Record<string, string>, as?: Person) =>
  (await pageOf(name, query, as)).items.map((item) => item[field]);

/** The pages of one item each, joined. */
async function joined(name: Overview, field: string, as: Person): Promise<unknown[]> {
  const found: unknown[] = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const page: z.infer<typeof Page> = await pageOf(name, { limit: "1", ...(cursor && { cursor }) }, as);
    found.push(...page.items.map((item) => item[field]));
    cursor = page.nextCursor;
  }
  return found;
}

describe("GET /audit", () => {
  beforeAll(async () => {
    const removed = await approvedIn("payments");
    await approvedIn("search");
    await approvedIn(null);
    await ask("delete-runbook", { params: { runbookId: removed } });
    await ask("put-controls", { body: { scope: "search", paused: true, reason: "An outage" } });
    await ask("put-controls", { body: { scope: "search", paused: false } });
    await ask("put-controls", { body: { scope: null, paused: true, reason: "A move" } });
    await ask("put-controls", { body: { scope: null, paused: false } });
  });

  const GLOBAL = ["runbook.created", "runbook.approved"];
  const PAUSES = ["kill_switch.paused", "kill_switch.resumed"];

  it("shows what was changed in the teams of the caller, in global runbooks and in pause settings", async () => {
    expect((await find("find-audit", "action", {}, ana)).toReversed()).toEqual([
      "runbook.created",
      "runbook.approved",
      ...GLOBAL,
      "runbook.deleted",
      ...PAUSES,
    ]);
    expect((await find("find-audit", "action", {}, sam)).toReversed()).toEqual([
      ...["runbook.created", "runbook.approved"],
      ...GLOBAL,
      ...PAUSES,
      ...PAUSES,
    ]);
    expect((await find("find-audit", "action", {}, nobody)).toReversed()).toEqual([...GLOBAL, ...PAUSES]);
    const all = await find("find-audit", "id");
    expect(all).toHaveLength(11);
    expect(await find("find-audit", "id", {}, auditor)).toEqual(all);
    expect(await joined("find-audit", "id", auditor)).toEqual(all);
  });

  it("names no runbook in a change of a pause setting, and gives its reason", async () => {
    const { items } = await pageOf("find-audit", { action: "kill_switch.paused", teamId: "search" }, sam);
    expect(items).toMatchObject([
      { runbookId: null, teamId: "search", actor: "user-platform-admin", details: { reason: "An outage" } },
    ]);
  });

  it("filters by team, actor, several actions and time, also combined", async () => {
    expect(
      await find("find-audit", "action", { teamId: "payments", action: "runbook.deleted,runbook.created" }),
    ).toEqual(["runbook.deleted", "runbook.created"]);
    expect(await find("find-audit", "action", { teamId: "global", action: "runbook.created" })).toEqual([
      "runbook.created",
    ]);
    expect(await find("find-audit", "action", { actor: "user-platform-admin" })).toHaveLength(11);
    expect(await find("find-audit", "action", { actor: "somebody" })).toEqual([]);
    const [latest] = await find("find-audit", "at");
    const now = await find("find-audit", "at", { from: String(latest) });
    const before = await find("find-audit", "at", { to: String(latest) });
    expect([now.every((at) => at === latest), now.length + before.length]).toEqual([true, 11]);
  });

  it("[F7] shows nothing of another team, whatever is asked", async () => {
    expect(await find("find-audit", "id", { teamId: "search" }, ana)).toEqual([]);
    expect(await find("find-audit", "id", { teamId: "payments", action: "runbook.deleted" }, sam)).toEqual(
      [],
    );
  });

  it("refuses an action that there is not", async () => {
    const { problem } = await ask("find-audit", { query: { action: "runbook.eaten" } });
    expect(problem?.errors?.[0]).toMatchObject({ pointer: "/query/action" });
  });
});

describe("GET /incidents", () => {
  let ids: string[];
  beforeAll(async () => {
    ids = [
      await incidentIn("payments", "INC-A"),
      await incidentIn("search", "INC-B"),
      await incidentIn("payments", "INC-C"),
    ];
  });

  it("shows each caller the incidents of its teams", async () => {
    expect((await find("list-incidents", "id")).toSorted()).toEqual(ids);
    expect((await find("list-incidents", "id", {}, auditor)).toSorted()).toEqual(ids);
    expect((await find("list-incidents", "id", {}, ana)).toSorted()).toEqual(["INC-A", "INC-C"]);
    expect(await find("list-incidents", "id", {}, sam)).toEqual(["INC-B"]);
    expect(await find("list-incidents", "id", {}, nobody)).toEqual([]);
    expect(await joined("list-incidents", "id", ana)).toEqual(await find("list-incidents", "id", {}, ana));
  });

  it("filters by team, status and time of creation, and shows the latest report once", async () => {
    expect(await find("list-incidents", "id", { teamId: "search" })).toEqual(["INC-B"]);
    expect(await find("list-incidents", "id", { teamId: "search" }, ana)).toEqual([]);
    const statuses = await find("list-incidents", "status");
    expect(await find("list-incidents", "id", { status: `closed,${statuses[0]}` })).toHaveLength(3);
    expect(await find("list-incidents", "id", { status: "closed" })).toEqual([]);
    const [createdAt] = await find("list-incidents", "createdAt", { teamId: "search" });
    const range = { from: String(createdAt), to: "2999-01-01T00:00:00Z", teamId: "search" };
    expect(await find("list-incidents", "id", range)).toEqual(["INC-B"]);
    expect(await find("list-incidents", "id", { to: String(createdAt), teamId: "search" })).toEqual([]);
  });
});

describe("GET /rejections", () => {
  const rejection = (eventId: string, at: string): Rejection => ({
    ...{ rule: "on-incident", message: "It is old.", at, eventId },
    ...{ source: "oncall", detailType: "Incident Created", sourceId: null, kind: null },
    reason: "too_old",
  });
  beforeAll(async () => {
    await saveRejection(rejection("e1", "2026-03-01T03:00:00.000Z"), "m1");
    await saveRejection(rejection("e2", "2026-03-03T03:00:00.000Z"), "m2");
    await saveRejection(rejection("e3", "2026-03-02T03:00:00.000Z"), "m3");
  });

  it("shows platform admins and auditors what was rejected, newest first", async () => {
    expect(await find("list-rejections", "eventId")).toEqual(["e2", "e3", "e1"]);
    expect(await joined("list-rejections", "eventId", auditor)).toEqual(["e2", "e3", "e1"]);
    const range = { from: "2026-03-02T00:00:00Z", to: "2026-03-03T03:00:00Z" };
    expect(await find("list-rejections", "eventId", range)).toEqual(["e3"]);
    expect((await pageOf("list-rejections", { limit: "1" })).items).toEqual([
      rejection("e2", "2026-03-03T03:00:00.000Z"),
    ]);
  });

  it("shows who may view a source what it could not read, and nobody else", async () => {
    const sourceId = await sourceIn("payments");
    const refused = rejection("e4", "2026-03-04T03:00:00.000Z");
    await saveRejection({ ...refused, reason: "unmapped", sourceId, kind: "alertmanager" }, "m4");
    expect(await find("list-rejections", "eventId", { sourceId }, ana)).toEqual(["e4"]);
    expect(await find("list-rejections", "eventId", { sourceId })).toEqual(["e4"]);
    const foreign = await ask("list-rejections", { as: sam, query: { sourceId } });
    expect(foreign.problem?.code).toBe("not_found");
    const another = await sourceIn("payments");
    expect(await find("list-rejections", "eventId", { sourceId: another }, ana)).toEqual([]);
  });

  it("[F7] shows others none", async () => {
    for (const other of [ana, sam, nobody])
      expect(await find("list-rejections", "eventId", {}, other)).toEqual([]);
  });
});
