// Work that leads every function down each of its ways to the table, so that what it needs there can be seen.
import { randomUUID } from "node:crypto";
import { marshall } from "@aws-sdk/util-dynamodb";
import { vi } from "vitest";
import { INTAKE, TICK } from "../../shared/contract/events.ts";
import { ALL_ROUTES } from "../../shared/contract/routes.ts";
import { KEYS } from "../../shared/contract/table.ts";
import { UNKNOWN_ROUTE } from "../../shared/contract/unknown-route.ts";
import { WIDGET_NAMES, WIDGETS_FUNCTION } from "../../shared/contract/widgets.ts";
import { CALLBACK_TOKEN_HEADER } from "../../shared/domain/executions/callback.ts";
import type { JsonObject } from "../../shared/domain/json.ts";
import { listKillSwitchChanges } from "../../shared/store/controls.ts";
import { ask, callFunction, person } from "./api.ts";
import { end, recordOf, runbook } from "./audited-ends.ts";
import { awaitedRunIn, carryOut } from "./carry-out.ts";
import { automation, deliver, incidentEvent } from "./events.ts";
import { freezeWindowIn, openNow } from "./freeze-windows.ts";
import { approvedIn, draftIn, endedRunIn, fresh, idOf, incidentIn, runIn, start } from "./library.ts";
import { startReceiver } from "./receiver.ts";
import { readSample } from "./source-samples.ts";
import { firing, sourceIn } from "./sources.ts";
import { makerOf } from "./valid-requests.ts";
import { executionEndedEvent } from "./workflow.ts";

const TEAM = "payments";
const ONE_AT_A_TIME = { concurrency: { limit: 1, onLimit: "queue" } };

export async function doEverything(): Promise<void> {
  for (const [name] of ALL_ROUTES) await ask(name, await makerOf(name)(`team-of-${name}`));
  const nowhere = {
    routeKey: UNKNOWN_ROUTE.routeKey,
    headers: {},
    requestContext: { http: { method: "PUT" }, requestId: randomUUID() },
    rawPath: "/runbooks",
  };
  await callFunction(`api/${UNKNOWN_ROUTE.name}`, nowhere);
  await readLists();
  await reportThroughSources();
  await reviewDraft();
  await changeUnderAutomation();
  await takeTurns();
  await repeat();
  await pauseAndResume();
  await freezeAndThaw();
  await callBack();
  await waitForTurns();
  await forIncident();
  await react();
  await missAndCatchUp();
  await requestRuns();
  await endAndSweep();
  await announceEnds();
  await drawWidgets();
}

async function drawWidgets(): Promise<void> {
  for (const widget of WIDGET_NAMES) await callFunction(`widgets/${WIDGETS_FUNCTION}`, { widget });
}

/** Platform admins and members of teams are answered from different indexes. */
async function readLists(): Promise<void> {
  const member = person(`team:${TEAM}:responder`);
  await ask("list-runbooks", { as: member });
  await ask("list-automations", { as: member });
  await ask("list-sources", { as: member });
}

/** A message of the intake, one that nobody can read, and an event of AWS. */
async function reportThroughSources(): Promise<void> {
  const team = fresh("team");
  const pattern = { "detail-type": ["Incident Created"] };
  await automation(await approvedIn(team), { pattern, parameters: { service: "api" } });
  const sourceId = await sourceIn(team);
  await ask("test-source", { params: { sourceId }, body: { message: firing() } });
  const time = new Date().toISOString();
  const intake = (message: JsonObject): JsonObject => ({
    ...{ version: "0", id: fresh("message"), source: INTAKE.source, time },
    ...{ "detail-type": INTAKE.detailType, intake: { sourceId, message } },
  });
  const resolved = firing("f", { status: "resolved", labels: {} });
  await deliver("on-source-message", [intake(resolved), intake(firing("f", { startsAt: "yesterday" }))]);
  const body = { name: "Alarms", kind: "cloudwatch_alarm", teamId: team };
  await ask("create-source", { body });
  await deliver("on-source-message", [{ ...readSample("cloudwatch_alarm", "alarm"), time }]);
  await reportByTheClock(team);
}

