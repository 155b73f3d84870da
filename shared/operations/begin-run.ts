// Beginning a run: PENDING to RUNNING, only if its runbook is still approved at the run's version.
import type { BeginResult } from "../contract/workflow.ts";
import { pausedMessage } from "../domain/controls.ts";
import { RunbookError } from "../domain/errors.ts";
import type { Execution, ExecutionError } from "../domain/execution.ts";
import { infrastructure, startRun as started, systemActor } from "../domain/run-changes.ts";
import { ConditionFailed } from "../store/client.ts";
import { pauseOf } from "../store/controls.ts";
import { getRun, type Run, runMoved, saveExecution } from "../store/executions.ts";
import { type Closer, endWith } from "./close-run.ts";
import { versionToRun } from "./version-to-run.ts";

/** Again for a run that has begun: it goes on after its last attempt. For one that has ended: nothing. */
export async function beginRun(id: string, closer: Closer): Promise<BeginResult> {
  const run = await getRun(id);
  if (!run) throw new RunbookError("internal_error", `There is no execution ${id}.`);
  if (run.execution.status === "PENDING") return begin(run, closer);
  return run.execution.status === "RUNNING" ? goOn(run) : finish(id);
}

const finish = (executionId: string): BeginResult => ({ executionId, next: "finish", attempt: 1 });

/** An attempt that was claimed, but has no outcome yet, is looked at again under its own number. */
function goOn({ execution, attempts }: Run): BeginResult {
  const last = attempts.at(-1);
  const attempt = !last ? 1 : last.outcome === "intended" ? last.number : last.number + 1;
  return { executionId: execution.id, next: "deliver", attempt };
}

async function begin(run: Run, closer: Closer): Promise<BeginResult> {
  const { execution } = run;
  const { version, changed } = await versionToRun(execution);
  if (changed) return refuse(execution.id, changed, closer);
  const act = {
    actor: systemActor("workflow"),
    at: closer.now.toISOString(),
    auditId: closer.newId("audit"),
  };
  try {
    await saveExecution(started(execution, version.definition.timeoutSeconds, act));
    return goOn(run);
  } catch (error) {
    if (runMoved(error)) return beginRun(execution.id, closer);
    if (!(error instanceof ConditionFailed)) throw error;
    return refuse(execution.id, await refusalOf(execution, error), closer);
  }
}

async function refuse(id: string, error: ExecutionError, closer: Closer): Promise<BeginResult> {
  await endWith(id, closer, () => ({ status: "FAILED", error }));
  return finish(id);
}

/** Why the run may not begin; nothing was sent. */
async function refusalOf(execution: Execution, { labels }: ConditionFailed): Promise<ExecutionError> {
  if (labels.includes("approval")) return withdrawn(execution.runbookVersion);
  if (!labels.includes("control")) return infrastructure("The run lost its place among the runs under way.");
  const control = await pauseOf(execution);
  // Resumed between the two looks: it was paused when the run was to begin.
  const why = control ? pausedMessage(control) : "New runs were paused.";
  return { code: "paused", message: `${why} Nothing was sent.`.slice(0, 500) };
}

function withdrawn(version: number) {
  const message = `The runbook was changed, deprecated or deleted after the start: version ${version} is no longer the approved one. Nothing was sent.`;
  return { code: "runbook_not_approved", message } as const;
}
