// A run as stored and as shown: its status, its frozen input, and each attempt with its evidence.
import * as z from "zod";
import { ChainHead } from "../audit.ts";
import { AutomationId, ExecutionId, IncidentId, RunbookId, TeamScope, Timestamp } from "../ids.ts";
import { Json } from "../json.ts";
import { EncryptedSecret } from "../runbooks/webhook-auth.ts";

export const EXECUTION_STATUSES = ["PENDING", "RUNNING", "SUCCESS", "FAILED", "CANCELLED"] as const;
export type ExecutionStatus = (typeof EXECUTION_STATUSES)[number];
export const ACTIVE_STATUSES = ["PENDING", "RUNNING"] as const satisfies readonly ExecutionStatus[];

/** Why a run or an attempt did not succeed. Codes are stable; messages hold no secret, body or internal address. */
export const EXECUTION_ERROR_CODES = [
  "runbook_not_approved",
  "definition_changed",
  "webhook_refused",
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
  "outcome_unknown",
  "infrastructure",
  "cancelled",
  "paused",
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
  .describe("Why an execution or an attempt did not succeed.");
export type ExecutionError = z.infer<typeof ExecutionError>;

export const TRIGGERED_BY = ["manual", "workflow"] as const;

export const Trigger = z
  .strictObject({
    automationId: AutomationId.optional().describe("The automation that started the execution."),
    eventId: z.string().max(256).optional().describe("The event that caused it."),
    requestId: z.string().max(256).optional().describe("The `requestId` of the workflow that asked for it."),
    causedBy: ExecutionId.optional().describe("The execution that caused the event."),
    depth: z.int().min(1).optional().describe("How many executions in a row led to this one."),
    rerunOf: ExecutionId.optional().describe("The execution that this one repeats."),
  })
  .describe("What started the execution, beyond the caller in `executedBy`.");
export type Trigger = z.infer<typeof Trigger>;

/** The lock that a run of a limited runbook must hold. `queuedAt`: since when it waited for it, null if it never did. */
export const ConcurrencySlot = z.strictObject({
  lock: z.string().length(64),
  limit: z.int().min(1),
  queuedAt: Timestamp.nullable(),
});
export type ConcurrencySlot = z.infer<typeof ConcurrencySlot>;

/** The header of a run. `executedBy` is a token's `sub` or `automation:<id>`. */
export const Execution = ChainHead.extend({
  id: ExecutionId,
  runbookId: RunbookId,
  runbookName: z.string().describe("Name of the runbook at the start."),
  runbookVersion: z.int().min(1).describe("Version of the runbook that runs."),
  /** Of the definition that the runbook was approved with at the start; nothing else is ever sent. */
  definitionHash: z.string().length(64),
  teamId: TeamScope.describe("Team of the runbook; null: a global runbook."),
  /** Who asks about the run needs both scopes. */
  ranForTeamId: TeamScope.describe(
    "Team that the execution is for; null: none. A caller must be allowed in this team and in `teamId`.",
  ),
  incidentId: IncidentId.nullable().describe("The incident that the execution is for; null: none."),
  status: z
    .enum(EXECUTION_STATUSES)
    .describe("PENDING, then RUNNING, then SUCCESS, FAILED or CANCELLED, which never changes again."),
  error: ExecutionError.nullable().describe("Why the execution did not succeed; null otherwise."),
  triggeredBy: z
    .enum(TRIGGERED_BY)
    .describe("`manual`: a caller of the API. `workflow`: an automation or a workflow, by an event."),
  trigger: Trigger,
  executedBy: z
    .string()
    .describe("Who started it: a token's `sub`, `automation:<id>` or `workflow:<source>`."),
  createdAt: Timestamp.describe("When the execution was accepted."),
  startedAt: Timestamp.nullable().describe("When it began to run; null before."),
  completedAt: Timestamp.nullable().describe("When it ended; null before."),
  /** When the budget of the run ends; set when it starts. */
  deadlineAt: Timestamp.nullable(),
  /** How many attempts were claimed so far: where claiming the next one and the end of the run meet. */
  attemptsClaimed: z.int().min(0),
  /**
   * When the call of the last claimed attempt is surely over; null while none was claimed. After the end it is there
   * only as long as a call may still be under way: until then the run keeps its place in its lock.
   */
  callDeadlineAt: Timestamp.nullable(),
  /** There where the runbook limits how many of its runs are under way. */
  concurrency: ConcurrencySlot.optional(),
  /** There where a callback completes the run: how long it is waited for, from the 2xx answer on. */
  callbackTimeoutSeconds: z.int().min(1).optional(),
  /** There where the state machine was not to be found when it was last looked for: since then. */
  missingSince: Timestamp.optional(),
});
export type Execution = z.infer<typeof Execution>;

/** What a run was started with, fixed at the start. Secret parameters lie in `secrets`, sealed, and not in `parameters`. */
export const ExecutionInput = z.strictObject({
  executionId: ExecutionId,
  parameters: z.record(z.string(), Json),
  secrets: z.record(z.string(), EncryptedSecret),
  /** The run whose id the secrets are sealed to: this one, or the first of a line of reruns. */
  secretsBoundTo: ExecutionId,
  incident: z.record(z.string(), Json).nullable(),
  automation: z.record(z.string(), Json).nullable(),
});
export type ExecutionInput = z.infer<typeof ExecutionInput>;

/** `intended` is written before the call goes out; what is still `intended` when its call is surely over is `unknown`. */
export const ATTEMPT_OUTCOMES = ["intended", "delivered", "refused", "failed", "unknown"] as const;

export const WebhookResponse = z.strictObject({
  statusCode: z.int().describe("HTTP status of the answer."),
  responseBody: z.string().describe("Body of the answer, its first 16 KiB, secrets masked."),
  responseEncoding: z
    .enum(["utf8", "base64"])
    .describe("How `responseBody` is written: as text, or as base64 where the body is not text."),
  responseTruncated: z.boolean().describe("Whether the body is longer than what is kept."),
  responseBytes: z
    .int()
    .min(0)
    .nullable()
    .describe("Bytes of the whole body; null if it was not read to its end."),
  responseSha256: z
    .string()
    .nullable()
    .describe("SHA-256 of the whole body, in hex; null if it was not read to its end."),
});
export type WebhookResponse = z.infer<typeof WebhookResponse>;

export const Attempt = z.strictObject({
  number: z.int().min(1).describe("Counts from 1."),
  startedAt: Timestamp.describe("When the attempt was claimed, just before its call."),
  durationMs: z.int().min(0).nullable().describe("Duration in milliseconds; null while it is not over."),
  outcome: z
    .enum(ATTEMPT_OUTCOMES)
    .describe(
      "`intended`: the call may be under way. `delivered`: 2xx. `refused`: any other answer. `failed`: no answer, and nothing was acted on. `unknown`: the call went out and its answer was lost.",
    ),
  retryable: z.boolean(),
  /** What a `Retry-After` of the answer asked for, in seconds. */
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
  })
  .describe("The webhook request, secrets masked. Every attempt sends the same bytes.");
export type SentRequest = z.infer<typeof SentRequest>;
