// Sources through the API: who may make them, what their kinds ask for, their secrets, and what a sample becomes.
import "../../support/quiet.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { listKillSwitchChanges } from "../../../shared/store/controls.ts";
import { getSource, listSourcesOfKind } from "../../../shared/store/sources.ts";
import { ask, everyItem, PLATFORM_ADMIN, person, startApi, type TestApi } from "../../support/api.ts";
import { approvedIn, automationOf, fresh, idOf } from "../../support/library.ts";
import { readSample, sampleKinds } from "../../support/source-samples.ts";
import { firing, SOURCE_SECRET, sourceIn, sourceOf } from "../../support/sources.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

const admin = (team: string) => person(`team:${team}:admin`);
const create = (body: object, as = PLATFORM_ADMIN, headers = {}) =>
  ask("create-source", { as, body, headers });
const change = (sourceId: string, body: object, headers = {}) =>
  ask("update-source", { params: { sourceId }, body, headers });
const Tested = z.looseObject({
  filtered: z.boolean(),
  items: z.array(z.looseObject({ outcome: z.string(), from: z.record(z.string(), z.string()) })),
  automations: z.array(z.looseObject({ name: z.string(), wouldRun: z.boolean() })),
});
async function test(sourceId: string, message: object, as = PLATFORM_ADMIN) {
  return Tested.parse((await ask("test-source", { as, params: { sourceId }, body: { message } })).body);
}

describe("create-source", () => {
  it.each(sampleKinds())("takes the example of %s", async (kind) => {
    const { body, status } = await create(readSample(kind, "source"));
    expect(status).toBe(201);
    expect(body).toMatchObject({ kind, version: 1, enabled: true });
  });

  it("answers the path of the intake, and no secret; none is stored in clear", async () => {
    const { body, text } = await create(sourceOf("payments"));
    const { id } = z.looseObject({ id: z.string() }).parse(body);
    expect(body).toMatchObject({
      intakePath: `/intake/${id}`,
      verification: { scheme: "bearer", secret: "********", previousUntil: null },
    });
    const stored = JSON.stringify(await everyItem(api.table));
    expect([text, stored].filter((one) => one.includes(SOURCE_SECRET))).toEqual([]);
  });

  it("is for admins of the team over HTTP; over EventBridge and for several teams for platform admins", async () => {
    const [team, other] = [fresh("team"), fresh("team")];
    expect((await create(sourceOf(team), admin(team))).status).toBe(201);
    const overEvents = { name: "Alarms", kind: "cloudwatch_alarm", teamId: team };
    for (const body of [sourceOf(other), sourceOf(null), overEvents])
      expect((await create(body, admin(team))).problem?.code).toBe("not_permitted");
    expect((await create(overEvents)).body).toMatchObject({ intakePath: null, verification: null });
  });

  it("names all that its kind asks for at once", async () => {
    const { problem } = await create({
      name: "x",
      kind: "generic",
      eventSource: "aws.partner/example.com/1",
      verification: { scheme: "bearer", secret: SOURCE_SECRET },
      filter: { status: [] },
    });
    expect(problem?.errors?.map(({ pointer }) => pointer)).toEqual([
      "/teamId",
      "/mapping",
      "/verification",
      "/filter/status",
    ]);
  });

  it.each([
    [
      "a scheme that the system does not sign with",
      { verification: { scheme: "pagerduty" } },
      "/verification/scheme",
    ],
    ["a password without a user", { verification: { scheme: "basic" } }, "/verification/secret"],
    ["no way to verify", { verification: null }, "/verification"],
    [
      "a mapping of a kind that knows its own",
      { mapping: { id: "/a", title: "/b", status: "/c" } },
      "/mapping",
    ],
    ["a partner of another system", { eventSource: "aws.partner/example.com/1" }, "/eventSource"],
  ])("refuses %s", async (_, changes, pointer) => {
    const given = sourceOf("payments");
    const verification = "verification" in changes && changes.verification;
    const body = {
      ...given,
      ...changes,
      ...(verification && { verification: { ...given.verification, ...verification } }),
    };
    expect((await create(body)).problem?.errors?.[0]?.pointer).toBe(pointer);
  });

  it("the same Idempotency-Key creates one source", async () => {
    const [team, headers] = [fresh("team"), { "idempotency-key": fresh("key") }];
    const body = sourceOf(team);
    const ids = [
      idOf(await create(body, admin(team), headers)),
      idOf(await create(body, admin(team), headers)),
    ];
    expect(ids[0]).toBe(ids[1]);
    const mine = (await listSourcesOfKind("alertmanager")).filter(({ teamId }) => teamId === team);
    expect(mine).toHaveLength(1);
  });

  it("is in the audit, with who did what to which source", async () => {
    const team = fresh("team");
    const id = idOf(await create(sourceOf(team), admin(team)));
    await change(id, { name: "Other", priority: { map: { critical: "P1" } } });
    await ask("delete-source", { params: { sourceId: id } });
    const changes = (await listKillSwitchChanges(0, 1000)).filter(({ source }) => source?.id === id);
    expect(changes.map(({ action, scope, source }) => [action, scope, source?.fields])).toEqual([
      ["source.created", team, undefined],
      ["source.updated", team, ["name", "priority"]],
      ["source.deleted", team, undefined],
    ]);
    const { body } = await ask("find-audit", { as: admin(team), query: { teamId: team } });
    expect(JSON.stringify(body)).toContain("source.deleted");
  });

  it("has a list of its own changes, newest first, also when it is deleted, and of no other source", async () => {
    const team = fresh("team");
    const [id] = [idOf(await create(sourceOf(team), admin(team))), await create(sourceOf(team), admin(team))];
    await change(id, { verification: { scheme: "bearer", secret: "another-secret-of-thirty-chars" } });
    await ask("delete-source", { params: { sourceId: id } });
    const list = (as = admin(team), query = {}) =>
      ask("list-source-audit", { as, params: { sourceId: id }, query });
    const { body, text } = await list();
    expect(body).toMatchObject({
      items: [
        { action: "source.deleted", actor: "user-platform-admin", teamId: team },
        { action: "source.updated", details: { source: { fields: ["verification"], version: 2 } } },
        { action: "source.created", actor: admin(team).sub, details: { source: { id } } },
      ],
    });
    expect(text).not.toContain("secret-of");
    const first = (await list(admin(team), { limit: "2" })).body;
    const { nextCursor } = z.looseObject({ nextCursor: z.string() }).parse(first);
    expect((await list(admin(team), { cursor: nextCursor })).body).toMatchObject({
      items: [{ action: "source.created" }],
    });
    expect((await list(admin(fresh("team")))).problem?.code).toBe("not_found");
  });
});

