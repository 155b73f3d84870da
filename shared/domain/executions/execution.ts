// An execution as stored: its status, its immutable input, and each attempt with its evidence.
import * as z from "zod";
import { ChainHead } from "../audit.ts";
import { byNameOf } from "../display-text.ts";
import { ErasedAt } from "../erasure.ts";
import { AutomationId, ExecutionId, IncidentId, RunbookId, TeamScope, Timestamp } from "../ids.ts";
import { Json } from "../json.ts";
import { EncryptedSecret, MASK } from "../runbooks/webhook-auth.ts";
import { BreakGlass } from "./break-glass.ts";

export const EXECUTION_STATUSES = ["PENDING", "RUNNING", "SUCCESS", "FAILED", "CANCELLED"] as const;
export type ExecutionStatus = (typeof EXECUTION_STATUSES)[number];
export const ACTIVE_STATUSES = ["PENDING", "RUNNING"] as const satisfies readonly ExecutionStatus[];

/** Error codes of executions and attempts. Codes are stable. Messages contain no secret, body or internal address. */
export const EXECUTION_ERROR_CODES = [
  "runbook_not_approved",
  "approval_expired",
  "definition_changed",
  "webhook_refused",
  "success_condition_failed",
  "run_timeout",
  "timeout",
  "unreachable",
  "tls_error",
  "egress_denied",
  "response_too_large",
  "invalid_response",
  "invalid_template",
  "invalid_request",
  "auth_failed",
  "secret_unavailable",
  "decryption_failed",
  "outcome_unknown",
  "internal_failure",
  "cancelled",
  "paused",
  "frozen",
  "no_turn",
  "callback_failed",
  "callback_timeout",
] as const;
export const ExecutionError = z
  .strictObject({
    code: z.enum(EXECUTION_ERROR_CODES).describe("Stable code of the reason."),
    message: z
      .string()
      .max(500)
      .describe("The reason in words. It holds no secret, body or internal address."),
  })
  .describe("Why an execution or an attempt failed.");
export type ExecutionError = z.infer<typeof ExecutionError>;

export const TRIGGERED_BY = ["manual", "workflow"] as const;

export const Trigger = z
  .strictObject({
    automationId: AutomationId.optional().describe("The automation that started the execution."),
    eventId: z.string().max(256).optional().describe("The event that caused it."),
    requestId: z.string().max(256).optional().describe("The `requestId` of the workflow that requested it."),
    causedBy: ExecutionId.optional().describe("The execution that caused the event."),
    depth: z.int().min(1).optional().describe("How many executions in a row led to this one."),
    rerunOf: ExecutionId.optional().describe("The execution that this one repeats."),
  })
  .describe("What started the execution, beyond the caller in `executedBy`.");
export type Trigger = z.infer<typeof Trigger>;

/**
 * The concurrency slot that an execution of a limited runbook must hold. `queuedAt`: when it joined the queue; null: it
 * never waited.
 */
const ConcurrencySlot = z.strictObject({
  slotKey: z.string().length(32),
  limit: z.int().min(1),
  queuedAt: Timestamp.nullable(),
});

/** The main item of an execution. `executedBy` is a token's `sub` or `automation:<id>`. */
export const Execution = ChainHead.extend({
  id: ExecutionId,
  runbookId: RunbookId,
  runbookName: z.string().describe("Name of the runbook at the start."),
  runbookVersion: z.int().min(1).describe("Version of the runbook that runs."),
  /** Hash of the definition that was approved when the execution started. No other definition is ever sent. */
  definitionHash: z.string().length(64),
  teamId: TeamScope.describe("Team of the runbook; null: a global runbook."),
  /** Access to the execution needs both scopes. */
  ranForTeamId: TeamScope.describe(
    "Team that the execution is for; null: none. A caller must be allowed in this team and in `teamId`.",
  ),
  incidentId: IncidentId.nullable().describe("The incident that the execution is for; null: none."),
  status: z
    .enum(EXECUTION_STATUSES)
    .describe("PENDING, then RUNNING, then SUCCESS, FAILED or CANCELLED. The last three are final."),
  error: ExecutionError.nullable().describe("Why the execution failed or was cancelled; null otherwise."),
  triggeredBy: z
    .enum(TRIGGERED_BY)
    .describe("`manual`: a caller of the API. `workflow`: an automation or a workflow, by an event."),
  trigger: Trigger,
  executedBy: z
    .string()
    .describe(
      "Who started it: a token's `sub`, `client:<id>` of a program, `automation:<id>` or `workflow:<source>`.",
    ),
  executedByName: byNameOf("executedBy"),
  createdAt: Timestamp.describe("When the execution was accepted."),
  startedAt: Timestamp.nullable().describe("When it began to run; null until then."),
  completedAt: Timestamp.nullable().describe("When it ended; null before."),
  /** End of the overall timeout; set when the execution begins. */
  deadlineAt: Timestamp.nullable(),
  /**
   * Number of claimed attempts. Claiming an attempt and completing the execution both condition on it, so they cannot
   * both succeed.
   */
  attemptsClaimed: z.int().min(0),
  /**
   * When the last claimed call is certainly over; null before the first claim. After completion it stays set only while
   * a call may be under way. Until then the execution keeps its concurrency slot.
   */
  callDeadlineAt: Timestamp.nullable(),
  /** Present if the runbook limits concurrent executions. */
  concurrency: ConcurrencySlot.optional(),
  /** Present if a callback completes the execution: how long to wait after the 2xx answer. */
  callbackTimeoutSeconds: z.int().min(1).optional(),
  /** Present if the runbook has searchable parameters: parameter → digest of its value. */
  searchable: z.record(z.string(), z.string()).optional(),
  /** Present if it passed pauses and freeze windows. */
  breakGlass: BreakGlass.optional(),
  erasedAt: ErasedAt.optional().describe(
    "When its parameters, request, answers and reports were erased; missing: they were not.",
  ),
  /** Present if the last lookup did not find the state machine execution: time of the first such lookup. */
  missingSince: Timestamp.optional(),
});
export type Execution = z.infer<typeof Execution>;

