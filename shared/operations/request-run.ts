// A workflow's request for a run: done once for each request, under the same rules as for a person, or refused for good.
import { readEnvironment } from "../contract/env.ts";
import { QUEUE } from "../contract/events.ts";
import { type AuditEntry, appendToChain, EMPTY_CHAIN } from "../domain/audit.ts";
import { CHAIN_LIMIT, MAX_CHAIN } from "../domain/automation-decision.ts";
import type { Caller } from "../domain/caller.ts";
import type { Delivery } from "../domain/context.ts";
import { type ErrorCode, RunbookError } from "../domain/errors.ts";
import { checkEnvelope } from "../domain/incident-event.ts";
import { authorize, notFound, type Scope } from "../domain/permissions.ts";
import { RejectedEvent, type RejectionReason } from "../domain/rejection.ts";
import { teamToRunFor, teamToTell } from "../domain/run-team.ts";
import type { Runbook } from "../domain/runbook-changes.ts";
import {
  type ExecutionRequested,
  sourceOf,
  workflowActor,
  workflowCaller,
} from "../domain/workflow-request.ts";
import { ConditionFailed } from "../store/client.ts";
import { headCheck } from "../store/head-check.ts";
import { getIncident, incidentAbsentCheck } from "../store/incidents.ts";
import { keepRefusal, type Requested, requestOutcome, requestStarts } from "../store/requests.ts";
import { getRunbook } from "../store/runbooks.ts";
import { depthAfter } from "./accept-event.ts";
import { incidentFor, teamOf } from "./incident.ts";
import { evidenceOf, Refusal } from "./refusal.ts";
import { startRun } from "./start-run.ts";

/** How often a request is decided anew because what its refusal was decided from has moved on. */
const TRIES = 4;

export async function runRequested(event: ExecutionRequested, delivery: Delivery): Promise<void> {
  const { WORKFLOW_SOURCES: entries } = readEnvironment(["WORKFLOW_SOURCES"], process.env);
  checkEnvelope(event, entries.map(sourceOf), delivery.now);
  const request = requestOf(event, delivery);
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const outcome = await requestOutcome(request);
    if (outcome === "started") return;
    if (outcome instanceof RejectedEvent) throw outcome;
    if (await decide(event, workflowCaller(event.source, entries), delivery)) return;
  }
  throw new Error("What the request was decided from keeps changing");
}

function requestOf({ id: eventId, source, detail }: ExecutionRequested, delivery: Delivery): Requested {
  const { redriven, now } = delivery;
  return { source, requestId: detail.requestId, eventId, redriven, now };
}

const actorOf = ({ source }: ExecutionRequested) => ({ id: workflowActor(source), name: null });

/** Starts the run, or throws a RejectedEvent once it stands in the table. False: somebody was faster, so ask again. */
async function decide(event: ExecutionRequested, caller: Caller, delivery: Delivery): Promise<boolean> {
  const runbook = await getRunbook(event.detail.runbookId);
  try {
    await start(runbook, caller, event, delivery);
    return true;
  } catch (error) {
    if (isTaken(error)) return false;
    const rejected = rejectionOf(error);
    const audit =
      runbook && refusal(runbook, await tellTo(runbook, caller, event), event, rejected, delivery);
    if (await isKept(rejected, audit, requestOf(event, delivery))) throw rejected;
    return false;
  }
}

const isTaken = (error: unknown) => error instanceof ConditionFailed && error.labels.includes("request");

/** Whether the refusal is written. It is not if a run has come of the request, or what it was decided from has changed. */
async function isKept(
  rejected: RejectedEvent,
  audit: AuditEntry | null,
  request: Requested,
): Promise<boolean> {
  try {
    await keepRefusal(request, rejected, audit, evidenceOf(rejected.cause));
    return true;
  } catch (error) {
    if (error instanceof ConditionFailed) return false;
    throw error;
  }
}

/** A runbook that is gone, or never was. */
function unknownRunbook(id: string, runbook: Runbook | null): RejectedEvent {
  const message = "The event asks for a runbook that does not exist.";
  const gone = new Refusal(new RunbookError("not_found", message), [headCheck(id, runbook?.head ?? null)]);
  return new RejectedEvent("runbook_unknown", message, gone);
}

async function start(
  runbook: Runbook | null,
  caller: Caller,
  event: ExecutionRequested,
  delivery: Delivery,
): Promise<void> {
  const { parameters, incidentId, teamId, requestId, causedBy, runbookId } = event.detail;
  const { now, newId, receives } = delivery;
  if (!runbook || runbook.head.deletedAt) throw unknownRunbook(runbookId, runbook);
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
      also: () => [requestStarts(requestOf(event, delivery))],
    },
    { act: () => ({ actor: actorOf(event), at: now.toISOString(), auditId: newId("audit") }), newId, now },
  );
}

/** Reports of incidents come by another queue, perhaps a little later: until the last delivery it is waited for. */
async function awaitIncident(id: string, receives: number): Promise<void> {
  if (await getIncident(id)) return;
  if (receives < QUEUE.maxReceives) throw new Error("The incident of a request has not been reported yet");
  const message = "The event names an incident that was never reported.";
  const unknown = new Refusal(notFound("incident"), [incidentAbsentCheck(id)]);
  throw new RejectedEvent("incident_unknown", message, unknown);
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

/** The one audit entry of a run that never came to be: a chain of its own. */
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
    eventId: event.id,
    teamId: head.teamId,
    ranForTeamId,
    action: "execution.rejected",
    actor: actorOf(event),
    at: now.toISOString(),
    details: { reason, message, requestId, incidentId, causedBy },
  });
}
