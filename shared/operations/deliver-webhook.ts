// One attempt: claimed before the call, carried out, recorded with its evidence, and what is due next.
import { randomUUID } from "node:crypto";
import type { DeliverInput, DeliverResult } from "../contract/workflow.ts";
import {
  answeredAt,
  callDeadline,
  callEndsAt,
  isOpen,
  leftUnknown,
  secondsUntilOver,
} from "../domain/attempts.ts";
import { latest } from "../domain/chronology.ts";
import { RunbookError } from "../domain/errors.ts";
import type { Attempt, Execution } from "../domain/execution.ts";
import type { RunbookVersion } from "../domain/runbook.ts";
import { claimAttempt, presumeUnknown, recordAttempt } from "../store/attempts.ts";
import { getRun, isWhole, type Run } from "../store/executions.ts";
import { type NextStep, nextStep } from "../webhook/retry.ts";
import { failed, prepareCall } from "./prepare-call.ts";
import { sendCall } from "./send-call.ts";
import { settleCall } from "./settle-call.ts";
import { type VersionToRun, versionToRun } from "./version-to-run.ts";

/** How often the run is looked at anew because it moved between the look and the claim. */
const LOOKS = 10;

/** Carries out attempt `attempt` of a run, or looks after one that was claimed before. */
export async function deliverWebhook(input: DeliverInput, clock: Clock): Promise<DeliverResult> {
  for (let look = 1; look <= LOOKS; look++) {
    const result = await lookAndDeliver(input, clock);
    if (result) return result;
  }
  const message = `The execution ${input.executionId} keeps changing.`;
  throw new RunbookError("unavailable", message, { retryAfterSeconds: 1 });
}

/** The time now. */
type Clock = () => Date;

/** Null where the run moved since it was read: whatever was decided from it is not true any more. */
async function lookAndDeliver(
  { executionId, attempt: asked }: DeliverInput,
  clock: Clock,
): Promise<DeliverResult | null> {
  const run = await getRun(executionId);
  if (!run) throw new RunbookError("internal_error", `There is no execution ${executionId}.`);
  if (!isWhole(run)) return null;
  const { execution, attempts } = run;
  const finish = { executionId, next: "finish", attempt: asked, waitSeconds: 0 } as const;
  if (execution.status !== "RUNNING" || run.callback?.result) return finish;
  const found = await versionToRun(execution);
  const { version } = found;
  const open = attempts.find(isOpen);
  if (open) return lookAfter(open, execution, clock());
  const past = outcomeFor(asked, attempts);
  if (past) return resultAfter(past, version, execution, clock());
  const { maxAttempts } = version.definition.retryPolicy;
  if (attempts.length >= maxAttempts || clock().toISOString() >= deadlineOf(execution)) return finish;
  return carryOut(run, found, clock);
}

/** What is recorded of this attempt, or what says that there must not be one: an earlier one that was not to be repeated. */
function outcomeFor(number: number, attempts: readonly Attempt[]): Attempt | null {
  const known = attempts.find((attempt) => attempt.number === number);
  return attempts.find((a) => a.outcome === "delivered" || !a.retryable) ?? known ?? null;
}

/** A claimed attempt without an outcome: it may be going on elsewhere until its time is surely over. */
async function lookAfter(open: Attempt, execution: Execution, now: Date): Promise<DeliverResult | null> {
  const waitSeconds = secondsUntilOver(execution, now);
  if (waitSeconds > 0) return { executionId: execution.id, next: "wait", attempt: open.number, waitSeconds };
  await presumeUnknown(execution.id, leftUnknown(open));
  return null;
}

function resultAfter(
  attempt: Attempt,
  version: RunbookVersion,
  execution: Execution,
  now: Date,
): DeliverResult {
  const { id: executionId } = execution;
  const finish = { executionId, next: "finish", attempt: attempt.number, waitSeconds: 0 } as const;
  if (attempt.outcome === "delivered" && execution.callbackTimeoutSeconds !== undefined) {
    return { ...finish, next: "await" };
  }
  const step = stepAfter(attempt, version, execution, now);
  return step.next === "wait" ? { executionId, ...step, attempt: attempt.number + 1 } : finish;
}

const deadlineOf = (execution: Execution) => execution.deadlineAt ?? execution.createdAt;

function stepAfter(attempt: Attempt, version: RunbookVersion, execution: Execution, now: Date): NextStep {
  const { retryPolicy: policy } = version.definition;
  return nextStep({ attempt, policy, now, deadlineAt: deadlineOf(execution) });
}

/** Claims the next attempt, calls, and records what came of it; null if it is not ours to make. */
async function carryOut(
  run: Run,
  { version, changed }: VersionToRun,
  clock: Clock,
): Promise<DeliverResult | null> {
  const { execution } = run;
  const number = execution.attemptsClaimed + 1;
  const startedAt = latest(clock().toISOString(), execution.startedAt, ...run.attempts.map(answeredAt));
  const endsAt = callEndsAt(startedAt, version.definition.attemptTimeoutSeconds, execution);
  const claim = { id: randomUUID(), startedAt, callDeadlineAt: callDeadline(endsAt) };
  if (!(await claimAttempt(execution, run.attempts, claim))) return null;
  const prepared = changed
    ? { failure: failed(changed) }
    : await prepareCall(run, version, new Date(startedAt));
  const evidence =
    "failure" in prepared
      ? prepared.failure
      : await sendCall(prepared, execution, { attemptNumber: number, endsAt }, clock);
  const made: Attempt = { ...evidence, number, startedAt };
  const attempt = explained(made, stepAfter(made, version, execution, clock()));
  const { ended } = await recordAttempt(execution.id, attempt);
  if (!ended) return resultAfter(attempt, version, execution, clock());
  await settleCall(execution.id, clock());
  return { executionId: execution.id, next: "finish", attempt: number, waitSeconds: 0 };
}

/** A failure that would be tried again says why it is not. */
function explained(attempt: Attempt, step: NextStep): Attempt {
  if (!attempt.error || step.next === "wait" || step.because !== "budget_used") return attempt;
  const { code, message } = attempt.error;
  const explanation = `${message} The run has no time left for another attempt.`;
  return { ...attempt, error: { code, message: explanation.slice(0, 500) } };
}
