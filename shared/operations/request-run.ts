// A workflow's request for a run: done once for each request, under the same rules as for a person, or refused for good.
import { readEnvironment } from "../contract/env.ts";
import { QUEUE } from "../contract/events.ts";
import { type AuditEntry, appendToChain, EMPTY_CHAIN } from "../domain/audit.ts";
import { CHAIN_LIMIT, MAX_CHAIN } from "../domain/automation-decision.ts";
import type { Caller } from "../domain/caller.ts";
import { type ErrorCode, RunbookError } from "../domain/errors.ts";
import { checkEnvelope } from "../domain/incident-event.ts";
import { authorize, type Scope } from "../domain/permissions.ts";
import { RejectedEvent, type RejectionReason } from "../domain/rejection.ts";
import { teamToRunFor, teamToTell } from "../domain/run-team.ts";
import type { Runbook } from "../domain/runbook-changes.ts";
import {
  type ExecutionRequested,
  sourceOf,
  workflowActor,
  workflowCaller,
} from "../domain/workflow-request.ts";
import type { Delivery } from "../lambda/consume.ts";
import { claimWrite, isClaimed } from "../store/claims.ts";
import { ConditionFailed } from "../store/client.ts";
import { DECISION_SECONDS, keepRefusal } from "../store/decisions.ts";
import { getIncident } from "../store/incidents.ts";
import { getRunbook } from "../store/runbooks.ts";
import { depthAfter } from "./accept-event.ts";
import { incidentFor, teamOf } from "./incident.ts";
import { startRun } from "./start-run.ts";

export async function runRequested(event: ExecutionRequested, delivery: Delivery): Promise<void> {
  const { source, detail } = event;
  const { WORKFLOW_SOURCES: entries } = readEnvironment(["WORKFLOW_SOURCES"], process.env);
  checkEnvelope(event, entries.map(sourceOf), delivery.now);
  if (await isClaimed(requestClaim(event), delivery.now)) return;
  const runbook = await getRunbook(detail.runbookId);
  if (!runbook || runbook.head.deletedAt) {
    throw new RejectedEvent("runbook_unknown", "The event asks for a runbook that does not exist.");
  }
  const caller = workflowCaller(source, entries);
  try {
    await start(runbook, caller, event, delivery);
  } catch (error) {
    if (error instanceof ConditionFailed && error.labels.includes("request")) return;
    const rejected = rejectionOf(error);
    const told = await tellTo(runbook, caller, event);
    await keepRefusal(refusal(runbook, told, event, rejected, delivery), event.id, delivery.now);
    throw rejected;
  }
}

const requestClaim = ({ source, detail }: ExecutionRequested) => ["request", source, detail.requestId];
const actorOf = ({ source }: ExecutionRequested) => ({ id: workflowActor(source), name: null });

async function start(
  runbook: Runbook,
  caller: Caller,
  event: ExecutionRequested,
  { now, newId, receives }: Delivery,
): Promise<void> {
  const { parameters, incidentId, teamId, requestId, causedBy } = event.detail;
  authorize(caller, "execute", runbook.head.teamId, "runbook");
  if (incidentId !== undefined) await awaitIncident(incidentId, receives);
  const incident = await incidentFor(caller, runbook.head.teamId, incidentId);
  const given = runbook.head.teamId ?? teamOf(incident);
  const ranForTeamId = teamToRunFor(caller, { given, asked: teamId });
  const depth = await depthAfter(causedBy);
  if (depth >= MAX_CHAIN) throw new RejectedEvent("chain_limit", CHAIN_LIMIT.message);
  const chain = depth > 0 ? { causedBy, depth } : {};
  await startRun(
    runbook,
    {
      parameters,
      ranForTeamId,
      incident,
      automation: null,
      triggeredBy: "workflow",
      trigger: { eventId: event.id, requestId, ...chain },
      also: () => [claimWrite("request", requestClaim(event), DECISION_SECONDS, now)],
    },
    { act: () => ({ actor: actorOf(event), at: now.toISOString(), auditId: newId("audit") }), newId, now },
  );
}

/** Reports of incidents come by another queue, perhaps a little later: until the last delivery it is waited for. */
async function awaitIncident(id: string, receives: number): Promise<void> {
  if (await getIncident(id)) return;
  if (receives < QUEUE.maxReceives) throw new Error("The incident of a request has not been reported yet");
  throw new RejectedEvent("incident_unknown", "The event names an incident that was never reported.");
}

/** Refusals that would be the same the next time. */
const FINAL: Partial<Record<ErrorCode, RejectionReason>> = {
  malformed_request: "malformed",
  not_found: "not_permitted",
  not_permitted: "not_permitted",
  active_executions: "busy",
  runbook_not_approved: "runbook_not_approved",
  invalid_parameters: "invalid_parameters",
  invalid_template: "invalid_template",
  egress_denied: "egress_denied",
};

/** Throws again what may pass by itself. */
function rejectionOf(error: unknown): RejectedEvent {
  if (error instanceof RejectedEvent) return error;
  const reason = error instanceof RunbookError ? FINAL[error.code] : undefined;
  if (!reason || !(error instanceof RunbookError)) throw error;
  const issues = error.issues.map(({ pointer, message }) => `${pointer} ${message}`).join("; ");
  return new RejectedEvent(reason, [error.message, issues].join(" ").trim().slice(0, 500), error);
}

async function tellTo({ head }: Runbook, caller: Caller, { detail }: ExecutionRequested): Promise<Scope> {
  if (head.teamId !== null) return head.teamId;
  const incident = detail.incidentId === undefined ? null : await getIncident(detail.incidentId);
  return teamToTell(caller, [incident?.teamId, detail.teamId]);
}

/** The one audit entry of a run that never came to be. */
function refusal(
  { head }: Runbook,
  ranForTeamId: Scope,
  event: ExecutionRequested,
  { reason, message }: RejectedEvent,
  { now, newId }: Delivery,
): AuditEntry {
  const { requestId, incidentId, causedBy } = event.detail;
  return appendToChain(EMPTY_CHAIN, {
    id: newId("audit"),
    runbookId: head.id,
    executionId: newId("execution"),
    teamId: head.teamId,
    ranForTeamId,
    action: "execution.rejected",
    actor: actorOf(event),
    at: now.toISOString(),
    details: { reason, message, eventId: event.id, requestId, incidentId, causedBy },
  });
}
