// Break-glass through the API: who may, what it passes and what never, and that another admin must close it.
import "../../support/quiet.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { verifyAudit } from "../../../shared/application/audit/verify-audit.ts";
import { getExecutionRecord } from "../../../shared/store/executions.ts";
import {
  type Asked,
  ask,
  callFunction,
  PLATFORM_ADMIN,
  person,
  renewTable,
  startApi,
  type TestApi,
} from "../../support/api.ts";
import { BREAK_GLASS } from "../../support/break-glass.ts";
import { carryOut } from "../../support/carry-out.ts";
import { atEveryCrashPoint, crashingAt } from "../../support/crash-points.ts";
import { freezeWindowIn, openNow } from "../../support/freeze-windows.ts";
import { approvedIn, draftIn, fresh, idOf, incidentIn, start } from "../../support/library.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

const admin = (team: string) => person(`team:${team}:admin`);
const otherAdmin = (team: string) => ({ ...admin(team), sub: `second-admin-of-${team}` });
const responder = (team: string) => person(`team:${team}:responder`);
const tryStart = (runbookId: string, as = PLATFORM_ADMIN, body: object = {}, more: Asked = {}) =>
  ask("start-execution", { as, params: { runbookId }, body: { breakGlass: BREAK_GLASS, ...body }, ...more });
const close = (executionId: string, as = PLATFORM_ADMIN, note = "It was right") =>
  ask("close-break-glass", { as, params: { executionId }, body: { note } });
const pause = (scope: string | null, paused = true) =>
  ask("put-controls", { body: { scope, paused, reason: "The region moves" } });
const cancel = async (executionId: string) =>
  idOf(await ask("cancel-execution", { params: { executionId } }));
const shown = async (executionId: string) =>
  Object((await ask("get-execution", { params: { executionId } })).body);

async function openIds(as = PLATFORM_ADMIN): Promise<string[]> {
  const { body } = await ask("list-break-glass", { as, query: { limit: "100" } });
  return Object(body).items.map(({ id }: { id: string }) => id);
}

async function actionsOf(executionId: string): Promise<string[]> {
  const { runbookId } = await shown(executionId);
  const { body } = await ask("list-audit", { params: { runbookId }, query: { limit: "100" } });
  const own = Object(body).items.filter(
    (entry: { executionId: string }) => entry.executionId === executionId,
  );
  return own.map(({ action }: { action: string }) => action).reverse();
}

