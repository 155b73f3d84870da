// Every access pattern of the table: what asks for it, by which key or index, and how to do it once.

import { cancelExecution } from "../../shared/application/end/cancel-execution.ts";
import { completeFromAttempts } from "../../shared/application/end/complete-execution.ts";
import { withIdempotency } from "../../shared/application/request/once.ts";
import { createExecution } from "../../shared/application/start/create-execution.ts";
import { SHARDS, shardOf } from "../../shared/contract/table.ts";
import type { Automation } from "../../shared/domain/automations/automation.ts";
import { approveAutomation } from "../../shared/domain/automations/automation-approval.ts";
import { createAutomation } from "../../shared/domain/automations/automation-changes.ts";
import { buildDecision, CHAIN_LIMIT } from "../../shared/domain/automations/automation-decision.ts";
import { toAct, toCreated, toUpdated } from "../../shared/domain/context.ts";
import type { Execution } from "../../shared/domain/executions/execution.ts";
import {
  buildExecution,
  markRunning,
  systemActor,
} from "../../shared/domain/executions/execution-changes.ts";
import type { Incident } from "../../shared/domain/incidents/incident.ts";
import { listRunnableScopes, listViewableScopes, mayView } from "../../shared/domain/permissions.ts";
import { approveRunbook, deprecateRunbook } from "../../shared/domain/runbooks/approval-changes.ts";
import { requestReview } from "../../shared/domain/runbooks/review-changes.ts";
import { createRunbook, type Runbook, updateRunbook } from "../../shared/domain/runbooks/runbook-changes.ts";
import { type Source, SourceInput } from "../../shared/domain/sources/source.ts";
import { createSource } from "../../shared/domain/sources/source-changes.ts";
import { getActivePage } from "../../shared/store/active-executions.ts";
import { listDueApprovals, listExpiringApprovals } from "../../shared/store/approval-expiries.ts";
import { recordAttempt } from "../../shared/store/attempts.ts";
import { findAudit, listAudit, listAutomationAudit, listSourceAudit } from "../../shared/store/audit.ts";
import { listAutomationVersions, requireAutomationVersion } from "../../shared/store/automation-versions.ts";
import {
  getAutomation,
  listAutomationIds,
  listAutomations,
  saveAutomation,
  writeAutomation,
} from "../../shared/store/automations.ts";
import { listOpenBreakGlass } from "../../shared/store/break-glass.ts";
import { claimAttempt } from "../../shared/store/claim-attempt.ts";
import { isClaimed, saveClaim } from "../../shared/store/claims.ts";
import { getSlots } from "../../shared/store/concurrency-slots.ts";
import { getKillSwitchChainHead, getPause, listKillSwitches } from "../../shared/store/controls.ts";
import { getLastFiring } from "../../shared/store/cooldowns.ts";
import {
  findDecisions,
  getDecision,
  listDecisions,
  listDecisionsOfIncident,
  saveDecision,
} from "../../shared/store/decisions.ts";
import { takeDeliverySlot } from "../../shared/store/delivery-slots.ts";
import { findEvents, listEvents, saveEvent } from "../../shared/store/event-log.ts";
import {
  findExecutions,
  listExecutions,
  listIncidentExecutions,
} from "../../shared/store/execution-lists.ts";
import {
  clearCallDeadline,
  type ExecutionRecord,
  getExecution,
  getExecutionRecord,
} from "../../shared/store/executions.ts";
import { getFreezeWindows } from "../../shared/store/freeze-windows.ts";
import { getIdempotencyRecord } from "../../shared/store/idempotency.ts";
import {
  getIncident,
  getReport,
  listIncidents,
  listLiveRunbooks,
  saveReport,
} from "../../shared/store/incidents.ts";
import { getFullAtMs } from "../../shared/store/rate-limits.ts";
import { claimRecovery, noteFailure } from "../../shared/store/recoveries.ts";
import { findRejections } from "../../shared/store/rejections.ts";
import { listAwaitingReview } from "../../shared/store/review-requests.ts";
import { listDueDeletions, noteDisabled } from "../../shared/store/runbook-deletions.ts";
import { listDeletedRunbooks, listRunbooks } from "../../shared/store/runbook-lists.ts";
import { deleteRunbook, getRunbook, getRunbookState, saveRunbook } from "../../shared/store/runbooks.ts";
import { getSource, listSources, listSourcesOfKind, saveSource } from "../../shared/store/sources.ts";
import { getApproval, getVersion, listApprovals, listVersions } from "../../shared/store/versions.ts";
import {
  act,
  approved,
  callerIn,
  claimNow,
  contextAt,
  definition,
  draft,
  newId,
  reload,
  review,
} from "../support/seed.ts";

