// A team's slots: never one that is held, any that is free, and looks that become rarer until an hour is over.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  pickSlot,
  secondsUntilNextLook,
  slotExpiresAtMs,
} from "../../../../shared/domain/executions/delivery-turns.ts";

const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe("a picked slot", () => {
  const taken = fc.array(fc.record({ number: fc.nat(12), untilMs: fc.integer({ min: 0, max: 20 }) }));

  it("is one of the limit's that nobody holds, and there is one unless all are held", () => {
    fc.assert(
      fc.property(taken, fc.integer({ min: 1, max: 10 }), chance, (slots, limit, by) => {
        const held = new Set(slots.filter(({ untilMs }) => untilMs > 10).map(({ number }) => number));
        const picked = pickSlot(slots, { limit, nowMs: 10, chance: by });
        const free = Array.from({ length: limit }, (_, n) => n).filter((n) => !held.has(n));
        if (free.length === 0) expect(picked).toBeNull();
        else expect(free).toContain(picked);
      }),
    );
  });

  it("can be any of the free ones", () => {
    const picks = [0, 0.4, 0.99].map((by) => pickSlot([], { limit: 3, nowMs: 0, chance: by }));
    expect(picks).toEqual([0, 1, 2]);
  });

  it("is free again at the end of its time, to the millisecond", () => {
    const untilMs = slotExpiresAtMs(0, 30);
    const pickedAt = (nowMs: number) => pickSlot([{ number: 0, untilMs }], { limit: 1, nowMs, chance: 0 });
    expect([pickedAt(89_999), pickedAt(90_000)]).toEqual([null, 0]);
  });
});

describe("the next look", () => {
  it("is after 2 to 30 seconds, within an hour", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3_599_999 }), chance, (waitedMs, by) => {
        const seconds = secondsUntilNextLook(waitedMs, by);
        expect(seconds).toBeGreaterThanOrEqual(2);
        expect(seconds).toBeLessThanOrEqual(30);
      }),
    );
  });

  it("comes after 2 or 3 seconds at first, and after up to 30 later", () => {
    expect([secondsUntilNextLook(0, 0), secondsUntilNextLook(0, 0.99)]).toEqual([2, 3]);
    expect(secondsUntilNextLook(600_000, 0.999)).toBe(30);
  });

  it("is none after an hour", () => {
    expect(secondsUntilNextLook(3_600_000, 0.5)).toBeNull();
  });

  it("keeps a run that waits for an hour far below the events that a state machine may have", () => {
    const mean = (waited: number) => secondsUntilNextLook(waited, 0.25) ?? 0;
    let looks = 0;
    for (let waited = 0; waited < 3_600_000; waited += mean(waited) * 1000) looks++;
    // Ten events for each look: task, choice and wait. Step Functions ends a run at 25,000.
    expect(looks * 10).toBeLessThan(25_000 / 4);
  });
});
