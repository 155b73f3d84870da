// Decides whether and when an attempt is retried: status, Retry-After, backoff and the overall timeout. Pure.

import type { Attempt } from "../domain/executions/execution.ts";
import type { RetryPolicy } from "../domain/runbooks/definition.ts";

type StatusRule = { from: number; to: number; outcome: "delivered" | "refused"; retryable: boolean };

/** The first matching row applies. Any other status, redirects included, is a final refusal. */
export const STATUS_RULES: readonly StatusRule[] = [
  { from: 200, to: 299, outcome: "delivered", retryable: false },
  { from: 408, to: 408, outcome: "refused", retryable: true },
  { from: 425, to: 425, outcome: "refused", retryable: true },
  { from: 429, to: 429, outcome: "refused", retryable: true },
  { from: 500, to: 599, outcome: "refused", retryable: true },
];

export function findStatusRule(status: number): Pick<StatusRule, "outcome" | "retryable"> {
  const rule = STATUS_RULES.find(({ from, to }) => from <= status && status <= to);
  return rule ?? { outcome: "refused", retryable: false };
}

export function isRetryableStatus(status: number): boolean {
  return findStatusRule(status).retryable;
}

const HTTP_DATE = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? .*\d{2}:\d{2}:\d{2}/;

/**
 * Returns the seconds from `now`, from delta-seconds or an HTTP date (RFC 9110, 10.2.3), or null if the value is
 * invalid or past.
 */
export function parseRetryAfter(value: string | null | undefined, now: Date): number | null {
  const text = value?.trim() ?? "";
  if (/^\d{1,10}$/.test(text)) return Number(text);
  if (!HTTP_DATE.test(text)) return null;
  const seconds = Math.ceil((Date.parse(text) - now.getTime()) / 1000);
  return seconds > 0 ? seconds : null;
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
