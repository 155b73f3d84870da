// Approval of automations, where the deployment asks for it: who gives one, what ends it, and that nothing fires without.
import "../../support/quiet.ts";
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import * as z from "zod";
import { AutomationView } from "../../../shared/domain/automations/automation.ts";
import { DryRunResult } from "../../../shared/domain/automations/dry-run.ts";
import type { JsonObject } from "../../../shared/domain/json.ts";
import { type Asked, ask, type Person, person } from "../../support/api.ts";
import { atEveryBorder, beforeEvery, heldAt } from "../../support/borders.ts";
import {
  approvedRunbook,
  auditOf,
  automation,
  deliver,
  type EventsHost,
  incidentEvent,
  startEvents,
  storedItems,
} from "../../support/events.ts";

const ON = { APPROVE_AUTOMATIONS: "true", FOUR_EYES: "false", APPROVER_OF_ANOTHER_TEAM: "false" };

let host: EventsHost;
beforeAll(async () => {
  host = await startEvents({ RATE_LIMIT_STARTS_PER_MINUTE: "0" });
});
afterAll(() => host.stop());

beforeEach(() => void Object.assign(process.env, ON));

let team: string;

const admin = (sub: string, ...groups: string[]): Person => ({ sub, groups: ["platform-admin", ...groups] });
const [BEN, CYD] = [admin("ben"), admin("cyd")];
const TITLE = { parameters: { service: "{{detail.incident.title}}" } };

/** In a team of its own, made by a platform admin. */
const made = async (more: JsonObject = {}) => {
  team = `team-${randomUUID()}`;
  const runbookId = await approvedRunbook(team);
  return { runbookId, id: (await automation(runbookId, more)).id };
};
const approve = (automationId: string, version: number, as = BEN, headers = {}) =>
  ask("approve-automation", { as, params: { automationId }, body: { version }, headers });
const change = (automationId: string, body: JsonObject, asked: Asked = {}) =>
  ask("update-automation", { ...asked, params: { automationId }, body });
const shown = async (automationId: string) =>
  AutomationView.parse((await ask("get-automation", { params: { automationId } })).body);
const report = () => incidentEvent({ teamId: team });

/** What became of an event: `fired`, the reason of its skip, or nothing. */
async function outcomeOf(automationId: string, event: JsonObject): Promise<string> {
  const { body } = await ask("list-automation-decisions", { params: { automationId } });
  const Decisions = z.object({
    items: z.array(z.object({ eventId: z.string(), outcome: z.string(), reason: z.string().nullable() })),
  });
  const found = Decisions.parse(body).items.filter(({ eventId }) => eventId === event["id"]);
  expect(found.length).toBeLessThanOrEqual(1);
  return found[0]?.reason ?? found[0]?.outcome ?? "nothing";
}

async function happens(automationId: string): Promise<string> {
  const event = report();
  expect(await deliver("on-incident", [event])).toEqual([]);
  return outcomeOf(automationId, event);
}

