// What becomes of the automations of a deleted runbook: the sweep disables each once, whatever dies or changes meanwhile.
import "../../support/quiet.ts";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import * as z from "zod";
import { verifyAudit } from "../../../shared/application/audit/verify-audit.ts";
import { AuditEntry } from "../../../shared/domain/audit.ts";
import { AutomationView } from "../../../shared/domain/automations/automation.ts";
import { ask, callFunction, person, renewTable, startApi, type TestApi } from "../../support/api.ts";
import { atEveryBorder } from "../../support/borders.ts";
import { atEveryCrashPoint, crashingAt } from "../../support/crash-points.ts";
import { approvedIn, automationOf, idOf } from "../../support/library.ts";
import { aroundSdkCalls } from "../../support/sdk-calls.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
  return api.stop;
});
let stopWatching = () => undefined as unknown;
beforeEach(async () => {
  await renewTable(api);
  vi.useFakeTimers({ toFake: ["Date"] });
  vi.setSystemTime("2026-04-01T03:00:00.000Z");
});
afterEach(() => {
  stopWatching();
  vi.useRealTimers();
});

const HOUR_MS = 3_600_000;
const pass = (ms: number) => vi.setSystemTime(Date.now() + ms);

const Counts = z.looseObject({ automationsDisabled: z.int(), failed: z.int() });
const sweep = async () => Counts.parse(await callFunction("events/sweep", {}));
const create = async (runbookId: string, name: string) =>
  idOf(await ask("create-automation", { body: { ...automationOf(runbookId), name } }));
const change = (automationId: string, body: object) =>
  ask("update-automation", { params: { automationId }, body });
const shown = async (automationId: string) =>
  AutomationView.parse((await ask("get-automation", { params: { automationId } })).body);
const auditOf = async (automationId: string) =>
  z
    .object({ items: z.array(AuditEntry) })
    .parse((await ask("list-automation-audit", { params: { automationId } })).body).items;
const timesDisabled = async (automationId: string) =>
  (await auditOf(automationId)).filter(({ action }) => action === "automation.disabled").length;

async function remove(runbookId: string): Promise<void> {
  expect((await ask("delete-runbook", { params: { runbookId } })).status).toBe(204);
}

/** A runbook with so many enabled automations. */
async function runbookWith(count: number) {
  const runbookId = await approvedIn("payments");
  const ids: string[] = [];
  for (let n = 1; n <= count; n++) ids.push(await create(runbookId, `Automation ${n}`));
  return { runbookId, ids };
}

const DISABLED = { enabled: false, disabledReason: "runbook_deleted", updatedBy: "system:reconciler" };

describe("the automations of a deleted runbook", () => {
  it("are disabled by the next sweep, with a version, an entry and the reason, and by no later one", async () => {
    const { runbookId, ids } = await runbookWith(2);
    const other = await runbookWith(1);
    await remove(runbookId);
    expect(await sweep()).toMatchObject({ automationsDisabled: 2, failed: 0 });
    expect(await sweep()).toMatchObject({ automationsDisabled: 0, failed: 0 });
    for (const id of ids) {
      expect(await shown(id)).toMatchObject({ ...DISABLED, version: 2 });
      const details = { reason: "runbook_deleted", version: 2 };
      expect((await auditOf(id))[0]).toMatchObject({
        ...{ action: "automation.disabled", actor: "system:reconciler", details },
      });
      const version = await ask("get-automation-version", { params: { automationId: id, version: "2" } });
      expect(version.body).toMatchObject({ change: "disabled", settings: { enabled: false } });
      const diff = await ask("diff-automation-versions", { params: { automationId: id, version: "2" } });
      expect(diff.body).toMatchObject({ differences: [{ field: "enabled", from: true, to: false }] });
    }
    expect(await shown(other.ids[0] ?? "")).toMatchObject({ enabled: true, disabledReason: null });
    expect((await verifyAudit()).findings).toEqual([]);
  });

  it("stay as they were where a person had disabled or deleted them", async () => {
    const { runbookId, ids } = await runbookWith(2);
    const [off = "", gone = ""] = ids;
    await change(off, { enabled: false });
    await ask("delete-automation", { params: { automationId: gone } });
    await remove(runbookId);
    expect(await sweep()).toMatchObject({ automationsDisabled: 0 });
    expect(await shown(off)).toMatchObject({ version: 2, disabledReason: null });
  });

  it("cannot be switched on again, nor be given another pattern; a name they can", async () => {
    const { runbookId, ids } = await runbookWith(1);
    const [id = ""] = ids;
    await remove(runbookId);
    await sweep();
    for (const body of [{ enabled: true }, { parameters: { service: "x" } }]) {
      const { problem } = await change(id, body);
      expect(problem).toMatchObject({ code: "invalid_transition" });
      expect(problem?.detail).toContain("The runbook of this automation was deleted");
    }
    expect((await change(id, { name: "Old" })).body).toMatchObject({ disabledReason: "runbook_deleted" });
  });

  it("are looked for once more after a day, for those that the index showed late", async () => {
    const { runbookId, ids } = await runbookWith(1);
    const [id = ""] = ids;
    await remove(runbookId);
    stopWatching = aroundSdkCalls(async ({ input }, send) =>
      input["IndexName"] === "by-runbook" ? { Items: [], $metadata: {} } : send(),
    );
    expect(await sweep()).toMatchObject({ automationsDisabled: 0 });
    stopWatching();
    pass(23 * HOUR_MS);
    expect(await sweep()).toMatchObject({ automationsDisabled: 0 });
    pass(HOUR_MS);
    expect(await sweep()).toMatchObject({ automationsDisabled: 1 });
    expect(await shown(id)).toMatchObject(DISABLED);
    expect(await queriesOfAutomations(sweep)).toBe(0);
  });

  it("that cannot be disabled do not hold up those of other runbooks, and are tried again", async () => {
    const [first, second] = [await runbookWith(1), await runbookWith(1)];
    await remove(first.runbookId);
    pass(1000);
    await remove(second.runbookId);
    stopWatching = aroundSdkCalls(async ({ command, input }, send) => {
      const isFirst = JSON.stringify(input).includes(`automation#${first.ids[0]}`);
      if (isFirst && command.constructor.name === "TransactWriteCommand") throw new Error("no");
      return send();
    });
    expect(await sweep()).toMatchObject({ automationsDisabled: 1, failed: 1 });
    stopWatching();
    expect(await sweep()).toMatchObject({ automationsDisabled: 1, failed: 0 });
    for (const id of [...first.ids, ...second.ids]) expect(await timesDisabled(id)).toBe(1);
  });
});

