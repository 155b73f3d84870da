// When a failed attempt is retried.
import * as z from "zod";

/** Default values of missing fields. */
export const RETRY_DEFAULTS = {
  maxAttempts: 3,
  initialDelaySeconds: 1,
  backoffRate: 2,
  maxDelaySeconds: 60,
} as const;

export const RetryPolicy = z
  .strictObject({
    maxAttempts: z
      .int()
      .min(1)
      .max(10)
      .default(RETRY_DEFAULTS.maxAttempts)
      .describe("Maximum number of attempts, including the first."),
    initialDelaySeconds: z
      .number()
      .min(0)
      .max(300)
      .default(RETRY_DEFAULTS.initialDelaySeconds)
      .describe("Wait before the second attempt, in seconds."),
    backoffRate: z
      .number()
      .min(1)
      .max(10)
      .default(RETRY_DEFAULTS.backoffRate)
      .describe("Factor between one wait and the next."),
    maxDelaySeconds: z
      .number()
      .min(0)
      .max(300)
      .default(RETRY_DEFAULTS.maxDelaySeconds)
      .describe("Maximum wait between two attempts, in seconds."),
    safeToRepeat: z
      .boolean()
      .optional()
      .describe(
        "Whether the receiver does nothing twice if the same request arrives again. `false`: an attempt is retried only if the receiver certainly did not act on it. Default: true, with a warning.",
      ),
  })
  .describe(
    "When a failed attempt is retried. The wait is initialDelaySeconds × backoffRate^(n−1), at most maxDelaySeconds, or the time in `Retry-After`.",
  );
export type RetryPolicy = z.infer<typeof RetryPolicy>;
