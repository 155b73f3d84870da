// The state "Deliver the webhook".
import { DeliverInput, DeliverResult } from "../../shared/contract/workflow.ts";
import { task } from "../../shared/lambda/task.ts";
import { deliverWebhook } from "../../shared/operations/deliver-webhook.ts";

export const handler = task("deliver-webhook", DeliverInput, DeliverResult, (input) =>
  deliverWebhook(input, () => new Date()),
);
