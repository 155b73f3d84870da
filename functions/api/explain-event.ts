// GET /events/{eventId}
import { explainEvent } from "../../shared/application/automations/explain-event.ts";
import { callersOwn } from "../../shared/application/request/access.ts";
import { apiHandler } from "../../shared/handlers/api-handler.ts";

export const handler = apiHandler(
  "explain-event",
  callersOwn,
  async ({ params: { eventId }, caller, now }) => ({ body: await explainEvent(caller, eventId, now) }),
);