/**
 * `prepare`: makes what is found, and is not measured. It would change what the patterns before it read. `varies`: by half
 * a unit, with the partitions that the runs fall into, so it is rounded up.
 */
type AccessPattern = {
  question: string;
  key: string;
  by: string;
  prepare?: () => Promise<unknown>;
  varies?: true;
  run: () => Promise<unknown>;
};

const NOW = new Date("2026-03-01T03:00:00.000Z");
const page = { limit: 20 };
const ana = callerIn("team:payments:admin");
const workflowContext = { actor: systemActor("workflow"), now: NOW, newId };

const incident: Incident = {
  id: "INC-42",
  title: "Checkout is slow",
  status: "open",
  priority: "P1",
  teamId: "payments",
  createdAt: NOW.toISOString(),
  acknowledgedAt: null,
  assignee: null,
  metadata: null,
  reportedAt: NOW.toISOString(),
};
const event = { source: "oncall.incidents", "detail-type": "Incident Created", detail: { incident } };
const place = {
  teamId: "payments",
  time: NOW.toISOString(),
  eventId: "6f9a3c0e-5d1b-4c2a-9e7f-0b8d4a1c2e3f",
};

const report = {
  ...{ incident, order: "2026#0#1", event: place, reportedBy: "oncall.incidents" },
  episode: { number: 1, ended: false },
};

function automationOf(runbookId: string): Automation {
  const settings = {
    name: "Restart on P1",
    pattern: { detail: { incident: { priority: ["P1"] } } },
    parameters: { service: "checkout" },
    enabled: true,
    oncePerIncident: true,
    cooldown: null,
    mode: "live" as const,
    ...{ onlyWhile: null, maxEventAgeSeconds: 3600, replays: false },
  };
  return createAutomation(newId("automation"), "payments", { runbookId, ...settings }, act()).automation;
}

/** The same ids each time, so that the same shards hold them. */
const idOf = (prefix: string, number: number) => `${prefix}_01k${String(number).padStart(23, "0")}`;

async function numbered(number: number): Promise<Runbook> {
  const id = idOf("runbook", number);
  await saveRunbook(createRunbook(id, "payments", definition(), act()));
  return reload(id);
}

const waitForReview = (runbook: Runbook) =>
  saveRunbook(requestReview(runbook, { version: 1, note: null, risk: "high" }, act()));

/** One after the other: so the numbered ids, and with them the shards, are the same each time. */
async function twentyTimes<T>(work: (n: number) => Promise<T>): Promise<T[]> {
  const made: T[] = [];
  for (let n = 0; n < 20; n++) made.push(await work(n));
  return made;
}

/** As in a function that has read no version yet. */
function forgetting<T>(read: () => Promise<T>): Promise<T> {
  getVersion.forget();
  getApproval.forget();
  return read();
}

