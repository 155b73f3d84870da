// Loads what a route is about and checks the caller's rights to it, as the route's row in the contract says.
import type { Access } from "../../contract/access.ts";
import type { Automation } from "../../domain/automations/automation.ts";
import type { Caller } from "../../domain/caller.ts";
import type { Incident } from "../../domain/incidents/incident.ts";
import {
  type Action,
  authorize,
  authorizeInAll,
  authorizeSomewhere,
  notFound,
  scopesOf,
} from "../../domain/permissions.ts";
import type { RunbookState } from "../../domain/runbooks/runbook.ts";
import type { Runbook } from "../../domain/runbooks/runbook-changes.ts";
import { getAutomation } from "../../store/automations.ts";
import { type ExecutionRecord, getExecutionRecord } from "../../store/executions.ts";
import { getIncident } from "../../store/incidents.ts";
import { getRunbook, getRunbookState } from "../../store/runbooks.ts";

/** @throws `not_found` where there is none or the caller may not view it; `not_permitted` where it may only view it. */
export async function requireRunbook(
  caller: Caller,
  action: Action,
  id: string,
  deleted?: "deleted too",
): Promise<Runbook> {
  const runbook = await getRunbook(id);
  if (!runbook) throw notFound("runbook");
  if (!deleted) refuseDeleted(runbook);
  authorize(caller, action, runbook.state.teamId, "runbook");
  return runbook;
}

/** @throws `not_found` */
export function refuseDeleted({ state }: Runbook): void {
  if (state.deletedAt !== null) throw notFound("runbook");
}

/** The head, which outlives the runbook. @throws as `requireRunbook`. */
export async function requireRunbookHistory(
  caller: Caller,
  action: Action,
  id: string,
): Promise<RunbookState> {
  const head = await getRunbookState(id);
  if (!head) throw notFound("runbook");
  authorize(caller, action, head.teamId, "runbook");
  return head;
}

/** @throws as `requireRunbook`; the runbook's scope and the team that the run was for are both asked. */
export async function requireExecution(caller: Caller, action: Action, id: string): Promise<ExecutionRecord> {
  const run = await getExecutionRecord(id);
  if (!run) throw notFound("execution");
  authorizeInAll(caller, action, scopesOf(run.execution), "execution");
  return run;
}

/** @throws as `requireRunbook`. */
export async function requireIncident(caller: Caller, action: Action, id: string): Promise<Incident> {
  const incident = await getIncident(id);
  if (!incident) throw notFound("incident");
  authorize(caller, action, incident.teamId, "incident");
  return incident;
}

/** @throws as `requireRunbook`. */
export async function requireAutomation(
  caller: Caller,
  action: Action,
  id: string,
  deleted?: "deleted too",
): Promise<Automation> {
  const automation = await getAutomation(id, deleted);
  if (!automation) throw notFound("automation");
  authorize(caller, action, automation.teamId, "automation");
  return automation;
}

/** What a handler is given for each kind of `access.on`; null where there is nothing to load. */
export type AccessResources = {
  runbook: Runbook;
  "runbook-history": RunbookState;
  execution: ExecutionRecord;
  incident: Incident;
  automation: Automation;
  body: null;
  own: null;
};
type Ids = Readonly<Record<string, unknown>>;
type Row = Exclude<Access, "public">;

/** Each stands alone, so that a function is bundled with the one that its row names. `ids`: the parts of the path. */
export type AccessLoader<On extends keyof AccessResources> = {
  on: On;
  load: (caller: Caller, row: Row, ids: Ids) => AccessResources[On] | Promise<AccessResources[On]>;
};

export const runbookInPath: AccessLoader<"runbook"> = {
  on: "runbook",
  load: (caller, { action, deletedToo }, { runbookId }) =>
    requireRunbook(caller, action, String(runbookId), deletedToo && "deleted too"),
};

export const runbookHistoryInPath: AccessLoader<"runbook-history"> = {
  on: "runbook-history",
  load: (caller, { action }, { runbookId }) => requireRunbookHistory(caller, action, String(runbookId)),
};

export const executionInPath: AccessLoader<"execution"> = {
  on: "execution",
  load: (caller, { action }, { executionId }) => requireExecution(caller, action, String(executionId)),
};

export const incidentInPath: AccessLoader<"incident"> = {
  on: "incident",
  load: (caller, { action }, { incidentId }) => requireIncident(caller, action, String(incidentId)),
};

export const automationInPath: AccessLoader<"automation"> = {
  on: "automation",
  load: (caller, { action }, { automationId }) => requireAutomation(caller, action, String(automationId)),
};

export const scopeInBody: AccessLoader<"body"> = {
  on: "body",
  load: (caller, { action }) => {
    authorizeSomewhere(caller, action);
    return null;
  },
};

export const callersOwn: AccessLoader<"own"> = { on: "own", load: () => null };
