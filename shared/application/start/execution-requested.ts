// A workflow's request for a run: done once for each request, under the same rules as for a person, or refused for good.

import { readEnvironment } from "../../contract/env.ts";
import { QUEUE } from "../../contract/events.ts";
import { describeIssues } from "../../contract/read-input.ts";
import { type AuditEntry, appendToChain, EMPTY_CHAIN } from "../../domain/audit.ts";
import { CHAIN_LIMIT, MAX_CHAIN } from "../../domain/automations/automation-decision.ts";
import type { Caller } from "../../domain/caller.ts";
import type { Delivery } from "../../domain/context.ts";
import { type ErrorCode, notFound, ServiceError } from "../../domain/errors.ts";
import { chooseExecutionTeam, chooseTeamToNotify } from "../../domain/executions/execution-team.ts";
import { checkEnvelope } from "../../domain/incidents/incident-event.ts";
import { RejectedEvent, type RejectionReason } from "../../domain/incidents/rejection.ts";
import {
  type ExecutionRequested,
  sourceOf,
  workflowActor,
  workflowCaller,
} from "../../domain/incidents/workflow-request.ts";
import { authorize } from "../../domain/permissions.ts";
import type { Runbook } from "../../domain/runbooks/runbook-changes.ts";
import type { Scope } from "../../domain/scopes.ts";
import { getIncident, incidentAbsentCheck } from "../../store/incidents.ts";
import {
  getRequestOutcome,
  type RequestEvent,
  requestStartedWrite,
  saveRefusal,
} from "../../store/requests.ts";
import { retryOnConflict } from "../../store/retry-on-conflict.ts";
import { runbookUnchangedCheck } from "../../store/runbook-check.ts";
import { getRunbook } from "../../store/runbooks.ts";
import { computeChainDepth } from "../request/accept-event.ts";
import { resolveIncident, teamOf } from "../request/incident.ts";
import { evidenceOf, Refusal } from "../request/refusal.ts";
import { createExecution } from "./create-execution.ts";

export async function handleExecutionRequested(event: ExecutionRequested, delivery: Delivery): Promise<void> {
  const { WORKFLOW_SOURCES: entries } = readEnvironment(["WORKFLOW_SOURCES"], process.env);
  checkEnvelope(event, entries.map(sourceOf), delivery.now);
  const request = toRequested(event, delivery);
  await retryOnConflict(async () => {
    const outcome = await getRequestOutcome(request);
    if (outcome === "started") return;
    if (outcome instanceof RejectedEvent) throw outcome;
    await tryCreate(event, workflowCaller(event.source, entries), delivery);
  }, OVERTAKEN);
}

/** A request that somebody else was faster with, or whose refusal was decided from what has moved on. */
const OVERTAKEN = {
  tries: 4,
  isConflict: () => true,
  giveUp: (cause: unknown) => new Error("What the request was decided from keeps changing", { cause }),
};

function toRequested({ id: eventId, source, detail }: ExecutionRequested, delivery: Delivery): RequestEvent {
  const { redriven, now } = delivery;
  return { source, requestId: detail.requestId, eventId, redriven, now };
}

const actorOf = ({ source }: ExecutionRequested) => ({ id: workflowActor(source), name: null });

/** Starts the run, or throws a RejectedEvent once it stands in the table. */
async function tryCreate(event: ExecutionRequested, caller: Caller, delivery: Delivery): Promise<void> {
  const runbook = await getRunbook(event.detail.runbookId);
  try {
    await createRequestedExecution(runbook, caller, event, delivery);
  } catch (error) {
    const rejection = toRejection(error);
    const audit =
      runbook &&
      buildRefusalEntry(runbook, await getTeamToNotify(runbook, caller, event), event, rejection, delivery);
    // Not written if a run has come of the request, or what it was decided from has changed.
    await saveRefusal(toRequested(event, delivery), rejection, audit, evidenceOf(rejection.cause));
    throw rejection;
  }
}

