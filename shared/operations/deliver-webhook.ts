// One attempt: claimed before the call, carried out, recorded with its evidence, and what is due next.
import { randomUUID } from "node:crypto";
import { readEnvironment, VARIABLES } from "../contract/env.ts";
import type { DeliverInput, DeliverResult } from "../contract/workflow.ts";
import { RunbookError } from "../domain/errors.ts";
import type { Attempt, Execution } from "../domain/execution.ts";
import type { RunbookVersion } from "../domain/runbook.ts";
import { claimAttempt, keepRequest, recordAttempt } from "../store/attempts.ts";
import { getRun, type Run } from "../store/executions.ts";
import { performAttempt } from "../webhook/attempt.ts";
import { policyFrom } from "../webhook/egress-policy.ts";
import { type NextStep, nextStep } from "../webhook/retry.ts";
import { keepMasks } from "./callback-masks.ts";
import { issueToken } from "./callback-token.ts";
import { failed, type PreparedCall, prepareCall } from "./prepare-call.ts";
import { type VersionToRun, versionToRun } from "./version-to-run.ts";

/** After its time and this much more, an attempt that recorded nothing is not going on: its outcome is unknown. */
const GRACE_SECONDS = 10;

/** Carries out attempt `attempt` of a run, or looks after one that was claimed before. */
export async function deliverWebhook(
  { executionId, attempt }: DeliverInput,
  now: Date,
): Promise<DeliverResult> {
  const run = await getRun(executionId);
  if (!run) throw new RunbookError("internal_error", `There is no execution ${executionId}.`);
  const { execution } = run;
  const finish = { executionId, next: "finish", attempt, waitSeconds: 0 } as const;
  if (execution.status !== "RUNNING" || run.callback?.result) return finish;
  const { version, changed } = await versionToRun(execution);
  const { retryPolicy, attemptTimeoutSeconds } = version.definition;
  const known = run.attempts.find((a) => a.number === attempt);
  if (!known && (attempt > retryPolicy.maxAttempts || now.toISOString() >= deadlineOf(execution)))
    return finish;
  const recorded = known ?? (await claimAttempt(executionId, attempt, randomUUID(), now.toISOString()));
  if (recorded?.outcome === "intended" && isGoingOn(recorded, attemptTimeoutSeconds, now)) {
    return {
      executionId,
      next: "wait",
      attempt,
      waitSeconds: secondsLeft(recorded, attemptTimeoutSeconds, now),
    };
  }
  const done = recorded
    ? await settled(executionId, recorded)
    : await carryOut(run, { version, changed }, attempt, now);
  if (done.outcome === "delivered" && execution.callbackTimeoutSeconds !== undefined) {
    return { ...finish, next: "await" };
  }
  const step = stepAfter(done, version, execution);
  return step.next === "wait" ? { executionId, ...step, attempt: attempt + 1 } : finish;
}

const deadlineOf = (execution: Execution) => execution.deadlineAt ?? execution.createdAt;

function stepAfter(attempt: Attempt, { definition }: RunbookVersion, execution: Execution): NextStep {
  const { retryPolicy: policy } = definition;
  return nextStep({ attempt, policy, now: new Date(), deadlineAt: deadlineOf(execution) });
}

function secondsLeft(attempt: Attempt, timeoutSeconds: number, now: Date): number {
  const over = Date.parse(attempt.startedAt) + (timeoutSeconds + GRACE_SECONDS) * 1000;
  return Math.max(1, Math.ceil((over - now.getTime()) / 1000));
}

function isGoingOn(attempt: Attempt, timeoutSeconds: number, now: Date): boolean {
  return now.getTime() < Date.parse(attempt.startedAt) + (timeoutSeconds + GRACE_SECONDS) * 1000;
}

/** An attempt that somebody else claimed: its recorded outcome, or, where there is none, that it is unknown. */
async function settled(executionId: string, attempt: Attempt): Promise<Attempt> {
  if (attempt.outcome !== "intended") return attempt;
  const message = "The attempt was interrupted: the receiver may have acted on it.";
  const unknown: Attempt = { ...attempt, outcome: "unknown", error: { code: "outcome_unknown", message } };
  await recordAttempt(executionId, unknown);
  return unknown;
}

async function carryOut(
  run: Run,
  { version, changed }: VersionToRun,
  number: number,
  startedAt: Date,
): Promise<Attempt> {
  const { execution } = run;
  const prepared = changed ? { failure: failed(changed) } : await prepareCall(run, version, startedAt);
  const evidence =
    "failure" in prepared ? prepared.failure : await call(prepared, run, version, number, startedAt);
  const made: Attempt = { ...evidence, number, startedAt: startedAt.toISOString() };
  const attempt = explained(made, stepAfter(made, version, execution));
  await recordAttempt(execution.id, attempt);
  return attempt;
}

/** A failure that would be tried again says why it is not. */
function explained(attempt: Attempt, step: NextStep): Attempt {
  if (!attempt.error || step.next === "wait" || step.because !== "budget_used") return attempt;
  const { code, message } = attempt.error;
  const explanation = `${message} The run has no time left for another attempt.`;
  return { ...attempt, error: { code, message: explanation.slice(0, 500) } };
}

async function call(
  prepared: PreparedCall,
  { execution }: Run,
  { definition }: RunbookVersion,
  number: number,
  startedAt: Date,
) {
  await keepRequest(execution.id, prepared.shown);
  const callbackToken =
    prepared.rendered.callbackBase === undefined ? undefined : await issueToken(execution.id);
  const budgetEnds = Date.parse(deadlineOf(execution));
  const attemptEnds = startedAt.getTime() + definition.attemptTimeoutSeconds * 1000;
  return performAttempt({
    ...prepared,
    callbackToken,
    ...(callbackToken !== undefined && {
      beforeCall: (secrets: readonly string[]) => keepMasks(execution.id, number, secrets),
    }),
    secrets: [...prepared.secrets, ...(callbackToken ? [callbackToken] : [])],
    runbookId: execution.runbookId,
    executionId: execution.id,
    attemptNumber: number,
    deadlineMs: Math.max(1, Math.min(budgetEnds, attemptEnds) - Date.now()),
    policy: policyFrom(readEnvironment(VARIABLES.workflow, process.env)),
  });
}
