// Rule incidents: an incident was reported; keep its state, then run what matches.
import { IncidentEvent } from "../../shared/domain/incident-event.ts";
import { consume } from "../../shared/lambda/consume.ts";
import { acceptIncident } from "../../shared/operations/accept-event.ts";
import { runAutomations } from "../../shared/operations/run-automations.ts";
import { keepRejection } from "../../shared/store/decisions.ts";

export const handler = consume(
  "on-incident",
  IncidentEvent,
  async (event, delivery) => {
    const { incident, depth } = await acceptIncident(event, delivery);
    const { causedBy, incident: reported } = event.detail;
    const { raw, ...occasion } = delivery;
    const happening = { event: raw, eventId: event.id, teamId: reported.teamId, incident, causedBy, depth };
    await runAutomations(happening, occasion);
  },
  keepRejection,
);
