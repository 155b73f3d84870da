// How an execution begins: with the claim of its first attempt, only if its version is live or may still begin.

import { toAct } from "../../domain/context.ts";
import type { Execution, ExecutionError } from "../../domain/executions/execution.ts";
import { type ExecutionChange, markRunning, systemActor } from "../../domain/executions/execution-changes.ts";
import { internalFailure } from "../../domain/executions/outcome.ts";
import type { IdSource } from "../../domain/ids.ts";
import { hasExpired } from "../../domain/runbooks/approval-term.ts";
import { mayStillBegin } from "../../domain/runbooks/live-version.ts";
import type { RunbookVersion } from "../../domain/runbooks/runbook.ts";
import { explainExpired, explainNotLive } from "../../domain/runbooks/runnable.ts";
import type { ConditionFailed } from "../../store/client.ts";
import { getRunbook } from "../../store/runbooks.ts";
import { askToBegin, explainClosedGate, type OpenGate } from "../start/start-gate.ts";

/** The change from PENDING to RUNNING, and the gate that let it pass. */
export type Beginning = ExecutionChange & { gate: OpenGate };

/** Returns the beginning, for the transaction that claims the first attempt; or why the execution may not begin. */
export async function planBeginning(
  execution: Execution,
  { definition }: RunbookVersion,
  context: { now: Date; newId: IdSource },
): Promise<{ refusal: ExecutionError } | { refusal: null; beginning: Beginning }> {
  const asked = await askToBegin(execution, context.now);
  if (asked.refusal) return asked;
  const act = toAct({ ...context, actor: systemActor("workflow") });
  const change = markRunning(execution, definition.timeoutSeconds, act);
  return { refusal: null, beginning: { ...change, gate: asked.gate } };
}

/** Returns why the execution may not begin; null if that must be decided anew. Nothing was sent. */
export async function explainRefusal(
  execution: Execution,
  { labels }: ConditionFailed,
  beginning: Beginning | null,
): Promise<ExecutionError | null> {
  if (labels.includes("approval")) return explainLostApproval(execution, beginning?.execution.startedAt);
  if (labels.includes("kill-switch") && beginning) return explainClosedGate(execution, beginning.gate);
  return internalFailure("The run lost its concurrency slot.");
}

/** `at`: when it was to begin. */
async function explainLostApproval(
  { runbookId, runbookVersion }: Execution,
  at: string | null | undefined,
): Promise<ExecutionError | null> {
  const runbook = await getRunbook(runbookId);
  if (!runbook || !mayStillBegin(runbook.state, runbookVersion))
    return toRefusal("runbook_not_approved", explainNotLive(runbook, runbookVersion));
  const { state } = runbook;
  // Or its approval was renewed after the check had failed.
  return at && hasExpired(state.approvalExpiresAt, at)
    ? toRefusal("approval_expired", explainExpired(state))
    : null;
}

const NOTHING_SENT = " Nothing was sent.";

/** At most 500 characters. */
const toRefusal = (code: ExecutionError["code"], why: string): ExecutionError => ({
  code,
  message: why.slice(0, 500 - NOTHING_SENT.length) + NOTHING_SENT,
});