describe("a live automation, where the deployment asks for approval", () => {
  it("starts nothing until a platform admin approves it, and each skip says so", async () => {
    const { id } = await made();
    expect(await shown(id)).toMatchObject({ approval: null, awaitsApproval: true });
    expect(await happens(id)).toBe("automation_not_approved");
    const approved = await approve(id, 1);
    expect(approved).toMatchObject({ status: 200, headers: { etag: '"1"' } });
    expect(approved.body).toMatchObject({
      ...{ version: 1, awaitsApproval: false },
      approval: { version: 1, by: "ben", selfApproved: false },
    });
    expect(await happens(id)).toBe("fired");
  });

  it("says in its test why it would not run, and that it would when it is approved", async () => {
    const { id } = await made();
    const test = async () =>
      DryRunResult.parse(
        (await ask("test-automation", { params: { automationId: id }, body: { event: report() } })).body,
      );
    expect(await test()).toMatchObject({ matched: true, wouldRun: false, reason: "automation_not_approved" });
    await approve(id, 1);
    expect(await test()).toMatchObject({ wouldRun: true, reason: null });
  });

  it("in shadow mode records without one, and needs one to go live", async () => {
    const { id } = await made({ mode: "shadow" });
    expect(await shown(id)).toMatchObject({ awaitsApproval: false });
    expect(await happens(id)).toBe("shadow");
    await change(id, { mode: "live" });
    expect(await happens(id)).toBe("automation_not_approved");
  });

  it.each<[string, JsonObject]>([
    ["pattern", { pattern: { detail: { incident: { priority: ["P1", "P2"] } } } }],
    ["parameters", TITLE],
    ["mode", { mode: "shadow" }],
    ["oncePerIncident", { oncePerIncident: false }],
    ["cooldown", { cooldown: { seconds: 60 } }],
  ])("loses its approval by a change of %s", async (_setting, body) => {
    const { id } = await made();
    await approve(id, 1);
    expect((await change(id, body)).body).toMatchObject({ version: 2, approval: null });
  });

  it("keeps it under another name, and while it is switched off and on again", async () => {
    const { id } = await made();
    await approve(id, 1);
    await change(id, { name: "Another name" });
    await change(id, { enabled: false });
    await change(id, { enabled: true });
    expect(await shown(id)).toMatchObject({ version: 4, approval: { version: 1 }, awaitsApproval: false });
    expect(await happens(id)).toBe("fired");
  });

  it("is listed with those that nobody has approved, or with the others", async () => {
    const { runbookId, id } = await made();
    const other = await automation(runbookId, { name: "Another one" });
    await approve(other.id, 1);
    const idsOf = async (approved: string) =>
      z
        .object({ items: z.array(z.object({ id: z.string() })) })
        .parse((await ask("list-automations", { query: { runbookId, approved } })).body)
        .items.map((each) => each.id);
    expect(await idsOf("false")).toEqual([id]);
    expect(await idsOf("true")).toEqual([other.id]);
  });
});

describe("where the deployment does not ask for it", () => {
  beforeEach(() => void Object.assign(process.env, { APPROVE_AUTOMATIONS: "false" }));

  it("nothing waits for an approval, and one may be given ahead", async () => {
    const { id } = await made();
    expect(await shown(id)).toMatchObject({ approval: null, awaitsApproval: false });
    expect(await happens(id)).toBe("fired");
    expect((await approve(id, 1)).status).toBe(200);
    process.env["APPROVE_AUTOMATIONS"] = "true";
    expect(await happens(id)).toBe("fired");
  });
});

describe("approve-automation", () => {
  it.each([
    ["an admin of its team", (of: string) => person(`team:${of}:admin`), 403],
    ["an auditor", () => person("platform-auditor"), 403],
    ["an admin of another team", () => person("team:others:admin"), 404],
  ])("is not for %s", async (_who, who, status) => {
    const { id } = await made();
    expect((await approve(id, 1, who(team))).status).toBe(status);
    expect((await shown(id)).approval).toBeNull();
  });

  it("is for the current version alone, by the body and by If-Match", async () => {
    const { id } = await made();
    await change(id, TITLE);
    expect((await approve(id, 1)).problem?.code).toBe("version_conflict");
    expect((await approve(id, 2, BEN, { "if-match": '"1"' })).problem?.code).toBe("precondition_failed");
    expect((await approve(id, 2, BEN, { "if-match": '"2"' })).status).toBe(200);
  });

  it("repeated by the same person answers as it did and writes nothing; another person has nothing to approve", async () => {
    const { id, runbookId } = await made();
    const first = await approve(id, 1);
    const again = await Promise.all([approve(id, 1), approve(id, 1)]);
    for (const answer of again) expect(answer).toMatchObject({ status: 200, body: first.body });
    expect((await approve(id, 1, CYD)).problem?.code).toBe("invalid_transition");
    const entries = (await auditOf(runbookId)).filter(({ action }) => action === "automation.approved");
    expect(entries).toMatchObject([{ actor: "ben", automationId: id, details: { version: 1 } }]);
  });

  it("makes no version, and stands in the automation's audit", async () => {
    const { id } = await made();
    const versions = async () =>
      (await storedItems(host.table)).filter((item) => item["pk"] === `automation-version#${id}`).length;
    await approve(id, 1);
    expect(await versions()).toBe(1);
    const { body } = await ask("list-automation-audit", { params: { automationId: id } });
    expect(body).toMatchObject({
      items: [{ action: "automation.approved" }, { action: "automation.created" }],
    });
  });

  it("[H2] with four eyes is refused to everybody who wrote what nobody has approved", async () => {
    const { id } = await made();
    process.env["FOUR_EYES"] = "true";
    await change(id, TITLE, { as: BEN });
    await change(id, { name: "Renamed" }, { as: CYD });
    for (const author of [BEN, CYD])
      expect((await approve(id, 3, author)).problem?.code).toBe("not_permitted");
    const dan = admin("dan");
    expect((await approve(id, 3, dan)).body).toMatchObject({ approval: { by: "dan", selfApproved: false } });
    await change(id, { cooldown: { seconds: 9 } }, { as: dan });
    expect((await approve(id, 4, dan)).problem?.code).toBe("not_permitted");
    expect((await approve(id, 4, BEN)).status).toBe(200);
  });

  it("by an author is marked as such, and somebody else may approve it again", async () => {
    const { id } = await made();
    await change(id, TITLE, { as: BEN });
    expect((await approve(id, 2, BEN)).body).toMatchObject({ approval: { selfApproved: true } });
    expect((await approve(id, 2, CYD)).body).toMatchObject({ approval: { by: "cyd", selfApproved: false } });
  });

  it("[H2] of its own team is refused, where the deployment asks for approvers of another one", async () => {
    process.env["APPROVER_OF_ANOTHER_TEAM"] = "true";
    const { id } = await made();
    const own = admin("eve", `team:${team}:observer`);
    expect((await approve(id, 1, own)).problem?.code).toBe("not_permitted");
    expect((await approve(id, 1, CYD)).status).toBe(200);
  });
});

