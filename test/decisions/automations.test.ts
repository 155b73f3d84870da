// Automations: each event decided once for each, on what is true when it is written; and how they get into the table.
import { isAllowed, listRunnableScopes, listViewableScopes } from "../../shared/domain/permissions.ts";
import "../support/quiet.ts";
import { beforeEach, describe, expect, it } from "vitest";
import { readClaims } from "../../shared/application/automations/automation-claims.ts";
import { toClaimSubject } from "../../shared/application/automations/incoming-event.ts";
import { dryRun, planExecution } from "../../shared/application/automations/plan-execution.ts";
import { addAutomation, changeAutomation } from "../../shared/application/automations/save-automation.ts";
import { toSkip } from "../../shared/application/automations/skips.ts";
import { acceptIncident } from "../../shared/application/request/accept-event.ts";
import { requireAutomation, requireIncident } from "../../shared/application/request/access.ts";
import { createExecution } from "../../shared/application/start/create-execution.ts";
import { LISTS, listKeys } from "../../shared/contract/lists.ts";
import { KEYS, SHARDS, shardOf } from "../../shared/contract/table.ts";
import type { Automation, AutomationInput } from "../../shared/domain/automations/automation.ts";
import {
  createAutomation,
  deleteAutomation,
  updateAutomation,
} from "../../shared/domain/automations/automation-changes.ts";
import { notFound, ServiceError } from "../../shared/domain/errors.ts";
import { matchWithinLimit } from "../../shared/domain/event-pattern/match.ts";
import type { IncidentEvent } from "../../shared/domain/incidents/incident-event.ts";
import { deprecateRunbook } from "../../shared/domain/runbooks/approval-changes.ts";
import type { DefinitionRecord } from "../../shared/domain/runbooks/definition.ts";
import type { Runbook } from "../../shared/domain/runbooks/runbook-changes.ts";
import {
  automationUnchangedCheck,
  getAutomation,
  hasAutomations,
  listAutomationIds,
  listAutomations,
  requireAutomationMatch,
  saveAutomation,
} from "../../shared/store/automations.ts";
import { getEvent } from "../../shared/store/event-log.ts";
import {
  getIncident,
  getLatestReportLocation,
  getReport,
  incidentAbsentCheck,
  listLiveRunbooks,
  saveReport,
} from "../../shared/store/incidents.ts";
import { deleteRunbook, saveRunbook } from "../../shared/store/runbooks.ts";
import { at, iso, T0 as NOW } from "../support/decision-clock.ts";
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
import { hearLogs } from "../support/heard-logs.ts";
import { labelsOf } from "../support/labels.ts";
import { calmOutside, outside } from "../support/outside.ts";
import {
  type Asked,
  incident,
  incomingEvent,
  decideReported as runAutomations,
} from "../support/reported.ts";
import { act, approved, callerIn, contextAt, draft, newId, PLATFORM_ADMIN } from "../support/seed.ts";

const taskContext = (seconds = 0) => ({ now: at(seconds), newId });
const DAYS_90 = 90 * 24 * 3600;

const given = (runbookId: string, changes: Partial<AutomationInput> = {}): AutomationInput => ({
  ...{ runbookId, name: "Restart", pattern: { source: ["oncall"] }, parameters: { service: "checkout" } },
  ...{ enabled: true, oncePerIncident: true, cooldown: null, mode: "live" },
  ...{ onlyWhile: null, maxEventAgeSeconds: 3600, replays: false },
  ...changes,
});

async function automationOf(
  runbook: Runbook,
  changes: Partial<AutomationInput> = {},
  teamId = runbook.state.teamId,
) {
  const change = createAutomation(newId("automation"), teamId, given(runbook.state.id, changes), act());
  await saveAutomation(change);
  return change.automation;
}

const event = (n: number, changes: Asked = {}) => incomingEvent({ eventId: `event-${n}`, ...changes });

const runs = async () => (await everything()).filter(({ sk }) => sk === "execution");
const decisionAt = async ({ id }: Automation, eventId = "event-1") => itemAt(KEYS.decision(id, eventId));
const auditAt = async ({ id }: Automation, eventId = "event-1") => itemAt(KEYS.decisionAudit(id, eventId, 1));
const reasonOf = async (automation: Automation, eventId = "event-1") =>
  (await decisionAt(automation, eventId))?.["reason"];
const REJECTING: Partial<DefinitionRecord> = { concurrency: { limit: 1, onLimit: "reject" } };

let logs: unknown[][] = [];
beforeEach(() => {
  freshTable({ INCIDENT_SOURCES: "oncall", KNOWN_TEAMS: "" });
  calmOutside();
  logs = hearLogs();
});

