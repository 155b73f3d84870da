// Freeze windows through the API: who may make them, what is refused at once, and that nothing starts while one is open.
import "../../support/quiet.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createFreezeWindow } from "../../../shared/application/change-freeze-windows.ts";
import { killSwitchHashOf } from "../../../shared/domain/kill-switches.ts";
import { getKillSwitchChainHead, listKillSwitchChanges } from "../../../shared/store/controls.ts";
import { getExecutionRecord } from "../../../shared/store/executions.ts";
import { getFreezeWindows } from "../../../shared/store/freeze-windows.ts";
import { ask, PLATFORM_ADMIN, person, startApi, type TestApi } from "../../support/api.ts";
import { carryOut } from "../../support/carry-out.ts";
import { atEveryCrashPoint, crashingAt } from "../../support/crash-points.ts";
import { freezeWindowIn, neverNow, openNow } from "../../support/freeze-windows.ts";
import { approvedIn, fresh, idOf, start } from "../../support/library.ts";
import { act, newId } from "../../support/seed.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

const create = (body: object, as = PLATFORM_ADMIN, headers = {}) =>
  ask("create-freeze-window", { as, body, headers });
const remove = (freezeWindowId: string, as = PLATFORM_ADMIN) =>
  ask("delete-freeze-window", { as, params: { freezeWindowId } });
const responder = (team: string) => person(`team:${team}:responder`);
const admin = (team: string) => person(`team:${team}:admin`);
const tryStart = (runbookId: string, team: string) =>
  ask("start-execution", { as: responder(team), params: { runbookId }, body: {} });
const KEEPS_SHUT = { kind: "allow", schedule: "0 3 29 2 *", durationMinutes: 1 } as const;

describe("create-freeze-window", () => {
  it("answers the window, who made it, whether it is open, and when", async () => {
    const team = fresh("team");
    const { manual: _default, ...rule } = neverNow(team);
    const { status, body } = await create(rule, admin(team));
    expect(status).toBe(201);
    expect(body).toMatchObject({ ...rule, manual: "refuse", createdBy: admin(team).sub, active: false });
    expect(body).toMatchObject({
      beginsAt: expect.stringMatching(/-02-29T02:00:00\.000Z$/),
      endsAt: expect.stringMatching(/-02-29T02:01:00\.000Z$/),
    });
  });

  it("is for admins of the team, and for the whole service for platform admins", async () => {
    const [team, other] = [fresh("team"), fresh("team")];
    expect((await create(neverNow(team), admin(team))).status).toBe(201);
    expect((await create(neverNow(other), admin(team))).problem?.code).toBe("not_permitted");
    expect((await create(neverNow(null), admin(team))).problem?.code).toBe("not_permitted");
    expect((await create(neverNow(team), responder(team))).problem?.code).toBe("not_permitted");
    const { body } = await create(neverNow(null));
    await remove(String(Object(body).id));
  });

  it("names all that is wrong at once, with what to do", async () => {
    const wrong = {
      ...neverNow("payments"),
      schedule: "0 0 0 * * *",
      durationMinutes: 0,
      timeZone: "Berlin",
    };
    const { problem } = await create({
      ...wrong,
      kind: "maybe",
      manual: "yes",
      reason: "",
      name: "",
      more: 1,
    });
    expect(
      Object.fromEntries((problem?.errors ?? []).map(({ pointer, message }) => [pointer, message])),
    ).toEqual({
      "/name": expect.any(String),
      "/kind": "must be one of: deny, allow",
      "/manual": "must be one of: allow, refuse",
      "/reason": expect.any(String),
      "/more": expect.any(String),
      "/schedule": "must have five fields, minute hour day month weekday, like 0 22 * * 5",
      "/durationMinutes": expect.any(String),
      "/timeZone": "must be the IANA name of a time zone, like Europe/Berlin",
    });
  });

  it.each([
    ["never begins", { schedule: "0 0 30 2 *" }, "/schedule", /never begins/],
    [
      "never ends",
      { schedule: "0 * * * *", durationMinutes: 60 },
      "/durationMinutes",
      /never ends: it begins again on/,
    ],
    [
      "overlaps itself",
      { schedule: "0 1,23 * * *", durationMinutes: 150 },
      "/durationMinutes",
      /must be shorter/,
    ],
    ["is longer than a month", { durationMinutes: 32 * 24 * 60 + 1 }, "/durationMinutes", /46080/],
    ["has an offset for a zone", { timeZone: "+02:00" }, "/timeZone", /IANA/],
    ["has no cron expression", { schedule: "61 * * * *" }, "/schedule", /no cron expression/],
  ])("refuses a window that %s, beside a missing reason", async (_what, change, place, message) => {
    const { reason: _none, ...rule } = neverNow("payments");
    const { problem } = await create({ ...rule, ...change });
    expect(problem?.code).toBe("malformed_request");
    const found = Object.fromEntries((problem?.errors ?? []).map((issue) => [issue.pointer, issue.message]));
    expect(Object.keys(found).sort()).toEqual([place, "/reason"].sort());
    expect(found[place]).toMatch(message);
  });

  it.each(["scope", "kind", "schedule", "durationMinutes", "timeZone", "name"])("needs %s", async (field) => {
    const rule = Object.fromEntries(Object.entries(neverNow("payments")).filter(([name]) => name !== field));
    expect((await create(rule)).problem?.errors).toEqual([
      { pointer: `/${field}`, message: expect.stringMatching(/^is required/), code: "required" },
    ]);
  });

  it("makes one window for one key, and at most 20 in a scope", async () => {
    const team = fresh("team");
    const key = { "idempotency-key": fresh("key") };
    const first = await create(neverNow(team), admin(team), key);
    expect((await create(neverNow(team), admin(team), key)).body).toEqual(first.body);
    for (let n = 1; n < 20; n++) expect((await create(neverNow(team), admin(team))).status).toBe(201);
    const { problem } = await create(neverNow(team), admin(team));
    expect(problem).toMatchObject({
      code: "invalid_transition",
      detail: expect.stringContaining("delete one"),
    });
    for (const { id } of (await getFreezeWindows()).windows.filter(({ scope }) => scope === team))
      await remove(id);
  });

  it("crashed at every write: window, digest and entry are written together, or not at all", async () => {
    const points = await atEveryCrashPoint(async (point) => {
      const team = fresh("team");
      const runbookId = await approvedIn(team);
      const { auditSequence } = await getKillSwitchChainHead();
      const window = { ...openNow(team), id: newId("freezewindow") };
      const crashed = await crashingAt(point, () => createFreezeWindow(window, () => act(), null));
      const made = (await getFreezeWindows()).windows.some(({ id }) => id === window.id);
      expect((await tryStart(runbookId, team)).status).toBe(made ? 409 : 202);
      expect((await getKillSwitchChainHead()).auditSequence).toBe(auditSequence + (made ? 1 : 0));
      return crashed;
    });
    expect(points).toBe(2);
  });
});

