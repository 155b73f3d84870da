// Callbacks: what a receiver may say of the work that it has taken on, and until when it is listened to.
import * as z from "zod";
import { Timestamp } from "./ids.ts";
import { Json, type JsonValue } from "./json.ts";

/** Carries the token, in the call and in the callback. */
export const CALLBACK_TOKEN_HEADER = "x-runbook-callback-token";

/** 32 random bytes as base64url. What looks otherwise is no token, of any run. */
export const CALLBACK_TOKEN = /^[A-Za-z0-9_-]{43}$/;

export const CALLBACK_LIMITS = { messageCharacters: 500, outputBytes: 16 * 1024, notes: 50 } as const;

const message = z.string().trim().min(1).max(CALLBACK_LIMITS.messageCharacters);
const output = Json.refine(
  (value) => Buffer.byteLength(JSON.stringify(value)) <= CALLBACK_LIMITS.outputBytes,
  `must have at most ${CALLBACK_LIMITS.outputBytes} bytes as JSON`,
);

/** The body of a callback: a note on progress, or the end of the work. */
export const GivenCallback = z.discriminatedUnion("status", [
  z.strictObject({ status: z.literal("RUNNING"), message }),
  z.strictObject({ status: z.literal("SUCCESS"), message: message.optional(), output: output.optional() }),
  z.strictObject({ status: z.literal("FAILED"), message: message.optional(), output: output.optional() }),
]);
export type GivenCallback = z.infer<typeof GivenCallback>;

export const CallbackResult = z.strictObject({
  status: z.enum(["SUCCESS", "FAILED"]),
  message: z.string().nullable(),
  output: Json,
  at: Timestamp,
});
export type CallbackResult = z.infer<typeof CallbackResult>;

export const CallbackNote = z.strictObject({ number: z.int().min(1), at: Timestamp, message: z.string() });
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
export const ShownCallback = z.strictObject({
  deadlineAt: Timestamp.nullable(),
  result: CallbackResult.nullable(),
  notes: z.array(CallbackNote),
});
export type ShownCallback = z.infer<typeof ShownCallback>;

/** The end that a callback tells, as it is kept. */
export function resultOf(given: Exclude<GivenCallback, { status: "RUNNING" }>, at: string): CallbackResult {
  const said: JsonValue = given.output ?? null;
  return { status: given.status, message: given.message ?? null, output: said, at };
}

/** As far as a run is waiting for its callback. */
export type Waiting = {
  execution: { callbackTimeoutSeconds?: number | undefined };
  attempts: readonly { startedAt: string; durationMs: number | null; outcome: string }[];
};

/** Until when a callback is accepted; null while no receiver has answered with 2xx, or where none is waited for. */
export function callbackDeadline({ execution, attempts }: Waiting): string | null {
  const last = attempts.at(-1);
  if (execution.callbackTimeoutSeconds === undefined || last?.outcome !== "delivered") return null;
  const answered = Date.parse(last.startedAt) + (last.durationMs ?? 0);
  return new Date(answered + execution.callbackTimeoutSeconds * 1000).toISOString();
}

/** True while nothing but the receiver can say how the run ends. */
export function awaitsCallback(run: Waiting & { callback: Callback | null }, now: string): boolean {
  const deadline = callbackDeadline(run);
  return deadline !== null && now < deadline && !run.callback?.result;
}