describe("[K13] while it is changed or approved", () => {
  const serviceIn = async (runbookId: string) => {
    const { body } = await ask("list-executions", { params: { runbookId } });
    const [run] = z.object({ items: z.array(z.object({ id: z.string() })) }).parse(body).items;
    if (!run) return null;
    const execution = await ask("get-execution", { params: { executionId: run.id } });
    return z.object({ parameters: z.looseObject({}) }).parse(execution.body).parameters["service"];
  };

  it("[H20] no event starts what nobody has reviewed, wherever the change comes between", async () => {
    const borders = await atEveryBorder(async (hold) => {
      const { runbookId, id } = await made();
      await approve(id, 1);
      const event = report();
      let changed = false;
      await hold(
        async () => expect(await deliver("on-incident", [event])).toEqual([]),
        async () => {
          expect((await change(id, TITLE)).status).toBe(200);
          changed = true;
        },
      );
      const fired = (await outcomeOf(id, event)) === "fired";
      expect(await serviceIn(runbookId)).toBe(fired ? Object(event)["detail"].incident.id : null);
      if (!fired) expect(await outcomeOf(id, event)).toBe(changed ? "automation_not_approved" : "fired");
    });
    expect(borders).toBeGreaterThan(5);
  });

  it("an approval that comes while an event is skipped is seen", async () => {
    const { id } = await made();
    const event = report();
    const skips = (command: string, items: readonly string[]) =>
      command.startsWith("TransactWrite") && items.includes("decision") && !items.includes("execution");
    await heldAt(
      skips,
      () => deliver("on-incident", [event]),
      () => approve(id, 1),
    );
    expect(await outcomeOf(id, event)).toBe("fired");
  });

  it("[H20] an approval of what is changed meanwhile is refused, at every border", async () => {
    const borders = await atEveryBorder(async (hold) => {
      const { id } = await made();
      let changed = 0;
      const approved = await hold(
        () => approve(id, 1),
        async () => {
          changed = (await change(id, TITLE)).status;
        },
      );
      const { approval, version } = await shown(id);
      if (changed === 200) expect([version, approval]).toEqual([2, null]);
      else expect(approved.status).toBe(200);
    });
    expect(borders).toBeGreaterThan(1);
  });

  it("an approval of what is changed again and again is a conflict", async () => {
    const { id } = await made();
    const writes = (command: string, items: readonly string[]) =>
      command.startsWith("TransactWrite") && items.includes("automation");
    const rest = beforeEvery(writes, () => change(id, { name: randomUUID() }));
    expect((await approve(id, 1)).problem?.code).toBe("version_conflict");
    rest();
    expect((await shown(id)).approval).toBeNull();
  });
});
