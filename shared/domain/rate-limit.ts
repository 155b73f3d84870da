// Rate limits: a token bucket for each principal, kept as the one moment at which the bucket will be full again. Pure.

const MINUTE_MS = 60_000;

/** As many at once as the rate allows in a minute, then one each `intervalMs`. */
export type Rate = { intervalMs: number; burst: number };

/** `perMinute` ≥ 1. Whole milliseconds, rounded up: never more than the rate. */
export function rateOf(perMinute: number): Rate {
  return { intervalMs: Math.ceil(MINUTE_MS / perMinute), burst: perMinute };
}

/** `fullAtMs`: when the bucket is full again, if nothing more is taken; null for one that has never been used. */
export type Take =
  | { taken: true; fullAtMs: number; isUsed: boolean }
  | { taken: false; retryAfterSeconds: number };

/** Takes one token. A bucket that is full at or before `nowMs` gives its whole burst. */
export function take(fullAtMs: number | null, nowMs: number, rate: Rate): Take {
  const from = Math.max(fullAtMs ?? 0, nowMs);
  const latest = latestFull(nowMs, rate);
  if (from > latest) return { taken: false, retryAfterSeconds: Math.ceil((from - latest) / 1000) };
  return { taken: true, fullAtMs: from + rate.intervalMs, isUsed: from > nowMs };
}

/** A bucket that will be full later than this has no token now. */
export function latestFull(nowMs: number, { intervalMs, burst }: Rate): number {
  return nowMs + intervalMs * (burst - 1);
}