/** A runbook that is gone, or never was. */
function rejectUnknownRunbook(id: string, runbook: Runbook | null): RejectedEvent {
  const message = "The event asks for a runbook that does not exist.";
  const gone = new Refusal(new ServiceError("not_found", message), [
    runbookUnchangedCheck(id, runbook?.state ?? null),
  ]);
  return new RejectedEvent("runbook_unknown", message, gone);
}

async function createRequestedExecution(
  runbook: Runbook | null,
  caller: Caller,
  event: ExecutionRequested,
  delivery: Delivery,
): Promise<void> {
  const { parameters, incidentId, teamId, requestId, causedBy, runbookId } = event.detail;
  const { now, newId, receives } = delivery;
  if (!runbook || runbook.state.deletedAt) throw rejectUnknownRunbook(runbookId, runbook);
  authorize(caller, "execute", runbook.state.teamId, "runbook");
  if (incidentId !== undefined) await requireReportedIncident(incidentId, receives);
  const incident = await resolveIncident(caller, runbook.state.teamId, incidentId);
  const given = runbook.state.teamId ?? teamOf(incident);
  const ranForTeamId = chooseExecutionTeam(caller, { fixed: given, requested: teamId });
  const depth = await computeChainDepth(causedBy);
  if (depth >= MAX_CHAIN) throw new RejectedEvent("chain_limit", CHAIN_LIMIT.message);
  const chain = depth > 0 ? { causedBy, depth } : {};
  await createExecution(
    runbook,
    {
      parameters,
      ranForTeamId,
      incident,
      automation: null,
      triggeredBy: "workflow",
      trigger: { eventId: event.id, requestId, ...chain },
      extraWrites: () => [requestStartedWrite(toRequested(event, delivery))],
    },
    { actor: actorOf(event), now, newId },
  );
}

/** Reports of incidents come by another queue, perhaps a little later: until the last delivery it is waited for. */
async function requireReportedIncident(id: string, receives: number): Promise<void> {
  if (await getIncident(id)) return;
  if (receives < QUEUE.maxReceives) throw new Error("The incident of a request has not been reported yet");
  const message = "The event names an incident that was never reported.";
  const unknown = new Refusal(notFound("incident"), [incidentAbsentCheck(id)]);
  throw new RejectedEvent("incident_unknown", message, unknown);
}

/** Refusals that would be the same the next time. */
const FINAL_REASONS: Partial<Record<ErrorCode, RejectionReason>> = {
  malformed_request: "malformed",
  not_found: "not_permitted",
  not_permitted: "not_permitted",
  active_executions: "active_executions",
  runbook_not_approved: "runbook_not_approved",
  invalid_parameters: "invalid_parameters",
  invalid_template: "invalid_template",
  egress_denied: "egress_denied",
};

/** Throws again what may pass by itself. */
function toRejection(error: unknown): RejectedEvent {
  if (error instanceof RejectedEvent) return error;
  const reason = error instanceof ServiceError ? FINAL_REASONS[error.code] : undefined;
  if (!reason || !(error instanceof ServiceError)) throw error;
  const issues = describeIssues(error.issues, "the request");
  return new RejectedEvent(reason, [error.message, issues].join(" ").trim().slice(0, 500), error);
}

async function getTeamToNotify(
  { state }: Runbook,
  caller: Caller,
  { detail }: ExecutionRequested,
): Promise<Scope> {
  if (state.teamId !== null) return state.teamId;
  const incident = detail.incidentId === undefined ? null : await getIncident(detail.incidentId);
  return chooseTeamToNotify(caller, [incident?.teamId, detail.teamId]);
}

/** The one audit entry of a run that never came to be: a chain of its own. */
function buildRefusalEntry(
  { state }: Runbook,
  ranForTeamId: Scope,
  event: ExecutionRequested,
  { reason, message }: RejectedEvent,
  { now, newId }: Delivery,
): AuditEntry {
  const { requestId, incidentId, causedBy } = event.detail;
  return appendToChain(EMPTY_CHAIN, {
    id: newId("audit"),
    runbookId: state.id,
    eventId: event.id,
    teamId: state.teamId,
    ranForTeamId,
    action: "execution.rejected",
    actor: actorOf(event),
    at: now.toISOString(),
    details: { reason, message, requestId, incidentId, causedBy },
  });
}