describe("an event that matches", () => {
  it("starts one run for each automation, however often it comes", async () => {
    const automation = await automationOf(await approved());
    await runAutomations(incomingEvent(), taskContext());
    await runAutomations(incomingEvent(), taskContext());
    const [execution, ...others] = await runs();
    expect(others).toEqual([]);
    expect(execution).toMatchObject({
      ...{ executedBy: `automation:${automation.id}`, triggeredBy: "workflow", ranForTeamId: "payments" },
      ...{ incidentId: "INC-1", trigger: { automationId: automation.id, eventId: "event-1" } },
    });
    expect(execution?.["trigger"]).toEqual({ automationId: automation.id, eventId: "event-1" });
    expect(await itemAt(KEYS.executionAudit(String(execution?.["id"]), 1))).toMatchObject({
      ...{ actor: `automation:${automation.id}`, actorName: "Restart", id: expect.stringMatching(/^audit_/) },
    });
    const validUntil = NOW.getTime() / 1000 + DAYS_90;
    expect(await decisionAt(automation)).toEqual({
      ...KEYS.decision(automation.id, "event-1"),
      ...{ automationId: automation.id, eventId: "event-1", outcome: "fired", reason: null },
      ...{ executionId: execution?.["id"], at: NOW.toISOString(), validUntil, expiresAt: validUntil },
      ...{ automationVersion: 1, incidentId: "INC-1", ranForTeamId: "payments", message: null },
      ...{ eventTime: NOW.toISOString(), eventTeamId: "payments", caughtUp: null },
      ...{ auditSequence: 1, auditHash: expect.stringMatching(/^[0-9a-f]{64}$/) },
      ...listKeys(LISTS.automationDecisions(automation.id), expect.stringContaining(NOW.toISOString())),
    });
    expect(await auditAt(automation)).toMatchObject({
      ...{ action: "automation.fired", actor: `automation:${automation.id}`, actorName: "Restart" },
      ...{ teamId: "payments", ranForTeamId: "payments", eventId: "event-1", automationId: automation.id },
      id: expect.stringMatching(/^audit_/),
      details: { incidentId: "INC-1", depth: 0, executionId: execution?.["id"], automationVersion: 1 },
    });
    const input = await itemAt(KEYS.executionInput(String(execution?.["id"])));
    expect(JSON.parse(String(input?.["automation"]))).toEqual({ id: automation.id, name: "Restart" });
    expect(outside.asked).toHaveLength(1);
  });

  it("that is delivered twice at once starts one run", async () => {
    await automationOf(await approved());
    beforeWrites(() => runAutomations(incomingEvent(), taskContext()));
    await runAutomations(incomingEvent(), taskContext());
    expect(await runs()).toHaveLength(1);
  });

  it("is no event for automations that are off, of others, or that wait for something else", async () => {
    const runbook = await approved();
    const off = await automationOf(runbook, { enabled: false });
    const other = await automationOf(runbook, { pattern: { source: ["else"] } });
    const search = await automationOf(await approved("search"));
    const everybodys = await automationOf(await approved(null));
    await runAutomations(incomingEvent(), taskContext());
    expect(await runs()).toMatchObject([
      { executedBy: `automation:${everybodys.id}`, ranForTeamId: "payments" },
    ]);
    for (const automation of [off, other, search]) expect(await decisionAt(automation)).toBeNull();
  });

  it("carries on the chain of what caused it, up to three runs", async () => {
    const automation = await automationOf(await approved(), { oncePerIncident: false });
    const causedBy = newId("execution");
    await runAutomations(event(1, { causedBy, depth: 2 }), taskContext());
    expect((await runs())[0]?.["trigger"]).toEqual({
      ...{ automationId: automation.id, eventId: "event-1", causedBy, depth: 2 },
    });
    await runAutomations(event(2, { causedBy, depth: 3 }), taskContext());
    expect(await reasonOf(automation, "event-2")).toBe("chain_limit");
    expect((await auditAt(automation, "event-2"))?.["details"]).toMatchObject({
      message: "3 executions have already caused one another. The service does not start another.",
    });
    expect(await runs()).toHaveLength(1);
  });

  it("costs an automation that cannot be decided nothing but a failure: the others are", async () => {
    const runbook = await approved();
    const sick = await automationOf(runbook);
    const sound = await automationOf(runbook);
    await alter(KEYS.automation(sick.id), { name: 7 });
    const failed = runAutomations(incomingEvent(), taskContext());
    await expect(failed).rejects.toThrow("1 automations were not decided");
    await expect(failed).rejects.toMatchObject({ errors: [{ code: "internal_error" }] });
    expect(await reasonOf(sound)).toBeNull();
    expect(logs.filter(([level]) => level === "error")).toMatchObject([
      ["error", "Automation evaluation failed", { failure: { code: "internal_error" } }],
    ]);
  });
});

