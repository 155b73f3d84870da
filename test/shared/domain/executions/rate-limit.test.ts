// The token bucket alone: never more than burst and rate, never less than was promised.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Bucket, rateOf, takeToken } from "../../../../shared/domain/executions/rate-limit.ts";

const START = Date.parse("2026-03-01T00:00:00.000Z");
const perMinute = fc.integer({ min: 1, max: 999 });
/** Milliseconds between one ask and the next: many at once, and some long pauses. */
const pauses = fc.array(
  fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 500 }), fc.integer({ min: 0, max: 90_000 })),
  {
    minLength: 1,
    maxLength: 300,
  },
);

/** The times at which a token was used. */
function takenAt(limit: number, gaps: readonly number[]): number[] {
  const rate = rateOf(limit);
  let bucket: Bucket | null = null;
  let now = START;
  const taken: number[] = [];
  for (const gap of gaps) {
    now += gap;
    const result = takeToken(bucket, now, rate);
    if (!result.taken) continue;
    bucket = { fullAtMs: result.fullAtMs, takenAtMs: result.atMs };
    taken.push(now);
  }
  return taken;
}

describe("a token bucket", () => {
  it("gives, in any span of time, at most its burst and what the rate adds in that time", () => {
    fc.assert(
      fc.property(perMinute, pauses, (limit, gaps) => {
        const { intervalMs, burst } = rateOf(limit);
        const taken = takenAt(limit, gaps);
        for (const [i, from] of taken.entries()) {
          for (const [j, to] of taken.entries()) {
            if (j < i) continue;
            expect(j - i + 1).toBeLessThanOrEqual(burst + Math.floor((to - from) / intervalMs));
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  it("gives its whole burst at once when it is full, and one more after each interval", () => {
    fc.assert(
      fc.property(perMinute, (limit) => {
        const { intervalMs } = rateOf(limit);
        const gaps = [...Array.from({ length: limit + 1 }, () => 0), intervalMs, 0, intervalMs];
        expect(takenAt(limit, gaps)).toHaveLength(limit + 2);
      }),
    );
  });

  it("gives as many to requests that come to it in another order than they arrived", () => {
    fc.assert(
      fc.property(perMinute, fc.integer({ min: 1, max: 20_000 }), (limit, earlier) => {
        const rate = rateOf(limit);
        let bucket: Bucket | null = null;
        for (let n = 0; n < limit; n++) {
          const result = takeToken(bucket, n === 0 ? START : START - earlier, rate);
          expect(result.taken).toBe(true);
          if (result.taken) bucket = { fullAtMs: result.fullAtMs, takenAtMs: result.atMs };
        }
        expect(takeToken(bucket, START - earlier, rate).taken).toBe(false);
      }),
    );
  });

  it("reports the exact time to retry: then there is a token, and a second earlier there is none", () => {
    fc.assert(
      fc.property(perMinute, fc.integer({ min: 0, max: 120_000 }), (limit, ahead) => {
        const rate = rateOf(limit);
        const bucket = { fullAtMs: START + ahead, takenAtMs: 0 };
        const result = takeToken(bucket, START, rate);
        if (result.taken) return;
        expect(takeToken(bucket, START + result.retryAfterSeconds * 1000, rate).taken).toBe(true);
        expect(takeToken(bucket, START + (result.retryAfterSeconds - 1) * 1000, rate).taken).toBe(false);
      }),
    );
  });
});
