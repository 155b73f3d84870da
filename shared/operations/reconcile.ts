// Bringing a run and its state machine together, where one of them went on without the other.
import type { Actor } from "../domain/audit.ts";
import type { Execution } from "../domain/execution.ts";
import { cancelledEnd, infrastructure, isActive, systemActor } from "../domain/run-changes.ts";
import { type MachineStatus, machineStatus, startMachine } from "../engine/runs.ts";
import { getExecution } from "../store/executions.ts";
import { type Closer, closeRun, endWith } from "./close-run.ts";

/** What was done: `none` is what is right for a run that is under way, or at its end. */
export type Reconciled = "none" | "started" | "closed";

/** Younger runs may still be between their transaction and their StartExecution. */
const START_GRACE_MS = 15_000;

/** Looks at a run and its machine, and makes them agree. */
export async function reconcile(id: string, closer: Omit<Closer, "actor">): Promise<Reconciled> {
  const execution = await getExecution(id);
  if (!execution || !isActive(execution)) return "none";
  const machine = await machineStatus(id);
  if (machine === "RUNNING") return "none";
  if (machine === "missing") return startOrClose(execution, closer);
  return closeAs(id, machine, closer);
}

async function startOrClose(execution: Execution, closer: Omit<Closer, "actor">): Promise<Reconciled> {
  if (execution.status === "PENDING") {
    if (closer.now.getTime() - Date.parse(execution.createdAt) < START_GRACE_MS) return "none";
    await startMachine(execution.id);
    return "started";
  }
  return closeAs(execution.id, "missing", closer);
}

const actor: Actor = systemActor("sweep");

/** Closes a run whose machine has ended without saying so: by what the attempts prove, and by how the machine ended. */
export async function closeAs(
  id: string,
  machine: Exclude<MachineStatus, "RUNNING">,
  closer: Omit<Closer, "actor">,
): Promise<Reconciled> {
  const before = await getExecution(id);
  if (!before || !isActive(before)) return "none";
  if (machine === "ABORTED") {
    await endWith(id, { ...closer, actor }, ({ attempts }) => cancelledEnd(attempts, "in the AWS console"));
  } else {
    await closeRun(id, infrastructure(WHY[machine]), { ...closer, actor });
  }
  return "closed";
}

const WHY = {
  missing: "The state machine has no record of this run.",
  SUCCEEDED: "The state machine ended without recording the outcome.",
  FAILED: "The state machine failed before it could record the outcome.",
  TIMED_OUT: "The state machine ran out of time before it could record the outcome.",
} as const;