describe("a start with breakGlass", () => {
  it("passes a pause and a freeze of its team and of the whole service, at the start and at the beginning", async () => {
    const team = fresh("team");
    const runbookId = await approvedIn(team);
    await freezeWindowIn(team, openNow(team));
    await pause(team);
    await pause(null);
    const { status, body } = await tryStart(runbookId, admin(team));
    const { id } = Object(body);
    await carryOut(id);
    await pause(null, false);
    expect(status).toBe(202);
    expect(body).toMatchObject({ breakGlass: { ...BREAK_GLASS, incidentId: null, closedAt: null } });
    expect((await getExecutionRecord(id))?.attempts).not.toEqual([]);
    expect((await actionsOf(id)).slice(0, 3)).toEqual([
      "execution.requested",
      "execution.break_glass_opened",
      "execution.started",
    ]);
  });

  it("is for admins of the team that it runs for and platform admins; a refused one stores nothing", async () => {
    const team = fresh("team");
    const [own, global] = [await approvedIn(team), await approvedIn(null)];
    for (const as of [
      responder(team),
      { sub: "rob", groups: [`team:${team}:responder`, "team:other:admin"] },
    ]) {
      const { status, problem } = await tryStart(own, as);
      expect([status, problem?.code]).toEqual([403, "not_permitted"]);
      expect(problem?.detail).toContain(`team:${team}:admin or platform-admin`);
      expect((await tryStart(global, as, { teamId: team })).status).toBe(403);
    }
    expect((await tryStart(global, admin(team), { teamId: team })).status).toBe(202);
    expect((await tryStart(global, PLATFORM_ADMIN, { teamId: null })).status).toBe(202);
    const { body } = await ask("list-executions", { params: { runbookId: own } });
    expect(Object(body).items).toEqual([]);
  });

  it("never passes an unapproved version: not at the start, and not what was withdrawn before the beginning", async () => {
    const team = fresh("team");
    expect((await tryStart(await draftIn(team))).problem?.code).toBe("runbook_not_approved");
    const runbookId = await approvedIn(team);
    const { body } = await tryStart(runbookId, admin(team));
    await ask("withdraw-runbook", { params: { runbookId }, body: { reason: "Wrong service" } });
    await carryOut(Object(body).id);
    expect(await getExecutionRecord(Object(body).id)).toMatchObject({
      execution: { status: "FAILED", error: { code: "runbook_not_approved" } },
      attempts: [],
    });
  });

  it("keeps to the concurrency limit", async () => {
    const team = fresh("team");
    const runbookId = await approvedIn(team, { concurrency: { limit: 1, onLimit: "reject" } });
    await start(runbookId);
    expect((await tryStart(runbookId)).problem?.code).toBe("active_executions");
  });

  it("names the incident that justifies it: its own by default, another is refused, an unknown one is not looked up", async () => {
    const team = fresh("team");
    const [runbookId, incidentId] = [await approvedIn(team), await incidentIn(team)];
    const of = async (body: object) => Object((await tryStart(runbookId, admin(team), body)).body).breakGlass;
    expect(await of({ incidentId })).toMatchObject({ incidentId });
    expect(await of({ breakGlass: { ...BREAK_GLASS, incidentId: "INC-unknown" } })).toMatchObject({
      incidentId: "INC-unknown",
    });
    const two = { incidentId, breakGlass: { reason: "", incidentId: "INC-another" } };
    const { status, problem } = await tryStart(runbookId, admin(team), two);
    expect(status).toBe(400);
    expect(problem?.errors?.map(({ pointer }) => pointer).sort()).toEqual([
      "/breakGlass/incidentId",
      "/breakGlass/reason",
    ]);
  });

  it("counts to one key once", async () => {
    const runbookId = await approvedIn(fresh("team"));
    const headers = { "idempotency-key": fresh("key") };
    const first = await tryStart(runbookId, PLATFORM_ADMIN, {}, { headers });
    expect((await tryStart(runbookId, PLATFORM_ADMIN, {}, { headers })).body).toEqual(first.body);
    expect((await openIds()).filter((id) => id === Object(first.body).id)).toHaveLength(1);
  });

  it("is not inherited by a rerun, and neither rerun takes it", async () => {
    const team = fresh("team");
    const runbookId = await approvedIn(team);
    const executionId = await cancel(Object((await tryStart(runbookId)).body).id);
    const rerun = (body: object) => ask("rerun-execution", { params: { executionId }, body });
    expect((await rerun({})).body).toMatchObject({ breakGlass: null });
    await pause(team);
    expect((await rerun({})).problem?.code).toBe("paused");
    for (const refused of [
      await rerun({ breakGlass: BREAK_GLASS }),
      await ask("rerun-executions", { body: { executionIds: [executionId], breakGlass: BREAK_GLASS } }),
    ])
      expect(refused.problem?.errors).toMatchObject([{ pointer: "/breakGlass", code: "unknown_field" }]);
  });

  it("crashed at every write: the run, its entry in the list and both audit entries are stored together, or none", async () => {
    const points = await atEveryCrashPoint(async (point) => {
      await renewTable(api);
      const runbookId = await approvedIn("payments");
      const crashed = await crashingAt(point, () => tryStart(runbookId));
      const { body } = await ask("list-executions", { params: { runbookId } });
      const stored = Object(body).items.map(({ id }: { id: string }) => id);
      expect(await openIds()).toEqual(stored);
      expect((await verifyAudit()).findings).toEqual([]);
      return crashed;
    });
    expect(points).toBeGreaterThan(0);
  });
});

describe("list-break-glass", () => {
  it("lists what is open to those who may see the run, newest first", async () => {
    const [team, other] = [fresh("team"), fresh("team")];
    const global = await approvedIn(null);
    const [first, second, foreign] = [
      Object((await tryStart(await approvedIn(team))).body).id,
      Object((await tryStart(global, PLATFORM_ADMIN, { teamId: team })).body).id,
      Object((await tryStart(await approvedIn(other))).body).id,
    ];
    await start(await approvedIn(team));
    expect(await openIds(person(`team:${team}:observer`))).toEqual([second, first]);
    expect((await openIds()).slice(0, 3)).toEqual([foreign, second, first]);
    expect(await openIds(person())).toEqual([]);
  });
});

