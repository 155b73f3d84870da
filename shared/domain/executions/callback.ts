// Callbacks: what a receiver may say of the work that it has taken on, and until when it is listened to.
import * as z from "zod";
import { Timestamp } from "../ids.ts";
import { Json, type JsonValue } from "../json.ts";

/** Carries the token, in the call and in the callback. */
export const CALLBACK_TOKEN_HEADER = "x-runbook-callback-token";

/** 32 random bytes as base64url. What looks otherwise is no token, of any run. */
export const CALLBACK_TOKEN = /^[A-Za-z0-9_-]{43}$/;

export const CALLBACK_LIMITS = { messageCharacters: 500, outputBytes: 16 * 1024, notes: 50 } as const;

const message = z
  .string()
  .trim()
  .min(1)
  .max(CALLBACK_LIMITS.messageCharacters)
  .describe("What to tell people.");
const output = Json.refine(
  (value) => Buffer.byteLength(JSON.stringify(value)) <= CALLBACK_LIMITS.outputBytes,
  `must have at most ${CALLBACK_LIMITS.outputBytes} bytes as JSON`,
).describe(`The result as JSON of any form, at most ${CALLBACK_LIMITS.outputBytes} bytes.`);
const status = <S extends "RUNNING" | "SUCCESS" | "FAILED">(value: S, meaning: string) =>
  z.literal(value).describe(meaning);

/** The body of a callback: a note on progress, or the end of the work. */
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
  .describe("A report of the receiver: a note on progress, or the end of the work.");
export type CallbackInput = z.infer<typeof CallbackInput>;

export const CallbackResult = z
  .strictObject({
    status: z.enum(["SUCCESS", "FAILED"]).describe("How the work ended."),
    message: z.string().nullable().describe("What the receiver told people; null: nothing."),
    output: Json.describe("The result that the receiver gave; null: none. Secrets are masked."),
    at: Timestamp.describe("When it was reported."),
  })
  .describe("The end of the work, as the receiver reported it.");
export type CallbackResult = z.infer<typeof CallbackResult>;

export const CallbackNote = z
  .strictObject({
    number: z.int().min(1).describe("Counts from 1."),
    at: Timestamp.describe("When it was reported."),
    message: z.string().describe("What the receiver told people. Secrets are masked."),
  })
  .describe("A note of the receiver on its progress.");
export type CallbackNote = z.infer<typeof CallbackNote>;

/** What has come so far. `tokenHashes`: of the tokens that went out, one with each call. */
export type Callback = {
  tokenHashes: readonly string[];
  /** Where the state machine waits, once it does: one token of each try; of all but one nobody waits any more. */
  taskTokens: readonly string[];
  result: CallbackResult | null;
  /** By it the same result, told again with the same token, is known. */
  resultProof?: string | undefined;
  /** The latest ones, oldest first. */
  notes: readonly CallbackNote[];
};

/** What callers see of it. */
export const CallbackView = z
  .strictObject({
    deadlineAt: Timestamp.nullable().describe(
      "Until when a callback is accepted; null before a receiver has answered with 2xx.",
    ),
    result: CallbackResult.nullable().describe("The reported end; null before it came."),
    notes: z
      .array(CallbackNote)
      .describe(`Notes on progress, oldest first: the latest ${CALLBACK_LIMITS.notes}.`),
  })
  .describe("What the receiver reported about the work that it accepted.");
export type CallbackView = z.infer<typeof CallbackView>;

/** The end that a callback tells, as it is kept. */
export function toCallbackResult(
  input: Exclude<CallbackInput, { status: "RUNNING" }>,
  at: string,
): CallbackResult {
  const outputValue: JsonValue = input.output ?? null;
  return { status: input.status, message: input.message ?? null, output: outputValue, at };
}

/** As far as a run is waiting for its callback. */
export type CallbackWait = {
  execution: { callbackTimeoutSeconds?: number | undefined };
  attempts: readonly { startedAt: string; durationMs: number | null; outcome: string }[];
};

/** Until when a callback is accepted; null while no receiver has answered with 2xx, or where none is waited for. */
export function getCallbackDeadline({ execution, attempts }: CallbackWait): string | null {
  const last = attempts.at(-1);
  if (execution.callbackTimeoutSeconds === undefined || last?.outcome !== "delivered") return null;
  const answered = Date.parse(last.startedAt) + (last.durationMs ?? 0);
  return new Date(answered + execution.callbackTimeoutSeconds * 1000).toISOString();
}

/** True while nothing but the receiver can say how the run ends. */
export function isAwaitingCallback(wait: CallbackWait & { callback: Callback | null }, now: string): boolean {
  const deadline = getCallbackDeadline(wait);
  return deadline !== null && now < deadline && !wait.callback?.result;
}
