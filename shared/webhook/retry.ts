// Decides whether and when an attempt is retried: status, Retry-After, backoff and the overall timeout. Pure.

import type { Attempt } from "../domain/executions/execution.ts";
import type { RetryPolicy } from "../domain/runbooks/retry-policy.ts";

/** `if asked`: only with a valid `Retry-After`. */
type Repetition = "always" | "if asked" | "never";

/**
 * `unsafe` applies with `safeToRepeat: false`: the answer itself must show that the receiver did not act. A proxy may
 * answer 408 or 5xx while the system behind it goes on.
 */
type StatusRule = { from: number; to: number; retried: Repetition; unsafe: Repetition };

/** For answers that are no success. The first matching row applies. Any other status, redirects too, is final. */
export const STATUS_RULES: readonly StatusRule[] = [
  { from: 200, to: 299, retried: "if asked", unsafe: "never" },
  { from: 408, to: 408, retried: "always", unsafe: "never" },
  { from: 425, to: 425, retried: "always", unsafe: "always" },
  { from: 429, to: 429, retried: "always", unsafe: "always" },
  { from: 400, to: 499, retried: "if asked", unsafe: "if asked" },
  { from: 503, to: 503, retried: "always", unsafe: "if asked" },
  { from: 500, to: 599, retried: "always", unsafe: "never" },
];

type Refusal = { status: number; retryAfterSeconds: number | null };

/** Whether an answer that is no success is retried. */
export function isRetried({ status, retryAfterSeconds }: Refusal, isSafe: boolean): boolean {
  const rule = STATUS_RULES.find(({ from, to }) => from <= status && status <= to);
  const repetition = (isSafe ? rule?.retried : rule?.unsafe) ?? "never";
  return repetition === "always" || (repetition === "if asked" && retryAfterSeconds !== null);
}

const HTTP_DATE = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? .*\d{2}:\d{2}:\d{2}/;

/**
 * Returns the seconds from `now`, from delta-seconds or an HTTP date (RFC 9110, 10.2.3), 0 for a past one; null if the
 * value is invalid.
 */
export function parseRetryAfter(value: string | null | undefined, now: Date): number | null {
  const text = value?.trim() ?? "";
  if (/^\d{1,10}$/.test(text)) return Number(text);
  if (!HTTP_DATE.test(text)) return null;
  const seconds = Math.ceil((Date.parse(text) - now.getTime()) / 1000);
  return Number.isNaN(seconds) ? null : Math.max(0, seconds);
}

/**
 * Returns the wait before attempt `number + 1`: `initialDelaySeconds × backoffRate^(number−1)`, at most
 * `maxDelaySeconds`.
 */
export function backoffSeconds(number: number, policy: RetryPolicy): number {
  const { initialDelaySeconds, backoffRate, maxDelaySeconds } = policy;
  return Math.min(initialDelaySeconds * backoffRate ** (number - 1), maxDelaySeconds);
}

export type NextStep =
  | { next: "wait"; waitSeconds: number }
  | { next: "complete"; because: "delivered" | "final" | "attempts_exhausted" | "deadline_reached" };

type RetryState = {
  attempt: Pick<Attempt, "number" | "outcome" | "retryable" | "retryAfterSeconds">;
  policy: RetryPolicy;
  now: Date;
  /** End of the overall timeout. */ deadlineAt: string;
};

/**
 * Returns the next step, with a wait in whole seconds, rounded up. Finishes instead of a wait that leaves no time for
 * another attempt.
 */
export function decideNextStep({ attempt, policy, now, deadlineAt }: RetryState): NextStep {
  if (attempt.outcome === "delivered") return { next: "complete", because: "delivered" };
  if (!attempt.retryable) return { next: "complete", because: "final" };
  if (attempt.number >= policy.maxAttempts) return { next: "complete", because: "attempts_exhausted" };
  const requestedSeconds = attempt.retryAfterSeconds ?? 0;
  const waitSeconds = Math.ceil(Math.max(backoffSeconds(attempt.number, policy), requestedSeconds));
  const leftSeconds = (Date.parse(deadlineAt) - now.getTime()) / 1000;
  return waitSeconds < leftSeconds
    ? { next: "wait", waitSeconds }
    : { next: "complete", because: "deadline_reached" };
}
