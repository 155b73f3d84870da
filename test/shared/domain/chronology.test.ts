// Chains of audit entries whose clocks differ: no entry is dated before the one that it follows.
import { describe, expect, it } from "vitest";
import type { AuditEntry } from "../../../shared/domain/audit.ts";
import { type Automation, AutomationInput } from "../../../shared/domain/automations/automation.ts";
import {
  type AutomationChange,
  createAutomation,
  deleteAutomation,
  updateAutomation,
} from "../../../shared/domain/automations/automation-changes.ts";
import {
  changeKillSwitch,
  NO_KILL_SWITCH_CHANGES,
  unsetKillSwitch,
} from "../../../shared/domain/kill-switches.ts";
import { approveRunbook, deprecateRunbook } from "../../../shared/domain/runbooks/approval-changes.ts";
import {
  createRunbook,
  type RunbookChange,
  rollbackRunbook,
  updateRunbook,
} from "../../../shared/domain/runbooks/runbook-changes.ts";
import { act, after, definition, newId, review } from "../../support/seed.ts";

const LATE = "2026-05-01T10:00:00.000Z";
const early = () => ({ ...act("ben"), at: "2026-04-30T10:00:00.000Z" });
const late = () => ({ ...act("ana"), at: LATE });
const other = definition({ description: "Something else" });

const draft = after(createRunbook(newId("runbook"), "payments", definition(), late()));
const approved = after(approveRunbook(draft, review(1), late()));
const deprecated = after(deprecateRunbook(approved, "old", late()));

const CHANGES: [string, () => RunbookChange | null][] = [
  ["update", () => updateRunbook(draft, other, null, early())],
  ["approve", () => approveRunbook(draft, review(1), early())],
  ["deprecate", () => deprecateRunbook(approved, null, early())],
  ["rollback", () => rollbackRunbook(approved, draft.current, other, null, early())],
  ["rollback of a deprecated one", () => rollbackRunbook(deprecated, draft.current, other, null, early())],
];

describe("by a clock that is behind", () => {
  it.each(CHANGES)(
    "%s of a runbook is dated as the change that it follows, in all that it writes",
    (_name, decide) => {
      const change = decide();
      expect(change?.audit.at).toBe(LATE);
      expect(change?.state.auditAt).toBe(LATE);
      expect(change?.version.createdAt).toBe(LATE);
      expect(change?.summary.updatedAt).toBe(LATE);
    },
  );

  it("an approval has the date of its audit entry", () => {
    expect(approveRunbook(draft, review(1), early()).summary.approvedAt).toBe(LATE);
  });

  const given = AutomationInput.parse({
    name: "Restart",
    runbookId: newId("runbook"),
    pattern: { source: ["oncall.incidents"] },
  });
  const automation = createAutomation(newId("automation"), "payments", given, late()).automation;
  const reported = (change: AutomationChange | null): [AuditEntry | undefined, Automation | undefined] => [
    change?.audit,
    change?.automation,
  ];

  it("a change of an automation is dated as the one before it", () => {
    const [audit, changed] = reported(updateAutomation(automation, { enabled: false }, early()));
    expect([audit?.at, changed?.updatedAt]).toEqual([LATE, LATE]);
  });

  it("an automation is not deleted before it was changed", () => {
    const [audit, gone] = reported(deleteAutomation(automation, early()));
    expect([audit?.at, gone?.deletedAt]).toEqual([LATE, LATE]);
  });

  it("a switch change is dated no earlier than the one before it", () => {
    const pause = (scope: string) => ({ scope, paused: true, reason: "Moving" });
    const first = changeKillSwitch(unsetKillSwitch("a"), pause("a"), NO_KILL_SWITCH_CHANGES, late());
    const second = changeKillSwitch(
      unsetKillSwitch("b"),
      pause("b"),
      first?.after ?? NO_KILL_SWITCH_CHANGES,
      early(),
    );
    expect([second?.audit.at, second?.killSwitch.changedAt, second?.after.auditAt]).toEqual([
      LATE,
      LATE,
      LATE,
    ]);
  });
});

it("a clock that is ahead dates as it says", () => {
  const change = approveRunbook(draft, review(1), { ...act("boss"), at: "2026-05-01T10:00:00.001Z" });
  expect([change.audit.at, change.summary.approvedAt]).toEqual(Array(2).fill("2026-05-01T10:00:00.001Z"));
});
