// Advice for each error code. The types require one line per code.
import type { ErrorCode } from "../../shared/domain/errors.ts";
import type { ExecutionError } from "../../shared/domain/executions/execution.ts";

export const ERROR_ADVICE: Record<ErrorCode, string> = {
  malformed_request: "Fix the fields in `errors`, which lists all problems at once",
  invalid_parameters: "Fix the parameters, or the parameter schema, at the pointers in `errors`",
  invalid_template: "Fix the template at the line and column in `errors`",
  egress_denied: "Use a public https address, or ask the operator to allow the range",
  unauthenticated: "Get a fresh token from the issuer",
  not_permitted: "Ask for the group, or ask somebody who has it",
  not_found: "Check the id. Resources that you may not view are reported as not found, too",
  method_not_allowed: "Use a method that the header `Allow` names",
  invalid_transition: "Read the detail: it says which `approvalStatus` is needed, or until when to wait",
  runbook_not_approved: "Have a platform admin approve the version that the detail names",
  approval_expired:
    "Have a platform admin review and approve the version that the detail names once more; in an emergency, an admin starts it with `breakGlass`",
  case_failed:
    "Compare what the case expects with the request that `errors` shows: fix the definition, or the case",
  version_conflict: "Read the runbook again, then retry if the change still applies",
  active_executions: "Wait for the runs, or cancel them",
  execution_finished: "No action: the detail says how it ended, or which result its receiver has reported",
  paused: "Wait until a platform admin resumes: the detail says who paused, and why",
  frozen:
    "Wait until the time in the detail, or ask whoever made the window: `GET /freeze-windows` names them",
  precondition_failed: "Read the resource again, and send its new `ETag`",
  payload_too_large: "Send a smaller body",
  unsupported_media_type: "Send `content-type: application/json`",
  idempotency_conflict: "Use a new key for a new request",
  too_many_requests: "Wait as long as `Retry-After` says",
  internal_error: "Give `requestId` to the operator, who finds it in the log",
  unavailable:
    "A change may or may not have been applied. After `Retry-After`, read the resource again, or retry with the same `Idempotency-Key`",
};

export const EXECUTION_ERROR_ADVICE: Record<ExecutionError["code"], string> = {
  runbook_not_approved:
    "The runbook lost its approval after the run was requested and before it began. Nothing was sent",
  approval_expired:
    "The approval expired after the run was requested and before it began. Nothing was sent. Have it renewed, and start again",
  webhook_refused:
    "The receiver answered no success (2xx, or the statuses of `successCondition`); `result` holds it",
  success_condition_failed:
    "The receiver answered, but not as `successCondition` asks; the message says which part. Check the receiver, or the condition",
  run_timeout: "`timeoutSeconds` was used up; the message quotes the last attempt",
  timeout: "No complete answer within `attemptTimeoutSeconds`",
  unreachable: "The name does not resolve, or nothing accepts the connection",
  tls_error:
    "TLS below 1.2, no valid certificate for this host, or a client certificate that is missing or refused",
  egress_denied: "The name leads to an address that may not be called. Not retried",
  response_too_large: "Reserved. The service truncates a large answer and judges it by its status",
  invalid_response: "The answer is not HTTP. Not retried",
  invalid_template: "The template could not be rendered with these values. Nothing was sent",
  invalid_request: "A rendered header is not valid in HTTP. Nothing was sent",
  auth_failed: "The token endpoint refused or did not answer, or a credential is not valid in a header",
  secret_unavailable:
    "A secret of the team could not be read from Secrets Manager, or does not hold what it must. Nothing was sent",
  decryption_failed:
    "A secret that this service keeps could not be read or decrypted: its KMS key, the grants, or the table. Nothing was sent",
  outcome_unknown: "A call was sent and its answer was lost. Check the receiver before a rerun",
  definition_changed:
    "The stored definition is not the approved one: it was changed bypassing the API. Nothing was sent. Run `npm run verify-audit`",
  internal_failure:
    "The state machine execution failed and no attempt proves an outcome. Or the request could not be recorded before its call, and nothing was sent",
  cancelled:
    "Stopped through the API or in the AWS console; the message says whether a call may have been made",
  paused:
    "New runs were paused after the run was requested and before it began; the message says by whom and why. Nothing was sent",
  frozen:
    "A freeze window was open when the run was to begin; the message says which, and until when. Nothing was sent",
  no_turn:
    "The team's deliveries were at `deliveriesPerTeam` for an hour. Nothing was sent. Find the slow receivers of the team, then run again",
  callback_failed: "The receiver reported a failure; `callback.result` has its report",
  callback_timeout:
    "The receiver accepted the call and did not call back in time. Check the receiver before a rerun",
};
