// A run as its readers see it, with the definition that it is carried out by.
import type { Caller } from "../domain/caller.ts";
import { type QueuePlace, queuePlace } from "../domain/concurrency.ts";
import type { Execution } from "../domain/execution.ts";
import type { ShownExecution } from "../domain/execution-view.ts";
import { audienceOf, isAllowedInAll, notFound, scopesOf } from "../domain/permissions.ts";
import { showExecution } from "../domain/show.ts";
import { consoleUrl } from "../engine/runs.ts";
import { getRun, onlyRuns, type Run } from "../store/executions.ts";
import { getLock } from "../store/locks.ts";
import { versionOf } from "../store/versions.ts";

/** By id, as it stands now. The caller may see it: that has been asked before. */
export async function shownRun(id: string, caller: Caller): Promise<ShownExecution> {
  const run = await getRun(id);
  if (!run) throw notFound("execution");
  return shown(run, caller);
}

export async function shown(run: Run, caller: Caller): Promise<ShownExecution> {
  const { id, runbookId, runbookVersion, teamId } = run.execution;
  const { definition } = await versionOf(runbookId, runbookVersion);
  const queue = await placeOf(run.execution, caller);
  return showExecution({ ...run, queue }, definition, consoleUrl(id), audienceOf(caller, teamId));
}

/** Of the runs that it waits for, those are named that the caller may see. */
async function placeOf(run: Execution, caller: Caller): Promise<QueuePlace | null> {
  const { id, runbookId, teamId, status, concurrency } = run;
  if (status !== "PENDING" || !concurrency?.queuedAt) return null;
  const place = queuePlace(await getLock(runbookId, concurrency.lock), id);
  if (!place || teamId !== null) return place;
  const waitingFor = await onlyRuns(place.waitingFor, (other) =>
    isAllowedInAll(caller, "view", scopesOf(other)),
  );
  return { ...place, waitingFor };
}
