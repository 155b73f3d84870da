// Rate limits: a token bucket for each principal, stored as the time at which the bucket is full again. Pure.

const MINUTE_MS = 60_000;

/** A burst of one minute's allowance, then one every `intervalMs`. */
export type Rate = { intervalMs: number; burst: number };

/**
 * Returns the rate for `perMinute` ≥ 1. The interval is rounded up to whole milliseconds, so it never exceeds the rate.
 */
export function rateOf(perMinute: number): Rate {
  return { intervalMs: Math.ceil(MINUTE_MS / perMinute), burst: perMinute };
}

/** `fullAtMs`: when the bucket is full if no more tokens are taken. `takenAtMs`: when the last token was taken. */
export type Bucket = { fullAtMs: number; takenAtMs: number };

/** `atMs`: when the token counts as taken. */
export type TakeResult =
  | { taken: true; atMs: number; fullAtMs: number; isUsed: boolean }
  | { taken: false; retryAfterSeconds: number };

/**
 * Takes one token. Null is an unused bucket. A bucket that is full at or before `nowMs` allows its whole burst. A
 * request older than the last taken token takes its token at that token's time: a delayed request is not refused for
 * its delay.
 */
export function takeToken(bucket: Bucket | null, nowMs: number, rate: Rate): TakeResult {
  const atMs = Math.max(bucket?.takenAtMs ?? 0, nowMs);
  const from = Math.max(bucket?.fullAtMs ?? 0, atMs);
  const latest = latestFullAtMs(atMs, rate);
  if (from > latest) return { taken: false, retryAfterSeconds: Math.ceil((from - latest) / 1000) };
  return { taken: true, atMs, fullAtMs: from + rate.intervalMs, isUsed: from > atMs };
}

/** Returns the latest `fullAtMs` of a bucket that still has a token now. */
export function latestFullAtMs(nowMs: number, { intervalMs, burst }: Rate): number {
  return nowMs + intervalMs * (burst - 1);
}