/** A tick, and the stream that tells of its source. */
async function reportByTheClock(team: string): Promise<void> {
  const schedule = { expression: "cron(* * * * ? *)", timeZone: "UTC" };
  const sourceId = idOf(
    await ask("create-source", { body: { name: "Clock", kind: "schedule", teamId: team, schedule } }),
  );
  const time = new Date().toISOString();
  const tick = { source: TICK.source, "detail-type": TICK.detailType, tick: { sourceId, ...schedule } };
  await deliver("on-source-message", [{ version: "0", id: fresh("tick"), time, ...tick }]);
  const changes = await listKillSwitchChanges(0, 1000);
  const Records = changes.map((entry) => ({
    eventName: "INSERT",
    dynamodb: {
      SequenceNumber: String(entry.sequence),
      NewImage: marshall({ ...KEYS.killSwitchAudit(entry.sequence), ...entry }),
    },
  }));
  await callFunction("events/set-schedules", { Records });
  // Nothing tells of this one but the sweep.
  const body = { name: "Another clock", kind: "schedule", teamId: team, schedule };
  await ask("create-source", { body });
}

/** A draft that waits, of a runbook with an automation and a run. */
async function reviewDraft(): Promise<void> {
  const runbookId = await approvedIn(TEAM);
  await automation(runbookId);
  await start(runbookId);
  await ask("update-runbook", { params: { runbookId }, body: { timeoutSeconds: 60 } });
  await ask("request-review", { params: { runbookId }, body: { version: 3 } });
  await ask("list-runbooks", { query: { awaitingReview: "true" } });
  await ask("list-runbooks", { query: { approvalExpiring: "true" } });
  await ask("get-review", { params: { runbookId } });
}

/** Each change looks for what it breaks; the deletion leaves the automation to the sweep. */
async function changeUnderAutomation(): Promise<void> {
  const runbookId = await approvedIn(TEAM);
  const params = { runbookId };
  await automation(runbookId);
  await ask("preview-runbook", { params, body: { changes: { timeoutSeconds: 60 } } });
  await ask("update-runbook", { params, body: { timeoutSeconds: 60 } });
  await ask("approve-runbook", { params, body: { version: 3 } });
  await ask("rollback-runbook", { params, body: { toVersion: 1 } });
  await ask("delete-runbook", { params });
}

/** Runs that wait for each other: the end of one starts the next. For a global runbook each team gets its own. */
async function takeTurns(): Promise<void> {
  const runbookId = await approvedIn(null, ONE_AT_A_TIME);
  const [first, second, third, fourth] = [
    await start(runbookId),
    await start(runbookId),
    await start(runbookId),
    await start(runbookId),
  ];
  await ask("get-execution", { params: { executionId: second } });
  await carryOut(first);
  await ask("cancel-execution", { params: { executionId: second } });
  await deliverEnd(third);
  await start(runbookId);
  await ask("deprecate-runbook", { params: { runbookId }, body: { reason: "There is a better one" } });
  // Refused when it is to begin.
  await carryOut(fourth);
  const rejecting = await approvedIn(null, { concurrency: { limit: 1, onLimit: "reject" } });
  const running = await start(rejecting);
  await ask("start-execution", { params: { runbookId: rejecting }, body: {} });
  await rerun(running);
  const again = await approvedIn(TEAM, ONE_AT_A_TIME);
  await rerun(await start(again));
  await rerun(await endedRunIn(TEAM));
  await meetTheLimit();
  await cancelMany();
}

/** A refusal names the runs in the way. */
async function meetTheLimit(): Promise<void> {
  const runbookId = await approvedIn(TEAM, { concurrency: { limit: 1, onLimit: "reject" } });
  const executionId = await start(runbookId);
  await ask("start-execution", { params: { runbookId }, body: {} });
  await rerun(executionId);
}

