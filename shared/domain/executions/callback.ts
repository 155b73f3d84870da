// Callbacks: reports of a receiver on work that it accepted, and their deadline.
import * as z from "zod";
import { Timestamp } from "../ids.ts";
import { Json, type JsonValue } from "../json.ts";

/** Carries the callback token, in the webhook request and in the callback. */
export const CALLBACK_TOKEN_HEADER = "x-runbook-callback-token";

/** 32 random bytes in base64url. Any other form is not a callback token. */
export const CALLBACK_TOKEN = /^[A-Za-z0-9_-]{43}$/;

export const CALLBACK_LIMITS = { messageCharacters: 500, outputBytes: 16 * 1024, notes: 50 } as const;

const message = z
  .string()
  .trim()
  .min(1)
  .max(CALLBACK_LIMITS.messageCharacters)
  .describe("Message for people.");
const output = Json.refine(
  (value) => Buffer.byteLength(JSON.stringify(value)) <= CALLBACK_LIMITS.outputBytes,
  `must have at most ${CALLBACK_LIMITS.outputBytes} bytes as JSON`,
).describe(`The result as JSON of any form, at most ${CALLBACK_LIMITS.outputBytes} bytes.`);
const status = <S extends "RUNNING" | "SUCCESS" | "FAILED">(value: S, meaning: string) =>
  z.literal(value).describe(meaning);

/** The body of a callback: a progress note or the final result. */
export const CallbackInput = z
  .discriminatedUnion("status", [
    z.strictObject({ status: status("RUNNING", "The work goes on."), message }),
    z.strictObject({
      status: status("SUCCESS", "The work is done. The execution ends as SUCCESS."),
      message: message.optional(),
      output: output.optional(),
    }),
    z.strictObject({
      status: status("FAILED", "The work failed. The execution ends as FAILED."),
      message: message.optional(),
      output: output.optional(),
    }),
  ])
  .describe("A report of the receiver: a progress note or the final result.");
export type CallbackInput = z.infer<typeof CallbackInput>;

export const CallbackResult = z
  .strictObject({
    status: z.enum(["SUCCESS", "FAILED"]).describe("Outcome of the work."),
    message: z.string().nullable().describe("The receiver's message for people; null: none."),
    output: Json.describe("The receiver's result; null: none. Secrets are masked."),
    at: Timestamp.describe("When it was reported."),
  })
  .describe("The final result, as the receiver reported it.");
export type CallbackResult = z.infer<typeof CallbackResult>;

export const CallbackNote = z
  .strictObject({
    number: z.int().min(1).describe("Counts from 1."),
    at: Timestamp.describe("When it was reported."),
    message: z.string().describe("The receiver's message for people. Secrets are masked."),
  })
  .describe("A progress note of the receiver.");
export type CallbackNote = z.infer<typeof CallbackNote>;

/** The callback state of an execution. `tokenHashes`: hashes of the tokens that were sent, one for each call. */
export type Callback = {
  tokenHashes: readonly string[];
  /**
   * Step Functions task tokens, once the state machine execution waits: one for each try. At most one of them is still
   * valid.
   */
  taskTokens: readonly string[];
  result: CallbackResult | null;
  /** Identifies a repeated result with the same token. */
  resultProof?: string | undefined;
  /** The latest notes, oldest first. */
  notes: readonly CallbackNote[];
};

/** Callback state in responses. */
export const CallbackView = z
  .strictObject({
    deadlineAt: Timestamp.nullable().describe("Callback deadline; null until a receiver has answered 2xx."),
    result: CallbackResult.nullable().describe("The reported result; null until it arrives."),
    notes: z
      .array(CallbackNote)
      .describe(`Notes on progress, oldest first: the latest ${CALLBACK_LIMITS.notes}.`),
  })
  .describe("What the receiver reported about the work that it accepted.");
export type CallbackView = z.infer<typeof CallbackView>;

/** Returns the stored form of a callback's final result. */
export function toCallbackResult(
  input: Exclude<CallbackInput, { status: "RUNNING" }>,
  at: string,
): CallbackResult {
  const outputValue: JsonValue = input.output ?? null;
  return { status: input.status, message: input.message ?? null, output: outputValue, at };
}

/** The data that the callback deadline depends on. */
type CallbackWait = {
  execution: { callbackTimeoutSeconds?: number | undefined };
  attempts: readonly { startedAt: string; durationMs: number | null; outcome: string }[];
};

/** Returns the callback deadline, or null if no receiver has answered 2xx or the execution expects no callback. */
export function getCallbackDeadline({ execution, attempts }: CallbackWait): string | null {
  const last = attempts.at(-1);
  if (execution.callbackTimeoutSeconds === undefined || last?.outcome !== "delivered") return null;
  const answered = Date.parse(last.startedAt) + (last.durationMs ?? 0);
  return new Date(answered + execution.callbackTimeoutSeconds * 1000).toISOString();
}

/** Whether only the receiver can decide the outcome. */
export function isAwaitingCallback(wait: CallbackWait & { callback: Callback | null }, now: string): boolean {
  const deadline = getCallbackDeadline(wait);
  return deadline !== null && now < deadline && !wait.callback?.result;
}
