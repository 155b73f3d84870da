// Loads the resource of a route and checks the caller's rights to it, as the route's row in the contract requires.
import type { Access } from "../../contract/access.ts";
import type { Automation } from "../../domain/automations/automation.ts";
import type { Caller } from "../../domain/caller.ts";
import { notFound } from "../../domain/errors.ts";
import type { FreezeWindow } from "../../domain/freeze/freeze-window.ts";
import type { Incident } from "../../domain/incidents/incident.ts";
import { type Action, authorizeInAll, authorizeSomewhere } from "../../domain/permissions.ts";
import type { RunbookState } from "../../domain/runbooks/runbook.ts";
import type { Runbook } from "../../domain/runbooks/runbook-changes.ts";
import { type Scope, scopesOf } from "../../domain/scopes.ts";
import type { Source } from "../../domain/sources/source.ts";
import { ownerOf } from "../../domain/sources/source-checks.ts";
import { getAutomation } from "../../store/automations.ts";
import { type ExecutionRecord, getExecutionRecord } from "../../store/executions.ts";
import { getFreezeWindows } from "../../store/freeze-windows.ts";
import { getIncident } from "../../store/incidents.ts";
import { getRunbook, getRunbookState } from "../../store/runbooks.ts";
import { getSource } from "../../store/sources.ts";

/**
 * @throws `not_found` if the resource is missing or the caller may not view all of its scopes; `not_permitted` if the
 * caller may only view it.
 */
function requireAllowed<T>(
  found: T | null,
  { caller, action, what }: { caller: Caller; action: Action; what: string },
  scopesOfIt: (found: T) => readonly Scope[],
): T {
  if (!found) throw notFound(what);
  authorizeInAll(caller, action, scopesOfIt(found), what);
  return found;
}

/** @throws as `requireAllowed`. */
export async function requireRunbook(
  caller: Caller,
  action: Action,
  id: string,
  deleted?: "deleted too",
): Promise<Runbook> {
  const runbook = await getRunbook(id);
  if (runbook && !deleted) refuseDeleted(runbook);
  return requireAllowed(runbook, { caller, action, what: "runbook" }, ({ state }) => [state.teamId]);
}

/** @throws `not_found` */
export function refuseDeleted({ state }: Runbook): void {
  if (state.deletedAt !== null) throw notFound("runbook");
}

/** Returns the state of a runbook, which remains after deletion. @throws as `requireAllowed`. */
async function requireRunbookHistory(caller: Caller, action: Action, id: string): Promise<RunbookState> {
  const state = await getRunbookState(id);
  return requireAllowed(state, { caller, action, what: "runbook" }, ({ teamId }) => [teamId]);
}

/** Checks the runbook's scope and the team that the execution ran for. @throws as `requireAllowed`. */
export async function requireExecution(caller: Caller, action: Action, id: string): Promise<ExecutionRecord> {
  const record = await getExecutionRecord(id);
  return requireAllowed(record, { caller, action, what: "execution" }, ({ execution }) =>
    scopesOf(execution),
  );
}

/** Checks that the caller may view the execution, and may act for its team. @throws as `requireAllowed`. */
async function requireExecutionForTeam(caller: Caller, action: Action, id: string): Promise<ExecutionRecord> {
  const record = await requireExecution(caller, "view", id);
  return requireAllowed(record, { caller, action, what: "execution" }, ({ execution }) => [
    execution.ranForTeamId,
  ]);
}

/** @throws as `requireAllowed`. */
export async function requireIncident(caller: Caller, action: Action, id: string): Promise<Incident> {
  const incident = await getIncident(id);
  return requireAllowed(incident, { caller, action, what: "incident" }, ({ teamId }) => [teamId]);
}

/** @throws as `requireAllowed`. */
export async function requireAutomation(
  caller: Caller,
  action: Action,
  id: string,
  deleted?: "deleted too",
): Promise<Automation> {
  const automation = await getAutomation(id, deleted);
  return requireAllowed(automation, { caller, action, what: "automation" }, ({ teamId }) => [teamId]);
}

/** @throws as `requireAllowed`. */
export async function requireFreezeWindow(caller: Caller, action: Action, id: string): Promise<FreezeWindow> {
  const window = (await getFreezeWindows()).windows.find((one) => one.id === id) ?? null;
  return requireAllowed(window, { caller, action, what: "freeze window" }, ({ scope }) => [scope]);
}

/** @throws as `requireAllowed`. */
export async function requireSource(
  caller: Caller,
  action: Action,
  id: string,
  deleted?: "deleted too" | false,
): Promise<Source> {
  return requireAllowed(await getSource(id, deleted), { caller, action, what: "source" }, (source) => [
    ownerOf(source),
  ]);
}

/** The resource that a handler receives for each kind of `access.on`; null if there is nothing to load. */
export type AccessResources = {
  runbook: Runbook;
  "runbook-history": RunbookState;
  execution: ExecutionRecord;
  "execution-team": ExecutionRecord;
  incident: Incident;
  automation: Automation;
  "freeze-window": FreezeWindow;
  source: Source;
  body: null;
  own: null;
};
type Ids = Readonly<Record<string, unknown>>;
type Row = Exclude<Access, "public">;

/**
 * Each loader is a separate constant, so that a function's bundle contains only the one that its row names. `ids`: path
 * parameters.
 */
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

export const executionOfTeamInPath: AccessLoader<"execution-team"> = {
  on: "execution-team",
  load: (caller, { action }, { executionId }) => requireExecutionForTeam(caller, action, String(executionId)),
};

export const incidentInPath: AccessLoader<"incident"> = {
  on: "incident",
  load: (caller, { action }, { incidentId }) => requireIncident(caller, action, String(incidentId)),
};

export const automationInPath: AccessLoader<"automation"> = {
  on: "automation",
  load: (caller, { action, deletedToo }, { automationId }) =>
    requireAutomation(caller, action, String(automationId), deletedToo && "deleted too"),
};

export const freezeWindowInPath: AccessLoader<"freeze-window"> = {
  on: "freeze-window",
  load: (caller, { action }, { freezeWindowId }) =>
    requireFreezeWindow(caller, action, String(freezeWindowId)),
};

export const sourceInPath: AccessLoader<"source"> = {
  on: "source",
  load: (caller, { action, deletedToo }, { sourceId }) =>
    requireSource(caller, action, String(sourceId), deletedToo && "deleted too"),
};

export const scopeInBody: AccessLoader<"body"> = {
  on: "body",
  load: (caller, { action }) => {
    authorizeSomewhere(caller, action);
    return null;
  },
};

export const callersOwn: AccessLoader<"own"> = { on: "own", load: () => null };
