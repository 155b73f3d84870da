// Audit entries of ends that nothing has stored, and the stream's records of them.
import { marshall } from "@aws-sdk/util-dynamodb";
import { KEYS } from "../../shared/contract/table.ts";
import type { AuditEntry } from "../../shared/domain/audit.ts";
import { toSlotKey } from "../../shared/domain/executions/concurrency.ts";
import type { Execution, ExecutionError } from "../../shared/domain/executions/execution.ts";
import { buildExecution, markCompleted } from "../../shared/domain/executions/execution-changes.ts";
import { internalFailure, type Outcome } from "../../shared/domain/executions/outcome.ts";
import { approveRunbook } from "../../shared/domain/runbooks/approval-changes.ts";
import { createRunbook, type Runbook } from "../../shared/domain/runbooks/runbook-changes.ts";
import { act, after, definition, newId, review } from "./seed.ts";

/** An approved runbook that nothing has stored. `teamId`: null for a global one. */
export function runbook(teamId: string | null = "payments", name = "Restart a service"): Runbook {
  const created = createRunbook(newId("runbook"), teamId, definition({ name }), act());
  const change = approveRunbook(after(created), review(1), act("boss"));
  return after(change);
}

const OUTCOMES = {
  success: { status: "SUCCESS", error: null },
  failure: { status: "FAILED", error: internalFailure("It failed.") },
  refusal: { status: "FAILED", error: { code: "webhook_refused", message: "It was answered with 400." } },
  cancel: { status: "CANCELLED", error: internalFailure("It was cancelled.") },
} as const satisfies Record<string, Outcome>;

/** `code`: of its error, in place of that of the end. */
type Ran = {
  ranForTeamId?: string;
  automationId?: string;
  attempts?: number;
  code?: ExecutionError["code"];
};

/** The entry of an end, each later than the one made before. `service`: the value of the runbook's concurrency key. */
export function end(of: Runbook, how: keyof typeof OUTCOMES, service?: string, ran: Ran = {}): AuditEntry {
  const { ranForTeamId = null, automationId, attempts: attemptsClaimed = 0, code } = ran;
  const request = { id: newId("execution"), ranForTeamId, incidentId: null, triggeredBy: "manual" } as const;
  const trigger = automationId === undefined ? {} : { automationId };
  const built = buildExecution(of, { ...request, trigger }, act());
  const execution = { ...built.execution, attemptsClaimed };
  const limited: Execution = service
    ? {
        ...execution,
        concurrency: { slotKey: toSlotKey({ key: "service" }, { service }), limit: 1, queuedAt: null },
      }
    : execution;
  const outcome: Outcome = code
    ? { status: "FAILED", error: { code, message: "It failed." } }
    : OUTCOMES[how];
  return markCompleted(limited, outcome, act("system:workflow"), []).audit;
}

/** As the stream brings it to Lambda. */
export function recordOf(entry: AuditEntry) {
  const { executionId, runbookId, sequence } = entry;
  const key = executionId
    ? KEYS.executionAudit(executionId, sequence)
    : KEYS.runbookAudit(runbookId ?? "", sequence);
  const item = { ...key, ...entry };
  const NewImage = marshall(item, { removeUndefinedValues: true });
  return { eventID: entry.id, eventName: "INSERT", dynamodb: { SequenceNumber: entry.id, NewImage } };
}
