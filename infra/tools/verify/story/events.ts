// What happens by itself: an automation by an event on the bus, a pause, and a dead letter that is sent back.
import { expectThat } from "../report.ts";
import { approveRunbook, expectEnd, startRun, writeRunbook } from "../runbooks.ts";
import { refusalOf, type Stage } from "../stage.ts";

export async function showEvents(stage: Stage): Promise<void> {
  const { report } = stage;
  report.title("Events, a pause and a dead letter");
  const runbookId = await report.step("a runbook is approved for an automation", async () => {
    const id = await writeRunbook(stage, "by event");
    return { saw: await approveRunbook(stage, id), value: id };
  });
  if (runbookId !== null) {
    await showAutomation(stage, runbookId);
    await showPause(stage, runbookId);
  }
  await showDeadLetter(stage);
}

async function showAutomation(stage: Stage, runbookId: string): Promise<void> {
  const { report, mark } = stage;
  const incidentId = `verify-${mark}`;
  const automationId = await report.step("an automation is live", async () => {
    const id = await createAutomation(stage, runbookId, incidentId);
    return { saw: id, value: id };
  });
  if (automationId === null) return;
  const started = await report.step("an event on the bus starts a run by itself", async () => {
    await reportIncident(stage, incidentId);
    const { id, executedBy } = await stage.until("a run for the incident", async () => {
      const { items } = await stage.author.findExecutions({ query: { runbookId } });
      return items[0];
    });
    await expectEnd(stage, id, "SUCCESS");
    expectThat(executedBy === `automation:${automationId}`, `started by ${executedBy}`);
    return { saw: `${id} is a SUCCESS, started by ${executedBy}`, value: id };
  });
  if (started === null) return;
  await report.step("the same event again starts nothing", async () => {
    await reportIncident(stage, incidentId);
    await stage.until("the decision on the repetition", async () => {
      const { items } = await stage.author.listAudit({ runbookId });
      return items.find(({ action }) => action === "automation.skipped");
    });
    const { items } = await stage.author.findExecutions({ query: { runbookId } });
    expectThat(items.length === 1, `${items.length} runs`);
    return { saw: "one run, and the reason is in the audit", value: null };
  });
}

/** It matches this verification's own incident, and no other. */
async function createAutomation(stage: Stage, runbookId: string, incidentId: string): Promise<string> {
  const { author, given, mark, made } = stage;
  const [approver = author] = stage.approvers;
  const { id, version } = await author.createAutomation({
    body: {
      runbookId,
      name: `verify ${mark}`,
      pattern: { source: [given["incident-source"]], detail: { incident: { id: [incidentId] } } },
      parameters: {},
      mode: "live",
    },
  });
  made.automations.push(id);
  await approver.approveAutomation({ automationId: id, body: { version } });
  return id;
}

async function reportIncident({ account, given, made }: Stage, id: string): Promise<void> {
  const incident = {
    id,
    title: "Verification of the service",
    status: "open",
    priority: "P5",
    teamId: given.team,
  };
  const createdAt = new Date().toISOString();
  made.incidents.add(id);
  await account.publish({
    source: given["incident-source"],
    detailType: "Incident Created",
    detail: { incident: { ...incident, createdAt } },
  });
}

async function showPause(stage: Stage, runbookId: string): Promise<void> {
  const { report, author, given, made } = stage;
  const pauseTeam = async (paused: boolean) => {
    await author.putControls({ body: { scope: given.team, paused, reason: "verify:aws" } });
    made.paused = paused;
  };
  await report.step("a pause refuses new runs, and its end lets them start", async () => {
    const { teams } = await author.getControls();
    const before = teams.find(({ scope }) => scope === given.team);
    expectThat(before?.paused !== true, `the team ${given.team} is paused already: ${before?.reason}`);
    await pauseTeam(true);
    const { status, code } = await refusalOf(startRun(stage, runbookId));
    expectThat(code === "paused", `refused with ${code}`);
    await pauseTeam(false);
    await expectEnd(stage, await startRun(stage, runbookId), "SUCCESS");
    return { saw: `${status} ${code} while team ${given.team} was paused; then a SUCCESS`, value: null };
  });
}

const DEAD_LETTER = "a request for a draft becomes a dead letter with its reason";
const REDRIVE = "sent back after the approval, it starts its run";

/** A move task takes all messages of the queue, so others' must not be there. */
async function showDeadLetter(stage: Stage): Promise<void> {
  const { report, account, mark, given } = stage;
  const others = await report.step("dead letters of others are counted", async () => {
    const count = await account.countDeadLetters();
    return { saw: `${count} there`, value: count };
  });
  if (others === null) return;
  if (others > 0) {
    for (const name of [DEAD_LETTER, REDRIVE])
      report.notShown(
        name,
        `${others} dead letters of others wait there: handle them first, then verify again`,
      );
    return;
  }
  const runbookId = await report.step(DEAD_LETTER, async () => {
    const id = await writeRunbook(stage, "by request");
    const detail = { runbookId: id, parameters: {}, requestId: `verify-${mark}` };
    await account.publish({
      source: given["workflow-source"],
      detailType: "Runbook Execution Requested",
      detail,
    });
    stage.made.hasDeadLetter = true;
    const reason = await stage.until("the dead letter", () => account.readDeadLetter(`verify-${mark}`));
    expectThat(reason === "runbook_not_approved", `its reason is ${reason}`);
    return { saw: reason, value: id };
  });
  if (runbookId !== null) await showRedrive(stage, runbookId);
}

async function showRedrive(stage: Stage, runbookId: string): Promise<void> {
  const { report, account, author, made } = stage;
  await report.step(REDRIVE, async () => {
    await approveRunbook(stage, runbookId);
    await account.redrive();
    const { id, executedBy } = await stage.until("the run of the request", async () => {
      const { items } = await author.findExecutions({ query: { runbookId } });
      return items[0];
    });
    made.hasDeadLetter = false;
    await expectEnd(stage, id, "SUCCESS");
    return { saw: `${id} is a SUCCESS, started by ${executedBy}`, value: null };
  });
}