describe("update-source", () => {
  it("keeps what is not named, and changes nothing where nothing differs", async () => {
    const id = await sourceIn("payments");
    expect((await change(id, { enabled: false })).body).toMatchObject({ version: 2, kind: "alertmanager" });
    expect((await change(id, { enabled: false })).body).toMatchObject({ version: 2 });
  });

  it("of two writers with the same ETag, one wins", async () => {
    const id = await sourceIn("payments");
    const [first, second] = await Promise.all(
      ["a", "b"].map((name) => change(id, { name }, { "if-match": '"1"' })),
    );
    expect([first?.status, second?.status].toSorted()).toEqual([200, 412]);
  });

  it("a new secret stands beside the one before, for as long as is asked", async () => {
    const id = await sourceIn("payments");
    const verification = { scheme: "bearer", secret: "another-secret-of-thirty-chars", keepPreviousHours: 2 };
    const { body } = await change(id, { verification });
    const view = z
      .looseObject({ verification: z.looseObject({ previousUntil: z.iso.datetime() }) })
      .parse(body);
    const left = Date.parse(view.verification.previousUntil) - Date.now();
    expect(left / 3_600_000).toBeCloseTo(2, 1);
    await change(id, { verification: { ...verification, keepPreviousHours: 0 } });
    expect((await getSource(id))?.verification?.previous).toBeNull();
  });

  it("cannot take another team's incidents", async () => {
    const [team, other] = [fresh("team"), fresh("team")];
    const sourceId = await sourceIn(team);
    const asked = { as: admin(team), params: { sourceId }, body: { teamId: other } };
    expect((await ask("update-source", asked)).problem?.code).toBe("not_permitted");
  });
});

describe("list-sources", () => {
  it("lists those of the caller's teams and the global ones, of a kind if asked", async () => {
    const [team, other] = [fresh("team"), fresh("team")];
    const [mine, foreign, global] = [await sourceIn(team), await sourceIn(other), await sourceIn(null)];
    const page = async (as: typeof PLATFORM_ADMIN, query = {}) =>
      z
        .looseObject({ items: z.array(z.looseObject({ id: z.string() })) })
        .parse((await ask("list-sources", { as, query: { limit: "100", ...query } })).body)
        .items.map(({ id }) => id);
    const seen = await page(admin(team));
    expect([mine, foreign, global].map((id) => seen.includes(id))).toEqual([true, false, true]);
    expect(await page(PLATFORM_ADMIN)).toEqual(expect.arrayContaining([mine, foreign, global]));
    expect(await page(admin(team), { kind: "datadog" })).not.toContain(mine);
    await ask("delete-source", { params: { sourceId: mine } });
    expect(await page(admin(team))).not.toContain(mine);
  });
});

describe("test-source", () => {
  it("shows what a sample becomes, pointer by pointer, and which automations would fire", async () => {
    const team = fresh("team");
    const runbookId = await approvedIn(team);
    await ask("create-automation", { body: { ...automationOf(runbookId), teamId: team } });
    const before = await everyItem(api.table);
    const sourceId = await sourceIn(team);
    const { items, automations } = await test(sourceId, firing("f-1"));
    expect(items).toMatchObject([
      {
        at: "/alerts/0",
        outcome: "incident",
        report: "Created",
        incident: { id: `${sourceId}:f-1.20260301T093000000Z`, title: "The disk is full", teamId: team },
        from: { title: "/alerts/0/annotations/summary", episode: "/alerts/0/startsAt" },
      },
    ]);
    expect(automations).toMatchObject([
      { name: "Restart when checkout is slow", matched: true, wouldRun: true },
    ]);
    const after = await everyItem(api.table);
    expect(after.length - before.length).toBeLessThanOrEqual(4);
  });

  it("says that the filter leaves a message out, and asks no automation then", async () => {
    const sourceId = await sourceIn("payments", { filter: { receiver: ["other"] } });
    expect(await test(sourceId, firing())).toMatchObject({ filtered: true, automations: [] });
  });

  it("asks only automations of a team for which the caller may run something", async () => {
    const team = fresh("team");
    await ask("create-automation", { body: { ...automationOf(await approvedIn(team)), teamId: team } });
    const sourceId = await sourceIn(team);
    const observer = person(`team:${team}:observer`);
    expect((await test(sourceId, firing(), observer)).automations).toEqual([]);
    expect(
      (await ask("test-source", { as: admin(fresh("team")), params: { sourceId }, body: { message: {} } }))
        .problem?.code,
    ).toBe("not_found");
  });
});