describe("once for each incident", () => {
  it("holds for 90 days, for live and shadow each for itself", async () => {
    const automation = await automationOf(await approved());
    await runAutomations(event(1), taskContext());
    await runAutomations(event(2), taskContext(DAYS_90 - 1));
    expect(await reasonOf(automation, "event-2")).toBe("already_fired");
    expect((await auditAt(automation, "event-2"))?.["details"]).toMatchObject({
      message: "The automation has fired for this episode of the incident already.",
    });
    const blockedAt = async (when: Date, changes: Partial<Automation> = {}, episode = 1) =>
      (await readClaims({ ...automation, ...changes }, toClaimSubject(incomingEvent({ episode })), when))
        .blocked;
    expect(await blockedAt(at(DAYS_90 - 1))).toMatchObject({ skip: { reason: "already_fired" } });
    expect(await blockedAt(at(DAYS_90))).toBeNull();
    expect(await blockedAt(NOW, {}, 2)).toBeNull();
    expect(await blockedAt(NOW, { mode: "shadow" })).toBeNull();
    expect(await blockedAt(NOW, { id: newId("automation") })).toBeNull();
    await runAutomations(event(3), taskContext(DAYS_90));
    await runAutomations(event(4, { incident: incident("INC-2") }), taskContext(DAYS_90));
    expect(await runs()).toHaveLength(3);
  });

  it("is not checked if it is off", async () => {
    await automationOf(await approved(), { oncePerIncident: false });
    await runAutomations(event(1), taskContext());
    await runAutomations(event(2), taskContext());
    expect(await runs()).toHaveLength(2);
  });

  it("is judged by the claim as it is when the skip is written", async () => {
    const automation = await automationOf(await approved());
    await runAutomations(event(1), taskContext());
    const claim = KEYS.claim(["once", automation.id, "live", "INC-1", "1"]);
    expect(await itemAt(claim)).not.toBeNull();
    beforeWrites(() => alter(claim, { validUntil: 0 }));
    await runAutomations(event(2), taskContext());
    expect(await runs()).toHaveLength(2);
  });
});

describe("a cooldown", () => {
  it("lasts as long as it says", async () => {
    const automation = await automationOf(await approved(), {
      oncePerIncident: false,
      cooldown: { seconds: 60, key: null, from: "start" },
    });
    await runAutomations(event(1), taskContext());
    await runAutomations(event(2, { incident: incident("INC-2") }), taskContext(59));
    expect(await reasonOf(automation, "event-2")).toBe("cooldown");
    expect((await auditAt(automation, "event-2"))?.["details"]).toMatchObject({
      message: "The automation has fired within the last 60 seconds.",
    });
    expect(await itemAt(KEYS.claim(["cooldown", automation.id, "live"]))).not.toBeNull();
    await runAutomations(event(3), taskContext(60));
    expect(await runs()).toHaveLength(2);
  });
});

