// Which failures of an event are a matter of waiting, for how long, and how often.
import { describe, expect, it } from "vitest";
import { ServiceError } from "../../../../shared/domain/errors.ts";
import { isWait, readWait, requeueDelay } from "../../../../shared/domain/incidents/requeue.ts";

const NOW = new Date("2026-01-01T12:00:00Z");
const minutesAgo = (minutes: number) => new Date(NOW.getTime() - minutes * 60_000);
const tooMany = (retryAfterSeconds?: number) =>
  new ServiceError(
    "too_many_requests",
    "Later.",
    retryAfterSeconds === undefined ? {} : { retryAfterSeconds },
  );
const other = new ServiceError("unavailable", "The table is down.");
const wait = (failure: unknown, since: Date, chance = 0) =>
  requeueDelay(failure, { since, now: NOW, longestMinutes: 60, chance });
const delay = (failure: unknown, chance = 0) => wait(failure, NOW, chance)?.delaySeconds ?? null;

describe("a wait", () => {
  it("is for events over the rate, for the given time, spread over a minute", () => {
    expect([delay(tooMany(30)), delay(tooMany(30), 0.999), delay(tooMany())]).toEqual([30, 90, 1]);
  });

  it("is never longer than a queue can delay", () => {
    expect(delay(tooMany(5000), 0.5)).toBe(900);
  });

  it("is for no other failure, nor for several of which one is another", () => {
    expect([other, new Error("no"), null].map((failure) => delay(failure))).toEqual([null, null, null]);
    expect(delay(new AggregateError([tooMany(2), other]))).toBeNull();
    expect(delay(new AggregateError([tooMany(2), tooMany(9)]))).toBe(9);
  });

  it("grows with the time that was waited, so that an hour is a dozen tries and not hundreds", () => {
    expect([1, 6, 30].map((minutes) => wait(tooMany(2), minutesAgo(minutes))?.delaySeconds)).toEqual([
      22, 122, 602,
    ]);
  });

  it("ends after an hour", () => {
    expect(wait(tooMany(2), minutesAgo(60))).toEqual({ delaySeconds: 1, since: minutesAgo(60) });
    expect(wait(tooMany(2), minutesAgo(61))).toBeNull();
    expect(readWait(minutesAgo(60), NOW, 60)).toEqual({ since: minutesAgo(60), isOver: false });
    expect(readWait(minutesAgo(61), NOW, 60)).toMatchObject({ isOver: true });
    expect(readWait(null, NOW, 60)).toEqual({ since: null, isOver: false });
  });

  it("has its last turn right after the hour, whatever it would wait", () => {
    for (const minutes of [50, 59, 59.99]) {
      const { delaySeconds = 0 } = wait(tooMany(2), minutesAgo(minutes), 1) ?? {};
      expect(minutes * 60 + delaySeconds).toBeGreaterThan(3600);
      expect(minutes * 60 + delaySeconds).toBeLessThanOrEqual(3602);
    }
  });

  it("is for the end of a pause, too, and asks about a dozen times in the hour", () => {
    const paused = new ServiceError("paused", "Down.");
    expect([isWait(paused), isWait(tooMany()), isWait(other)]).toEqual([true, true, false]);
    expect([delay(paused), delay(paused, 0.999)]).toEqual([30, 90]);
    const turns = (chance: number) => {
      let seconds = 0;
      for (let turn = 1; ; turn++) {
        const since = new Date(NOW.getTime() - seconds * 1000);
        const next = wait(paused, since, chance);
        if (!next) return turn;
        seconds += next.delaySeconds;
      }
    };
    expect([turns(0), turns(1)]).toEqual([14, 11]);
  });
});
