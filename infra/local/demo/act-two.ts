// Act two: an incident triggers the runbook, first in shadow mode, then live, and never twice.
import type { DemoSetup, DemoUsers } from "./act-one.ts";
import { Bus } from "./bus.ts";
import { type Caller, poll, refusalOf, waitUntilCompleted } from "./client.ts";
import type { Step } from "./screen.ts";

/** Every P1 incident of the payments team restarts the service that the incident names. */
const buildP1Automation = (runbookId: string) => ({
  runbookId,
  name: "Restart what a P1 names",
  pattern: {
    source: ["oncall.incidents"],
    "detail-type": ["Incident Created"],
    detail: { incident: { priority: ["P1"], teamId: ["payments"] } },
  },
  parameters: { service: "{{detail.incident.metadata.service}}" },
  mode: "shadow" as const,
});

export async function showAutomations(
  setup: DemoSetup,
  { ana, rob }: DemoUsers,
  runbookId: string,
): Promise<void> {
  const bus = new Bus(setup.host.aws);
  try {
    await bus.listen();
    const id = await showShadowMode(setup, bus, ana, runbookId);
    const executionId = await showLiveMode(setup, bus, { ana, rob }, id);
    await showDuplicate(setup, bus, rob, runbookId);
    await showAnnouncement(setup, bus, executionId);
  } finally {
    bus.stop();
  }
}

async function showShadowMode(
  { screen, receiver }: DemoSetup,
  bus: Bus,
  ana: Caller,
  runbookId: string,
): Promise<string> {
  let id = "";
  await screen.runStep("Ana lets P1 incidents run it, in shadow first", async (step) => {
    const before = receiver.requests.length;
    const { status, body } = await ana.request("create-automation", { body: buildP1Automation(runbookId) });
    id = body.id;
    step.say(`POST /automations → ${status}, mode shadow, ${id}`);
    await bus.reportIncident({ id: "INC-41", title: "Checkout is slow", service: "checkout" });
    step.say("An incident system publishes INC-41 on the bus");
    const decision = await findDecision(ana, runbookId, "automation.skipped", "shadow");
    step.expect("the audit says what it would have done", decision !== undefined);
    step.expect("nothing was sent", receiver.requests.length === before);
  });
  return id;
}

async function showLiveMode(
  { screen, receiver }: DemoSetup,
  bus: Bus,
  users: Pick<DemoUsers, "ana" | "rob">,
  id: string,
): Promise<string> {
  let executionId = "";
  await screen.runStep(
    "She makes it live, and the next incident is answered before anybody wakes up",
    async (step) => {
      await users.ana.updateAutomation({ automationId: id, body: { mode: "live" } });
      await bus.reportIncident({ id: "INC-42", title: "Checkout is down", service: "checkout" });
      executionId = await waitForExecution(users.rob, "INC-42");
      const run = await waitUntilCompleted(users.rob, executionId);
      step.say(`${executionId}: ${run.status}, triggered by ${run.triggeredBy}, as ${run.executedBy}`);
      step.say(receiver.requests.at(-1)?.body ?? "");
      step.expect("one run, a success, under the automation's own name", isStartedBy(run, id));
      step.expect(
        "the service came from the incident",
        receiver.requests.at(-1)?.body.includes('"checkout"') ?? false,
      );
    },
  );
  return executionId;
}

const isStartedBy = (run: { status: string; executedBy: string }, automationId: string) =>
  run.status === "SUCCESS" && run.executedBy === `automation:${automationId}`;

async function showDuplicate(
  { screen, receiver }: DemoSetup,
  bus: Bus,
  rob: Caller,
  runbookId: string,
): Promise<void> {
  await screen.runStep("The incident system repeats itself", async (step) => {
    const before = receiver.requests.length;
    await bus.reportIncident({ id: "INC-42", title: "Checkout is down", service: "checkout" });
    const decision = await findDecision(rob, runbookId, "automation.skipped", "already_fired");
    step.expect("the repetition is seen, and does nothing", decision !== undefined);
    step.expect("still one run for INC-42", (await listExecutions(rob, "INC-42")).length === 1);
    step.expect("the receiver was not called again", receiver.requests.length === before);
  });
}

async function showAnnouncement({ screen }: DemoSetup, bus: Bus, executionId: string): Promise<void> {
  await screen.runStep("The service publishes the outcome on the bus", async (step: Step) => {
    const event = await bus.waitForAnnouncement("Runbook Execution Succeeded", executionId);
    step.say(JSON.stringify(event, null, 2));
    step.expect("Runbook Execution Succeeded was received", event !== null);
  });
}

async function findDecision(caller: Caller, runbookId: string, action: string, reason: string) {
  const findEntry = async () => {
    const { items } = await caller.listAudit({ runbookId });
    return items.find((entry) => entry.action === action && entry.details["reason"] === reason);
  };
  return poll(findEntry);
}

async function waitForExecution(caller: Caller, incidentId: string): Promise<string> {
  const run = await poll(async () => (await listExecutions(caller, incidentId))[0]);
  if (!run) throw new Error(`No run for ${incidentId} has begun.`);
  return run.id;
}

/** None as long as the incident is not known. */
async function listExecutions(caller: Caller, incidentId: string) {
  const call = caller.listIncidentExecutions({ incidentId });
  return (await refusalOf(call)) === null ? (await call).items : [];
}
