// Accepts callbacks of receivers. Passes them, with only the token's hash, to the function that masks and records them.
import { createHmac } from "node:crypto";
import { readEnvironment } from "../../contract/env.ts";
import { RecordCallbackInput, RecordCallbackResult } from "../../contract/workflow.ts";
import { ServiceError } from "../../domain/errors.ts";
import type { CallbackInput } from "../../domain/executions/callback.ts";
import { canonicalJson } from "../../domain/json.ts";
import { invokeFunction } from "../../lambda/invoke.ts";
import { hashToken } from "./callback-token.ts";

/**
 * @throws the refusal of the recording function; `unavailable` if the function could not be invoked. Nothing is
 * recorded then.
 */
export async function acceptCallback(
  executionId: string,
  token: string,
  given: CallbackInput,
): Promise<void> {
  const input = {
    executionId,
    tokenHash: hashToken(executionId, token),
    proof: computeProof(token, given),
    given,
  };
  const { refusal } = await invokeRecordCallback(RecordCallbackInput.parse(input));
  if (!refusal) return;
  const { code, message, retryAfterSeconds } = refusal;
  throw new ServiceError(code, message, retryAfterSeconds === undefined ? {} : { retryAfterSeconds });
}

/** The token is the HMAC key and is not stored, so nobody can guess the callback's content from its proof. */
export function computeProof(token: string, callback: CallbackInput): string {
  return createHmac("sha256", token).update(canonicalJson(callback)).digest("hex");
}

async function invokeRecordCallback(input: RecordCallbackInput): Promise<RecordCallbackResult> {
  const { RECORD_CALLBACK_FUNCTION } = readEnvironment(["RECORD_CALLBACK_FUNCTION"], process.env);
  try {
    return RecordCallbackResult.parse(await invokeFunction(RECORD_CALLBACK_FUNCTION, input));
  } catch (cause) {
    const message = "The callback could not be recorded: send it again.";
    throw new ServiceError("unavailable", message, { cause, retryAfterSeconds: 5 });
  }
}
