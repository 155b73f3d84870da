// Promises about repetition: which answers are repeated, how long it waits, and that it keeps to the overall timeout.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { backoffSeconds, decideNextStep, isRetried, parseRetryAfter } from "../../../shared/webhook/retry.ts";

const NOW = new Date("2026-11-23T12:00:00.000Z");
const POLICY = { maxAttempts: 3, initialDelaySeconds: 1, backoffRate: 2, maxDelaySeconds: 60 };
const in300s = new Date(NOW.getTime() + 300_000).toISOString();

const attempt = (number: number, more: object = {}) => ({
  number,
  outcome: "refused" as const,
  retryable: true,
  retryAfterSeconds: null,
  ...more,
});
const step = (given: ReturnType<typeof attempt>, policy = POLICY, deadlineAt = in300s) =>
  decideNextStep({ attempt: given, policy, now: NOW, deadlineAt });

describe("an answer that is no success", () => {
  const retriedOf = (isSafe: boolean, retryAfterSeconds: number | null) =>
    Array.from({ length: 500 }, (_, n) => n + 100).filter((status) =>
      isRetried({ status, retryAfterSeconds }, isSafe),
    );
  const from = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, n) => first + n);

  it("[C10] of 408, 425, 429 or 5xx is retried; any 2xx or 4xx too, if it has Retry-After", () => {
    expect(retriedOf(true, null)).toEqual([408, 425, 429, ...from(500, 599)]);
    expect(retriedOf(true, 0)).toEqual([...from(200, 299), ...from(400, 499), ...from(500, 599)]);
  });

  it("[C10] is retried, if a repetition is not safe, only where the receiver says that it did not act", () => {
    expect(retriedOf(false, null)).toEqual([425, 429]);
    expect(retriedOf(false, 7)).toEqual([...from(400, 407), ...from(409, 499), 503]);
  });
});

describe("Retry-After", () => {
  it.each([
    ["0", 0],
    ["7", 7],
    [" 120 ", 120],
    ["9999999999", 9_999_999_999],
    ["Mon, 23 Nov 2026 12:00:30 GMT", 30],
    ["Monday, 23-Nov-26 12:00:30 GMT", 30],
    ["Mon, 23 Nov 2026 11:59:59 GMT", 0],
    ["-1", null],
    ["1.5", null],
    ["1e3", null],
    ["0x10", null],
    ["99999999999", null],
    ["soon", null],
    ["2026-11-23T12:00:30Z", null],
    ["Mon, 99 Foo 2026 12:00:30 GMT", null],
    ["", null],
    [null, null],
    [undefined, null],
  ])("[C8] %j is read as %j seconds", (text, seconds) => {
    expect(parseRetryAfter(text, NOW)).toBe(seconds);
  });

  it("[C8] never gives anything but a number from 0 up", () => {
    const property = fc.property(fc.string(), (text) => {
      const seconds = parseRetryAfter(text, NOW);
      expect(seconds === null || (Number.isFinite(seconds) && seconds >= 0)).toBe(true);
    });
    fc.assert(property);
  });
});

describe("the next step", () => {
  it("by default waits 1 second, then 2, and then ends", () => {
    expect([1, 2, 3].map((n) => step(attempt(n)))).toEqual([
      { next: "wait", waitSeconds: 1 },
      { next: "wait", waitSeconds: 2 },
      { next: "complete", because: "attempts_exhausted" },
    ]);
  });

  it("ends after a delivery and after a final failure", () => {
    expect(step(attempt(1, { outcome: "delivered", retryable: false }))).toEqual({
      next: "complete",
      because: "delivered",
    });
    expect(step(attempt(1, { retryable: false }))).toEqual({ next: "complete", because: "final" });
  });

  it.each([
    ["longer than the backoff is honoured", 10, 10],
    ["shorter than the backoff changes nothing", 0, 1],
    ["in fractions is rounded up", 2.1, 3],
  ])("Retry-After %s", (_, retryAfterSeconds, waitSeconds) => {
    expect(step(attempt(1, { retryAfterSeconds }))).toEqual({ next: "wait", waitSeconds });
  });

  it("[C8] a wait that exceeds the overall timeout is not begun", () => {
    expect(step(attempt(1, { retryAfterSeconds: 299 }))).toEqual({ next: "wait", waitSeconds: 299 });
    expect(step(attempt(1, { retryAfterSeconds: 300 }))).toEqual({
      next: "complete",
      because: "deadline_reached",
    });
    expect(step(attempt(1, { retryAfterSeconds: 1e9 }))).toEqual({
      next: "complete",
      because: "deadline_reached",
    });
    expect(step(attempt(1), POLICY, NOW.toISOString())).toEqual({
      next: "complete",
      because: "deadline_reached",
    });
  });

  it("backoff grows by its rate up to its maximum", () => {
    const policy = { maxAttempts: 10, initialDelaySeconds: 0.5, backoffRate: 3, maxDelaySeconds: 20 };
    expect([1, 2, 3, 4, 5].map((n) => backoffSeconds(n, policy))).toEqual([0.5, 1.5, 4.5, 13.5, 20]);
    expect(step(attempt(1), policy)).toEqual({ next: "wait", waitSeconds: 1 });
  });

  it("waits whole seconds, at least the requested time, and never beyond the overall timeout or the last attempt", () => {
    const property = fc.property(
      fc.record({
        maxAttempts: fc.integer({ min: 1, max: 10 }),
        initialDelaySeconds: fc.double({ min: 0, max: 300, noNaN: true }),
        backoffRate: fc.double({ min: 1, max: 10, noNaN: true }),
        maxDelaySeconds: fc.double({ min: 0, max: 300, noNaN: true }),
      }),
      fc.integer({ min: 1, max: 10 }),
      fc.option(fc.nat(2000)),
      fc.nat(900),
      (policy, number, retryAfterSeconds, budget) => {
        const deadlineAt = new Date(NOW.getTime() + budget * 1000).toISOString();
        const result = step(attempt(number, { retryAfterSeconds }), policy, deadlineAt);
        if (result.next === "complete") return;
        expect(Number.isInteger(result.waitSeconds)).toBe(true);
        expect(result.waitSeconds).toBeGreaterThanOrEqual(retryAfterSeconds ?? 0);
        expect(result.waitSeconds).toBeLessThan(budget);
        expect(number).toBeLessThan(policy.maxAttempts);
      },
    );
    fc.assert(property, { numRuns: 500 });
  });
});
