// A run as stored and as shown: its status, its frozen input, and each attempt with its evidence.
import * as z from "zod";
import { ChainHead } from "./audit.ts";
import { ShownCallback } from "./callback.ts";
import { QueuePlace } from "./concurrency.ts";
import { SealedSecret, ShownDefinition } from "./definition.ts";
import { AutomationId, ExecutionId, ExternalId, RunbookId, TeamScope, Timestamp } from "./ids.ts";
import { Json } from "./json.ts";

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
export const ExecutionError = z.strictObject({
  code: z.enum(EXECUTION_ERROR_CODES),
  message: z.string().max(500),
});
export type ExecutionError = z.infer<typeof ExecutionError>;

export const TRIGGERED_BY = ["manual", "workflow"] as const;

/** What set a run off, beyond the person or automation that `executedBy` names. */
export const Trigger = z.strictObject({
  automationId: AutomationId.optional(),
  eventId: z.string().max(256).optional(),
  requestId: z.string().max(256).optional(),
  /** The run that caused the event, and how many runs in a row led to this one. */
  causedBy: ExecutionId.optional(),
  depth: z.int().min(1).optional(),
  rerunOf: ExecutionId.optional(),
});
export type Trigger = z.infer<typeof Trigger>;

/** The lock that a run of a limited runbook must hold. `queuedAt`: since when it waited for it, null if it never did. */
export const HeldLock = z.strictObject({
  lock: z.string().length(64),
  limit: z.int().min(1),
  queuedAt: Timestamp.nullable(),
});
export type HeldLock = z.infer<typeof HeldLock>;

/** The header of a run. `executedBy` is a token's `sub` or `automation:<id>`. */
export const Execution = ChainHead.extend({
  id: ExecutionId,
  runbookId: RunbookId,
  runbookName: z.string(),
  runbookVersion: z.int().min(1),
  /** Of the definition that the runbook was approved with at the start; nothing else is ever sent. */
  definitionHash: z.string().length(64),
  /** The scope of its runbook. */
  teamId: TeamScope,
  /** The team that it was run for; null: for none, by the platform. Who asks about the run needs both scopes. */
  ranForTeamId: TeamScope,
  incidentId: ExternalId.nullable(),
  status: z.enum(EXECUTION_STATUSES),
  error: ExecutionError.nullable(),
  triggeredBy: z.enum(TRIGGERED_BY),
  trigger: Trigger,
  executedBy: z.string(),
  createdAt: Timestamp,
  startedAt: Timestamp.nullable(),
  completedAt: Timestamp.nullable(),
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
  concurrency: HeldLock.optional(),
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
  secrets: z.record(z.string(), SealedSecret),
  /** The run whose id the secrets are sealed to: this one, or the first of a line of reruns. */
  secretsBoundTo: ExecutionId,
  incident: z.record(z.string(), Json).nullable(),
  automation: z.record(z.string(), Json).nullable(),
});
export type ExecutionInput = z.infer<typeof ExecutionInput>;

/**
 * `intended` is written before the call goes out; what is still `intended` when its call is surely over is `unknown`.
 * `delivered` 2xx · `refused` any other answer · `failed` no answer, nothing acted on · `unknown` it may have acted.
 */
export const ATTEMPT_OUTCOMES = ["intended", "delivered", "refused", "failed", "unknown"] as const;

export const Answer = z.strictObject({
  statusCode: z.int(),
  responseBody: z.string(),
  responseEncoding: z.enum(["utf8", "base64"]),
  responseTruncated: z.boolean(),
  /** Bytes and SHA-256 of the whole body as received, or null where it was not read to its end. */
  responseBytes: z.int().min(0).nullable(),
  responseSha256: z.string().nullable(),
});
export type Answer = z.infer<typeof Answer>;

export const Attempt = z.strictObject({
  number: z.int().min(1),
  startedAt: Timestamp,
  durationMs: z.int().min(0).nullable(),
  outcome: z.enum(ATTEMPT_OUTCOMES),
  retryable: z.boolean(),
  /** What a `Retry-After` of the answer asked for, in seconds. */
  retryAfterSeconds: z.number().min(0).nullable(),
  answer: Answer.nullable(),
  error: ExecutionError.nullable(),
});
export type Attempt = z.infer<typeof Attempt>;

/** The request as sent, secrets masked; the same bytes for every attempt. */
export const SentRequest = z.strictObject({
  method: z.string(),
  url: z.string(),
  headers: z.record(z.string(), z.string()),
  body: z.string(),
});
export type SentRequest = z.infer<typeof SentRequest>;

/** A run in a list. */
export const ExecutionSummary = Execution.omit({
  auditSequence: true,
  auditHash: true,
  deadlineAt: true,
  definitionHash: true,
  attemptsClaimed: true,
  callDeadlineAt: true,
  concurrency: true,
  callbackTimeoutSeconds: true,
  missingSince: true,
}).extend({
  /** Since when the run waited for others to end; null if it never had to. */
  queuedAt: Timestamp.nullable(),
  consoleUrl: z.string(),
});
export type ExecutionSummary = z.infer<typeof ExecutionSummary>;

export const ShownAttempt = z.strictObject({
  number: Attempt.shape.number,
  startedAt: Timestamp,
  durationMs: Attempt.shape.durationMs,
  outcome: Attempt.shape.outcome,
  statusCode: z.int().nullable(),
  error: ExecutionError.nullable(),
});

/** What came back last. A non-2xx answer keeps its status and body. */
export const ExecutionResult = Answer.extend({ durationMs: z.int().min(0) });

/** A run in full. */
export const ShownExecution = ExecutionSummary.extend({
  /** Its place in the queue, from 1, and the runs that hold what it waits for; null unless it waits. */
  queue: QueuePlace.nullable(),
  /** What the receiver called back; null where the answer itself completes the run. */
  callback: ShownCallback.nullable(),
  definitionSnapshot: ShownDefinition,
  parameters: z.record(z.string(), Json),
  request: SentRequest.nullable(),
  result: ExecutionResult.nullable(),
  attempts: z.array(ShownAttempt),
});
export type ShownExecution = z.infer<typeof ShownExecution>;
