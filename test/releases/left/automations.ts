// What automations leave behind: one that has fired, waited for its cooldown and caught up, and one without its runbook.
import * as z from "zod";
import type { JsonObject } from "../../../shared/domain/json.ts";
import { createApproved, type Stage } from "./stage.ts";

const Decisions = z.object({
  items: z.array(z.looseObject({ eventId: z.string(), outcome: z.string(), incidentId: z.string() })),
});

/** Returns the id of the one that goes on. */
export async function leaveAutomations(stage: Stage): Promise<string> {
  await leaveWithoutRunbook(stage);
  const { session, receiver } = stage;
  const runbookId = await createApproved(stage, WITHOUT_SECRET);
  const id = await session.create("/automations", { body: automation(runbookId) });
  receiver.answers = [];
  await report(stage, "INC-43");
  await decided(stage, id, "INC-43", "fired");
  await report(stage, "INC-44");
  const { eventId } = await decided(stage, id, "INC-44", "skipped");
  const change = (cooldown: JsonObject | null) =>
    session.send("PATCH", `/automations/${id}`, { body: { cooldown } });
  await change(null);
  await session.send("POST", `/automations/${id}/catch-up`, { body: { eventIds: [eventId] } });
  await decided(stage, id, "INC-44", "fired");
  await change(COOLDOWN);
  await startAgain(stage, id);
  return id;
}

/** An automation can keep no secret. */
const WITHOUT_SECRET: JsonObject = {
  parameters: { type: "object", properties: { service: { type: "string" } }, required: ["service"] },
  payloadTemplate: '{"service": "{{params.service}}"}',
};

const COOLDOWN = { seconds: 3600, key: "{{incident.metadata.service}}", from: "start" };

const automation = (runbookId: string): JsonObject => ({
  runbookId,
  name: "Restart what fails",
  pattern: { detail: { incident: { priority: ["P2"] } } },
  parameters: { service: "{{incident.metadata.service}}" },
  onlyWhile: ["open"],
  cooldown: COOLDOWN,
});

const incident = (id: string): JsonObject => ({
  ...{ id, title: "The checkout fails", status: "open", priority: "P2", teamId: "payments" },
  createdAt: new Date().toISOString(),
  assignee: { name: "Ana" },
  metadata: { service: "checkout" },
});

const report = ({ publish }: Stage, id: string, kind = "Created", more: JsonObject = {}) =>
  publish({
    source: "oncall.incidents",
    "detail-type": `Incident ${kind}`,
    detail: { incident: { ...incident(id), ...more } },
  });

/** Waits for the decision about this incident. */
async function decided({ session }: Stage, id: string, incidentId: string, outcome: string) {
  const path = `/automations/${id}/decisions`;
  const find = (body: unknown) =>
    Decisions.parse(body).items.find((one) => one.incidentId === incidentId && one.outcome === outcome);
  await session.poll(path, ({ body }) => find(body) !== undefined);
  const found = find((await session.ask("GET", path)).answer.body);
  if (!found) throw new Error(`${path} has lost the decision about ${incidentId}`);
  return found;
}

/** The incident ends, and begins its second episode, within the cooldown. */
async function startAgain(stage: Stage, id: string): Promise<void> {
  await report(stage, "INC-43", "Resolved", { status: "resolved" });
  await report(stage, "INC-43", "Created");
  const path = `/automations/${id}/decisions`;
  await stage.session.poll(path, ({ body }) => JSON.stringify(body).includes('"reason":"cooldown"'));
}

async function leaveWithoutRunbook(stage: Stage): Promise<void> {
  const { session } = stage;
  const runbookId = await createApproved(stage, WITHOUT_SECRET);
  const id = await session.create("/automations", { body: automation(runbookId) });
  await session.send("DELETE", `/runbooks/${runbookId}`);
  await stage.sweep();
  await session.poll(`/automations/${id}`, ({ body }) => JSON.stringify(body).includes('"runbook_deleted"'));
}
