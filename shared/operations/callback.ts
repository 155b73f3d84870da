// Callbacks of receivers, at the door: handed on to the function that masks and records them, with the token's hash alone.
import { createHmac } from "node:crypto";
import { readEnvironment } from "../contract/env.ts";
import { RecordCallbackInput, RecordCallbackResult } from "../contract/workflow.ts";
import type { GivenCallback } from "../domain/callback.ts";
import { RunbookError } from "../domain/errors.ts";
import { canonicalJson } from "../domain/json.ts";
import { callFunction } from "../engine/functions.ts";
import { hashOf } from "./callback-token.ts";

/** Throws what the recording function refuses with, and `unavailable` where it could not be asked: nothing is kept then. */
export async function acceptCallback(
  executionId: string,
  token: string,
  given: GivenCallback,
): Promise<void> {
  const input = { executionId, tokenHash: hashOf(executionId, token), proof: proofOf(token, given), given };
  const { refusal } = await recorded(RecordCallbackInput.parse(input));
  if (!refusal) return;
  const { code, message, retryAfterSeconds } = refusal;
  throw new RunbookError(code, message, retryAfterSeconds === undefined ? {} : { retryAfterSeconds });
}

/** The token is the key, and is not stored: what was said cannot be guessed from its proof. */
export function proofOf(token: string, said: GivenCallback): string {
  return createHmac("sha256", token).update(canonicalJson(said)).digest("hex");
}

async function recorded(input: RecordCallbackInput): Promise<RecordCallbackResult> {
  const { RECORD_CALLBACK_FUNCTION } = readEnvironment(["RECORD_CALLBACK_FUNCTION"], process.env);
  try {
    return RecordCallbackResult.parse(await callFunction(RECORD_CALLBACK_FUNCTION, input));
  } catch (cause) {
    const message = "The callback could not be recorded: send it again.";
    throw new RunbookError("unavailable", message, { cause, retryAfterSeconds: 5 });
  }
}