/** Alone, and as one of many. */
async function rerun(executionId: string): Promise<void> {
  await ask("rerun-execution", { params: { executionId } });
  await ask("rerun-executions", { body: { executionIds: [executionId] } });
}

/** The first one starts the second one, the last one waits for its receiver. */
async function cancelMany(): Promise<void> {
  const runbookId = await approvedIn(TEAM, ONE_AT_A_TIME);
  const queued = [await start(runbookId), await start(runbookId), await start(runbookId)];
  const { executionId } = await awaitedRunIn(TEAM);
  for (const id of [...queued, executionId]) await ask("cancel-executions", { body: { executionIds: [id] } });
}

async function deliverEnd(executionId: string): Promise<void> {
  await callFunction("events/on-execution-ended", executionEndedEvent(executionId, "ABORTED"));
}

/** The same Idempotency-Key again. */
async function repeat(): Promise<void> {
  for (const [name, { headers }] of ALL_ROUTES) {
    if (!headers?.shape["idempotency-key"]) continue;
    const asked = await makerOf(name)(TEAM);
    const keyed = { ...asked, headers: { ...asked.headers, "idempotency-key": fresh("key") } };
    await ask(name, keyed);
    await ask(name, keyed);
  }
}

async function pauseAndResume(): Promise<void> {
  const team = fresh("team");
  const runbookId = await approvedIn(team);
  const pending = await start(runbookId);
  const pause = (paused: boolean) =>
    ask("put-controls", { body: { scope: team, paused, reason: "The shop is moving" } });
  await pause(true);
  await ask("start-execution", { params: { runbookId }, body: {} });
  await rerun(pending);
  await react(team);
  await requestRuns(team);
  await carryOut(pending);
  await pause(false);
}

/** The same for a freeze: what is created, begins, is requested and reacts meets a window. */
async function freezeAndThaw(): Promise<void> {
  const team = fresh("team");
  const runbookId = await approvedIn(team);
  const pending = await start(runbookId);
  const freezeWindowId = await freezeWindowIn(team, openNow(team));
  await ask("start-execution", { params: { runbookId }, body: {} });
  await rerun(pending);
  await react(team);
  await requestRuns(team);
  await carryOut(pending);
  await ask("delete-freeze-window", { params: { freezeWindowId } });
}

/** A team whose only delivery slot is taken by a call while another run asks for it. */
async function waitForTurns(): Promise<void> {
  process.env["DELIVERIES_PER_TEAM"] = "1";
  const team = fresh("team");
  let waiting = "";
  await using receiver = await startReceiver(async () => {
    await callFunction("workflow/deliver-webhook", { executionId: waiting });
    return { status: 200 };
  });
  const runbookId = await approvedIn(team, { webhookUrl: receiver.url });
  const calling = await start(runbookId);
  waiting = await start(runbookId);
  await callFunction("workflow/deliver-webhook", { executionId: calling });
  process.env["DELIVERIES_PER_TEAM"] = "0";
}

async function callBack(): Promise<void> {
  const { executionId, token } = await awaitedRunIn(TEAM);
  const asked = { params: { executionId }, headers: { [CALLBACK_TOKEN_HEADER]: token } };
  await callFunction("workflow/await-callback", { executionId, taskToken: "token" });
  for (const status of ["RUNNING", "RUNNING", "SUCCESS"]) {
    await ask("callback-execution", { ...asked, body: { status, message: "At it" } });
  }
  await callFunction("workflow/await-callback", { executionId, taskToken: "token" });
  await callFunction("workflow/complete-execution", { executionId });
  const [cancelled, ended] = [await awaitedRunIn(TEAM), await awaitedRunIn(TEAM)];
  await ask("cancel-execution", { params: { executionId: cancelled.executionId } });
  await deliverEnd(ended.executionId);
  const completion = { mode: "callback", timeoutSeconds: 60 };
  await using refusing = await startReceiver(() => ({ status: 503 }));
  // The second attempt sends the token of the first.
  await carryOut(await start(await approvedIn(TEAM, { completion, webhookUrl: refusing.url })));
  const withdrawn = await approvedIn(TEAM, { completion });
  const pending = await start(withdrawn);
  await ask("deprecate-runbook", { params: { runbookId: withdrawn }, body: { reason: "Of no use" } });
  await carryOut(pending);
}

