// Bringing a run and its state machine together, where one of them went on without the other.
import { TIME_LIMITS } from "../contract/workflow.ts";
import type { Actor } from "../domain/audit.ts";
import { awaitsCallback } from "../domain/callback.ts";
import type { Execution } from "../domain/execution.ts";
import { latestProgress } from "../domain/progress.ts";
import { cancelledEnd, infrastructure, isActive, systemActor } from "../domain/run-changes.ts";
import { type MachineStatus, machineStatus, startMachine, stopMachine } from "../engine/runs.ts";
import { getExecution, getRun } from "../store/executions.ts";
import { machineIsMissing, machineIsThere } from "../store/missing-machines.ts";
import { admitQueued } from "./admit-next.ts";
import { type Closer, closeRun, endWith } from "./close-run.ts";
import { endWait } from "./end-wait.ts";
import { settleCall } from "./settle-call.ts";

/**
 * What was done: `none` is what is right for a run that is under way, waits its turn, or is at its end. `settled`: the
 * last call of a run that had ended is over, and its place is given back.
 */
export type Reconciled = "none" | "started" | "closed" | "settled";

/** Younger runs may still be between their transaction and their StartExecution. */
const START_GRACE_MS = 15_000;

/**
 * DescribeExecution is eventually consistent: for a moment it may know nothing of a run that is under way. So a run that
 * had begun is ended for the lack of its machine only by a second look, in a later pass, at least this much later.
 */
const SECOND_LOOK_MS = 30_000;

/** Looks at a run and its machine, and makes them agree. */
export async function reconcile(id: string, closer: Omit<Closer, "actor">): Promise<Reconciled> {
  const execution = await getExecution(id);
  if (!execution) return "none";
  if (!isActive(execution)) return (await settleCall(id, closer.now)) ? "settled" : "none";
  const machine = await machineStatus(id);
  if (machine === "missing") {
    return execution.status === "PENDING" ? startAgain(execution, closer) : closeMissing(execution, closer);
  }
  if (execution.missingSince) await machineIsThere(id);
  return machine === "RUNNING" ? lookAfter(execution, closer) : closeAs(id, machine, closer);
}

async function startAgain(execution: Execution, { now }: Omit<Closer, "actor">): Promise<Reconciled> {
  if (now.getTime() - Date.parse(execution.createdAt) < START_GRACE_MS) return "none";
  if (!(await admitQueued(execution))) return "none";
  await startMachine(execution.id);
  return "started";
}

async function closeMissing(execution: Execution, closer: Omit<Closer, "actor">): Promise<Reconciled> {
  const now = closer.now.getTime();
  const run = await getRun(execution.id);
  if (!run || now - latestProgress(run) < START_GRACE_MS) return "none";
  const { missingSince } = run.execution;
  if (missingSince === undefined) await machineIsMissing(execution.id, closer.now);
  if (missingSince === undefined || now - Date.parse(missingSince) < SECOND_LOOK_MS) return "none";
  return closeAs(execution.id, "missing", closer);
}

/** A machine that runs is let be, unless its receiver's time is over, or its own long since. */
async function lookAfter(execution: Execution, closer: Omit<Closer, "actor">): Promise<Reconciled> {
  if (execution.status === "PENDING") return "none";
  const now = closer.now.toISOString();
  const run = await getRun(execution.id);
  if (!run || awaitsCallback(run, now)) return "none";
  if (run.callback && (await endWait(execution.id, run.callback))) return "none";
  if (now < latestEnd(execution)) return "none";
  // The end comes first: news that the machine was stopped would else be taken for a stop by hand.
  await closeRun(execution.id, infrastructure(PAST_ITS_TIME), { ...closer, actor });
  await stopMachine(execution.id, "The run is past its time");
  return "closed";
}

/** What delivers ends within its budget, one last attempt and some tries to record the outcome; a callback is on top. */
function latestEnd({ deadlineAt, createdAt, callbackTimeoutSeconds = 0 }: Execution): string {
  const seconds = TIME_LIMITS.delivery + callbackTimeoutSeconds;
  return new Date(Date.parse(deadlineAt ?? createdAt) + seconds * 1000).toISOString();
}

const PAST_ITS_TIME = "The state machine ran on past the time of the run, and was stopped.";

const actor: Actor = systemActor("sweep");

/** Closes a run whose machine has ended without saying so: by what the attempts prove, and by how the machine ended. */
export async function closeAs(
  id: string,
  machine: Exclude<MachineStatus, "RUNNING">,
  closer: Omit<Closer, "actor">,
): Promise<Reconciled> {
  const before = await getExecution(id);
  if (!before || !isActive(before)) return "none";
  const after =
    machine === "ABORTED"
      ? await endWith(id, { ...closer, actor }, (run) => cancelledEnd(run, "in the AWS console"))
      : await closeRun(id, infrastructure(WHY[machine]), { ...closer, actor });
  return after && isActive(after) ? "none" : "closed";
}

const WHY = {
  missing: "The state machine has no record of this run.",
  SUCCEEDED: "The state machine ended without recording the outcome.",
  FAILED: "The state machine failed before it could record the outcome.",
  TIMED_OUT: "The state machine ran out of time before it could record the outcome.",
} as const;