/**
 * The input of an execution, fixed at creation. Secret parameters are in `secrets`, encrypted, and not in `parameters`.
 */
export const ExecutionInput = z.strictObject({
  executionId: ExecutionId,
  parameters: z.record(z.string(), Json),
  secrets: z.record(z.string(), EncryptedSecret),
  /** The execution id in the encryption context of the secrets: this one, or the first of a chain of reruns. */
  secretsBoundTo: ExecutionId,
  incident: z.record(z.string(), Json).nullable(),
  automation: z.record(z.string(), Json).nullable(),
});
export type ExecutionInput = z.infer<typeof ExecutionInput>;

/**
 * `in_progress` is written before the call. An attempt that is still `in_progress` after its call deadline becomes `unknown`.
 */
export const ATTEMPT_OUTCOMES = ["in_progress", "delivered", "refused", "failed", "unknown"] as const;

export const WebhookResponse = z.strictObject({
  statusCode: z.int().describe("HTTP status of the answer."),
  headers: z
    .record(z.string(), z.string())
    .describe(
      "Headers of the answer, in lower case, secrets masked: `location`, `content-type`, `retry-after`, `etag`, ids of the request, and addresses of a long operation.",
    ),
  responseBody: z.string().describe("Body of the answer, its first 16 KiB, secrets masked."),
  responseEncoding: z
    .enum(["utf8", "base64"])
    .describe("Encoding of `responseBody`: text, or base64 if the body is not text."),
  responseTruncated: z.boolean().describe("Whether the body is longer than the stored part."),
  responseBytes: z
    .int()
    .min(0)
    .nullable()
    .describe("Size of the whole body in bytes; null if it was not read completely."),
  responseSha256: z
    .string()
    .nullable()
    .describe("SHA-256 of the whole body, in hex; null if it was not read completely."),
});
export type WebhookResponse = z.infer<typeof WebhookResponse>;

export const Attempt = z.strictObject({
  number: z.int().min(1).describe("Counts from 1."),
  startedAt: Timestamp.describe("When the attempt was claimed, just before its call."),
  durationMs: z.int().min(0).nullable().describe("Duration in milliseconds; null until it ends."),
  outcome: z
    .enum(ATTEMPT_OUTCOMES)
    .describe(
      "`in_progress`: the call may be under way. `delivered`: 2xx, or what `successCondition` says. `refused`: any other answer. `failed`: no answer, and nothing was acted on. `unknown`: the call went out and its answer was lost or could not be checked.",
    ),
  retryable: z.boolean(),
  /** `Retry-After` of the response, in seconds. */
  retryAfterSeconds: z.number().min(0).nullable(),
  answer: WebhookResponse.nullable(),
  error: ExecutionError.nullable(),
});
export type Attempt = z.infer<typeof Attempt>;

export const SentRequest = z
  .strictObject({
    method: z.string().describe("HTTP method."),
    url: z.string().describe("Address, as rendered."),
    headers: z.record(z.string(), z.string()).describe("Header name → value."),
    body: z.string().describe("Body, as rendered."),
    clientCertificate: z
      .literal(MASK)
      .optional()
      .describe(`\`${MASK}\`: the receiver is shown the runbook's client certificate if it asks for one.`),
  })
  .describe("The webhook request, secrets masked. Every attempt sends the same bytes.");
export type SentRequest = z.infer<typeof SentRequest>;