/** For an incident: previewed, started, run again, and listed. */
async function forIncident(): Promise<void> {
  const [runbookId, incidentId] = [await approvedIn(TEAM), await incidentIn(TEAM)];
  await ask("preview-runbook", { params: { runbookId }, body: { incidentId } });
  const executionId = await start(runbookId, { incidentId });
  await rerun(executionId);
  await ask("get-runbook", { params: { runbookId } });
  await ask("list-executions", { params: { runbookId } });
  await ask("list-incident-executions", { params: { incidentId } });
  await ask("list-incident-runbooks", { params: { incidentId } });
  const filters = [
    { runbookId },
    { incidentId },
    { status: "RUNNING" },
    { status: "FAILED" },
    { teamId: TEAM },
    { teamId: TEAM, "parameter.service": "checkout" },
    { "parameter.service": "checkout" },
    {},
  ];
  for (const query of filters) await ask("find-executions", { query });
}

/** Automations that fire, would fire, fire once, and are asked again. */
async function react(team = TEAM): Promise<void> {
  const runbookId = await approvedIn(team);
  const more = { parameters: {}, pattern: { "detail-type": ["Incident Created"] } };
  await automation(runbookId, { ...more, cooldown: { seconds: 60, from: "end" } });
  await automation(runbookId, { ...more, mode: "shadow" });
  const limited = await approvedIn(team, ONE_AT_A_TIME);
  const { id } = await automation(limited, { ...more, oncePerIncident: false });
  const rejecting = await approvedIn(team, { concurrency: { limit: 1, onLimit: "reject" } });
  await automation(rejecting, { ...more, oncePerIncident: false });
  await automation(runbookId, { ...more, pattern: { source: ["another"] } });
  const incidentId = fresh("INC");
  const event = incidentEvent({ teamId: team, incidentId });
  const rejected = incidentEvent({ source: "a-stranger" });
  const causedBy = await runIn(TEAM);
  const again = incidentEvent({ teamId: team, incidentId, causedBy });
  await deliver("on-incident", [event, event, again, rejected, { detail: "not in its form" }]);
  const automationId = id;
  await ask("update-automation", { params: { automationId }, body: { parameters: { service: "search" } } });
  await ask("list-automation-decisions", { params: { automationId } });
  await ask("list-automations", { query: { runbookId: limited } });
  for (const query of [{}, { incidentId }]) await ask("find-decisions", { query });
  await ask("find-decisions", { as: person("team:payments:observer") });
  for (const { id: eventId } of [event, rejected]) {
    await ask("explain-event", { params: { eventId: String(eventId) } });
  }
  await ask("list-audit", { params: { runbookId: limited } });
  await ask("test-automation", { params: { automationId: id }, body: { incidentId } });
  await ask("test-automation", { params: { automationId: id }, body: { event: again } });
}

