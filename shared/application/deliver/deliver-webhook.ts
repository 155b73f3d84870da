// One attempt: claims it before the call, calls, records its evidence, and decides the next step.
import { randomUUID } from "node:crypto";
import type { DeliverInput, DeliverResult } from "../../contract/workflow.ts";
import { latestTime } from "../../domain/chronology.ts";
import { ServiceError } from "../../domain/errors.ts";
import {
  answeredAt,
  computeCallEnd,
  isInProgress,
  markUnknown,
  secondsUntilCallDeadline,
  toCallDeadline,
} from "../../domain/executions/attempts.ts";
import type { Attempt, Execution } from "../../domain/executions/execution.ts";
import type { RunbookVersion } from "../../domain/runbooks/runbook.ts";
import { claimAttempt, markOutcomeUnknown, recordAttempt } from "../../store/attempts.ts";
import { type ExecutionRecord, getExecutionRecord, hasAllAttempts } from "../../store/executions.ts";
import { decideNextStep, type NextStep } from "../../webhook/retry.ts";
import { releaseSlot } from "../end/settle-call.ts";
import { type ExecutionVersion, requireExecutionVersion } from "../request/version-to-execute.ts";
import { buildFailure, prepareCall } from "./prepare-call.ts";
import { sendCall } from "./send-call.ts";

/** Most reads of an execution that changes between read and claim. */
const MAX_READS = 10;

/** Makes attempt `attempt` of an execution, or examines it if it was claimed before. */
export async function deliverWebhook(input: DeliverInput, clock: Clock): Promise<DeliverResult> {
  for (let read = 1; read <= MAX_READS; read++) {
    const result = await tryDeliver(input, clock);
    if (result) return result;
  }
  const message = `The execution ${input.executionId} keeps changing.`;
  throw new ServiceError("unavailable", message, { retryAfterSeconds: 1 });
}

/** Returns the current time. */
type Clock = () => Date;

/** Returns null if the execution changed after it was read, because decisions from that read are stale. */
async function tryDeliver(
  { executionId, attempt: asked }: DeliverInput,
  clock: Clock,
): Promise<DeliverResult | null> {
  const record = await getExecutionRecord(executionId);
  if (!record) throw new ServiceError("internal_error", `There is no execution ${executionId}.`);
  if (!hasAllAttempts(record)) return null;
  const { execution, attempts } = record;
  const complete = { executionId, next: "complete", attempt: asked, waitSeconds: 0 } as const;
  if (execution.status !== "RUNNING" || record.callback?.result) return complete;
  const executionVersion = await requireExecutionVersion(execution);
  const { version } = executionVersion;
  const open = attempts.find(isInProgress);
  if (open) return waitForOpenAttempt(open, execution, clock());
  const decisive = findDecisiveAttempt(asked, attempts);
  if (decisive) return toDeliverResult(decisive, version, execution, clock());
  const { maxAttempts } = version.definition.retryPolicy;
  if (attempts.length >= maxAttempts || clock().toISOString() >= deadlineOf(execution)) return complete;
  return executeAttempt(record, executionVersion, clock);
}

/** Returns the attempt that decides the next step: an earlier one that must not be repeated, or else this one. */
function findDecisiveAttempt(number: number, attempts: readonly Attempt[]): Attempt | null {
  const known = attempts.find((attempt) => attempt.number === number);
  return attempts.find((a) => a.outcome === "delivered" || !a.retryable) ?? known ?? null;
}

/** A claimed attempt without an outcome may be under way in another invocation until the call deadline. */
async function waitForOpenAttempt(
  open: Attempt,
  execution: Execution,
  now: Date,
): Promise<DeliverResult | null> {
  const waitSeconds = secondsUntilCallDeadline(execution, now);
  if (waitSeconds > 0) return { executionId: execution.id, next: "wait", attempt: open.number, waitSeconds };
  await markOutcomeUnknown(execution.id, markUnknown(open));
  return null;
}

function toDeliverResult(
  attempt: Attempt,
  version: RunbookVersion,
  execution: Execution,
  now: Date,
): DeliverResult {
  const { id: executionId } = execution;
  const complete = { executionId, next: "complete", attempt: attempt.number, waitSeconds: 0 } as const;
  if (attempt.outcome === "delivered" && execution.callbackTimeoutSeconds !== undefined) {
    return { ...complete, next: "await" };
  }
  const step = planNextStep(attempt, version, execution, now);
  return step.next === "wait" ? { executionId, ...step, attempt: attempt.number + 1 } : complete;
}

const deadlineOf = (execution: Execution) => execution.deadlineAt ?? execution.createdAt;

function planNextStep(attempt: Attempt, version: RunbookVersion, execution: Execution, now: Date): NextStep {
  const { retryPolicy: policy } = version.definition;
  return decideNextStep({ attempt, policy, now, deadlineAt: deadlineOf(execution) });
}

/** Claims the next attempt, calls, and records the outcome. Returns null if the claim fails. */
async function executeAttempt(
  record: ExecutionRecord,
  { version, definitionError }: ExecutionVersion,
  clock: Clock,
): Promise<DeliverResult | null> {
  const { execution } = record;
  const number = execution.attemptsClaimed + 1;
  const startedAt = latestTime(
    clock().toISOString(),
    execution.startedAt,
    ...record.attempts.map(answeredAt),
  );
  const endsAt = computeCallEnd(startedAt, version.definition.attemptTimeoutSeconds, execution);
  const claim = { id: randomUUID(), startedAt, callDeadlineAt: toCallDeadline(endsAt) };
  if (!(await claimAttempt(execution, record.attempts, claim))) return null;
  const prepared = definitionError
    ? { failure: buildFailure(definitionError) }
    : await prepareCall(record, version, new Date(startedAt));
  const evidence =
    "failure" in prepared
      ? prepared.failure
      : await sendCall(prepared, execution, { attemptNumber: number, endsAt }, clock);
  const made: Attempt = { ...evidence, number, startedAt };
  const attempt = explainNoRetry(made, planNextStep(made, version, execution, clock()));
  const { executionEnded } = await recordAttempt(execution.id, attempt);
  if (!executionEnded) return toDeliverResult(attempt, version, execution, clock());
  await releaseSlot(execution.id, clock());
  return { executionId: execution.id, next: "complete", attempt: number, waitSeconds: 0 };
}

/** Adds to a retryable failure why it is not retried. */
function explainNoRetry(attempt: Attempt, step: NextStep): Attempt {
  if (!attempt.error || step.next === "wait" || step.because !== "deadline_reached") return attempt;
  const { code, message } = attempt.error;
  const explanation = `${message} The run has no time left for another attempt.`;
  return { ...attempt, error: { code, message: explanation.slice(0, 500) } };
}
