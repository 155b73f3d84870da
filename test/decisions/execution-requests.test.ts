// A workflow's request: one run or one refusal for each, however often it comes and whatever changes meanwhile.
import "../support/quiet.ts";
import { beforeEach, describe, expect, it } from "vitest";
import { handleExecutionRequested } from "../../shared/application/start/execution-requested.ts";
import { KEYS } from "../../shared/contract/table.ts";
import { RejectedEvent } from "../../shared/domain/incidents/rejection.ts";
import type { ExecutionRequested } from "../../shared/domain/incidents/workflow-request.ts";
import { deprecateRunbook } from "../../shared/domain/runbooks/approval-changes.ts";
import type { DefinitionRecord } from "../../shared/domain/runbooks/definition.ts";
import { deleteRunbook, saveRunbook } from "../../shared/store/runbooks.ts";
import { iso, T0 as NOW } from "../support/decision-clock.ts";
import {
  alter,
  beforeWrites,
  everything,
  failNext,
  forget,
  freshTable,
  itemAt,
  writes,
} from "../support/decision-table.ts";
import { calmOutside, outside } from "../support/outside.ts";
import { act, approved, newId, reload } from "../support/seed.ts";

type Detail = Partial<ExecutionRequested["detail"]>;
const eventOf = (
  runbookId: string,
  detail: Detail = {},
  id = "event-1",
  source = "ci",
): ExecutionRequested => ({
  ...{ id, source, time: iso(-10), "detail-type": "Runbook Execution Requested" },
  detail: { runbookId, parameters: { service: "checkout" }, requestId: "request-1", ...detail },
});
const delivery = (changes = {}) => ({
  ...{ raw: {}, receives: 1, redriven: false, wait: { since: null, isOver: false }, now: NOW, newId },
  ...changes,
});
const run = (event: ExecutionRequested, changes = {}) => handleExecutionRequested(event, delivery(changes));

const rejection = async (asked: Promise<unknown>): Promise<RejectedEvent> => {
  const error = await asked.catch((thrown: unknown) => thrown);
  if (error instanceof RejectedEvent) return error;
  throw error instanceof Error ? error : new Error("It was not rejected");
};
const items = async (sk: string) => (await everything()).filter((item) => item["sk"] === sk);
const runs = () => items("execution");
const refusals = async () => (await everything()).filter(({ action }) => action === "execution.rejected");

const incidentOf = (teamId: string) => ({
  ...{ id: "INC-1", title: "Slow", status: "open", priority: "P1", teamId, createdAt: iso(-60) },
  ...{ acknowledgedAt: null, assignee: null, metadata: null, reportedAt: iso(-60) },
});
const report = (teamId: string) =>
  alter(KEYS.incident("INC-1"), {
    ...{
      reportedBy: "oncall",
      reportOrder: "x",
      eventId: "e",
      eventTime: iso(-60),
      episode: 1,
      ended: false,
      incident: JSON.stringify(incidentOf(teamId)),
    },
  });
const REJECTING: Partial<DefinitionRecord> = { concurrency: { limit: 1, onLimit: "reject" } };

beforeEach(() => {
  freshTable({ WORKFLOW_SOURCES: "ci,shop=payments,shop=search,one=payments" });
  calmOutside();
});

