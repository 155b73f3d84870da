// What matching an event against a pattern may cost: steps are counted, so that no event and no pattern holds up others.

/** For one pattern and one event. A step is a value looked at, or 32 characters of a text that is searched. */
export const MATCHING_STEPS = 100_000;
/** Explaining looks at each place again for each level above it. */
export const EXPLAINING_STEPS = 500_000;

export class TooManySteps extends Error {}

export class Steps {
  taken = 0;
  private readonly most: number;

  constructor(most: number) {
    this.most = most;
  }

  take(steps: number): void {
    this.taken += steps;
    if (this.taken > this.most) throw new TooManySteps(`More than ${this.most} steps`);
  }
}

const CHARACTERS_OF_A_STEP = 32;

export const stepsOfText = (text: string): number => 1 + Math.floor(text.length / CHARACTERS_OF_A_STEP);