/** How often the index of a runbook's automations is asked. */
async function queriesOfAutomations(act: () => Promise<unknown>): Promise<number> {
  let queries = 0;
  stopWatching = aroundSdkCalls(async ({ input }, send) => {
    if (input["IndexName"] === "by-runbook") queries++;
    return send();
  });
  await act();
  stopWatching();
  return queries;
}

describe("the sweep that disables them", () => {
  it("crashed at every write: the next one disables the rest, each once", async () => {
    const points = await atEveryCrashPoint(async (point) => {
      await renewTable(api);
      const { runbookId, ids } = await runbookWith(2);
      await remove(runbookId);
      const crashed = await crashingAt(point, () => sweep().catch(() => null));
      await sweep();
      for (const id of ids) {
        expect(await shown(id)).toMatchObject({ ...DISABLED, version: 2 });
        expect(await timesDisabled(id)).toBe(1);
      }
      expect((await verifyAudit()).findings).toEqual([]);
      return crashed;
    });
    // Two automations, and the note that they are done.
    expect(points).toBeGreaterThanOrEqual(6);
  });

  it("twice at once disables each once", async () => {
    const { runbookId, ids } = await runbookWith(4);
    await remove(runbookId);
    const counts = await Promise.all([sweep(), sweep(), sweep()]);
    expect(counts.reduce((sum, { automationsDisabled }) => sum + automationsDisabled, 0)).toBe(4);
    for (const id of ids) expect(await timesDisabled(id)).toBe(1);
  });

  it.each([
    ["renamed", (id: string) => change(id, { name: "Another" })],
    ["disabled by a person", (id: string) => change(id, { enabled: false })],
    [
      "approved",
      (automationId: string) => ask("approve-automation", { params: { automationId }, body: { version: 1 } }),
    ],
    ["deleted", (automationId: string) => ask("delete-automation", { params: { automationId } })],
  ])("leaves none enabled that is %s meanwhile, at every border", async (what, act) => {
    const borders = await atEveryBorder(async (hold) => {
      await renewTable(api);
      const { runbookId, ids } = await runbookWith(1);
      const [id = ""] = ids;
      await remove(runbookId);
      let met = false;
      await hold(sweep, async () => {
        met = (await act(id)).status < 300;
      });
      await sweep();
      const isGone = met && what === "deleted";
      if (isGone) expect((await ask("get-automation", { params: { automationId: id } })).status).toBe(404);
      else expect((await shown(id)).enabled).toBe(false);
      expect(await timesDisabled(id)).toBeLessThanOrEqual(1);
      expect((await verifyAudit()).findings).toEqual([]);
    });
    expect(borders).toBeGreaterThan(5);
  });
});

describe("a runbook that is deleted", () => {
  it.each([
    [
      "while an automation of it is switched on",
      async (_runbookId: string, id: string) => change(id, { enabled: true }),
    ],
    [
      "while an automation of it is made",
      (runbookId: string) => ask("create-automation", { body: automationOf(runbookId) }),
    ],
  ])("%s leaves none enabled, at every border", async (_what, act) => {
    await atEveryBorder(async (hold) => {
      await renewTable(api);
      const { runbookId, ids } = await runbookWith(1);
      const [id = ""] = ids;
      await change(id, { enabled: false });
      let isRemoved = false;
      await hold(
        () => act(runbookId, id),
        async () => {
          await remove(runbookId);
          isRemoved = true;
        },
      );
      if (!isRemoved) await remove(runbookId);
      await sweep();
      const { body } = await ask("list-automations", { query: { runbookId, enabled: "true" } });
      expect(body).toMatchObject({ items: [] });
    });
  });

  it("is told by its team's observers what became of its automations", async () => {
    const { runbookId, ids } = await runbookWith(1);
    await remove(runbookId);
    await sweep();
    const as = person("team:payments:observer");
    const listed = await ask("list-automations", { as, query: { runbookId } });
    expect(listed.body).toMatchObject({ items: [{ id: ids[0], disabledReason: "runbook_deleted" }] });
  });
});
