// Workflows ask for runs: once for each request, under the same rules as a person, or refused with a reason.
import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import * as z from "zod";
import { QUEUE } from "../../../shared/contract/events.ts";
import type { JsonObject } from "../../../shared/domain/json.ts";
import { ask } from "../../support/api.ts";
import {
  approvedRunbook,
  auditOf,
  deadLettersOf,
  deliver,
  draftRunbook,
  type EventsHost,
  incidentEvent,
  runRequest as request,
  startEvents,
  storedRuns,
} from "../../support/events.ts";
import { violations } from "../../support/invariants.ts";

let host: EventsHost;
beforeAll(async () => {
  host = await startEvents();
});
afterAll(async () => {
  // Every outcome of events lies in the table by now.
  expect(await violations({ now: new Date(0) })).toEqual([]);
  await host.stop();
});

let team: string;
beforeEach(() => {
  team = `team-${randomUUID()}`;
});
afterEach(() => {
  delete process.env["WORKFLOW_SOURCES"];
});

const target = "on-execution-requested";
const runsOf = async (runbookId: string) =>
  (await storedRuns(host.table)).filter((run) => run.runbookId === runbookId);
const reasons = () =>
  deadLettersOf(host, "execution-requests").map((m) => m.attributes["reason"]?.StringValue);

async function reported(teamId: string): Promise<string> {
  const incidentId = `inc-${randomUUID()}`;
  await deliver("on-incident", [incidentEvent({ incidentId, teamId })]);
  return incidentId;
}