describe("list-freeze-windows", () => {
  it("shows everybody the windows of the whole service, and a team's only to who may see the team", async () => {
    const [mine, foreign] = [fresh("team"), fresh("team")];
    const everywhere = await freezeWindowIn(null);
    const own = await freezeWindowIn(mine, openNow(mine));
    const theirs = await freezeWindowIn(foreign, openNow(foreign));
    const { body, text } = await ask("list-freeze-windows", { as: person(`team:${mine}:observer`) });
    expect(text).not.toContain(theirs);
    expect(text).not.toContain(foreign);
    expect(Object(body).windows.map(({ id }: { id: string }) => id)).toEqual(
      expect.arrayContaining([everywhere, own]),
    );
    expect(Object(body).frozen).toEqual([
      {
        ...{ scope: mine, manual: "refuse", kind: "deny" },
        until: expect.any(String),
        windowId: own,
        name: "Year end",
        reason: expect.any(String),
      },
    ]);
    for (const id of [everywhere, own, theirs]) await remove(id);
  });
});

describe("delete-freeze-window", () => {
  it("is for who may make it; others see none, and afterwards there is none", async () => {
    const team = fresh("team");
    const id = await freezeWindowIn(team);
    expect((await remove(id, admin(fresh("team")))).problem?.code).toBe("not_found");
    expect((await remove(id, responder(team))).problem?.code).toBe("not_permitted");
    expect((await remove(id, admin(team))).status).toBe(204);
    expect((await remove(id, admin(team))).problem?.code).toBe("not_found");
    const everywhere = await freezeWindowIn(null);
    expect((await remove(everywhere, admin(team))).problem?.code).toBe("not_permitted");
    expect((await remove(everywhere)).status).toBe(204);
  });

  it("and creation are entries of the one chain of the controls, with the whole window", async () => {
    const team = fresh("team");
    const before = (await getKillSwitchChainHead()).auditSequence;
    const id = await freezeWindowIn(team);
    await ask("put-controls", { body: { scope: team, paused: true, reason: "Between" } });
    await remove(id);
    const entries = await listKillSwitchChanges(before);
    expect(entries.map(({ action }) => action)).toEqual([
      "freeze_window.created",
      "kill_switch.paused",
      "freeze_window.deleted",
    ]);
    for (const { hash, ...entry } of entries) expect(hash).toBe(killSwitchHashOf(entry));
    for (const entry of [entries[0], entries[2]])
      expect(entry?.freezeWindow).toEqual({ ...neverNow(team), id });
    const { body } = await ask("find-audit", { query: { teamId: team } });
    expect(Object(body).items[0]).toMatchObject({
      ...{ action: "freeze_window.deleted", teamId: team, runbookId: null },
      details: { freezeWindow: { id, schedule: "0 3 29 2 *" } },
    });
  });
});

