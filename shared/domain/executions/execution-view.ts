// Executions in responses: the stored record without internal fields, and the results.
import * as z from "zod";
import { Timestamp } from "../ids.ts";
import { DefinitionView, ParameterValues } from "../runbooks/definition.ts";
import { BreakGlass } from "./break-glass.ts";
import { CallbackView } from "./callback.ts";
import { QueuePosition } from "./concurrency.ts";
import { Attempt, Execution, ExecutionError, SentRequest, WebhookResponse } from "./execution.ts";

/** An execution in a list. */
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
  searchable: true,
})
  .extend({
    breakGlass: BreakGlass.nullable().describe(
      "Why it passed pauses, freeze windows and an expired approval, and who looked at it afterwards; null: it did not.",
    ),
    queuedAt: Timestamp.nullable().describe(
      "When the execution joined the queue for a concurrency slot; null: it never waited.",
    ),
    consoleUrl: z
      .string()
      .nullable()
      .describe("Link to the execution in the AWS console; null: this deployment has none."),
  })
  .describe("An execution in a list.");
export type ExecutionSummary = z.infer<typeof ExecutionSummary>;

export const AttemptView = z
  .strictObject({
    number: Attempt.shape.number,
    startedAt: Attempt.shape.startedAt,
    durationMs: Attempt.shape.durationMs,
    outcome: Attempt.shape.outcome,
    statusCode: z.int().nullable().describe("HTTP status of the answer; null if there was none."),
    error: ExecutionError.nullable().describe("Why the attempt failed; null if it succeeded."),
  })
  .describe("One call of the webhook.");

/** Keeps status and body of a non-2xx response too. */
export const ExecutionResult = WebhookResponse.extend({
  durationMs: z.int().min(0).describe("Duration of the attempt, in milliseconds."),
}).describe("The last response of the receiver, with any status.");

/** An execution with all its evidence. */
export const ExecutionView = ExecutionSummary.extend({
  logsUrl: z
    .string()
    .nullable()
    .describe("Link to the log lines of the execution in Logs Insights; null: this deployment has none."),
  queue: QueuePosition.nullable().describe("Queue position of the execution; null unless it waits."),
  callback: CallbackView.nullable().describe(
    "What the receiver reported; null if the response itself completes the execution.",
  ),
  definitionSnapshot: DefinitionView.describe("The definition that the execution runs; it never changes."),
  parameters: ParameterValues.describe("The parameters, defaults applied. Secret ones are masked."),
  request: SentRequest.nullable().describe("The request; null until it is rendered."),
  result: ExecutionResult.nullable().describe("The last answer of the receiver; null if there was none."),
  attempts: z.array(AttemptView).describe("Each call of the webhook, in order."),
}).describe("An execution of a runbook, with its evidence.");
export type ExecutionView = z.infer<typeof ExecutionView>;