describe("a request", () => {
  it("starts one run, however often it comes and under any event id", async () => {
    const runbookId = await approvedRunbook(team);
    const incidentId = await reported(team);
    const first = request(runbookId, { incidentId });
    const again = { ...first, id: randomUUID() };
    expect(await deliver(target, [first, first, again, again])).toEqual([]);
    expect(await deliver(target, [first])).toEqual([]);
    const runs = await runsOf(runbookId);
    expect(runs).toHaveLength(1);
    expect(runs[0]).toMatchObject({
      triggeredBy: "workflow",
      executedBy: "workflow:oncall.workflows",
      incidentId,
      trigger: { requestId: (first["detail"] as JsonObject)["requestId"] },
    });
    expect(reasons()).toEqual([]);
  });

  it("that has run is not refused when it comes again after the runbook was withdrawn", async () => {
    const runbookId = await approvedRunbook(team);
    const event = request(runbookId);
    await deliver(target, [event]);
    await ask("deprecate-runbook", { params: { runbookId }, body: {} });
    expect(await deliver(target, [event])).toEqual([]);
    expect(reasons()).toEqual([]);
  });

  it("waits for the report of its incident until its last delivery", async () => {
    const runbookId = await approvedRunbook(team);
    const body = JSON.stringify(request(runbookId, { incidentId: `inc-${randomUUID()}` }));
    expect(await deliver(target, [{ body, receives: 1 }])).toEqual([0]);
    expect(reasons()).toEqual([]);
    expect(await deliver(target, [{ body, receives: QUEUE.maxReceives }])).toEqual([]);
    expect(reasons()).toEqual(["incident_unknown"]);
  });

  it.each([
    ["runbook_not_approved", async () => request(await draftRunbook(team))],
    ["runbook_unknown", async () => request("runbook_01h455vb4pex5vsknk084sn02q")],
    ["invalid_parameters", async () => request(await approvedRunbook(team), { parameters: { service: 7 } })],
    ["invalid_parameters", async () => request(await approvedRunbook(team), { parameters: {} })],
    [
      "not_permitted",
      async () => request(await approvedRunbook(team), { incidentId: await reported("others") }),
    ],
    ["source_not_allowed", async () => request(await approvedRunbook(team), {}, { source: "evil" })],
    ["malformed", async () => request(await approvedRunbook(team), { requestId: "" })],
    [
      "time_in_future",
      async () => request(await approvedRunbook(team), {}, { time: "2090-01-01T00:00:00Z" }),
    ],
    [
      "cause_unknown",
      async () => request(await approvedRunbook(team), { causedBy: "execution_01h455vb4pex5vsknk084sn02q" }),
    ],
  ])("J2, J3: %s (case %#) runs nothing and lies in the dead-letter queue", async (reason, make) => {
    const event = await make();
    const before = (await storedRuns(host.table)).length;
    expect(await deliver(target, [event])).toEqual([]);
    expect(reasons()).toEqual([reason]);
    expect(await storedRuns(host.table)).toHaveLength(before);
  });

  it("that is refused is in the runbook's audit, once; redriven after an approval, it runs", async () => {
    const runbookId = await draftRunbook(team);
    const event = request(runbookId);
    await deliver(target, [event]);
    await deliver(target, [event]);
    const refusals = (await auditOf(runbookId)).filter(({ action }) => action === "execution.rejected");
    expect(refusals).toHaveLength(1);
    expect(refusals[0]).toMatchObject({
      actor: "workflow:oncall.workflows",
      executionId: null,
      eventId: event["id"],
      details: { reason: "runbook_not_approved" },
    });
    await ask("approve-runbook", { params: { runbookId }, body: { version: 1 } });
    const [letter] = deadLettersOf(host, "execution-requests");
    await deliver(target, [event]);
    expect(reasons()).toEqual(["runbook_not_approved"]);
    expect(await runsOf(runbookId)).toHaveLength(0);
    await deliver(target, [{ body: letter?.body ?? "", redriven: true }]);
    expect(await runsOf(runbookId)).toHaveLength(1);
    expect(reasons()).toEqual([]);
  });

  it("that was refused is asked again by another event of its workflow", async () => {
    const runbookId = await draftRunbook(team);
    const event = request(runbookId);
    await deliver(target, [event]);
    await ask("approve-runbook", { params: { runbookId }, body: { version: 1 } });
    await deliver(target, [{ ...event, id: randomUUID() }]);
    expect(await runsOf(runbookId)).toHaveLength(1);
    expect(reasons()).toEqual(["runbook_not_approved"]);
  });

  it("of a source that is bound to a team runs that team's runbooks and global ones, for its incidents only", async () => {
    process.env["WORKFLOW_SOURCES"] = `bot=${team}`;
    const source = { source: "bot" };
    const [own, foreign, global] = [
      await approvedRunbook(team),
      await approvedRunbook("others"),
      await approvedRunbook(null),
    ];
    const [here, there] = [await reported(team), await reported("others")];
    await deliver(target, [
      request(own, { incidentId: here }, source),
      request(global, { incidentId: here }, source),
      request(foreign, {}, source),
      request(global, { incidentId: there }, source),
      request(own, {}, { source: "oncall.workflows" }),
    ]);
    expect([await runsOf(own), await runsOf(global), await runsOf(foreign)].map((r) => r.length)).toEqual([
      1, 1, 0,
    ]);
    expect(reasons().sort()).toEqual(["not_permitted", "not_permitted", "source_not_allowed"]);
  });

  it("is for the incident's team, the only team of its source, or the team that it names", async () => {
    process.env["WORKFLOW_SOURCES"] = `one=${team},two=${team},two=others,all`;
    const global = await approvedRunbook(null);
    const incidentId = await reported(team);
    const teamOf = async (source: string, detail: JsonObject) => {
      const requestId = `for-${randomUUID()}`;
      await deliver(target, [request(global, { ...detail, requestId }, { source })]);
      const run = (await runsOf(global)).find(({ trigger }) => trigger["requestId"] === requestId);
      return run?.ranForTeamId;
    };
    expect(await teamOf("one", {})).toBe(team);
    expect(await teamOf("two", { incidentId })).toBe(team);
    expect(await teamOf("two", { teamId: "others" })).toBe("others");
    expect(await teamOf("all", {})).toBeNull();
    expect(await teamOf("all", { teamId: team })).toBe(team);
    expect(await teamOf("two", {})).toBeUndefined();
    expect(await teamOf("one", { teamId: "others" })).toBeUndefined();
    expect(reasons().sort()).toEqual(["malformed", "not_permitted"]);
  });

  it("that is refused for a team is announced to that team only", async () => {
    process.env["WORKFLOW_SOURCES"] = `one=${team},all`;
    const global = await draftRunbook(null);
    const incidentId = await reported(team);
    await deliver(target, [request(global, {}, { source: "one" })]);
    await deliver(target, [request(global, { incidentId }, { source: "all" })]);
    expect(reasons()).toEqual(["runbook_not_approved", "runbook_not_approved"]);
    const rejected = async (groups: string[]) => {
      const as = { sub: "reader", groups };
      const { body } = await ask("list-audit", { as, params: { runbookId: global } });
      const { items } = z.looseObject({ items: z.array(z.looseObject({ action: z.string() })) }).parse(body);
      return items.filter(({ action }) => action === "execution.rejected").length;
    };
    expect(await rejected([`team:${team}:observer`])).toBe(2);
    expect(await rejected(["platform-admin"])).toBe(2);
    expect(await rejected(["team:others:admin"])).toBe(0);
    expect(await rejected([])).toBe(0);
  });

  it("A20: ends a chain of three runs", async () => {
    const runbookId = await approvedRunbook(team);
    let causedBy: string | undefined;
    for (let i = 0; i < 4; i++) {
      const requestId = `chain-${i}-${team}`;
      await deliver(target, [request(runbookId, { requestId, ...(causedBy && { causedBy }) })]);
      const run = (await runsOf(runbookId)).find(({ trigger }) => trigger["requestId"] === requestId);
      causedBy = run?.id ?? causedBy;
    }
    expect(await runsOf(runbookId)).toHaveLength(3);
    expect(reasons()).toEqual(["chain_limit"]);
    const [last] = await auditOf(runbookId);
    expect(last).toMatchObject({ action: "execution.rejected", details: { reason: "chain_limit" } });
  });
});
