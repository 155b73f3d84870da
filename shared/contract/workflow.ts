// Payloads between the states of infra/execution.asl.json: ids and outcomes, never secrets, payloads or bodies.
import * as z from "zod";
import { ERROR_CODES, type ErrorCode } from "../domain/errors.ts";
import { CallbackInput } from "../domain/executions/callback.ts";
import { EXECUTION_STATUSES, ExecutionError } from "../domain/executions/execution.ts";
import { ExecutionId, Timestamp } from "../domain/ids.ts";

/** Input of a state machine execution. Its name is the same id. */
export const StateMachineInput = z.strictObject({ executionId: ExecutionId });
export type StateMachineInput = z.infer<typeof StateMachineInput>;

/** The input of the state machine is that of the first attempt. */
export const DeliverInput = z.object({
  executionId: ExecutionId,
  attempt: z.int().min(1).default(1),
  waitingSince: Timestamp.optional(),
});
export type DeliverInput = z.infer<typeof DeliverInput>;

/** Longest wait between two states, in seconds: more than the longest callback timeout (24 hours). */
const LONGEST_WAIT = 87_000;

/**
 * `next`: `wait` `waitSeconds` before `attempt`, `await` the callback for as long, or record that the run can only `succeed` or
 * `fail`. `refusal`: why the run could not begin. Nothing was sent. `waitingSince`: when the attempt began to wait for its
 * team's turn; it is no attempt until then.
 */
export const DeliverResult = z.strictObject({
  executionId: ExecutionId,
  next: z.enum(["wait", "await", "succeed", "fail"]),
  attempt: z.int().min(1),
  waitSeconds: z.int().min(0).max(LONGEST_WAIT),
  refusal: ExecutionError.optional(),
  waitingSince: Timestamp.optional(),
});
export type DeliverResult = z.infer<typeof DeliverResult>;

/** SendTaskSuccess with `taskToken` ends the wait. Its output is `StateMachineInput`. */
export const AwaitInput = z.strictObject({ executionId: ExecutionId, taskToken: z.string().min(1) });
export type AwaitInput = z.infer<typeof AwaitInput>;

/** `failure`: error name and cause from Step Functions, if a state failed. `refusal`: see `DeliverResult`. */
export const CompleteInput = z.object({
  executionId: ExecutionId,
  refusal: ExecutionError.optional(),
  failure: z.looseObject({ Error: z.string().optional() }).optional(),
});
export type CompleteInput = z.infer<typeof CompleteInput>;

export const CompleteResult = z.strictObject({
  executionId: ExecutionId,
  status: z.enum(EXECUTION_STATUSES),
  error: z.string(),
});
export type CompleteResult = z.infer<typeof CompleteResult>;

/**
 * A callback on its way to the function that masks and records it. `tokenHash`: hash of the receiver's token. `proof`:
 * identifies the report, to detect a repetition.
 */
export const RecordCallbackInput = z.strictObject({
  executionId: ExecutionId,
  tokenHash: z.string().length(64),
  proof: z.string().length(64),
  given: CallbackInput,
});
export type RecordCallbackInput = z.infer<typeof RecordCallbackInput>;

/** `refusal`: the error response for the receiver. */
export const RecordCallbackResult = z.strictObject({
  executionId: ExecutionId,
  refusal: z
    .strictObject({
      code: z.enum(Object.keys(ERROR_CODES) as [ErrorCode, ...ErrorCode[]]),
      message: z.string(),
      retryAfterSeconds: z.number().optional(),
    })
    .nullable(),
});
export type RecordCallbackResult = z.infer<typeof RecordCallbackResult>;

/** The function that records callbacks. The public callback route invokes it, because that route may not decrypt. */
export const RECORD_CALLBACK = "record-callback";

/** Substitutions in the workflow file, with the function of each: file in functions/workflow. */
export const WORKFLOW_FUNCTIONS = {
  DeliverWebhook: "deliver-webhook",
  AwaitCallback: "await-callback",
  CompleteExecution: "complete-execution",
} as const;
/** The substitution that is no function: the partition, which the ARNs of service integrations begin with. */
export const WORKFLOW_PARTITION = "Partition";
export type WorkflowSubstitution = keyof typeof WORKFLOW_FUNCTIONS;

/**
 * Time limits in seconds. Each outer limit leaves the inner one time to end first: attempt ≤ Lambda − 15 ≤ task − 30 ≤
 * delivery. `delivery` covers the longest overall timeout of an execution (900 s), one last attempt, and recording its
 * outcome. `awaitTask` exceeds the longest callback wait (24 hours). `stateMachine` covers both. Functions and the
 * reconciler enforce the limits of a single execution.
 */
export const TIME_LIMITS = {
  attempt: 300,
  deliverLambda: 330,
  deliverTask: 360,
  shortLambda: 20,
  /** The function of routes that read: a request may be held for `heldRequest`, and needs a moment more. */
  readLambda: 28,
  heldRequest: 20,
  shortTask: 30,
  delivery: 1800,
  awaitTask: LONGEST_WAIT,
  stateMachine: 90_000,
} as const;
