// The state "Deliver the webhook".
import { deliverWebhook } from "../../shared/application/deliver/deliver-webhook.ts";
import { DeliverInput, DeliverResult } from "../../shared/contract/workflow.ts";
import { taskHandler } from "../../shared/handlers/task-handler.ts";

export const handler = taskHandler("deliver-webhook", DeliverInput, DeliverResult, (input, { newId }) =>
  deliverWebhook(input, { clock: () => new Date(), newId }),
);