/** What a caller asks of the library. 20 runbooks and 20 runs of one of them are there. */
export async function libraryPatterns(): Promise<AccessPattern[]> {
  const drafts = await Promise.all(Array.from({ length: 20 }, (_, n) => numbered(n)));
  const [edited, reviewed, removed] = drafts;
  const latest = await numbered(20);
  const { id } = latest.state;
  await saveRunbook(approveRunbook(latest, review(1), act()));
  const withdrawn = await reload(id);
  const expiring = { ...review(1), validity: { risk: "high", days: 7 } } as const;
  await saveRunbook(approveRunbook(await numbered(21), expiring, act()));
  if (!edited || !reviewed || !removed) throw new Error("There are not enough runbooks");
  const changed = updateRunbook(edited, definition({ timeoutSeconds: 60 }), null, act());
  if (!changed) throw new Error("Nothing changed");
  const runbooks = "`runbook#<id>`";
  return [
    {
      question: "a runbook as it stands",
      key: `${runbooks} summary, state + version`,
      by: "getRunbook",
      run: () => forgetting(() => getRunbook(id)),
    },
    {
      question: "a runbook's state item",
      key: `${runbooks} state`,
      by: "getRunbookState",
      run: () => getRunbookState(id),
    },
    {
      question: "one version",
      key: "`version#<id>` version#<n>",
      by: "getVersion",
      run: () => forgetting(() => getVersion(id, 2)),
    },
    {
      question: "what an approval recorded",
      key: "`approval#<id>` approval#<n>",
      by: "getApproval",
      run: () => forgetting(() => getApproval(id, 2)),
    },
    {
      question: "all approvals that a runbook has had",
      key: "`approval#<id>` approval#",
      by: "listApprovals",
      run: () => listApprovals(id),
    },
    {
      question: "a runbook's versions, 5 latest",
      key: "`version#<id>` version#",
      by: "listVersions",
      run: () => listVersions(id, { limit: 5 }),
    },
    {
      question: "runbooks of a caller's teams, 20",
      key: "`by-team` runbooks#<scope>",
      by: "listRunbooks",
      run: () => listRunbooks(listViewableScopes(ana), {}, page),
    },
    {
      question: "all runbooks, 20",
      key: "`by-state` runbooks#<status>#<0–1>, 6 partitions",
      by: "listRunbooks",
      run: () => listRunbooks("all", {}, page),
    },
    {
      question: "runbooks to run for an incident, 20",
      key: "`by-team` runbooks#<scope>",
      by: "listLiveRunbooks",
      run: () => listLiveRunbooks(listRunnableScopes(ana, "payments"), page),
    },
    {
      question: "a runbook's audit, 20",
      key: "`by-runbook` audit#<id>",
      by: "listAudit",
      run: () => listAudit(id, mayView(ana), page),
    },
    {
      question: "audit of a caller's teams, 20",
      key: "`by-team` audit#<scope>",
      by: "findAudit",
      run: () => findAudit(listViewableScopes(ana), {}, mayView(ana), page),
    },
    { question: "create a runbook", key: "4 items, 1 transaction", by: "saveRunbook", run: () => draft() },
    {
      question: "change a runbook",
      key: "4 items, 1 transaction",
      by: "saveRunbook",
      run: () => saveRunbook(changed),
    },
    {
      question: "approve a runbook",
      key: "5 items, 1 transaction",
      by: "saveRunbook",
      run: () => saveRunbook(approveRunbook(reviewed, review(1), act())),
    },
    {
      question: "deprecate a runbook",
      key: "4 items, 1 transaction",
      by: "saveRunbook",
      run: () => saveRunbook(deprecateRunbook(withdrawn, null, act())),
    },
    {
      question: "delete a runbook",
      key: "4 items, 1 transaction",
      by: "deleteRunbook",
      run: () => deleteRunbook(removed, act(), undefined),
    },
    {
      question: "deleted runbooks, 1",
      key: "`by-state` runbooks#DELETED#<0–1>, 2 partitions",
      by: "listDeletedRunbooks",
      run: () => listDeletedRunbooks("all", {}, page),
    },
  ];
}

const request = {
  parameters: { service: "checkout" },
  ranForTeamId: "payments",
  incident: { ...incident },
  automation: null,
  triggeredBy: "manual",
  trigger: {},
} as const;

