// What matching and explaining may cost: counted in steps, so that no pattern and no event holds up the others.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkEventPattern, MAX_CONDITIONS } from "../../../shared/domain/event-pattern/check.ts";
import { explainEventPattern } from "../../../shared/domain/event-pattern/explain.ts";
import { matchesEventPattern, matchWithinLimit } from "../../../shared/domain/event-pattern/match.ts";
import { MATCHING_STEPS, StepCounter, TooManySteps } from "../../../shared/domain/event-pattern/steps.ts";
import { eventArbitrary, patternArbitrary } from "../../support/event-pattern-arbitrary.ts";

const list = <T>(count: number, make: (i: number) => T) => Array.from({ length: count }, (_, i) => make(i));
const LONG = "ab".repeat(50_000);
const stepsFor = (pattern: Parameters<typeof matchesEventPattern>[0], event: object) => {
  const steps = new StepCounter(Number.POSITIVE_INFINITY);
  matchesEventPattern(pattern, event as Parameters<typeof matchesEventPattern>[1], steps);
  return steps.total;
};

/** Patterns that are accepted, and events of 100 KB, that together cost far more than either. */
const COSTLY = {
  "110 blocks and 3,000 addresses": [
    { detail: { ip: list(110, (i) => ({ cidr: `10.0.${i}.0/24` })) } },
    { detail: { ip: list(3_000, (i) => `192.168.${i >> 8}.${i & 255}`) } },
  ],
  "wildcards in a long text": [
    { detail: { text: list(100, (i) => ({ wildcard: `*aab${i}*` })) } },
    { detail: { text: LONG } },
  ],
  "letter case in a long text": [
    { detail: { text: [{ "anything-but": { "equals-ignore-case": list(100, (i) => `x${i}`) } }] } },
    { detail: { text: list(40, () => LONG.slice(0, 2_500)).concat(LONG) } },
  ],
  "alternatives over a long list": [
    { $or: list(100, (i) => ({ detail: { a: [i + 0.5] } })) },
    { detail: { a: list(20_000, (i) => i) } },
  ],
  "objects in lists": [
    { detail: { a: { b: { c: { d: list(100, (i) => i + 0.5) } } } } },
    { detail: { a: list(60, () => ({ b: list(60, () => ({ c: { d: 1 } })) })) } },
  ],
} as const;

/** The class of what it throws, if it throws. */
function explaining(...args: Parameters<typeof explainEventPattern>): unknown {
  try {
    explainEventPattern(...args);
    return undefined;
  } catch (error) {
    return error instanceof TooManySteps ? TooManySteps : error;
  }
}

describe.each(Object.entries(COSTLY))("%s", (_, [pattern, event]) => {
  const given = pattern as unknown as Parameters<typeof matchWithinLimit>[0];
  const happened = event as unknown as Parameters<typeof matchWithinLimit>[1];

  it("are given up at the same number of steps, in matching and in explaining", () => {
    expect(checkEventPattern(given)).toEqual([]);
    expect(stepsFor(given, happened)).toBeGreaterThan(MATCHING_STEPS);
    const { outcome, steps } = matchWithinLimit(given, happened);
    expect(outcome).toBe("too_costly");
    // The last thing that is counted may be one whole text under one condition's operands.
    expect(steps).toBeLessThan(5 * MATCHING_STEPS);
    expect([undefined, TooManySteps]).toContain(explaining(given, happened));
  });
});

describe("matching", () => {
  it("within its steps has the same result as without a limit", () => {
    fc.assert(
      fc.property(patternArbitrary, eventArbitrary, (pattern, event) => {
        const outcome = matchesEventPattern(pattern, event) ? "matched" : "not_matched";
        expect(matchWithinLimit(pattern, event).outcome).toBe(outcome);
      }),
    );
  });

  it("of an event as incident systems send them, against a pattern of the largest size, is far within its steps", () => {
    const pattern = { detail: { incident: { priority: list(MAX_CONDITIONS, (i) => `P${i}`) } } };
    const metadata = Object.fromEntries(list(200, (i) => [`key${i}`, "x".repeat(100)]));
    const event = { detail: { incident: { priority: "none", metadata } } };
    expect(stepsFor(pattern, event)).toBeLessThan(MATCHING_STEPS / 100);
  });

  it("reads each block of a pattern once, however many events come", () => {
    const conditions = [
      {
        get cidr() {
          reads++;
          return "10.0.0.0/8";
        },
      },
    ];
    let reads = 0;
    for (let i = 0; i < 100; i++) matchesEventPattern({ ip: conditions }, { ip: `10.0.0.${i}` });
    expect(reads).toBeLessThan(5);
  });
});

describe("a pattern", () => {
  it(`has ${MAX_CONDITIONS} conditions at most, at any place`, () => {
    const most = (count: number) => ({ a: list(count - 1, (i) => i), b: [{ exists: true }] });
    expect(checkEventPattern(most(MAX_CONDITIONS))).toEqual([]);
    const message = `has ${MAX_CONDITIONS + 1} conditions; the limit is ${MAX_CONDITIONS} at most`;
    expect(checkEventPattern(most(MAX_CONDITIONS + 1))).toEqual([{ pointer: "", message }]);
    const within = { a: [{ "anything-but": list(MAX_CONDITIONS + 1, (i) => i) }] };
    expect(checkEventPattern(within)).toEqual([{ pointer: "", message }]);
  });
});
