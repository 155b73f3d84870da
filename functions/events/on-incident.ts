// Rule incidents: stores a reported incident, then runs the matching automations.
import { runAutomations } from "../../shared/application/automations/run-automations.ts";
import { acceptIncident } from "../../shared/application/request/accept-event.ts";
import { IncidentEvent } from "../../shared/domain/incidents/incident-event.ts";
import { sqsHandler } from "../../shared/handlers/sqs-handler.ts";
import { saveRejection } from "../../shared/store/rejections.ts";

export const handler = sqsHandler(
  "on-incident",
  IncidentEvent,
  async (event, delivery) => {
    const accepted = await acceptIncident(event, delivery);
    const { causedBy, incident } = event.detail;
    await runAutomations({ ...accepted, eventId: event.id, teamId: incident.teamId, causedBy }, delivery);
  },
  { saveRejection },
);
