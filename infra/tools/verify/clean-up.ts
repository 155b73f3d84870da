// Removes what a verification has made. Runs, versions and audit entries stay: the service deletes no evidence.
import { describe } from "./failures.ts";
import type { Stage } from "./stage.ts";

type Job = { what: string; remove: () => Promise<unknown> };

/** Also after an interruption. What cannot be removed is named, and does not keep the rest. */
export async function cleanUp(stage: Stage): Promise<void> {
  const { report, made } = stage;
  report.title("Cleaning up");
  const left: string[] = [];
  for (const { what, remove } of listJobs(stage)) {
    await remove().catch((error: unknown) => left.push(`${what} (${describe(error)})`));
  }
  const name = "what was made is removed";
  if (left.length > 0) return report.failed(name, `remove by hand: ${left.join(", ")}`);
  const { runbooks, automations } = made;
  report.ok(name, `${runbooks.length} runbooks, ${automations.length} automations; runs and audit stay`);
}

function listJobs(stage: Stage): Job[] {
  const { author, given, made } = stage;
  const resume = () => author.putControls({ body: { scope: given.team, paused: false } });
  return [
    ...(made.paused ? [{ what: `the pause of team ${given.team}`, remove: resume }] : []),
    ...(made.hasDeadLetter ? [{ what: "the dead letter", remove: () => removeDeadLetter(stage) }] : []),
    ...made.automations.map((automationId) => ({
      what: automationId,
      remove: () => author.deleteAutomation({ automationId }),
    })),
    ...made.runbooks.map((runbookId) => ({ what: runbookId, remove: () => removeRunbook(stage, runbookId) })),
    ...[...made.incidents].map((id) => ({ what: id, remove: () => resolveIncident(stage, id) })),
  ];
}

/** A runbook cannot be deleted while it runs. */
async function removeRunbook({ author, until }: Stage, runbookId: string): Promise<void> {
  const listActive = async () =>
    (await author.findExecutions({ query: { runbookId, status: ["PENDING", "RUNNING"] } })).items;
  for (const { id: executionId } of await listActive()) {
    await author.cancelExecution({ executionId, body: { reason: "verify:aws ends" } });
  }
  await until("the end of its runs", async () => ((await listActive()).length === 0 ? true : undefined));
  await author.deleteRunbook({ runbookId });
}

/** One that was never seen is none. */
async function removeDeadLetter({ account, mark }: Stage): Promise<void> {
  const left = await account.countDeadLetters();
  if (left > 0) await account.removeDeadLetter(`verify-${mark}`);
}

async function resolveIncident({ account, given }: Stage, id: string): Promise<void> {
  const title = "Verification of the service";
  const createdAt = new Date().toISOString();
  const incident = { id, title, status: "resolved", priority: "P5", teamId: given.team, createdAt };
  const source = given["incident-source"];
  await account.publish({ source, detailType: "Incident Resolved", detail: { incident } });
}