describe("a request", () => {
  it("starts one run, in the name of its source, however often it comes", async () => {
    const { state } = await approved();
    const event = eventOf(state.id);
    await run(event);
    await run(event);
    await run(event, { redriven: true });
    await run(eventOf(state.id, {}, "event-2"));
    expect(await runs()).toMatchObject([
      {
        ...{ executedBy: "workflow:ci", triggeredBy: "workflow", createdAt: NOW.toISOString() },
        ...{ trigger: { eventId: "event-1", requestId: "request-1" }, ranForTeamId: "payments" },
      },
    ]);
    const [execution] = await runs();
    expect(execution?.["trigger"]).toEqual({ eventId: "event-1", requestId: "request-1" });
    expect(outside.asked).toHaveLength(1);
    expect(await itemAt(KEYS.executionAudit(String(execution?.["id"]), 1))).toMatchObject({
      ...{
        id: expect.stringMatching(/^audit_/),
        actor: "workflow:ci",
        actorName: null,
        at: NOW.toISOString(),
      },
    });
    await run(eventOf(state.id, { requestId: "request-2" }, "event-3"));
    await run(eventOf(state.id, {}, "event-1", "one"));
    expect(await runs()).toHaveLength(3);
  });

  it("that is delivered twice at once starts one run, also where only one may be active", async () => {
    const { state } = await approved("payments", REJECTING);
    beforeWrites(() => run(eventOf(state.id)));
    await run(eventOf(state.id));
    expect(await runs()).toHaveLength(1);
    expect(await refusals()).toEqual([]);
  });

  it("from a source that is not known, or too old, is not trusted", async () => {
    const { state } = await approved();
    expect((await rejection(run(eventOf(state.id, {}, "e", "stranger")))).reason).toBe("source_not_allowed");
    expect((await rejection(run({ ...eventOf(state.id), time: iso(-31 * 24 * 3600) }))).reason).toBe(
      "too_old",
    );
    expect(await runs()).toEqual([]);
    expect(await refusals()).toEqual([]);
  });

  it("carries on the chain of what caused it, three runs long", async () => {
    const { state } = await approved();
    await run(eventOf(state.id));
    let causedBy = String((await runs())[0]?.["id"]);
    for (const depth of [1, 2]) {
      await run(eventOf(state.id, { requestId: `next-${depth}`, causedBy }, `e-${depth}`));
      const next = (await runs()).find(({ trigger }) => Object(trigger).requestId === `next-${depth}`);
      expect(next?.["trigger"]).toEqual({
        eventId: `e-${depth}`,
        requestId: `next-${depth}`,
        causedBy,
        depth,
      });
      causedBy = String(next?.["id"]);
    }
    const error = await rejection(run(eventOf(state.id, { requestId: "last", causedBy }, "e-3")));
    expect(error).toMatchObject({
      ...{
        reason: "chain_limit",
        message: "3 executions have already caused one another. The service does not start another.",
      },
    });
    const gone = eventOf(state.id, { requestId: "x", causedBy: newId("execution") }, "e-4");
    expect(await rejection(run(gone))).toMatchObject({
      ...{ reason: "cause_unknown", message: "The event names a run as its cause that does not exist." },
    });
  });

  it("fails, and is delivered again, on a transient failure", async () => {
    const { state } = await approved();
    failNext("writes", Object.assign(new Error("slow"), { name: "ThrottlingException" }));
    await expect(run(eventOf(state.id))).rejects.toMatchObject({ code: "unavailable" });
    failNext("writes", new Error("x"));
    await expect(run(eventOf(state.id))).rejects.toMatchObject({ code: "internal_error" });
    expect(await refusals()).toEqual([]);
    await run(eventOf(state.id));
    expect(await runs()).toHaveLength(1);
  });
});

describe("a refusal", () => {
  it("is recorded once, and holds for the same event; another event, or a person, asks again", async () => {
    const { state } = await approved();
    const event = eventOf(state.id, { parameters: { other: 1 }, incidentId: undefined });
    const first = await rejection(run(event));
    expect(first.reason).toBe("invalid_parameters");
    expect(first.message).toMatch(
      /^The parameters do not fit the runbook\. parameters\/\w+ .*; parameters\/\w+ /,
    );
    expect(await refusals()).toMatchObject([
      {
        ...{
          runbookId: state.id,
          eventId: "event-1",
          teamId: "payments",
          ranForTeamId: "payments",
          sequence: 1,
        },
        ...{
          actor: "workflow:ci",
          actorName: null,
          at: NOW.toISOString(),
          id: expect.stringMatching(/^audit_/),
        },
        details: { reason: "invalid_parameters", message: first.message, requestId: "request-1" },
      },
    ]);
    forget();
    expect(await rejection(run(event))).toMatchObject({ reason: first.reason, message: first.message });
    expect(writes()).toEqual([]);
    await rejection(run(event, { redriven: true }));
    await rejection(run({ ...event, id: "event-2" }));
    expect(await refusals()).toHaveLength(3);
    await run(eventOf(state.id, {}, "event-3"));
    expect(await runs()).toHaveLength(1);
    await run(event);
    expect(await runs()).toHaveLength(1);
  });

  it("keeps at most 500 characters of why", async () => {
    const { state } = await approved();
    const parameters = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`parameter_${n}`, 1]));
    expect((await rejection(run(eventOf(state.id, { parameters })))).message).toHaveLength(500);
  });

  it("is not written where what it was decided from has moved: it is decided again", async () => {
    const runbook = await approved();
    const deprecated = deprecateRunbook(runbook, "Old.", act("boss"));
    await saveRunbook(deprecated);
    const event = eventOf(runbook.state.id);
    beforeWrites(() => alter(KEYS.runbookState(runbook.state.id), { liveVersion: 2 }));
    await run(event).catch(() => undefined);
    expect(await refusals()).toEqual([]);
  });

  it("that keeps moving is given up after four tries", async () => {
    const runbook = await approved();
    const key = KEYS.runbookState(runbook.state.id);
    await alter(key, { liveVersion: null });
    const flicker = async () => {
      await alter(key, { liveVersion: 2 });
      return () => alter(key, { liveVersion: null });
    };
    beforeWrites(...Array.from({ length: 3 }, () => flicker));
    expect((await rejection(run(eventOf(runbook.state.id)))).reason).toBe("runbook_not_approved");
    beforeWrites(...Array.from({ length: 4 }, () => flicker));
    await expect(run(eventOf(runbook.state.id, { requestId: "r2" }, "e2"))).rejects.toThrow(
      "The data behind the decision on the request keeps changing",
    );
    expect(await refusals()).toHaveLength(1);
  });

  it("fails if the table fails", async () => {
    const { state } = await approved();
    failNext("writes", new Error("down"));
    await expect(run(eventOf(state.id, { parameters: {} }))).rejects.toMatchObject({
      code: "internal_error",
    });
    expect(await refusals()).toEqual([]);
  });

  it("of a runbook that is deleted, or never existed, is reported to nobody else", async () => {
    const unknown = {
      reason: "runbook_unknown",
      message: "The event names a runbook that does not exist.",
    };
    expect(await rejection(run(eventOf(newId("runbook"))))).toMatchObject(unknown);
    expect(await refusals()).toEqual([]);
    const runbook = await approved();
    await deleteRunbook(runbook, act(), undefined);
    expect(await rejection(run(eventOf(runbook.state.id, { requestId: "r2" }, "e2")))).toMatchObject(unknown);
    expect(await refusals()).toMatchObject([{ runbookId: runbook.state.id, ranForTeamId: "payments" }]);
  });

  it("is not of the runbook that was created meanwhile", async () => {
    const { state } = await approved();
    const stored = await itemAt(KEYS.runbookState(state.id));
    const card = await itemAt(KEYS.runbookSummary(state.id));
    await alter(KEYS.runbookState(state.id), { deletedAt: iso(-1) });
    beforeWrites(async () => {
      await alter(KEYS.runbookState(state.id), { ...stored });
      await alter(KEYS.runbookSummary(state.id), { ...card });
    });
    await run(eventOf(state.id));
    expect(await runs()).toHaveLength(1);
  });
});

