// What a reader of an error can do about it: one line for each code, so that a new code cannot go without.
import type { ErrorCode } from "../../shared/domain/errors.ts";
import type { ExecutionError } from "../../shared/domain/executions/execution.ts";

export const ERROR_ADVICE: Record<ErrorCode, string> = {
  malformed_request: "Fix what `errors` lists; all of it is listed at once",
  invalid_parameters: "Fix the parameters, or the parameter schema, at the pointers in `errors`",
  invalid_template: "Fix the template at the line and column in `errors`",
  egress_denied: "Use a public https address, or ask the operator to allow the range",
  unauthenticated: "Get a fresh token from the issuer",
  not_permitted: "Ask for the group, or ask somebody who has it",
  not_found: "Check the id; what you may not see is not found either",
  method_not_allowed: "Use a method that the header `Allow` names",
  invalid_transition: "Read the detail: it says which `approvalStatus` is needed, or until when to wait",
  runbook_not_approved: "Have a platform admin approve the current version",
  version_conflict: "Read the runbook again, decide again",
  active_executions: "Wait for the runs, or cancel them",
  execution_finished: "Nothing: the detail says how it ended, or which end its receiver has told",
  precondition_failed: "Read again, and send the new ETag",
  payload_too_large: "Send less",
  unsupported_media_type: "Send `content-type: application/json`",
  idempotency_conflict: "Use a new key for a new request",
  too_many_requests: "Wait as long as `Retry-After` says",
  internal_error: "Give `requestId` to the operator, who finds it in the log",
  unavailable:
    "A change may or may not have been done: read it again, or repeat it with the same `Idempotency-Key`, after `Retry-After`",
};

export const EXECUTION_ERROR_ADVICE: Record<ExecutionError["code"], string> = {
  runbook_not_approved: "The approval was withdrawn between start and begin. Nothing was sent",
  webhook_refused: "The receiver answered something other than 2xx; `result` holds it",
  run_timeout: "`timeoutSeconds` was used up; the message quotes the last attempt",
  timeout: "No complete answer within `attemptTimeoutSeconds`",
  unreachable: "The name does not resolve, or nothing accepts the connection",
  tls_error: "TLS below 1.2, or no valid certificate for this host",
  egress_denied: "The name leads to an address that may not be called. Not retried",
  response_too_large: "Reserved: a large answer is cut and counts by its status",
  invalid_response: "The answer is not HTTP. Not retried",
  invalid_template: "The template could not be rendered with these values. Nothing was sent",
  invalid_request: "A header cannot be sent as it came out. Nothing was sent",
  auth_failed: "The token endpoint refused or could not be asked, or a credential cannot be sent in a header",
  secret_unavailable: "KMS or Secrets Manager did not give a secret. Nothing was sent",
  outcome_unknown: "A call went out and its answer was lost: look at the receiver before a rerun",
  definition_changed:
    "The stored definition is not the one that was approved: somebody changed it past the API. It is not executed. Run `npm run verify-audit`",
  internal_failure:
    "The state machine failed and no attempt proves an outcome, or what a call carries could not be recorded before it, and nothing was sent",
  cancelled:
    "Stopped through the API or in the AWS console; the message says whether a call may have been made",
  paused: "New runs were paused between start and begin; the message says by whom and why. Nothing was sent",
  callback_failed: "The receiver reported a failure; `callback.result` has its report",
  callback_timeout: "The receiver accepted the call and did not call back in time: look there before a rerun",
};
