// What matching an event against a pattern may cost: steps are counted, so that no event and no pattern holds up others.

/** For one pattern and one event. A step is a value looked at, or 32 characters of a text that is searched. */
export const MATCHING_STEPS = 100_000;
/** Explaining looks at each place again for each level above it. */
export const EXPLAINING_STEPS = 500_000;

export class TooManySteps extends Error {}

export class StepCounter {
  total = 0;
  private readonly limit: number;

  constructor(limit: number) {
    this.limit = limit;
  }

  add(steps: number): void {
    this.total += steps;
    if (this.total > this.limit) throw new TooManySteps(`More than ${this.limit} steps`);
  }
}

const CHARACTERS_PER_STEP = 32;

export const countTextSteps = (text: string): number => 1 + Math.floor(text.length / CHARACTERS_PER_STEP);
