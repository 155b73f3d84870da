// Timeouts of the workflow's functions, equal to the deployed ones.
import { TIME_LIMITS, WORKFLOW_FUNCTIONS } from "../../../shared/contract/workflow.ts";

/** Seconds. */
export function functionSeconds(name: string): number {
  return name === WORKFLOW_FUNCTIONS.DeliverWebhook ? TIME_LIMITS.deliverLambda : TIME_LIMITS.shortLambda;
}
