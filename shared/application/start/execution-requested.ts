// Handles a workflow's request for an execution: once per request and under the rules for a person. The execution
// starts, or the refusal is final.

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
import { logger } from "../../logging/logger.ts";
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

/** Conflict: another delivery handled the request first, or the evidence of the refusal changed. */
const OVERTAKEN = {
  tries: 4,
  isConflict: () => true,
  giveUp: (cause: unknown) =>
    new Error("The data behind the decision on the request keeps changing", { cause }),
};

function toRequested({ id: eventId, source, detail }: ExecutionRequested, delivery: Delivery): RequestEvent {
  const { redriven, now } = delivery;
  return { source, requestId: detail.requestId, eventId, redriven, now };
}

const actorOf = ({ source }: ExecutionRequested) => ({ id: workflowActor(source), name: null });

/** Creates the execution. @throws RejectedEvent once the refusal is stored. */
async function tryCreate(event: ExecutionRequested, caller: Caller, delivery: Delivery): Promise<void> {
  const runbook = await getRunbook(event.detail.runbookId);
  try {
    await createRequestedExecution(runbook, caller, event, delivery);
  } catch (error) {
    const rejection = toRejection(error);
    const audit =
      runbook &&
      buildRefusalEntry(runbook, await getTeamToNotify(runbook, caller, event), event, rejection, delivery);
    // Not written if the request has started an execution, or if the evidence has changed.
    await saveRefusal(toRequested(event, delivery), rejection, audit, evidenceOf(rejection.cause));
    throw rejection;
  }
}

/** Refuses a runbook that was deleted or never existed. */
function rejectUnknownRunbook(id: string, runbook: Runbook | null): RejectedEvent {
  const message = "The event names a runbook that does not exist.";
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
  const { execution } = await createExecution(
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
  logger.info("An event started an execution", { executionId: execution.id, runbookId, eventId: event.id });
}

/** Incident reports arrive through another queue, perhaps a little later. Waits for them until the last delivery. */
async function requireReportedIncident(id: string, receives: number): Promise<void> {
  if (await getIncident(id)) return;
  if (receives < QUEUE.maxReceives) throw new Error("The incident of a request has not been reported yet");
  const message = "The event names an incident that was never reported.";
  const unknown = new Refusal(notFound("incident"), [incidentAbsentCheck(id)]);
  throw new RejectedEvent("incident_unknown", message, unknown);
}

/** Refusals that a retry would not change. */
const FINAL_REASONS: Partial<Record<ErrorCode, RejectionReason>> = {
  malformed_request: "malformed",
  not_found: "not_permitted",
  not_permitted: "not_permitted",
  paused: "paused",
  frozen: "frozen",
  active_executions: "active_executions",
  runbook_not_approved: "runbook_not_approved",
  approval_expired: "approval_expired",
  invalid_parameters: "invalid_parameters",
  invalid_template: "invalid_template",
  egress_denied: "egress_denied",
};

/** Returns the rejection that an error amounts to. Rethrows transient errors. */
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

/** Returns the only audit entry of a refused request. No execution exists, so the entry is a chain of its own. */
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
    salt: newId("salt"),
    details: { reason, message, requestId, incidentId, causedBy },
  });
}