describe("a skip", () => {
  it("is of what is true: the runbook, its parameters, its limit, its approval", async () => {
    const broken = await automationOf(await approved(), { parameters: { other: 1 } });
    const busyBook = await approved("payments", REJECTING);
    const busy = await automationOf(busyBook);
    const asked = {
      parameters: { service: "x" },
      incident: null,
      automation: null,
      trigger: {},
      ranForTeamId: null,
    };
    await createExecution(busyBook, { ...asked, triggeredBy: "manual" }, contextAt(NOW));
    const old = await approved();
    const deprecated = await automationOf(old);
    await saveRunbook(deprecateRunbook(old, "Old.", act("boss")));
    const gone = await approved();
    const deleted = await automationOf(gone);
    await deleteRunbook(gone, act(), undefined);
    await runAutomations(incomingEvent(), taskContext());
    const reasons = await Promise.all(
      [broken, busy, deprecated, deleted].map((automation) => reasonOf(automation)),
    );
    expect(reasons).toEqual([
      "invalid_parameters",
      "active_executions",
      "runbook_not_approved",
      "runbook_deleted",
    ]);
    expect(await runs()).toHaveLength(1);
    expect((await auditAt(broken))?.["action"]).toBe("automation.skipped");
    expect((await auditAt(deleted))?.["details"]).toMatchObject({ message: "The runbook was deleted." });
    forget();
    await runAutomations(incomingEvent(), taskContext());
    expect(writes()).toEqual([]);
  });

  it("is decided again if the automation is changed meanwhile", async () => {
    const automation = await automationOf(await approved(), { parameters: { other: 1 } });
    const change = updateAutomation(automation, { parameters: { service: "checkout" } }, act());
    beforeWrites(() => (change ? saveAutomation(change) : undefined));
    await runAutomations(incomingEvent(), taskContext());
    expect(await reasonOf(automation)).toBeNull();
    expect(await runs()).toHaveLength(1);
  });

  it("is decided again if the active run ends meanwhile", async () => {
    const runbook = await approved("payments", REJECTING);
    const automation = await automationOf(runbook);
    const asked = {
      parameters: { service: "x" },
      incident: null,
      automation: null,
      trigger: {},
      ranForTeamId: null,
    };
    const { execution } = await createExecution(runbook, { ...asked, triggeredBy: "manual" }, contextAt(NOW));
    const lock = KEYS.concurrencySlots(runbook.state.id, execution.concurrency?.slotKey ?? "");
    beforeWrites(() => alter(lock, { holders: undefined }));
    await runAutomations(incomingEvent(), taskContext());
    expect(await reasonOf(automation)).toBeNull();
    expect(await runs()).toHaveLength(2);
  });

  it("is of what an automation may do: its team's runbooks, for its team's incidents", async () => {
    const automation = await automationOf(await approved());
    await runAutomations(event(1, { incident: incident("INC-9", "search") }), taskContext());
    expect(await reasonOf(automation)).toBe("not_permitted");
    expect((await auditAt(automation))?.["details"]).toMatchObject({
      message: "The automation may not run this runbook for an incident of this team.",
    });
    const foreign = await automationOf(await approved("search"), {}, "payments");
    await runAutomations(event(2), taskContext());
    expect(await reasonOf(foreign, "event-2")).toBe("not_permitted");
  });

  it("is of a runbook that is gone only as long as it is", async () => {
    const runbook = await approved();
    const automation = await automationOf(runbook);
    const head = KEYS.runbookState(runbook.state.id);
    await alter(head, { deletedAt: iso(-1) });
    beforeWrites(() => alter(head, { deletedAt: null }));
    await runAutomations(incomingEvent(), taskContext());
    expect(await reasonOf(automation)).toBeNull();
    const never = await automationOf(runbook, { runbookId: newId("runbook") });
    await runAutomations(event(2, { incident: incident("INC-2") }), taskContext());
    expect(await reasonOf(never, "event-2")).toBe("runbook_deleted");
  });

  it("is of a pattern that costs too much to evaluate", async () => {
    const values = Array.from({ length: 60 }, (_, n) => ({ wildcard: `*${n}*a*b*c*d*e*` }));
    const automation = await automationOf(await approved(), { pattern: { text: values } });
    const costly = { text: Array.from({ length: 4000 }, () => "abcde".repeat(40)) };
    expect(matchWithinLimit(automation.pattern, costly).outcome).toBe("too_costly");
    await runAutomations(incomingEvent({ event: costly }), taskContext());
    expect(await reasonOf(automation)).toBe("pattern_too_costly");
    expect((await auditAt(automation))?.["details"]).toMatchObject({
      message: "Matching the event would cost too much. Use fewer conditions, or fields with fewer values.",
    });
  });

  it("is not the second decision of one event", async () => {
    const automation = await automationOf(await approved());
    const validUntil = NOW.getTime() / 1000 + 60;
    const other = { automationId: automation.id, eventId: "event-1", outcome: "skipped", reason: "cooldown" };
    const stands = { ...other, executionId: null, at: NOW.toISOString(), validUntil };
    beforeWrites(() => alter(KEYS.decision(automation.id, "event-1"), stands));
    await runAutomations(incomingEvent(), taskContext());
    expect(await runs()).toEqual([]);
    expect(await reasonOf(automation)).toBe("cooldown");
  });

  it("is given up after five conflicts", async () => {
    const automation = await automationOf(await approved(), { parameters: { other: 1 } });
    let sequence = 1;
    const move = () => alter(KEYS.automation(automation.id), { auditSequence: ++sequence });
    beforeWrites(...Array.from({ length: 4 }, () => move));
    await runAutomations(event(1), taskContext());
    expect(await reasonOf(automation)).toBe("invalid_parameters");
    beforeWrites(...Array.from({ length: 5 }, () => move));
    await expect(runAutomations(event(2), taskContext())).rejects.toMatchObject({
      errors: [{ message: `The data behind the decision of automation ${automation.id} keeps changing` }],
    });
  });

  it("does not fire if the automation is changed during its start", async () => {
    const automation = await automationOf(await approved());
    const off = updateAutomation(automation, { enabled: false }, act());
    beforeWrites(() => (off ? saveAutomation(off) : undefined));
    await runAutomations(incomingEvent(), taskContext());
    expect(await runs()).toEqual([]);
    expect(await decisionAt(automation)).toBeNull();
  });

  it("is not recorded for a transient failure", async () => {
    const automation = await automationOf(await approved());
    failNext("writes", Object.assign(new Error("slow"), { name: "ThrottlingException" }));
    await expect(runAutomations(incomingEvent(), taskContext())).rejects.toMatchObject({
      errors: [{ code: "unavailable" }],
    });
    expect(await decisionAt(automation)).toBeNull();
  });

  it.each([
    ["not_found", "runbook_deleted"],
    ["runbook_not_approved", "runbook_not_approved"],
    ["not_permitted", "not_permitted"],
    ["active_executions", "active_executions"],
    ["invalid_parameters", "invalid_parameters"],
    ["invalid_template", "invalid_template"],
    ["egress_denied", "egress_denied"],
  ] as const)("after %s is %s, with what is wrong", (code, reason) => {
    const issues = [
      { pointer: "/a", message: "is b" },
      { pointer: "/c", message: "is d" },
    ];
    expect(toSkip(new ServiceError(code, "No.", { issues }))).toEqual({
      reason,
      message: "No. /a is b; /c is d",
    });
    expect(toSkip(new ServiceError(code, "No."))).toEqual({ reason, message: "No." });
    expect(toSkip(new ServiceError(code, "x".repeat(600))).message).toHaveLength(500);
  });

  it("is nothing else", () => {
    for (const passing of [new ServiceError("unavailable", "Slow."), new Error("x")])
      expect(() => toSkip(passing)).toThrow(passing);
  });
});

