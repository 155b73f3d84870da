// Whose matter it is that an execution failed: the service's own, or that of the team which owns runbook and receiver.
import type { ExecutionError } from "./execution.ts";

/** `team`: the event "Runbook Execution Failed" tells it. `service`: an alarm tells the platform, too. */
type Concern = "team" | "service";

export const CONCERNS: Readonly<Record<ExecutionError["code"], Concern>> = {
  runbook_not_approved: "team",
  approval_expired: "team",
  // Somebody wrote to the table past the API.
  definition_changed: "service",
  webhook_refused: "team",
  success_condition_failed: "team",
  run_timeout: "team",
  timeout: "team",
  unreachable: "team",
  tls_error: "team",
  egress_denied: "team",
  response_too_large: "team",
  invalid_response: "team",
  invalid_template: "team",
  invalid_request: "team",
  auth_failed: "team",
  // In AWS Secrets Manager, where the team keeps and tags it.
  secret_unavailable: "team",
  // The service has encrypted it, with its own key.
  decryption_failed: "service",
  // In most cases the receiver has cut the connection. That a delivery function died is told by its errors.
  outcome_unknown: "team",
  internal_failure: "service",
  cancelled: "team",
  paused: "team",
  frozen: "team",
  no_turn: "team",
  callback_failed: "team",
  callback_timeout: "team",
};

export const isServiceFault = ({ code }: Pick<ExecutionError, "code">): boolean =>
  CONCERNS[code] === "service";
