// What an announcement says of an execution and a runbook: who, for whom, of what name, as it was at that time.
import { describe, expect, it } from "vitest";
import { toAnnouncement } from "../../../shared/domain/announcement.ts";
import {
  buildExecution,
  type ExecutionChange,
  markCompleted,
  markRunning,
} from "../../../shared/domain/executions/execution-changes.ts";
import { cancelledOutcome, internalFailure } from "../../../shared/domain/executions/outcome.ts";
import { approveRunbook } from "../../../shared/domain/runbooks/approval-changes.ts";
import {
  createRunbook,
  type Runbook,
  type RunbookChange,
  updateRunbook,
} from "../../../shared/domain/runbooks/runbook-changes.ts";
import { act, after, definition, newId, review } from "../../support/seed.ts";

const linkTo = (id: string) => `https://console.example.com/${id}`;

function approvedRunbook(teamId: string | null): Runbook {
  const created = createRunbook(newId("runbook"), teamId, definition({ name: "Restart" }), act());
  return after(approveRunbook(after(created), review(1), act("boss")));
}

/** An execution that an automation has started, for the team payments. */
function requested(runbook: Runbook, automationId?: string): ExecutionChange {
  const how = automationId
    ? ({ triggeredBy: "workflow", trigger: { automationId } } as const)
    : ({ triggeredBy: "manual", trigger: {} } as const);
  const request = { id: newId("execution"), ranForTeamId: "payments", incidentId: "INC-1", ...how };
  return buildExecution(runbook, request, {
    ...act(),
    actor: automationId
      ? { id: `automation:${automationId}`, name: "Restart on P1" }
      : { id: "ana", name: "Ana" },
  });
}

const failure = { status: "FAILED", error: internalFailure("It failed.") } as const;
const detailOf = ({ audit }: ExecutionChange | RunbookChange) => toAnnouncement(audit, linkTo)?.detail;

describe("an end", () => {
  it("says what a rule routes by: team, runbook, who started it and how, and how often it was tried", () => {
    const runbook = approvedRunbook(null);
    const automationId = newId("automation");
    const { execution } = requested(runbook, automationId);
    const end = markCompleted({ ...execution, attemptsClaimed: 2 }, failure, act("system:workflow"), []);
    expect(toAnnouncement(end.audit, linkTo)).toEqual({
      detailType: "Runbook Execution Failed",
      time: end.audit.at,
      detail: {
        announcementId: end.audit.id,
        auditId: end.audit.id,
        sequence: 2,
        at: end.audit.at,
        actor: "system:workflow",
        actorName: null,
        runbookId: runbook.state.id,
        runbookName: "Restart",
        runbookVersion: 2,
        teamId: null,
        ranForTeamId: "payments",
        executionId: execution.id,
        incidentId: "INC-1",
        executedBy: `automation:${automationId}`,
        executedByName: "Restart on P1",
        triggeredBy: "workflow",
        automationId,
        attempts: 2,
        link: linkTo(execution.id),
        status: "FAILED",
        error: failure.error,
      },
    });
  });

  it("of a run that a person started names the person, no automation, and nothing where there is no console", () => {
    const { execution } = requested(approvedRunbook("payments"));
    const outcome = cancelledOutcome({ execution, attempts: [], callback: null }, "by ana");
    const end = markCompleted(execution, outcome, { ...act(), actor: { id: "ana", name: "Ana" } }, []);
    expect(toAnnouncement(end.audit, () => null)?.detail).toMatchObject({
      ...{ actor: "ana", actorName: "Ana", executedBy: "ana", executedByName: "Ana" },
      ...{ triggeredBy: "manual", automationId: null },
      ...{ teamId: "payments", attempts: 0, link: null, status: "CANCELLED" },
    });
  });

  it("comes after a start that no attempt went before", () => {
    const { execution } = requested(approvedRunbook("payments"));
    expect(detailOf(markRunning(execution, 300, act()))).toMatchObject({ status: "RUNNING", attempts: 0 });
  });
});

describe("a request", () => {
  it("is no start yet, and is not announced", () => {
    expect(toAnnouncement(requested(approvedRunbook("payments")).audit, linkTo)).toBeNull();
  });
});

describe("a change of a runbook", () => {
  it("names the runbook as it is called since", () => {
    const runbook = approvedRunbook("payments");
    const renamed = updateRunbook(runbook, definition({ name: "Restart gently" }), null, act());
    if (!renamed) throw new Error("Nothing has changed");
    expect(detailOf(renamed)).toMatchObject({ runbookName: "Restart gently", version: 3 });
    expect(detailOf(approveRunbook(after(renamed), review(3), act("boss")))).toMatchObject({
      runbookName: "Restart gently",
      approvalStatus: "APPROVED",
    });
  });
});