describe("a shadow", () => {
  it("decides and records, and runs nothing", async () => {
    const automation = await automationOf(await approved(), { mode: "shadow" });
    await runAutomations(event(1), taskContext());
    await runAutomations(event(2), taskContext());
    expect([await reasonOf(automation), await reasonOf(automation, "event-2")]).toEqual([
      "shadow",
      "already_fired",
    ]);
    expect((await auditAt(automation))?.["details"]).toMatchObject({
      message: "The automation is in shadow mode; it would have fired.",
    });
    expect(await runs()).toEqual([]);
    expect(await itemAt(KEYS.claim(["once", automation.id, "shadow", "INC-1", "1"]))).not.toBeNull();
  });

  it("shows in a dry run the request that its run would send", async () => {
    const automation = await automationOf(await approved());
    const planned = await planExecution({ automation, ...incomingEvent() });
    expect(await dryRun(automation, planned, iso(0))).toMatchObject({
      parameters: { service: "checkout" },
      request: { method: "POST", body: '{"service":"checkout"}' },
    });
    const foreign = planExecution({
      automation,
      ...incomingEvent({ incident: incident("INC-9", "search") }),
    });
    await expect(foreign).rejects.toMatchObject({ code: "not_permitted", cause: { code: "not_found" } });
  });

  it("says what would have kept it from firing", async () => {
    const automation = await automationOf(await approved(), { mode: "shadow", parameters: { other: 1 } });
    await runAutomations(event(1), taskContext());
    expect(await reasonOf(automation)).toBe("invalid_parameters");
  });

  it("is decided again where runbook or automation move meanwhile", async () => {
    const runbook = await approved();
    const automation = await automationOf(runbook, { mode: "shadow" });
    beforeWrites(() => saveRunbook(deprecateRunbook(runbook, "Old.", act("boss"))));
    await runAutomations(event(1), taskContext());
    expect(await reasonOf(automation)).toBe("runbook_not_approved");
    const other = await automationOf(await approved(), { mode: "shadow" });
    const off = updateAutomation(other, { enabled: false }, act());
    beforeWrites(null, () => (off ? saveAutomation(off) : undefined));
    beforeWrites(() => (off ? saveAutomation(off) : undefined));
    await runAutomations(event(2, { incident: incident("INC-2") }), taskContext());
    expect(await decisionAt(other, "event-2")).toBeNull();
  });
});

