// One attempt: authenticates, signs, sends, and reports the outcome with its evidence.
import type { Attempt, ExecutionError } from "../domain/executions/execution.ts";
import type { ClientCertificate } from "../domain/runbooks/client-certificate.ts";
import { isSuccessStatus } from "../domain/runbooks/success-condition.ts";
import { buildAuthHeaders, type DecryptedAuth } from "./auth.ts";
import { captureAnswer } from "./capture-answer.ts";
import { type ExchangeOptions, exchange } from "./egress/client.ts";
import type { Exchange, FailureCode, ReceivedAnswer } from "./egress/exchange.ts";
import { checkSentHeaders } from "./headers.ts";
import { type AnswerRules, explainFinal, isSafeToRepeat, judgeAnswer } from "./judge-answer.ts";
import type { AuthFailure } from "./oauth-tokens.ts";
import { OAuthTokens } from "./oauth-tokens.ts";
import { buildHeaders, type RenderedRequest } from "./request.ts";
import type { BodySignature } from "./sign.ts";

export type AttemptCall = ExchangeOptions & {
  rendered: RenderedRequest;
  /** Judge the answer. */ rules: AnswerRules;
  decryptedAuth: DecryptedAuth;
  /** Access tokens are not shared between runbooks. */ runbookId: string;
  signingSecrets: readonly string[];
  /** See `Message`. */ signature?: BodySignature | undefined;
  /** Shown to the receiver alone, not to a token endpoint. */
  clientCertificate?: ClientCertificate | undefined;
  /** Values of secret parameters. Masked in the response like credentials. */
  secrets: readonly string[];
  /**
   * Called with all secrets of the call, after authentication and before sending. A returned error prevents the call.
   */
  beforeCall?: (secrets: readonly string[]) => Promise<ExecutionError | null>;
  executionId: string;
  attemptNumber: number;
  /** See `Message`. */ callbackToken?: string | undefined;
  /** Defaults to the token cache of the process. */ tokens?: OAuthTokens;
  now?: () => Date;
};
export type AttemptEvidence = Omit<Attempt, "number" | "startedAt">;

type AttemptResult = Omit<AttemptEvidence, "durationMs">;

const systemTime = () => new Date();
const processTokens = new OAuthTokens(systemTime);

/**
 * Returns the evidence of one attempt. Never throws for failures of receiver or network. `deadlineMs` includes the
 * token request.
 */
export async function performAttempt(call: AttemptCall): Promise<AttemptEvidence> {
  const started = performance.now();
  const elapsed = () => Math.round(performance.now() - started);
  const attemptResult = await deliver(call, () => ({ ...call, deadlineMs: call.deadlineMs - elapsed() }));
  return { ...attemptResult, durationMs: elapsed() };
}

async function deliver(call: AttemptCall, remaining: () => ExchangeOptions): Promise<AttemptResult> {
  const {
    rendered,
    decryptedAuth,
    clientCertificate,
    runbookId,
    tokens = processTokens,
    now = systemTime,
  } = call;
  if (checkSentHeaders(rendered.headers).length > 0) {
    return notSentResult(
      { code: "invalid_request", message: "A header of the request cannot be sent." },
      false,
    );
  }
  const auth = await buildAuthHeaders(decryptedAuth, runbookId, tokens, remaining());
  if ("failure" in auth) return authFailedResult(auth.failure);
  const headers = buildHeaders(rendered, { ...call, timestamp: now() }, auth.headers);
  const secrets = [...auth.secrets, ...call.secrets, ...call.signingSecrets];
  const blockingError = (await call.beforeCall?.(secrets)) ?? null;
  if (blockingError) return notSentResult(blockingError, true);
  const result = await exchange({ ...rendered, headers, clientCertificate }, remaining());
  const attemptResult = toAttemptResult(result, call.rules, secrets, now());
  if (decryptedAuth.type !== "oauth2" || attemptResult.answer?.statusCode !== 401) return attemptResult;
  tokens.drop({ ...decryptedAuth, boundTo: runbookId });
  return { ...attemptResult, retryable: mayRetryWithFreshToken(auth, call.attemptNumber) };
}

/**
 * A receiver that answers 401 to a fresh token gets one more token, on the first attempt only. Then the 401 is final.
 */
function mayRetryWithFreshToken(auth: { cached: boolean }, attemptNumber: number): boolean {
  return auth.cached || attemptNumber === 1;
}

function toAttemptResult(
  result: Exchange,
  rules: AnswerRules,
  secrets: readonly string[],
  now: Date,
): AttemptResult {
  if (result.outcome === "answered") return answeredResult(result.received, rules, secrets, now);
  // A refusing status counts as an answer, even if the body is incomplete.
  const partial = result.partial;
  if (partial !== null && !isSuccessStatus(partial.statusCode, rules.successCondition)) {
    return answeredResult(partial, rules, secrets, now);
  }
  const answer = partial === null ? null : captureAnswer(partial, secrets);
  return { ...noAnswerResult(result, rules), retryAfterSeconds: null, answer };
}

/** A call that may have reached the receiver is repeated only if that is safe. */
function noAnswerResult({ code: failure, message, sent }: Failure, rules: AnswerRules) {
  const { code, retryable } = FAILURE_ERRORS[failure];
  if (sent === "nothing") return { outcome: "failed", retryable, error: { code, message } } as const;
  const error = { code, message: message + MAY_HAVE_ACTED };
  if (!retryable || isSafeToRepeat(rules)) return { outcome: "unknown", retryable, error } as const;
  return { outcome: "unknown", retryable: false, error: explainFinal(error) } as const;
}

type Failure = Extract<Exchange, { outcome: "failed" }>;
const MAY_HAVE_ACTED = " The request was sent: the receiver may have acted on it.";

const FAILURE_ERRORS: Record<FailureCode, { code: ExecutionError["code"]; retryable: boolean }> = {
  egress_denied: { code: "egress_denied", retryable: false },
  unreachable: { code: "unreachable", retryable: true },
  tls_error: { code: "tls_error", retryable: true },
  timeout: { code: "timeout", retryable: true },
  connection_lost: { code: "outcome_unknown", retryable: true },
  invalid_response: { code: "invalid_response", retryable: false },
  invalid_request: { code: "invalid_request", retryable: false },
};

function answeredResult(
  received: ReceivedAnswer,
  rules: AnswerRules,
  secrets: readonly string[],
  now: Date,
): AttemptResult {
  return { ...judgeAnswer(received, rules, now), answer: captureAnswer(received, secrets) };
}

function authFailedResult({ code, message, retryable, retryAfterSeconds }: AuthFailure): AttemptResult {
  return { ...notSentResult({ code, message }, retryable), retryAfterSeconds };
}

function notSentResult(error: ExecutionError, retryable: boolean): AttemptResult {
  return { outcome: "failed", retryable, retryAfterSeconds: null, answer: null, error };
}
