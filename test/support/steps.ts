// Single steps of a run for tests that look between them. The service begins a run in the transaction of its first claim.
import { deliverWebhook } from "../../shared/application/deliver/deliver-webhook.ts";
import type { DeliverInput } from "../../shared/contract/workflow.ts";
import type { Attempt, Execution } from "../../shared/domain/executions/execution.ts";
import type { ExecutionChange } from "../../shared/domain/executions/execution-changes.ts";
import { newId } from "../../shared/http/new-id.ts";
import { auditWrite } from "../../shared/store/audit.ts";
import { type AttemptClaim, claimAttempt } from "../../shared/store/claim-attempt.ts";
import { beginChecks } from "../../shared/store/execution-writes.ts";
import { statusWrite } from "../../shared/store/executions.ts";
import { transact } from "../../shared/store/transact.ts";

/** Begins a run without claiming an attempt. */
export async function saveBeginning(change: ExecutionChange): Promise<void> {
  await transact([statusWrite(change), ...beginChecks(change.execution), auditWrite(change.audit)]);
}

/** Claims the next attempt of a RUNNING execution. Returns whether it was claimed. */
export async function claimNext(
  execution: Execution,
  attempts: readonly Attempt[],
  claim: Omit<AttemptClaim, "request">,
): Promise<boolean> {
  const result = await claimAttempt({ execution, attempts, beginning: null }, { request: null, ...claim });
  return result.claimed;
}

export const deliver = (input: DeliverInput, clock: () => Date) => deliverWebhook(input, { clock, newId });