describe("an automation on its way into the table", () => {
  const caller = callerIn("team:payments:admin");

  it("is written with its audit, its lists and its key, if its runbook is as it was read", async () => {
    const { state } = await approved();
    const id = newId("automation");
    const record = {
      ...{ caller: "ana", route: "create-automation", key: "k", requestHash: "h", resourceId: id, now: NOW },
    };
    forget();
    const automation = await addAutomation(id, given(state.id), caller, act(), record);
    expect(automation).toMatchObject({ id, teamId: "payments", version: 1 });
    const [transaction] = writes();
    expect(Object(transaction)[0].Put).toEqual({
      Item: {
        ...KEYS.automation(id),
        ...{ teamList: "automations#team#payments", listSort: id },
        ...{ runbookList: `automations#${state.id}`, listSort: id },
        ...listKeys(LISTS.automationsInState(true, shardOf(id, SHARDS.automations)), id),
        ...automation,
        pattern: JSON.stringify(automation.pattern),
        parameters: JSON.stringify(automation.parameters),
      },
      ConditionExpression: "attribute_not_exists(pk)",
    });
    expect(Object(transaction)[1].Put).toMatchObject({
      Item: {
        ...KEYS.automationAudit(id, 1),
        runbookList: `audit#${state.id}`,
        action: "automation.created",
      },
      ConditionExpression: "attribute_not_exists(pk)",
    });
    expect(Object(transaction)[2].Put).toMatchObject({
      Item: { ...KEYS.automationVersion(id, 1), change: "created" },
      ConditionExpression: "attribute_not_exists(pk)",
    });
    expect(Object(transaction)[3].ConditionCheck.Key).toEqual(KEYS.runbookState(state.id));
    expect(Object(transaction)[4].Put.Item.resourceId).toBe(id);
    expect(Object(transaction)).toHaveLength(5);
    expect(await getAutomation(id)).toEqual(automation);
    await expect(addAutomation(id, given(state.id), caller, act(), null)).rejects.toMatchObject({
      ...{ code: "version_conflict" },
      message: "Somebody else changed the automation at the same time: read it again, then decide.",
    });
  });

  it("is not written for a runbook that moves meanwhile: it is asked again", async () => {
    const runbook = await approved();
    beforeWrites(() => saveRunbook(deprecateRunbook(runbook, "Old.", act("boss"))));
    const added = addAutomation(newId("automation"), given(runbook.state.id), caller, act(), null);
    await expect(added).rejects.toMatchObject({
      ...{ code: "runbook_not_approved" },
      message: expect.stringMatching(/^The runbook is DEPRECATED .version 3 by boss, /),
    });
    const other = await draft();
    await expect(
      addAutomation(newId("automation"), given(other.state.id), caller, act(), null),
    ).rejects.toMatchObject({
      message: expect.stringMatching(
        /^The runbook is DRAFT .version 1 by ana, .* review and approve version 1\.$/,
      ),
    });
  });

  it("is of a scope that its caller manages, and that its runbook runs in", async () => {
    const [mine, everybodys] = [await approved(), await approved(null)];
    const add = (runbook: Runbook, teamId: string | null | undefined, who = caller) =>
      addAutomation(newId("automation"), given(runbook.state.id, { teamId }), who, act(), null);
    expect((await add(mine, undefined)).teamId).toBe("payments");
    expect((await add(mine, "payments")).teamId).toBe("payments");
    expect((await add(everybodys, "payments")).teamId).toBe("payments");
    expect((await add(everybodys, undefined, PLATFORM_ADMIN)).teamId).toBeNull();
    await expect(add(everybodys, undefined)).rejects.toMatchObject({ code: "not_permitted" });
    await expect(add(mine, "search")).rejects.toMatchObject({ code: "not_permitted" });
    await expect(add(mine, "search", PLATFORM_ADMIN)).rejects.toMatchObject({
      ...{ code: "malformed_request", message: "The automation cannot run this runbook." },
      issues: [
        {
          pointer: "/runbookId",
          message: "belongs to another scope: a team's runbook is run by that team's automations only",
        },
      ],
    });
    await expect(add(await approved("search"), "payments")).rejects.toMatchObject({ code: "not_found" });
  });

  it("is refused with all problems of pattern and parameters", async () => {
    const { state } = await approved();
    const add = (changes: Partial<AutomationInput>) =>
      addAutomation(newId("automation"), given(state.id, changes), caller, act(), null);
    await expect(add({ pattern: { source: "x" }, parameters: { other: 1 } })).rejects.toMatchObject({
      ...{ code: "malformed_request", message: "The automation is not valid." },
      issues: [
        { pointer: "/pattern/source", code: "invalid_pattern" },
        { pointer: expect.stringMatching(/^\/parameters\//), code: "invalid_parameters" },
        { pointer: expect.stringMatching(/^\/parameters\//), code: "invalid_parameters" },
      ],
    });
    await expect(add({ parameters: {} })).rejects.toMatchObject({ code: "invalid_parameters" });
  });

  it("is one of a hundred of its scope at most", async () => {
    const runbook = await approved();
    const list = LISTS.teamAutomations("payments");
    const fill = async (from: number, to: number) => {
      for (let n = from; n < to; n++)
        await alter({ pk: `a${n}`, sk: "automation" }, listKeys(list, `automation_${1000 + n}`));
    };
    await fill(0, 99);
    expect(await hasAutomations("payments", 100)).toBe(false);
    await fill(99, 100);
    expect(await hasAutomations("payments", 100)).toBe(true);
    const added = addAutomation(newId("automation"), given(runbook.state.id), caller, act(), null);
    await expect(added).rejects.toMatchObject({
      ...{ code: "malformed_request", message: "The limit of automations is reached." },
      issues: [
        {
          pointer: "/teamId",
          message: "has 100 automations, which is the limit: delete one first",
        },
      ],
    });
    expect(await listAutomationIds("payments")).toHaveLength(100);
    await fill(100, 205);
    expect(new Set(await listAutomationIds("payments")).size).toBe(205);
  });
});

describe("a change of an automation", () => {
  const caller = callerIn("team:payments:admin");
  const change = async (id: string, changes: object, ifMatch?: number) =>
    changeAutomation(await requireAutomation(caller, "manage", id), { changes, ifMatch }, caller, act());

  it("is written if nothing moved, with the runbook checked where pattern or parameters are given", async () => {
    const automation = await automationOf(await approved());
    forget();
    const named = await change(automation.id, { name: "Other" });
    expect(named).toMatchObject({ name: "Other", version: 2 });
    expect(Object(writes()[0])).toHaveLength(3);
    expect(Object(writes()[0])[0].Put).toMatchObject({
      ConditionExpression: "auditSequence = :sequence AND deletedAt = :none",
      ExpressionAttributeValues: { ":sequence": 1, ":none": null },
    });
    forget();
    await change(automation.id, { parameters: { service: "search" } });
    await change(automation.id, { pattern: { source: ["else"] } });
    expect(writes().map((transaction) => Object(transaction).length)).toEqual([4, 4]);
    expect(await change(automation.id, { name: "Other" })).toMatchObject({ version: 4 });
    await expect(change(automation.id, { parameters: {} })).rejects.toMatchObject({
      code: "invalid_parameters",
    });
  });

  it("is of the version that the caller insists on, at its start and at its end", async () => {
    const automation = await automationOf(await approved());
    await expect(change(automation.id, { name: "Other" }, 2)).rejects.toMatchObject({
      ...{ code: "precondition_failed" },
      message: "If-Match asks for version 2, but the automation is at version 1: read it again.",
    });
    expect(() => requireAutomationMatch(undefined, automation)).not.toThrow();
    const move = () => alter(KEYS.automation(automation.id), { auditSequence: 9 });
    beforeWrites(move);
    await expect(change(automation.id, { name: "Other" }, 1)).rejects.toMatchObject({
      code: "precondition_failed",
    });
    beforeWrites(() => alter(KEYS.automation(automation.id), { auditSequence: 10 }));
    await expect(change(automation.id, { name: "Other" })).rejects.toMatchObject({
      code: "version_conflict",
    });
    const same = createAutomation(automation.id, "payments", given(automation.runbookId), act());
    await expect(saveAutomation({ ...same, before: automation }, { ifMatch: 3 })).rejects.toMatchObject({
      code: "precondition_failed",
    });
    failNext("writes", new Error("down"));
    await expect(change(automation.id, { name: "Other" })).rejects.toMatchObject({ code: "internal_error" });
  });

  it("does not apply to a deleted one, which is read only on request", async () => {
    const automation = await automationOf(await approved());
    await saveAutomation(deleteAutomation(automation, act()));
    const stored = await itemAt(KEYS.automation(automation.id));
    for (const list of ["teamList", "runbookList", "stateList", "listSort"])
      expect(stored?.[list]).toBeUndefined();
    expect(await getAutomation(automation.id)).toBeNull();
    await expect(requireAutomation(caller, "view", automation.id)).rejects.toThrow(notFound("automation"));
    expect((await getAutomation(automation.id, "deleted too"))?.deletedAt).not.toBeNull();
    await expect(requireAutomation(caller, "view", automation.id)).rejects.toMatchObject({
      code: "not_found",
    });
    expect((await requireAutomation(caller, "view", automation.id, "deleted too")).id).toBe(automation.id);
    await expect(
      requireAutomation(callerIn("team:payments:observer"), "manage", automation.id, "deleted too"),
    ).rejects.toMatchObject({ code: "not_permitted" });
    expect(await labelsOf(saveAutomation(deleteAutomation(automation, act())))).toMatchObject({
      code: "version_conflict",
    });
  });

  it("is seen by other transactions", () => {
    const automation = { id: "automation_x", auditSequence: 3 } as Automation;
    expect(automationUnchangedCheck(automation)).toEqual({
      label: "automation",
      check: KEYS.automation("automation_x"),
      condition: "auditSequence = :sequence AND deletedAt = :none",
      values: { ":sequence": 3, ":none": null },
    });
  });
});

describe("a list of automations", () => {
  it("is what the caller may see, of one runbook, of its teams, or of all", async () => {
    const [mine, everybodys, others] = [await approved(), await approved(null), await approved("search")];
    const [a, b, c] = [await automationOf(mine), await automationOf(everybodys), await automationOf(others)];
    const ids = async (groups: string, runbookId?: string) => {
      const caller = callerIn(groups);
      const isVisible = ({ teamId }: Automation) => isAllowed(caller, "view", teamId);
      const filter = { runbookId, isVisible };
      const { items } = await listAutomations(listViewableScopes(caller), filter, { limit: 10 });
      return items.map(({ id }) => id).toSorted();
    };
    expect(await ids("team:payments:observer")).toEqual([a.id, b.id].toSorted());
    expect(await ids("platform-admin")).toEqual([a.id, b.id, c.id].toSorted());
    expect(await ids("team:payments:observer", mine.state.id)).toEqual([a.id]);
    expect(await ids("team:payments:observer", others.state.id)).toEqual([]);
  });
});

describe("what a caller sees of an incident", () => {
  const report = (teamId: string) =>
    alter(KEYS.incident("INC-1"), {
      ...{
        reportedBy: "oncall",
        reportOrder: "x",
        eventId: "e",
        eventTime: iso(-60),
        episode: 1,
        ended: false,
        incident: JSON.stringify(incident("INC-1", teamId)),
      },
    });

  it("is its team's", async () => {
    const absent = incidentAbsentCheck("INC-1");
    expect(absent).toEqual({
      ...{ label: "evidence", check: KEYS.incident("INC-1"), condition: "attribute_not_exists(pk)" },
    });
    const observer = callerIn("team:payments:observer");
    await expect(requireIncident(observer, "view", "INC-1")).rejects.toThrow(notFound("incident"));
    await report("payments");
    expect((await requireIncident(observer, "view", "INC-1")).id).toBe("INC-1");
    await expect(requireIncident(observer, "execute", "INC-1")).rejects.toMatchObject({
      code: "not_permitted",
    });
    await report("search");
    await expect(requireIncident(observer, "view", "INC-1")).rejects.toThrow(notFound("incident"));
  });

  it("with the runbooks that may be run for it", async () => {
    const [mine, everybodys] = [await approved(), await approved(null)];
    await draft();
    await approved("search");
    const runnable = async (group: string) =>
      (await listLiveRunbooks(listRunnableScopes(callerIn(group), "payments"), { limit: 10 })).items
        .map(({ id }) => id)
        .toSorted();
    expect(await runnable("team:payments:responder")).toEqual(
      [mine.state.id, everybodys.state.id].toSorted(),
    );
    expect(await runnable("team:payments:observer")).toEqual([]);
    expect(await runnable("team:search:responder")).toEqual([]);
  });
});

describe("an incident's event", () => {
  const incidentEvent = (changes: object = {}, reported: object = {}): IncidentEvent =>
    Object.assign(
      {
        ...{ id: "event-1", source: "oncall", time: iso(-10), "detail-type": "Incident Updated" as const },
        detail: {
          incident: {
            id: "INC-1",
            title: "Slow",
            status: "open",
            priority: "P1",
            teamId: "payments",
            createdAt: iso(-60),
            ...reported,
          },
        },
      },
      changes,
    );
  const wait = { since: null, isOver: false };
  const delivery = { raw: { as: "it came" }, receives: 1, redriven: false, wait, now: NOW, newId };

  it("is kept as it came, with the incident as it reports it", async () => {
    const { latest, depth } = await acceptIncident(incidentEvent(), delivery);
    const kept = latest.incident;
    expect(kept).toEqual({ ...incident(), reportedAt: iso(-10) });
    expect(depth).toBe(0);
    expect(await getIncident("INC-1")).toEqual(kept);
    const place = { teamId: "payments", time: iso(-10), eventId: "event-1" };
    expect(await getLatestReportLocation("INC-1")).toEqual(place);
    expect(await getEvent(place)).toEqual({ as: "it came" });
    expect(await getEvent({ ...place, eventId: "event-2" })).toBeNull();
    expect(await getLatestReportLocation("INC-2")).toBeNull();
  });

  it("that is older than what is known is kept, and changes nothing", async () => {
    await acceptIncident(incidentEvent({}, { status: "new" }), delivery);
    const old = incidentEvent({ id: "event-0", time: iso(-20) }, { status: "old" });
    expect((await acceptIncident(old, delivery)).latest.incident.status).toBe("new");
    expect(await getEvent({ teamId: "payments", time: iso(-20), eventId: "event-0" })).not.toBeNull();
    const report = {
      ...{ incident: incident(), order: "9", event: { eventId: "e", time: "t" }, reportedBy: "oncall" },
      episode: { number: 1, ended: false },
    };
    const read = await getReport("INC-1");
    expect(await saveReport(report, null)).toBe(false);
    expect(await saveReport(report, read)).toBe(true);
    expect(await saveReport({ ...report, order: "99" }, read)).toBe(false);
    failNext("writes", new Error("down"));
    await expect(saveReport(report, await getReport("INC-1"))).rejects.toMatchObject({
      code: "internal_error",
    });
  });

  it("from a stranger, or of an unknown team, is not trusted, and kept nowhere", async () => {
    freshTable({ INCIDENT_SOURCES: "oncall", KNOWN_TEAMS: "search" });
    await expect(acceptIncident(incidentEvent(), delivery)).rejects.toMatchObject({ reason: "team_unknown" });
    await expect(acceptIncident(incidentEvent({ source: "x" }), delivery)).rejects.toMatchObject({
      ...{ reason: "source_not_allowed" },
    });
    expect(await everything()).toEqual([]);
  });
});
