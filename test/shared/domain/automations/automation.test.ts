// Automations as pure decisions: their changes, identities, audit entries and announcements.
import { describe, expect, it } from "vitest";
import { toAnnouncement } from "../../../../shared/domain/announcement.ts";
import { AuditEntry, hashOf } from "../../../../shared/domain/audit.ts";
import { AutomationInput, toAutomationView } from "../../../../shared/domain/automations/automation.ts";
import {
  createAutomation,
  deleteAutomation,
  updateAutomation,
} from "../../../../shared/domain/automations/automation-changes.ts";
import {
  automationCaller,
  buildDecision,
} from "../../../../shared/domain/automations/automation-decision.ts";
import { sourceOf, workflowCaller } from "../../../../shared/domain/incidents/workflow-request.ts";
import { authorizeIncident, isAllowed } from "../../../../shared/domain/permissions.ts";

const noLink = () => null;
const suffix = "01h455vb4pex5vsknk084sn02q";
const at = "2026-03-01T10:00:00.000Z";
const act = {
  actor: { id: "ana", name: "ana@example.com" },
  at,
  auditId: `audit_${suffix}`,
  salt: "0123456789abcdef",
};
const given = AutomationInput.parse({
  name: "Restart",
  runbookId: `runbook_${suffix}`,
  pattern: { source: ["oncall.incidents"] },
});
const created = createAutomation(`automation_${suffix}`, "payments", given, act);

describe("a change", () => {
  it("has its defaults, its version and its place in the chain", () => {
    const { automation: first, audit } = created;
    expect(first).toMatchObject({
      enabled: true,
      oncePerIncident: true,
      cooldown: null,
      mode: "live",
      version: 1,
    });
    const changed = updateAutomation(first, { enabled: false, name: undefined }, act);
    expect(changed?.automation).toMatchObject({ version: 2, enabled: false, name: "Restart" });
    expect(changed?.audit).toMatchObject({
      sequence: 2,
      previousHash: audit.hash,
      details: { fields: ["enabled"] },
    });
    const gone = deleteAutomation(changed?.automation ?? first, act);
    expect(gone.audit).toMatchObject({ sequence: 3, action: "automation.deleted" });
    for (const entry of [audit, changed?.audit, gone.audit]) {
      const { hash, ...rest } = AuditEntry.parse(entry);
      expect(hash).toBe(hashOf(rest));
    }
  });

  it("to the same is none", () => {
    expect(
      updateAutomation(created.automation, { pattern: { source: ["oncall.incidents"] } }, act),
    ).toBeNull();
  });

  it("shows no internal field", () => {
    expect(Object.keys(toAutomationView(created.automation, false))).not.toContain("auditHash");
    expect(Object.keys(toAutomationView(created.automation, false))).not.toContain("deletedAt");
  });
});

describe("who acts", () => {
  const may = (own: string | null, runbookScope: string | null, incidentTeam: string) => {
    const caller = automationCaller({ id: `automation_${suffix}`, teamId: own }, incidentTeam);
    try {
      authorizeIncident(caller, runbookScope, incidentTeam);
      return isAllowed(caller, "execute", runbookScope);
    } catch {
      return false;
    }
  };
  it.each<[string | null, string | null, string, boolean]>([
    ["a", "a", "a", true],
    ["a", null, "a", true],
    [null, null, "a", true],
    ["a", "a", "b", false],
    ["a", "b", "a", false],
    ["a", "b", "b", false],
    ["a", null, "b", false],
    [null, "a", "b", false],
  ])(
    "J3: an automation of %s may run a runbook of %s for an incident of %s: %s",
    (own, scope, team, expected) => {
      expect(may(own, scope, team)).toBe(expected);
    },
  );

  it("an automation never manages or approves", () => {
    const caller = automationCaller(created.automation, "payments");
    expect(isAllowed(caller, "manage", "payments") || isAllowed(caller, "approve", "payments")).toBe(false);
  });

  it("a workflow's source is bound to its teams, unless it is trusted with all", () => {
    const entries = ["bot=a", "bot=b", "oncall.workflows"];
    expect(entries.map(sourceOf)).toEqual(["bot", "bot", "oncall.workflows"]);
    expect(workflowCaller("bot", entries)).toEqual({
      subject: "workflow:bot",
      platformAdmin: false,
      platformAuditor: false,
      teams: { a: ["responder"], b: ["responder"] },
    });
    expect(workflowCaller("oncall.workflows", entries).platformAdmin).toBe(true);
    expect(workflowCaller("bo", entries)).toMatchObject({ platformAdmin: false, teams: {} });
  });
});

describe("a decision", () => {
  const occurrence = {
    ...{ eventId: "e1", eventTime: at, eventTeamId: "payments" },
    ...{ incidentId: "INC-1", incidentTeamId: "payments", depth: 0 },
  };
  it("is a separate chain, and is announced with the fields that consumers need", () => {
    const executionId = `execution_${suffix}`;
    const fired = buildDecision(created.automation, occurrence, { executionId }, act, null);
    expect(fired.audit).toMatchObject({ sequence: 1, previousHash: "", eventId: "e1", executionId: null });
    expect(toAnnouncement(fired.audit, noLink)).toEqual({
      detailType: "Automation Fired",
      time: at,
      detail: {
        announcementId: act.auditId,
        auditId: act.auditId,
        sequence: 1,
        at,
        actor: `automation:automation_${suffix}`,
        actorName: "Restart",
        runbookId: `runbook_${suffix}`,
        teamId: created.automation.teamId,
        ranForTeamId: "payments",
        automationId: `automation_${suffix}`,
        automationName: "Restart",
        eventId: "e1",
        incidentId: "INC-1",
        executionId,
      },
    });
  });

  it("does not publish its message: announcements hold the reason only", () => {
    const skip = { reason: "invalid_parameters", message: "/parameters/service must be a string" } as const;
    const reported = toAnnouncement(
      buildDecision(created.automation, occurrence, skip, act, null).audit,
      noLink,
    );
    expect(reported?.detail).toMatchObject({ reason: "invalid_parameters" });
    expect(JSON.stringify(reported)).not.toContain("/parameters");
  });

  it("is the only thing of an automation that is announced", () => {
    expect(toAnnouncement(created.audit, noLink)).toBeNull();
  });
});