const sent = {
  method: "POST",
  url: "https://hooks.example.com/restart",
  headers: {},
  body: '{"service":"checkout"}',
};

async function beginAndClaim({ execution: pending }: ExecutionRecord): Promise<Execution> {
  const beginning = markRunning(pending, 300, toAct(workflowContext));
  const { execution } = beginning;
  await claimAttempt({ execution, attempts: [], beginning }, { ...claimNow(NOW), request: sent });
  return { ...execution, attemptsClaimed: 1 };
}

async function cancelledInMidCall(run: ExecutionRecord): Promise<Execution> {
  const { id } = await beginAndClaim(run);
  return (await cancelExecution(id, null, workflowContext)).execution;
}

/** One run from its start to its end, and the queries about runs. In this order: each pattern is the next one's past. */
export async function runPatterns(): Promise<AccessPattern[]> {
  const { state } = await approved();
  const runbook = await reload(state.id);
  let made = 0;
  const startContext = { ...contextAt(NOW), newId: (prefix: string) => idOf(prefix, made++) };
  const keyed = { caller: "ana", route: "start-execution", key: "key-1", now: NOW };
  const start = (more = {}) => createExecution(runbook, { ...request, ...more }, startContext);
  const startOnce = () =>
    withIdempotency({ ...keyed, asked: request }, newId("execution"), {
      load: () => start(),
      create: (record) => start({ record }),
    });
  const [run, other] = await twentyTimes(() => start());
  if (!run || !other) throw new Error("No run was started");
  const shard = String(shardOf(other.execution.id, SHARDS.activeExecutions));
  const { id } = run.execution;
  const cancelled = await cancelledInMidCall(await start());
  const begun = await beginAndClaim(await start());
  const partition = "`execution#<id>`";
  const intended = {
    number: 1,
    startedAt: NOW.toISOString(),
    durationMs: 12,
    retryable: false,
    retryAfterSeconds: null,
  };
  const delivered = { ...intended, outcome: "delivered", answer: null, error: null } as const;
  return [
    {
      question: "start a run, its checks included",
      key: "7 items, 1 transaction",
      by: "startRun",
      run: () => start(),
    },
    {
      question: "the same with an Idempotency-Key",
      key: "8 items, 1 transaction",
      by: "once",
      run: startOnce,
    },
    {
      question: "begin a run and claim its first attempt",
      key: "6 items, 1 transaction",
      by: "claimAttempt",
      run: () => beginAndClaim(run),
    },
    {
      question: "record an attempt's outcome",
      key: `${partition} attempt#<n>`,
      by: "recordAttempt",
      run: () => recordAttempt(id, delivered),
    },
    {
      question: "claim a further attempt",
      key: "2 items, 1 transaction",
      by: "claimAttempt",
      run: () =>
        claimAttempt(
          { execution: begun, attempts: [], beginning: null },
          { ...claimNow(NOW), request: null },
        ),
    },
    {
      question: "end a run",
      key: "3 items, 1 transaction",
      by: "completeFromAttempts",
      run: () => completeFromAttempts(id, null, workflowContext),
    },
    {
      question: "release the slot of a run whose last call outlived it",
      key: "1 item, 2 with a concurrency slot",
      by: "clearCallDeadline",
      run: () => clearCallDeadline(cancelled),
    },
    {
      question: "a run with all its evidence",
      key: `${partition}, whole partition`,
      by: "getExecutionRecord",
      run: () => getExecutionRecord(id),
    },
    {
      question: "a run's header",
      key: `${partition} execution`,
      by: "getExecution",
      run: () => getExecution(id),
    },
    {
      question: "a runbook's runs, 20",
      key: "`by-runbook` executions#<id>",
      by: "listExecutions",
      run: () => listExecutions(state.id, { isVisible: mayView(ana) }, page),
    },
    {
      question: "an incident's runs, 20",
      key: "`by-incident` executions#<id>",
      by: "listIncidentExecutions",
      run: () => listIncidentExecutions("INC-42", { isVisible: mayView(ana) }, page),
    },
    {
      question: "runs of a caller's teams, 20",
      key: "`by-team` executions#<scope>",
      by: "findExecutions",
      run: () => findExecutions(listViewableScopes(ana), {}, mayView(ana), page),
    },
    {
      question: "runs of all teams, 20",
      key: "`by-time` executions#<0–3>, 4 partitions",
      by: "findExecutions",
      run: () => findExecutions("all", {}, () => true, page),
    },
    {
      question: "failed runs, 20",
      key: "`by-state` unsuccessful-executions#<0–3>, active-executions#<0–7>, 12 partitions",
      by: "findExecutions",
      varies: true,
      run: () => findExecutions("all", { status: ["FAILED"] }, () => true, page),
    },
    {
      question: "runbooks that wait for a review, 20",
      key: "`by-state` reviews#requested",
      by: "listAwaitingReview",
      prepare: () => twentyTimes(async (n) => waitForReview(await numbered(100 + n))),
      run: () => listAwaitingReview("all", {}, page),
    },
    {
      question: "runbooks whose approval expires, 20",
      key: "`by-state` approvals#<stage>, 3 partitions",
      by: "listExpiringApprovals",
      run: () => listExpiringApprovals("all", {}, { ...page, at: new Date().toISOString() }),
    },
    {
      question: "approvals whose expiry is to be announced, for the reconciler",
      key: "`by-state` approvals#valid, approvals#expires_soon",
      by: "listDueApprovals",
      run: () => listDueApprovals(new Date().toISOString(), 25),
    },
    {
      question: "runs whose break-glass is open, 20",
      key: "`by-state` break-glass#open",
      by: "listOpenBreakGlass",
      prepare: () =>
        twentyTimes(async () => {
          const breaking = { ...request, breakGlass: { reason: "Checkout is down" } };
          const { execution } = await createExecution(runbook, breaking, contextAt(NOW));
          await cancelExecution(execution.id, null, workflowContext);
        }),
      run: () => listOpenBreakGlass(mayView(ana), page),
    },
    {
      question: "active runs of one shard, for the reconciler",
      key: "`by-state` active-executions#<0–7>",
      by: "getActivePage",
      run: () => getActivePage(shard, undefined, 200),
    },
    {
      question: "what an idempotency key stands for",
      key: "`idempotency#<hash>`",
      by: "getIdempotencyRecord",
      run: () => getIdempotencyRecord(keyed),
    },
    {
      question: "a caller's rate limit",
      key: "`rate-limit#<hash>`",
      by: "getFullAtMs",
      run: () => getFullAtMs("ana"),
    },
    {
      question: "take one of the team's slots for a call, with `deliveriesPerTeam`",
      key: "`delivery-slots#<scope>` slot#<n>",
      by: "takeDeliverySlot",
      run: () => {
        const nowMs = NOW.getTime();
        const asked = { team: "payments", limit: 50, holder: newId("execution"), nowMs, untilMs: nowMs + 1 };
        return takeDeliverySlot(asked, Math.random);
      },
    },
    {
      question: "who holds a concurrency slot, who waits",
      key: "`concurrency#<runbook>#<slot key>`",
      by: "getSlots",
      run: () => getSlots(state.id, "0".repeat(64)),
    },
    {
      question: "is a team paused",
      key: "`kill-switches` kill-switch#<scope>, 2 items",
      by: "getPause",
      run: () => getPause({ teamId: "payments", ranForTeamId: "payments" }),
    },
    {
      question: "all freeze windows",
      key: "`kill-switches` freeze-windows",
      by: "getFreezeWindows",
      run: () => getFreezeWindows(),
    },
    {
      question: "all switches",
      key: "`kill-switches` kill-switch#",
      by: "listKillSwitches",
      run: () => listKillSwitches(),
    },
  ];
}