/** What automations missed while starts were paused: overtaken by a newer report, and caught up. */
async function missAndCatchUp(): Promise<void> {
  const team = fresh("team");
  const more = { parameters: {}, pattern: { "detail-type": ["Incident Created"] }, oncePerIncident: false };
  const limited = await approvedIn(team, ONE_AT_A_TIME);
  const rejecting = await approvedIn(team, { concurrency: { limit: 1, onLimit: "reject" } });
  const live = await automation(limited, { ...more, cooldown: { seconds: 60 } });
  const others = [await automation(rejecting, more), await automation(limited, { ...more, mode: "shadow" })];
  const causedBy = await runIn(TEAM);
  const old = incidentEvent({ teamId: team, time: new Date(Date.now() - 86_400_000).toISOString() });
  const events = [incidentEvent({ teamId: team, causedBy }), incidentEvent({ teamId: team })];
  await deliver("on-incident", [old]);
  const scope = { scope: team, reason: "Down" };
  await ask("put-controls", { body: { ...scope, paused: true } });
  const waitingSince = new Date(Date.now() - 3_700_000).toISOString();
  for (const event of events) await deliver("on-incident", [{ body: JSON.stringify(event), waitingSince }]);
  const eventIds = [...events, old].map(({ id }) => String(id));
  const catchUp = (automationId: string, body: JsonObject) =>
    ask("catch-up-automation", { params: { automationId }, body });
  await catchUp(live.id, { eventIds });
  const range = { from: waitingSince, to: new Date(Date.now() + 60_000).toISOString() };
  await catchUp(live.id, { ...range, dryRun: true });
  await ask("put-controls", { body: { scope: team, paused: false, reason: null } });
  await catchUp(live.id, range);
  await start(rejecting);
  for (const { id } of others) await catchUp(id, { eventIds });
}

async function requestRuns(team = TEAM): Promise<void> {
  const incidentId = fresh("INC");
  await deliver("on-incident", [incidentEvent({ teamId: team, incidentId })]);
  const causedBy = await runIn(TEAM);
  const asking = (runbookId: string, detail: JsonObject = {}) => ({
    version: "0",
    id: randomUUID(),
    "detail-type": "Runbook Execution Requested",
    source: "oncall.workflows",
    time: new Date().toISOString(),
    detail: { runbookId, parameters: {}, requestId: randomUUID(), ...detail },
  });
  const refused = await draftIn(team);
  const limited = await approvedIn(team, { concurrency: { limit: 1, onLimit: "reject" } });
  const requests = [
    asking(await approvedIn(team), { incidentId, causedBy }),
    asking(refused),
    asking(limited),
    asking(limited),
    // The last delivery of a request for an incident that nobody reports.
    { body: JSON.stringify(asking(limited, { incidentId: fresh("INC") })), receives: 5 },
    { detail: "not in its form" },
  ];
  await deliver("on-execution-requested", requests);
  await deliver("on-execution-requested", requests);
  await ask("list-audit", { params: { runbookId: refused } });
  await ask("put-controls", { body: { scope: fresh("team"), paused: true, reason: "A test" } });
  for (const query of [{}, { teamId: team }]) {
    await ask("find-audit", { query });
    await ask("list-incidents", { query });
  }
  await ask("list-rejections");
  await ask("list-rejections", { query: { sourceId: await sourceIn("payments") } });
}

/** A failure, and the success that recovers from it. */
async function announceEnds(): Promise<void> {
  const of = runbook();
  const Records = [end(of, "failure"), end(of, "success")].map(recordOf);
  await callFunction("events/publish-events", { Records });
}

/** What the state machine leaves behind, looked at when every grace is over. */
async function endAndSweep(): Promise<void> {
  await deliverEnd(await runIn(TEAM));
  const runbookId = await approvedIn(TEAM, ONE_AT_A_TIME);
  for (let n = 0; n < 3; n++) await start(runbookId);
  const { executionId } = await awaitedRunIn(TEAM);
  const begun = await runIn(TEAM);
  await callFunction("workflow/deliver-webhook", { executionId: begun });
  process.env["APPROVAL_VALID_DAYS"] = "high=1";
  await approvedIn(TEAM);
  delete process.env["APPROVAL_VALID_DAYS"];
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 3_600_000 });
  try {
    for (let turn = 0; turn < 2; turn++) await callFunction("events/sweep", {});
  } finally {
    vi.useRealTimers();
  }
  await callFunction("workflow/complete-execution", { executionId });
}
