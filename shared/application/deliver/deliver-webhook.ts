// One attempt: begins the execution with the first, claims it before the call, calls, records its evidence, and decides
// the next step.
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
import type { Attempt, Execution, ExecutionError } from "../../domain/executions/execution.ts";
import { isActive } from "../../domain/executions/execution-changes.ts";
import type { IdSource } from "../../domain/ids.ts";
import type { RunbookVersion } from "../../domain/runbooks/runbook.ts";
import { markOutcomeUnknown } from "../../store/attempts.ts";
import { claimAttempt } from "../../store/claim-attempt.ts";
import { type ExecutionRecord, getExecutionRecord, hasAllAttempts } from "../../store/executions.ts";
import { isSafeToRepeat } from "../../webhook/judge-answer.ts";
import { decideNextStep, type NextStep } from "../../webhook/retry.ts";
import { releaseSlot } from "../end/settle-call.ts";
import { type ExecutionVersion, requireExecutionVersion } from "../request/version-to-execute.ts";
import { type Beginning, explainRefusal, planBeginning } from "./begin-execution.ts";
import { buildFailure, prepareCall } from "./prepare-call.ts";
import { recordCall } from "./record-call.ts";
import { sendCall } from "./send-call.ts";
import { inTurn } from "./take-turn.ts";

/** Most reads of an execution that changes between read and claim. */
const MAX_READS = 10;

/** `clock` returns the current time. */
type DeliveryContext = { clock: () => Date; newId: IdSource };

/** Makes attempt `attempt` of an execution, or examines it if it was claimed before. The first one begins the run. */
export async function deliverWebhook(input: DeliverInput, context: DeliveryContext): Promise<DeliverResult> {
  for (let read = 1; read <= MAX_READS; read++) {
    const result = await tryDeliver(input, context);
    if (result) return result;
  }
  const message = `The execution ${input.executionId} keeps changing.`;
  throw new ServiceError("unavailable", message, { retryAfterSeconds: 1 });
}

/** Returns null if the execution changed after it was read, because decisions from that read are stale. */
async function tryDeliver(input: DeliverInput, context: DeliveryContext): Promise<DeliverResult | null> {
  const { executionId, attempt: asked } = input;
  const record = await getExecutionRecord(executionId);
  if (!record) throw new ServiceError("internal_error", `There is no execution ${executionId}.`);
  if (!hasAllAttempts(record)) return null;
  const { execution, attempts, callback } = record;
  if (!isActive(execution)) return endOf(record, asked, execution.status === "SUCCESS");
  if (callback?.result) return endOf(record, asked, callback.result.status === "SUCCESS");
  const executionVersion = await requireExecutionVersion(execution);
  const { version } = executionVersion;
  if (execution.status === "PENDING") return deliverFirst(input, record, executionVersion, context);
  const now = context.clock();
  const open = attempts.find(isInProgress);
  if (open) return waitForOpenAttempt(open, execution, now);
  const decisive = findDecisiveAttempt(asked, attempts);
  if (decisive) return toDeliverResult(decisive, version, execution, now);
  const { maxAttempts } = version.definition.retryPolicy;
  const isOver = attempts.length >= maxAttempts || now.toISOString() >= deadlineOf(execution);
  if (isOver) return endOf(record, asked, false);
  return inTurn({ execution, version, input }, turnOf(record, context), () =>
    executeAttempt(record, executionVersion, context, null),
  );
}

/** Returns that the run can only end: as a success, or not. */
function endOf({ execution }: Pick<ExecutionRecord, "execution">, attempt: number, succeeds: boolean) {
  const next = succeeds ? "succeed" : "fail";
  return { executionId: execution.id, next, attempt, waitSeconds: 0 } as const;
}

/** Begins the execution with its first attempt, or returns why it may not begin. */
async function deliverFirst(
  input: DeliverInput,
  record: ExecutionRecord,
  executionVersion: ExecutionVersion,
  context: DeliveryContext,
): Promise<DeliverResult | null> {
  const { version, definitionError } = executionVersion;
  if (definitionError) return refuse(record, definitionError);
  const now = context.clock();
  const planned = await planBeginning(record.execution, version, { ...context, now });
  if (planned.refusal) return refuse(record, planned.refusal);
  const { beginning } = planned;
  const begun = { ...record, execution: beginning.execution };
  return inTurn({ execution: record.execution, version, input }, turnOf(record, context), () =>
    executeAttempt(begun, executionVersion, context, beginning),
  );
}

