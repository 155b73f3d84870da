// Decides what an answer means: success, a refusal to retry or not, or an outcome that cannot be known.
import { isUtf8 } from "node:buffer";
import type { ExecutionError } from "../domain/executions/execution.ts";
import type { DefinitionRecord } from "../domain/runbooks/definition.ts";
import { checkBody, isSuccessful, isSuccessStatus } from "../domain/runbooks/success-condition.ts";
import type { ReceivedAnswer } from "./egress/exchange.ts";
import { isRetried, parseRetryAfter } from "./retry.ts";

/** The fields of a definition that judge its answers. */
export type AnswerRules = Pick<DefinitionRecord, "successCondition"> & {
  retryPolicy: Pick<DefinitionRecord["retryPolicy"], "safeToRepeat">;
};

type Judgement = {
  outcome: "delivered" | "refused" | "unknown";
  retryable: boolean;
  retryAfterSeconds: number | null;
  error: ExecutionError | null;
};

/** Not given counts as safe: a warning asks for it. */
export const isSafeToRepeat = ({ retryPolicy }: AnswerRules) => retryPolicy.safeToRepeat !== false;

const NOT_REPEATED = " It is not retried, because retryPolicy.safeToRepeat is false.";

/** Returns the error with the reason why it is final, if only `safeToRepeat` makes it so. */
export function explainFinal(error: ExecutionError): ExecutionError {
  return { code: error.code, message: error.message + NOT_REPEATED };
}

export function judgeAnswer(received: ReceivedAnswer, rules: AnswerRules, now: Date): Judgement {
  const { statusCode: status } = received;
  if (!isSuccessStatus(status, rules.successCondition)) {
    return judgeRefusal(received, statusError(status, rules), rules, now);
  }
  const text = isUtf8(received.body) ? Buffer.from(received.body).toString() : null;
  const checked = checkBody({ text, complete: received.complete }, rules.successCondition);
  if (checked.verdict === "met") return NOT_RETRIED;
  const message = `The receiver answered ${status}, but ${checked.why}.`;
  if (checked.verdict === "not met")
    return judgeRefusal(received, { code: "success_condition_failed", message }, rules, now);
  const error = { code: "outcome_unknown", message: `${message} It may have acted.` } as const;
  return { ...NOT_RETRIED, outcome: "unknown", error };
}

const NOT_RETRIED = { outcome: "delivered", retryable: false, retryAfterSeconds: null, error: null } as const;

function judgeRefusal(
  { statusCode: status, headers }: ReceivedAnswer,
  error: ExecutionError,
  rules: AnswerRules,
  now: Date,
): Judgement {
  const retryAfterSeconds = parseRetryAfter(headers["retry-after"], now);
  const answer = { status, retryAfterSeconds };
  const retryable = isRetried(answer, isSafeToRepeat(rules));
  if (retryable) return { outcome: "refused", retryable, retryAfterSeconds, error };
  const explained = isRetried(answer, true) ? explainFinal(error) : error;
  return { outcome: "refused", retryable, retryAfterSeconds: null, error: explained };
}

function statusError(status: number, { successCondition }: AnswerRules): ExecutionError {
  if (isSuccessful(status)) {
    const asked = successCondition?.statuses?.join(", ");
    const message = `The receiver answered ${status}, which is not among the statuses of successCondition (${asked}).`;
    return { code: "success_condition_failed", message };
  }
  const redirect = status >= 300 && status <= 399 ? " Redirects are not followed." : "";
  return { code: "webhook_refused", message: `The receiver answered ${status}.${redirect}` };
}