describe("the sweep", () => {
  it("counts what is open, for the metric", async () => {
    await renewTable(api);
    const count = async () => Object(await callFunction("events/sweep", {})).openBreakGlass;
    expect(await count()).toBe(0);
    const id = await cancel(Object((await tryStart(await approvedIn("payments"))).body).id);
    await tryStart(await approvedIn("payments"));
    expect(await count()).toBe(2);
    await close(id, otherAdmin("payments"));
    expect(await count()).toBe(1);
  });
});

describe("close-break-glass", () => {
  const opened = async (team: string, as = admin(team)) =>
    cancel(Object((await tryStart(await approvedIn(team), as)).body).id);

  it("closes it with a note: it leaves the list, and the run, the audit and the record say who and when", async () => {
    const team = fresh("team");
    const id = await opened(team);
    const { status, body } = await close(id, otherAdmin(team));
    expect(status).toBe(200);
    const closed = { closedBy: otherAdmin(team).sub, note: "It was right", closedAt: expect.any(String) };
    expect(body).toMatchObject({ breakGlass: { ...BREAK_GLASS, ...closed } });
    expect(await shown(id)).toEqual(body);
    expect(await openIds()).not.toContain(id);
    expect((await actionsOf(id)).at(-1)).toBe("execution.break_glass_closed");
  });

  it("is refused to the one who broke the glass, also as a platform admin, with who may", async () => {
    const team = fresh("team");
    const id = await opened(team);
    const { status, problem } = await close(id, { ...admin(team), groups: ["platform-admin"] });
    expect([status, problem?.code]).toEqual([403, "not_permitted"]);
    expect(problem?.detail).toContain("another admin of the team");
    expect(await openIds()).toContain(id);
  });

  it("answers a repetition as before, and a second one with who was first", async () => {
    const team = fresh("team");
    const id = await opened(team);
    const first = await close(id, otherAdmin(team));
    expect((await close(id, otherAdmin(team))).body).toEqual(first.body);
    for (const again of [await close(id, otherAdmin(team), "Another note"), await close(id)]) {
      expect(again.problem?.code).toBe("invalid_transition");
      expect(again.problem?.detail).toContain(otherAdmin(team).sub);
    }
    expect((await actionsOf(id)).filter((action) => action.endsWith("closed"))).toHaveLength(1);
  });

  it("two who close at once: one closes, one is told who", async () => {
    const team = fresh("team");
    const id = await opened(team);
    const answers = await Promise.all([close(id, otherAdmin(team), "One"), close(id, PLATFORM_ADMIN, "Two")]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect((await actionsOf(id)).filter((action) => action.endsWith("closed"))).toHaveLength(1);
  });

  it("waits for the end of the run, and is nothing for a run that broke none", async () => {
    const runbookId = await approvedIn(fresh("team"));
    const { id } = Object((await tryStart(runbookId)).body);
    expect((await close(id, otherAdmin("payments"))).status).toBe(404);
    const platform = { ...PLATFORM_ADMIN, sub: "second-platform-admin" };
    expect((await close(id, platform)).problem?.code).toBe("active_executions");
    const plain = await cancel(await start(runbookId));
    expect((await close(plain)).problem?.code).toBe("invalid_transition");
  });

  it("crashed at every write: closed with its entry, or open; the chain holds", async () => {
    const points = await atEveryCrashPoint(async (point) => {
      await renewTable(api);
      const id = await opened("payments");
      const crashed = await crashingAt(point, () => close(id, otherAdmin("payments")));
      const { breakGlass } = await shown(id);
      expect(await openIds()).toEqual(breakGlass.closedAt === null ? [id] : []);
      expect((await actionsOf(id)).includes("execution.break_glass_closed")).toBe(
        breakGlass.closedAt !== null,
      );
      expect((await verifyAudit()).findings).toEqual([]);
      return crashed;
    });
    expect(points).toBe(2);
  });
});