describe("while a window is open", () => {
  it("a start is 409 frozen with which, until when and why; other teams start; without it all do", async () => {
    const [team, other] = [fresh("team"), fresh("team")];
    const [runbookId, others] = [await approvedIn(team), await approvedIn(other)];
    const id = await freezeWindowIn(team, openNow(team));
    const { status, problem } = await tryStart(runbookId, team);
    expect(status).toBe(409);
    expect(problem).toMatchObject({
      code: "frozen",
      detail: expect.stringMatching(
        new RegExp(
          `^New runs of the team ${team} are frozen until .*Z by the freeze window Year end: The shop`,
        ),
      ),
    });
    expect((await tryStart(others, other)).status).toBe(202);
    await remove(id);
    expect((await tryStart(runbookId, team)).status).toBe(202);
  });

  it("people start where it lets them; a rerun is a start like any other", async () => {
    const team = fresh("team");
    const runbookId = await approvedIn(team);
    const executionId = await start(runbookId, {}, { as: responder(team) });
    const rerun = () => ask("rerun-execution", { as: responder(team), params: { executionId } });
    const kindly = await freezeWindowIn(team, openNow(team, { manual: "allow" }));
    expect([(await tryStart(runbookId, team)).status, (await rerun()).status]).toEqual([202, 202]);
    await freezeWindowIn(team, openNow(team));
    expect([(await tryStart(runbookId, team)).problem?.code, (await rerun()).problem?.code]).toEqual([
      "frozen",
      "frozen",
    ]);
    await remove(kindly);
    const many = await ask("rerun-executions", {
      as: responder(team),
      body: { executionIds: [executionId] },
    });
    expect(Object(many.body).items[0]).toMatchObject({ status: 409, problem: { code: "frozen" } });
  });

  it("a global runbook does not start for its team; outside of an allow window nothing does", async () => {
    const team = fresh("team");
    const global = await approvedIn(null);
    const id = await freezeWindowIn(team, { ...neverNow(team), ...KEEPS_SHUT });
    expect((await tryStart(global, team)).problem?.detail).toContain("outside of the allow window Leap day");
    expect((await tryStart(global, fresh("team"))).status).toBe(202);
    const open = await freezeWindowIn(team, openNow(team, { kind: "allow" }));
    expect((await tryStart(global, team)).status).toBe(202);
    for (const one of [id, open]) await remove(one);
  });

  it("a run that is PENDING when it opens, or waits in the queue, ends as frozen without a call", async () => {
    const team = fresh("team");
    const runbookId = await approvedIn(team, { concurrency: { limit: 1, onLimit: "queue" } });
    const [first, queued] = [await start(runbookId), await start(runbookId)];
    await freezeWindowIn(team, openNow(team));
    for (const id of [first, queued]) {
      await carryOut(id);
      expect(await getExecutionRecord(id)).toMatchObject({
        execution: {
          ...{ status: "FAILED", startedAt: null },
          error: {
            code: "frozen",
            message: expect.stringMatching(/Year end: The shop is moving Nothing was sent\.$/),
          },
        },
        attempts: [],
      });
    }
  });

  it("a run begins that people started, if it lets people pass", async () => {
    const team = fresh("team");
    const pending = await start(await approvedIn(team), {}, { as: responder(team) });
    await freezeWindowIn(team, openNow(team, { manual: "allow" }));
    await carryOut(pending);
    expect((await getExecutionRecord(pending))?.execution.startedAt).not.toBeNull();
  });

  it("a window of others that comes in between delays no beginning", async () => {
    const pending = await start(await approvedIn(fresh("team")));
    const id = await freezeWindowIn(fresh("team"));
    await carryOut(pending);
    expect((await getExecutionRecord(pending))?.execution.startedAt).not.toBeNull();
    await remove(id);
  });
});

describe("window ∥ start", () => {
  it("in rounds: once the window has been answered, nothing starts any more, until it has been deleted", async () => {
    const team = fresh("team");
    const runbookId = await approvedIn(team);
    for (let round = 0; round < 5; round++) {
      const starts = [1, 2, 3].map(() => tryStart(runbookId, team));
      const id = idOf(await create(openNow(team)));
      expect((await tryStart(runbookId, team)).problem?.code).toBe("frozen");
      for (const { status } of await Promise.all(starts)) expect([202, 409]).toContain(status);
      await remove(id);
      expect((await tryStart(runbookId, team)).status).toBe(202);
    }
  });
});