describe("what a source may do", () => {
  it("is what its entries say", async () => {
    const { state } = await approved("shop-team");
    expect((await rejection(run(eventOf(state.id, {}, "e1", "one")))).reason).toBe("not_permitted");
    await run(eventOf(state.id, {}, "e2", "ci"));
    const mine = await approved("payments");
    await run(eventOf(mine.state.id, {}, "e3", "one"));
    expect(await runs()).toHaveLength(2);
  });

  it("of a global runbook is for the team that it names, or its only one", async () => {
    const { state } = await approved(null);
    await run(eventOf(state.id, {}, "e1", "one"));
    await run(eventOf(state.id, { teamId: "search" }, "e2", "shop"));
    expect((await runs()).map(({ ranForTeamId }) => ranForTeamId).toSorted()).toEqual(["payments", "search"]);
    const several = await rejection(run(eventOf(state.id, { requestId: "r3" }, "e3", "shop")));
    expect(several.reason).toBe("malformed");
    expect(await refusals()).toMatchObject([{ teamId: null, ranForTeamId: "payments" }]);
  });
});

describe("a request for an incident", () => {
  const forIncident = (id: string, changes: Detail = {}, event = "event-1") =>
    eventOf(id, { incidentId: "INC-1", ...changes }, event);

  it("waits until the incident is reported, for its deliveries", async () => {
    const { state } = await approved();
    await expect(run(forIncident(state.id), { receives: 4 })).rejects.toThrow(
      "The incident of a request has not been reported yet",
    );
    expect(await refusals()).toEqual([]);
    await report("payments");
    await run(forIncident(state.id));
    expect(await runs()).toMatchObject([{ incidentId: "INC-1", ranForTeamId: "payments" }]);
  });

  it("is refused at its last delivery, unless it is reported by then", async () => {
    const { state } = await approved();
    beforeWrites(() => report("payments"));
    await run(forIncident(state.id), { receives: 5 });
    expect(await runs()).toHaveLength(1);
    await alter(KEYS.incident("INC-1"), { pk: "elsewhere" });
    const { state: other } = await approved();
    const gone = eventOf(other.id, { incidentId: "INC-2", requestId: "r2" }, "e2");
    expect(await rejection(run(gone, { receives: 5 }))).toMatchObject({
      ...{ reason: "incident_unknown", message: "The event names an incident that was never reported." },
    });
    expect(await refusals()).toMatchObject([{ details: { incidentId: "INC-2" } }]);
  });

  it("of a global runbook is for the incident's team, and its refusal is announced to that team", async () => {
    const { state } = await approved(null);
    await report("search");
    await run(forIncident(state.id));
    expect(await runs()).toMatchObject([{ ranForTeamId: "search", teamId: null }]);
    await rejection(run(forIncident(state.id, { requestId: "r2", parameters: {} }, "e2")));
    expect(await refusals()).toMatchObject([{ ranForTeamId: "search" }]);
  });

  it("of a team's runbook is for that team's incidents", async () => {
    const { state } = await approved();
    await report("search");
    expect((await rejection(run(forIncident(state.id)))).reason).toBe("not_permitted");
  });

  it("is frozen into the run", async () => {
    const runbook = await approved();
    await report("payments");
    await run(forIncident(runbook.state.id));
    const [execution] = await runs();
    const input = await itemAt(KEYS.executionInput(String(execution?.["id"])));
    expect(JSON.parse(String(input?.["incident"]))).toMatchObject({ id: "INC-1", title: "Slow" });
    expect((await reload(runbook.state.id)).state.activeExecutions).toBe(1);
  });
});
