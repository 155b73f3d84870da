// Approvals of automations and their end, as pure decisions: times in order, and what is announced.
import { describe, expect, it } from "vitest";
import { toAnnouncement } from "../../../../shared/domain/announcement.ts";
import { AutomationInput } from "../../../../shared/domain/automations/automation.ts";
import { approveAutomation } from "../../../../shared/domain/automations/automation-approval.ts";
import {
  createAutomation,
  deleteAutomation,
  disableAutomation,
  updateAutomation,
} from "../../../../shared/domain/automations/automation-changes.ts";

const suffix = "01h455vb4pex5vsknk084sn02q";
const actBy = (id: string, at: string) => ({
  actor: { id, name: null },
  at,
  auditId: `audit_${suffix}`,
  salt: "0123456789abcdef",
});
const [EARLY, LATE] = ["2026-03-01T10:00:00.000Z", "2026-03-01T10:00:05.000Z"];
const given = AutomationInput.parse({
  name: "Restart",
  runbookId: `runbook_${suffix}`,
  pattern: { source: ["oncall.incidents"] },
});
const { automation: made } = createAutomation(`automation_${suffix}`, "payments", given, actBy("ana", EARLY));
const RULES = { version: 1, fourEyes: false, ownTeam: null };
const approval = approveAutomation(made, RULES, actBy("ben", LATE));

describe("after an approval", () => {
  it.each([
    ["a change", () => updateAutomation(approval.automation, { name: "Other" }, actBy("ana", EARLY))],
    ["the end", () => disableAutomation(approval.automation, "runbook_deleted", actBy("system", EARLY))],
    ["the deletion", () => deleteAutomation(approval.automation, actBy("ana", EARLY))],
  ])("%s by an earlier clock is not dated before it", (_what, change) => {
    expect(change()?.audit).toMatchObject({ sequence: 3, at: LATE });
  });
});

describe("an announcement", () => {
  it("of an approval names the automation, its version and the approver", () => {
    expect(toAnnouncement(approval.audit, () => null)).toMatchObject({
      detailType: "Automation Approved",
      detail: {
        automationName: "Restart",
        version: 1,
        actor: "ben",
        selfApproved: false,
        teamId: "payments",
      },
    });
  });

  it("of the end says why", () => {
    const { audit } = disableAutomation(made, "runbook_deleted", actBy("system:reconciler", LATE));
    expect(toAnnouncement(audit, () => null)).toMatchObject({
      detailType: "Automation Disabled",
      detail: { automationName: "Restart", version: 2, reason: "runbook_deleted" },
    });
  });
});