const APPROVAL = { version: 1, fourEyes: false, ownTeam: null };

export async function eventPatterns(): Promise<AccessPattern[]> {
  const { state } = await approved();
  const automation = automationOf(state.id);
  const asked = { limit: 20 };
  const created = createAutomation(automation.id, "payments", automation, act());
  const decided = {
    ...{ eventId: newId("audit"), eventTime: NOW.toISOString(), eventTeamId: "payments" },
    ...{ incidentId: incident.id, incidentTeamId: "payments", depth: 1 },
  };
  const deleted = await approved();
  await deleteRunbook(await reload(deleted.state.id), act(), undefined);
  await saveDecision(buildDecision(automation, decided, CHAIN_LIMIT, act(), null), NOW);
  const days = async () => {
    for await (const _ of listEvents("payments", NOW, new Date(NOW.getTime() + 3_600_000)));
  };
  const { audit } = buildExecution(
    await reload(state.id),
    { id: newId("execution"), ranForTeamId: null, incidentId: null, triggeredBy: "manual", trigger: {} },
    act(),
  );
  return [
    {
      question: "note a failure",
      key: "`recovery#<runbook>#<key>`",
      by: "noteFailure",
      run: () => noteFailure(audit),
    },
    {
      question: "does a success recover, and claim it",
      key: "`recovery#<runbook>#<key>`, read and written",
      by: "claimRecovery",
      run: () => claimRecovery({ ...audit, at: new Date(Date.parse(audit.at) + 1).toISOString() }),
    },
    {
      question: "keep an incident's report",
      key: "`incident#<id>`",
      by: "saveReport",
      run: () => saveReport(report, null),
    },
    { question: "an incident", key: "`incident#<id>`", by: "getIncident", run: () => getIncident("INC-42") },
    {
      question: "incidents of a caller's teams",
      key: "`by-team` incidents#<scope>",
      by: "listIncidents",
      run: () => listIncidents(["payments"], undefined, page),
    },
    {
      question: "keep an event in the log",
      key: "`incident-events#<team>#<day>`",
      by: "saveEvent",
      run: () => saveEvent(place, event, NOW),
    },
    {
      question: "a team's events of an hour",
      key: "`incident-events#<team>#<day>`",
      by: "listEvents",
      run: days,
    },
    {
      question: "create an automation",
      key: "3 items, 1 transaction",
      by: "saveAutomation",
      run: () => saveAutomation(created),
    },
    {
      question: "an automation's versions, 20",
      key: "`automation-version#<id>` version#",
      by: "listAutomationVersions",
      run: () => listAutomationVersions(automation.id, page),
    },
    {
      question: "one version of an automation",
      key: "`automation-version#<id>` version#<n>",
      by: "requireAutomationVersion",
      run: () => requireAutomationVersion(automation.id, 1),
    },
    {
      question: "what an automation decided, 20",
      key: "`by-runbook` decisions#<automation>",
      by: "listDecisions",
      run: () => listDecisions(automation.id, () => true, page),
    },
    {
      question: "who changed an automation, 20",
      key: "`audit#automation#<id>` audit#",
      by: "listAutomationAudit",
      run: () => listAutomationAudit(automation.id, page),
    },
    {
      question: "an automation",
      key: "`automation#<id>`",
      by: "getAutomation",
      run: () => getAutomation(automation.id),
    },
    {
      question: "automations that an event concerns",
      key: "`by-team` automations#<scope>, 2 partitions",
      by: "listAutomationIds",
      run: () => listAutomationIds("payments"),
    },
    {
      question: "a runbook's automations, 20",
      key: "`by-runbook` automations#<id>",
      by: "listAutomations",
      run: () =>
        listAutomations(listViewableScopes(ana), { runbookId: state.id, isVisible: () => true }, asked),
    },
    {
      question: "all automations, 20",
      key: "`by-state` automations#<state>#<0–1>, 4 partitions",
      by: "listAutomations",
      run: () => listAutomations("all", { runbookId: undefined, isVisible: () => true }, asked),
    },
    {
      question: "approve an automation",
      key: "2 items, 1 transaction",
      by: "writeAutomation",
      run: () => writeAutomation(approveAutomation(created.automation, APPROVAL, act())),
    },
    {
      question: "deleted runbooks whose automations are to be disabled",
      key: "`by-state` deletions#due",
      by: "listDueDeletions",
      run: () => listDueDeletions(new Date().toISOString(), 25),
    },
    {
      question: "note that they are disabled",
      key: "`runbook#<id>` deletion, read and written",
      by: "noteDisabled",
      run: () => noteDisabled(deleted.state.id, new Date().toISOString()),
    },
    {
      question: "was this event decided",
      key: "`decision#<hash>`",
      by: "getDecision",
      run: () => getDecision(automation.id, place.eventId, NOW),
    },
    {
      question: "when has it fired last, for its cooldown",
      key: "`claim#<hash>`",
      by: "getLastFiring",
      run: () => getLastFiring(["cooldown", automation.id]),
    },
    {
      question: "decisions about an incident, 20",
      key: "`by-incident` decisions#<incident>",
      by: "listDecisionsOfIncident",
      run: () => listDecisionsOfIncident(incident.id, () => true, page),
    },
    {
      question: "decisions of a day in a caller's teams, 20",
      key: "`by-team` audit#<scope>",
      by: "findDecisions",
      run: () => findDecisions(["payments"], () => true, page),
    },
    {
      question: "an event, by its id",
      key: "`by-incident` events#<event>",
      by: "findEvents",
      run: () => findEvents(place.eventId),
    },
    {
      question: "why an event was rejected, by its id",
      key: "`by-incident` events#<event>",
      by: "findRejections",
      run: () => findRejections("all", place.eventId),
    },
    {
      question: "has it fired already",
      key: "`claim#<hash>`",
      by: "isClaimed",
      run: () => isClaimed(["once", automation.id], NOW),
    },
  ];
}

