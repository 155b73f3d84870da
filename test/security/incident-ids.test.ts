// Ids of incidents in requests, as callers may write them: no form leads to the incident of another team or source.
import "../support/quiet.ts";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import * as z from "zod";
import { startLocalHost, type TestHost } from "../support/local-host.ts";
import { firing, SIGNED_BY_BEARER, sourceOf } from "../support/sources.ts";

const BOSS = { user: "boss", groups: ["platform-admin"] };
const ROB = { user: "rob", groups: ["team:payments:responder"] };
const SAM = { user: "sam", groups: ["team:search:admin"] };
/** Names that another system's incidents have, or that mean something in a path. */
const NAMES = ["plain", "a:b", "a/b", "a%3Ab", "../other", "a b", "ü", "x".repeat(256), "source_0:1"];

let host: TestHost;
let own: string[] = [];
let foreign: string[] = [];
const Items = z.looseObject({ items: z.array(z.looseObject({ id: z.string(), teamId: z.string() })) });

async function report(teamId: string): Promise<string> {
  const created = await host.ask("POST", "/sources", { as: BOSS, body: sourceOf(teamId) });
  const { id } = z.looseObject({ id: z.string() }).parse(created.body);
  const startsAt = new Date(Date.now() - 60_000).toISOString();
  const alerts = NAMES.flatMap((name) => firing(name, { startsAt }).alerts);
  const body = { ...firing(), alerts };
  expect((await host.ask("POST", `/intake/${id}`, { body, headers: SIGNED_BY_BEARER })).status).toBe(202);
  return id;
}

const listed = async () =>
  Items.parse((await host.ask("GET", "/incidents?limit=100", { as: BOSS })).body).items;

beforeAll(async () => {
  host = await startLocalHost();
  await report("payments");
  await report("search");
  await vi.waitFor(async () => expect(await listed()).toHaveLength(2 * NAMES.length), {
    ...{ timeout: 30_000, interval: 300 },
  });
  const all = await listed();
  own = all.filter(({ teamId }) => teamId === "payments").map(({ id }) => id);
  foreign = all.filter(({ teamId }) => teamId === "search").map(({ id }) => id);
});
afterAll(() => host?.stop());

it("each name is an incident of its own, of each source", () => {
  expect([new Set(own).size, new Set(foreign).size]).toEqual([NAMES.length, NAMES.length]);
});

/** Every route that takes the id of an incident. */
const ROUTES = ["", "/executions", "/runbooks"].map((rest) => (id: string) => `/incidents/${id}${rest}`);

describe.each(ROUTES.map((path) => [path("ID"), path] as const))("GET %s", (_, path) => {
  const statusOf = async (id: string, as = ROB) => (await host.ask("GET", path(id), { as })).status;

  it("shows its own, with the colon written plainly or encoded, and nothing of others", async () => {
    for (const id of own) {
      expect([await statusOf(id), await statusOf(encodeURIComponent(id))]).toEqual([200, 200]);
      expect(await statusOf(id, SAM)).toBe(404);
    }
    for (const id of foreign)
      expect([await statusOf(id), await statusOf(encodeURIComponent(id))]).toEqual([404, 404]);
  });

  it("answers every other form with a refusal", async () => {
    const [mine = "", theirs = ""] = [own[0], foreign[0]];
    const forms = [
      ...[mine.replace(":", "%253A"), mine.replace(":", "/"), mine.replace(":", "%2F")],
      ...[`${mine}/../${theirs}`, `${mine}%2F..%2F${theirs}`, `..%2Fincidents%2F${theirs}`],
      ...[`${mine}%00`, `${mine}%0A`, `${mine}%20`, `${mine},${theirs}`, mine.toUpperCase()],
      ...["%", "%ZZ", "x".repeat(129), "x".repeat(256), encodeURIComponent("ü"), "*", "%2A"],
    ];
    for (const form of forms)
      expect([form, await statusOf(form)]).toEqual([form, expect.toSatisfy(isRefusal)]);
  });
});

const isRefusal = (status: number) => status === 400 || status === 404;

it("a run, a test of an automation and a list take no incident of another team by its id", async () => {
  const [theirs = ""] = foreign;
  const found = await host.ask("GET", `/executions?incidentId=${encodeURIComponent(theirs)}`, { as: ROB });
  expect(Items.parse(found.body).items).toEqual([]);
  const runbook = await host.ask("POST", "/runbooks", {
    as: BOSS,
    body: {
      ...{ name: "Look", description: "Looks", teamId: "payments", webhookUrl: "http://127.0.0.1:9/x" },
      payloadTemplate: '{"title": {{incident.title}}}',
    },
  });
  const { id } = z.looseObject({ id: z.string() }).parse(runbook.body);
  await host.ask("POST", `/runbooks/${id}/approve`, { as: BOSS, body: { version: 1 } });
  const start = await host.ask("POST", `/runbooks/${id}/executions`, {
    as: ROB,
    body: { incidentId: theirs },
  });
  expect([400, 404]).toContain(start.status);
  expect(start.text).not.toContain("The disk is full");
  const preview = await host.ask("POST", `/runbooks/${id}/preview`, {
    as: ROB,
    body: { incidentId: theirs },
  });
  expect(preview.text).not.toContain("The disk is full");
});
