// Rate limits: a token bucket for each principal, kept as the one moment at which the bucket will be full again. Pure.

const MINUTE_MS = 60_000;

/** As many at once as the rate allows in a minute, then one each `intervalMs`. */
export type Rate = { intervalMs: number; burst: number };

/** `perMinute` ≥ 1. Whole milliseconds, rounded up: never more than the rate. */
export function rateOf(perMinute: number): Rate {
  return { intervalMs: Math.ceil(MINUTE_MS / perMinute), burst: perMinute };
}

/** `fullAtMs`: when it is full again, if nothing more is taken. `takenAtMs`: when the last token was taken. */
export type Bucket = { fullAtMs: number; takenAtMs: number };

/** `atMs`: when the token counts as taken. */
export type TakeResult =
  | { taken: true; atMs: number; fullAtMs: number; isUsed: boolean }
  | { taken: false; retryAfterSeconds: number };

/**
 * Takes one token; null is a bucket that has never been used. One that is full at or before `nowMs` gives its whole burst.
 * A request that came earlier than the last token was taken takes the next one at that moment: it is not refused for
 * having waited.
 */
export function takeToken(bucket: Bucket | null, nowMs: number, rate: Rate): TakeResult {
  const atMs = Math.max(bucket?.takenAtMs ?? 0, nowMs);
  const from = Math.max(bucket?.fullAtMs ?? 0, atMs);
  const latest = latestFullAtMs(atMs, rate);
  if (from > latest) return { taken: false, retryAfterSeconds: Math.ceil((from - latest) / 1000) };
  return { taken: true, atMs, fullAtMs: from + rate.intervalMs, isUsed: from > atMs };
}

/** A bucket that will be full later than this has no token now. */
export function latestFullAtMs(nowMs: number, { intervalMs, burst }: Rate): number {
  return nowMs + intervalMs * (burst - 1);
}