/** A source as most are: no filter, no mapping. */
const source: Source = {
  ...SourceInput.parse({ name: "Alertmanager", kind: "alertmanager", teamId: "payments" }),
  id: newId("source"),
  verification: { scheme: "bearer", secret: { ciphertext: "A".repeat(240) }, previous: null },
  version: 1,
  ...toCreated(act()),
  ...toUpdated(act()),
  deletedAt: null,
};

export async function sourcePatterns(): Promise<AccessPattern[]> {
  const { verification, id } = source;
  const input = SourceInput.parse({ name: source.name, kind: source.kind, teamId: source.teamId });
  const created = createSource(id, input, verification, await getKillSwitchChainHead(), act());
  return [
    {
      question: "create a source",
      key: "3 items, 1 transaction",
      by: "saveSource",
      run: () => saveSource(created),
    },
    { question: "a source", key: "`source#<id>`", by: "getSource", run: () => getSource(id) },
    {
      question: "a caller's sources, 20",
      key: "`by-team` sources#<scope>",
      by: "listSources",
      run: () => listSources(["payments"], {}, page),
    },
    {
      question: "all sources of a kind",
      key: "`by-state` sources#<kind>",
      by: "listSourcesOfKind",
      run: () => listSourcesOfKind("alertmanager"),
    },
    {
      question: "who changed a source, 20",
      key: "`by-runbook` source-audit#<id>",
      by: "listSourceAudit",
      run: () => listSourceAudit(created.source.id, page),
    },
    {
      question: "the latest report of an incident, and who reports it",
      key: "`incident#<id>`",
      by: "getReport",
      run: () => getReport("INC-42"),
    },
    {
      question: "keep that a message came",
      key: "`claim#<hash>`",
      by: "saveClaim",
      run: () => saveClaim(["source-message", id, "1"], 60, NOW),
    },
  ];
}
