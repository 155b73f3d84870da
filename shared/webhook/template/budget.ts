// Counts the resources of one rendering, and stops it at a limit.
import { TEMPLATE_LIMITS } from "./limits.ts";
import { templateError } from "./render-error.ts";

type Counted = "steps" | "iterations" | "helperCharacters" | "secretCharacters" | "outputBytes";

const WORDS: Record<Counted, string> = {
  steps: "evaluated statements",
  iterations: "passes of its loops",
  helperCharacters: "characters produced by helpers",
  secretCharacters: "characters made of secrets",
  outputBytes: "bytes of rendered text",
};

export class Budget {
  private readonly used: Record<Counted, number> = {
    steps: 0,
    iterations: 0,
    helperCharacters: 0,
    secretCharacters: 0,
    outputBytes: 0,
  };

  spend(what: Counted, amount = 1): void {
    this.used[what] += amount;
    if (this.used[what] > TEMPLATE_LIMITS[what]) {
      throw templateError(`The template exceeds ${TEMPLATE_LIMITS[what]} ${WORDS[what]}`);
    }
  }
}
