// Limits the cost of matching by counting steps, so that no event or pattern delays the others.

/** Limit for one pattern and one event. A step is one value compared, or 32 characters of text searched. */
export const MATCHING_STEPS = 100_000;
/** Explaining visits each value again for each level above it, so its limit is higher. */
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
