// The stored form of executions and audit entries: it loses nothing, and says nothing twice.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AUDIT_PREFIX, auditPartition, KEYS } from "../../../shared/contract/table.ts";
import { type AuditEntry, appendToChain, EMPTY_CHAIN } from "../../../shared/domain/audit.ts";
import type { Execution } from "../../../shared/domain/executions/execution.ts";
import { fromStored, toStored } from "../../../shared/store/stored-form.ts";
import { auditLists, executionLists } from "../../support/listed.ts";
import { newId } from "../../support/seed.ts";

const some = <T>(...values: T[]) => fc.constantFrom<T>(...values);
const team = some(null, "payments", "search");
const name = some(null, "Ana");
const AT = "2026-03-01T03:00:00.000Z";
const HASH = "0123456789abcdef".repeat(4);
const automationId = newId("automation");

const execution: fc.Arbitrary<Execution> = fc
  .record({
    teamId: team,
    ranForTeamId: team,
    incidentId: some(null, "INC-1"),
    executedBy: some("ana", `automation:${automationId}`),
    executedByName: name,
    trigger: some({}, { automationId }),
    error: some(null, { code: "cancelled" as const, message: "It was stopped." }),
    callDeadlineAt: some(null, AT),
    auditHash: some(HASH, ""),
  })
  .map((fields) => ({
    ...fields,
    ...{ id: newId("execution"), runbookId: newId("runbook"), runbookName: "Restart", runbookVersion: 1 },
    ...{ auditSequence: 1, definitionHash: HASH, status: "PENDING", triggeredBy: "manual" },
    ...{ createdAt: AT, startedAt: null, completedAt: null, deadlineAt: null, attemptsClaimed: 0 },
  }));

const CHAINS = [
  (entry: AuditEntry) => KEYS.runbookAudit(entry.runbookId, 1),
  (entry: AuditEntry) => KEYS.executionAudit(entry.executionId ?? "e", 1),
  (entry: AuditEntry) => KEYS.automationAudit(entry.automationId ?? "a", 1),
  (entry: AuditEntry) => KEYS.decisionAudit(entry.automationId ?? "a", entry.eventId ?? "e", 1),
  (entry: AuditEntry) => KEYS.refusalAudit(entry.id),
];
const entry = fc
  .record({
    teamId: team,
    ranForTeamId: team,
    executionId: some(undefined, newId("execution")),
    automationId: some(undefined, automationId),
    eventId: some(undefined, "event"),
    actorName: name,
    keyOf: some(...CHAINS),
  })
  .map(({ keyOf, actorName, executionId, automationId: automation, eventId, ...fields }) => {
    const known = Object.entries({ executionId, automationId: automation, eventId }).filter(([, id]) => id);
    const made = appendToChain(EMPTY_CHAIN, {
      ...fields,
      ...Object.fromEntries(known),
      ...{ id: newId("audit"), runbookId: newId("runbook"), action: "execution.requested", at: AT },
      salt: newId("salt"),
      actor: { id: "ana", name: actorName },
    });
    return { ...keyOf(made), ...auditLists(made), ...made };
  });

const executionItem = execution.map((run) => ({
  ...KEYS.execution(run.id),
  ...executionLists(run, "active"),
  ...run,
}));

describe("what is stored of", () => {
  it.each([
    ["an execution", executionItem],
    ["an audit entry", entry],
  ])("%s is all of it", (_, item) => {
    fc.assert(
      fc.property(item, (whole) => {
        expect(fromStored(toStored(whole))).toEqual(whole);
        expect(fromStored(whole)).toEqual(whole);
      }),
    );
  });

  it("an execution leaves out what its keys, its trigger and absence say", () => {
    const run = {
      ...{ id: newId("execution"), runbookId: newId("runbook"), createdAt: AT, incidentId: "INC-1" },
      ...{ teamId: "payments", ranForTeamId: "payments", executedByName: null, error: null },
      ...{ executedBy: `automation:${automationId}`, trigger: { automationId }, callDeadlineAt: null },
    };
    const keys = { ...KEYS.execution(run.id), ...executionLists(Object(run), "active") };
    expect(toStored({ ...keys, ...run })).toEqual({ ...keys, trigger: { automationId } });
  });

  it("an audit entry leaves out what its keys and absence say, and shortens its hashes", () => {
    const made = appendToChain(
      { auditSequence: 1, auditHash: HASH },
      {
        ...{ id: newId("audit"), runbookId: newId("runbook"), executionId: newId("execution"), at: AT },
        ...{ teamId: "payments", ranForTeamId: "payments", action: "execution.started" },
        actor: { id: "system:workflow", name: null },
        salt: "0123456789abcdef",
      },
    );
    const keys = { ...KEYS.executionAudit(made.executionId ?? "", 2), ...auditLists(made) };
    expect(toStored({ ...keys, ...made })).toEqual({
      ...keys,
      ...{ sequence: 2, action: "execution.started", actor: "system:workflow", details: {} },
      salt: "0123456789abcdef",
      previousHash: Buffer.from(HASH, "hex").toString("base64url"),
      hash: Buffer.from(made.hash, "hex").toString("base64url"),
    });
  });

  it.each([
    [
      "other items of an execution",
      { ...KEYS.executionInput("e"), executionId: "e", incidentId: null, hash: HASH },
    ],
    [
      "changes of the kill switches",
      { ...KEYS.killSwitchAudit(1), listSort: `${AT}#a`, id: "a", hash: HASH },
    ],
    ["a runbook's state", { ...KEYS.runbookState("r"), auditHash: HASH, error: null }],
    ["rows without keys", { status: "PENDING", error: null }],
  ])("%s is the item as it is", (_, item) => {
    expect(toStored(item)).toEqual(item);
    expect(fromStored(item)).toEqual(item);
  });

  it("an entry that was moved to another chain says so, whatever its attributes say", () => {
    const made = appendToChain(EMPTY_CHAIN, {
      ...{ id: newId("audit"), runbookId: newId("runbook"), executionId: newId("execution"), at: AT },
      ...{ teamId: null, action: "execution.started", actor: { id: "ana", name: null } },
      salt: newId("salt"),
    });
    const stored = toStored({
      ...KEYS.executionAudit(made.executionId ?? "", 1),
      ...auditLists(made),
      ...made,
    });
    expect(String(stored["pk"]).startsWith(AUDIT_PREFIX)).toBe(true);
    const moved = { ...stored, pk: auditPartition("execution#another") };
    expect(fromStored(moved)).toMatchObject({ executionId: "another" });
  });
});
