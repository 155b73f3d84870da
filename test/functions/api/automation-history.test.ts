// What an automation was, and who changed it: versions, differences and audit, also when it is deleted.
import "../../support/quiet.ts";
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { AuditEntry } from "../../../shared/domain/audit.ts";
import { AutomationVersion } from "../../../shared/domain/automations/automation-version.ts";
import { type Asked, ask, person } from "../../support/api.ts";
import {
  approvedRunbook,
  automation,
  type EventsHost,
  P1,
  startEvents,
  storedItems,
} from "../../support/events.ts";

let host: EventsHost;
beforeAll(async () => {
  host = await startEvents();
});
afterAll(() => host.stop());

const P2 = { detail: { incident: { priority: ["P1", "P2"] } } };

/** An automation at version 3: created, its pattern changed, its parameters and mode changed; then deleted, perhaps. */
async function changedAutomation({ deleted = false } = {}) {
  const team = `team-${randomUUID()}`;
  const { id: automationId } = await automation(await approvedRunbook(team));
  const params = { automationId };
  await ask("update-automation", { params, body: { pattern: P2 } });
  const last = { parameters: { service: "checkout" }, mode: "shadow" };
  await ask("update-automation", { as: person(`team:${team}:admin`), params, body: last });
  if (deleted) await ask("delete-automation", { params });
  return { team, params, observer: person(`team:${team}:observer`) };
}

const Versions = z.object({ items: z.array(AutomationVersion), nextCursor: z.string().nullable() });
const Entries = z.object({ items: z.array(AuditEntry), nextCursor: z.string().nullable() });

/** All pages of a list, one item each. */
async function allPages<T>(
  route: "list-automation-versions" | "list-automation-audit",
  schema: z.ZodType<{ items: T[]; nextCursor: string | null }>,
  asked: Asked,
): Promise<T[]> {
  const items: T[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const query: Record<string, string> = { limit: "1", ...(cursor && { cursor }) };
    const page = schema.parse((await ask(route, { ...asked, query })).body);
    items.push(...page.items);
    cursor = page.nextCursor;
  }
  return items;
}

describe("the versions of an automation", () => {
  it("are all changes, newest first, each with its settings, who made it and when", async () => {
    const { team, params, observer } = await changedAutomation();
    const versions = await allPages("list-automation-versions", Versions, { as: observer, params });
    const admin = person(`team:${team}:admin`);
    expect(versions).toMatchObject([
      { version: 3, change: "updated", changedBy: admin.sub, settings: { mode: "shadow", pattern: P2 } },
      { version: 2, change: "updated", settings: { mode: "live", pattern: P2 } },
      { version: 1, change: "created", settings: { mode: "live", pattern: P1, enabled: true } },
    ]);
    expect(versions[2]?.settings.parameters).toEqual({ service: "{{detail.incident.id}}" });
    const now = (await ask("get-automation", { params })).body;
    expect(now).toMatchObject({ ...versions[0]?.settings, updatedAt: versions[0]?.createdAt });
  });

  it("are stored once each, and never written again: a change of nothing and a deletion make none", async () => {
    const { params } = await changedAutomation();
    const versions = async () =>
      (await storedItems(host.table)).filter(
        (item) => item["pk"] === `automation-version#${params.automationId}`,
      );
    const before = await versions();
    await ask("update-automation", { params, body: { mode: "shadow" } });
    await ask("delete-automation", { params });
    expect(before.map((item) => item["version"])).toEqual([1, 2, 3]);
    expect(await versions()).toEqual(before);
  });

  it("of which one is asked for is that one, and one that there is not is 404", async () => {
    const { params, observer: as } = await changedAutomation();
    const one = await ask("get-automation-version", { as, params: { ...params, version: "2" } });
    expect(one.body).toMatchObject({
      automationId: params.automationId,
      version: 2,
      settings: { mode: "live" },
    });
    const none = await ask("get-automation-version", { as, params: { ...params, version: "4" } });
    expect(none.problem?.code).toBe("not_found");
  });

  it("differ in what was changed, compared with the version before or with any other", async () => {
    const { params, observer: as } = await changedAutomation();
    const diff = (version: string, from?: string) =>
      ask("diff-automation-versions", { as, params: { ...params, version }, query: from ? { from } : {} });
    const priority = {
      field: "pattern.detail.incident.priority",
      change: "changed",
      from: ["P1"],
      to: ["P1", "P2"],
    };
    const service = { field: "parameters.service", from: "{{detail.incident.id}}", to: "checkout" };
    expect((await diff("2")).body).toEqual({ from: 1, to: 2, differences: [priority] });
    expect((await diff("3")).body).toMatchObject({
      differences: [service, { field: "mode", change: "changed", from: "live", to: "shadow" }],
    });
    expect((await diff("3", "1")).body).toMatchObject({
      ...{ from: 1, to: 3, differences: [priority, service, { field: "mode" }] },
    });
    expect((await diff("1")).body).toEqual({ from: 1, to: 1, differences: [] });
    expect((await diff("3", "9")).problem?.code).toBe("not_found");
  });
});

describe("the audit of an automation", () => {
  it("says who created, changed and deleted it, newest first", async () => {
    const { params, observer } = await changedAutomation({ deleted: true });
    const entries = await allPages("list-automation-audit", Entries, { as: observer, params });
    expect(entries.map(({ action, sequence }) => [sequence, action])).toEqual([
      [4, "automation.deleted"],
      [3, "automation.updated"],
      [2, "automation.updated"],
      [1, "automation.created"],
    ]);
    expect(entries[0]?.previousHash).toBe(entries[1]?.hash);
  });
});

describe("the history of a deleted automation", () => {
  it.each([
    ["list-automation-versions", {}],
    ["get-automation-version", { version: "3" }],
    ["diff-automation-versions", { version: "3" }],
    ["list-automation-audit", {}],
  ] as const)("stays readable through %s for its team, and for no other", async (route, more) => {
    const { params, observer } = await changedAutomation({ deleted: true });
    const asked = { params: { ...params, ...more } };
    expect((await ask("get-automation", { as: observer, params })).status).toBe(404);
    expect((await ask(route, { ...asked, as: observer })).status).toBe(200);
    expect((await ask(route, { ...asked, as: person("team:others:admin") })).problem?.code).toBe("not_found");
  });
});
