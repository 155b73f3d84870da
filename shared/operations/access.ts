// Loads what a route is about and checks the caller's rights to it, as the route's row in the contract says.
import type { Access } from "../contract/access.ts";
import type { Automation } from "../domain/automation.ts";
import type { Caller } from "../domain/caller.ts";
import type { Incident } from "../domain/incident.ts";
import {
  type Action,
  authorize,
  authorizeInAll,
  authorizeSomewhere,
  notFound,
  scopesOf,
} from "../domain/permissions.ts";
import type { RunbookHead } from "../domain/runbook.ts";
import type { Runbook } from "../domain/runbook-changes.ts";
import { getAutomation } from "../store/automations.ts";
import { getRun, type Run } from "../store/executions.ts";
import { getIncident } from "../store/incidents.ts";
import { getHead, getRunbook } from "../store/runbooks.ts";

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
  authorize(caller, action, runbook.head.teamId, "runbook");
  return runbook;
}

/** @throws `not_found` */
export function refuseDeleted({ head }: Runbook): void {
  if (head.deletedAt !== null) throw notFound("runbook");
}

/** The head, which outlives the runbook. @throws as `requireRunbook`. */
export async function requireRunbookHistory(
  caller: Caller,
  action: Action,
  id: string,
): Promise<RunbookHead> {
  const head = await getHead(id);
  if (!head) throw notFound("runbook");
  authorize(caller, action, head.teamId, "runbook");
  return head;
}

/** @throws as `requireRunbook`; the runbook's scope and the team that the run was for are both asked. */
export async function requireExecution(caller: Caller, action: Action, id: string): Promise<Run> {
  const run = await getRun(id);
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

/** What a handler is given for each kind of `access.on`. */
export type Resources = {
  runbook: Runbook;
  "runbook-history": RunbookHead;
  execution: Run;
  incident: Incident;
  automation: Automation;
  body: null;
  own: null;
};
type Ids = Readonly<Record<string, unknown>>;
type Row = Exclude<Access, "public">;
type Loader<R> = (caller: Caller, row: Row, ids: Ids) => R | Promise<R>;

const LOADERS: { [On in keyof Resources]: Loader<Resources[On]> } = {
  runbook: (caller, { action, deletedToo }, { runbookId }) =>
    requireRunbook(caller, action, String(runbookId), deletedToo && "deleted too"),
  "runbook-history": (caller, { action }, { runbookId }) =>
    requireRunbookHistory(caller, action, String(runbookId)),
  execution: (caller, { action }, { executionId }) => requireExecution(caller, action, String(executionId)),
  incident: (caller, { action }, { incidentId }) => requireIncident(caller, action, String(incidentId)),
  automation: (caller, { action }, { automationId }) =>
    requireAutomation(caller, action, String(automationId)),
  body: (caller, { action }) => {
    authorizeSomewhere(caller, action);
    return null;
  },
  own: () => null,
};

/** @param ids the parts of the path, by name. Answers null for a public route. */
export async function loadResource(
  access: Access,
  caller: Caller,
  ids: Ids,
): Promise<Resources[keyof Resources]> {
  return access === "public" ? null : LOADERS[access.on](caller, access, ids);
}