const turnOf = (record: ExecutionRecord, { clock }: DeliveryContext) => ({
  clock,
  refuse: (error: ExecutionError) => refuse(record, error),
});

const refuse = (record: ExecutionRecord, refusal: ExecutionError): DeliverResult => ({
  ...endOf(record, 1, false),
  refusal,
});

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
  const delivered = attempt.outcome === "delivered";
  const end = endOf({ execution }, attempt.number, delivered);
  const { callbackTimeoutSeconds } = execution;
  if (delivered && callbackTimeoutSeconds !== undefined)
    return { ...end, next: "await", waitSeconds: callbackWaitSeconds(attempt, callbackTimeoutSeconds, now) };
  if (delivered) return end;
  const step = planNextStep(attempt, version, execution, now);
  return step.next === "wait" ? { ...end, ...step, attempt: attempt.number + 1 } : end;
}

/** A second after the deadline: a wait that ends before it would find the callback still due. */
function callbackWaitSeconds(attempt: Attempt, timeoutSeconds: number, now: Date): number {
  const deadline = Date.parse(answeredAt(attempt)) + timeoutSeconds * 1000;
  return Math.max(1, Math.ceil((deadline - now.getTime()) / 1000) + 1);
}

const deadlineOf = (execution: Execution) => execution.deadlineAt ?? execution.createdAt;

function planNextStep(attempt: Attempt, version: RunbookVersion, execution: Execution, now: Date): NextStep {
  const { retryPolicy: policy } = version.definition;
  return decideNextStep({ attempt, policy, now, deadlineAt: deadlineOf(execution) });
}

/** Prepares and claims the next attempt, calls, and records the outcome. Returns null if the execution changed. */
async function executeAttempt(
  record: ExecutionRecord,
  { version, definitionError }: ExecutionVersion,
  { clock }: DeliveryContext,
  beginning: Beginning | null,
): Promise<DeliverResult | null> {
  const { execution, attempts } = record;
  const number = execution.attemptsClaimed + 1;
  const startedAt = latestTime(clock().toISOString(), execution.startedAt, ...attempts.map(answeredAt));
  const endsAt = computeCallEnd(startedAt, version.definition.attemptTimeoutSeconds, execution);
  const prepared = definitionError
    ? { failure: buildFailure(definitionError) }
    : await prepareCall(record, version, new Date(startedAt));
  const request = "failure" in prepared || record.request ? null : prepared.sentRequest;
  const safeToRepeat = isSafeToRepeat(version.definition);
  const claim = {
    id: randomUUID(),
    startedAt,
    callDeadlineAt: toCallDeadline(endsAt),
    request,
    safeToRepeat,
  };
  const { claimed, refusedBy } = await claimAttempt({ execution, attempts, beginning }, claim);
  const refusal = refusedBy && (await explainRefusal(execution, refusedBy, beginning));
  if (refusal) return refuse(record, refusal);
  if (!claimed) return null;
  const evidence =
    "failure" in prepared
      ? prepared.failure
      : await sendCall(prepared, execution, { attemptNumber: number, endsAt }, clock);
  const made: Attempt = { ...evidence, number, startedAt };
  const attempt = explainNoRetry(made, planNextStep(made, version, execution, clock()));
  const { executionEnded } = await recordCall(execution.id, attempt, clock);
  if (!executionEnded) return toDeliverResult(attempt, version, execution, clock());
  // The execution ended during the call. How it ended is read again.
  await releaseSlot(execution.id, clock());
  return null;
}

/** Adds to a retryable failure why it is not retried. */
function explainNoRetry(attempt: Attempt, step: NextStep): Attempt {
  if (!attempt.error || step.next === "wait" || step.because !== "deadline_reached") return attempt;
  const { code, message } = attempt.error;
  const explanation = `${message} The run has no time left for another attempt.`;
  return { ...attempt, error: { code, message: explanation.slice(0, 500) } };
}
