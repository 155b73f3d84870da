// Explains whether an event matches a pattern, within the limits of both.
import { type EventPatternExplanation, explainEventPattern } from "../../domain/event-pattern/explain.ts";
import { type EventPattern, matchWithinLimit } from "../../domain/event-pattern/match.ts";
import { TooManySteps } from "../../domain/event-pattern/steps.ts";
import type { JsonObject } from "../../domain/json.ts";

/** `steps`: what matching took. `explanation`: null if it would cost too much. */
type ExplainedMatch = { explanation: EventPatternExplanation | null; steps: number };

export function explainMatch(pattern: EventPattern, raw: JsonObject): ExplainedMatch {
  const { outcome, steps } = matchWithinLimit(pattern, raw);
  if (outcome === "too_costly") return { explanation: null, steps };
  if (outcome === "matched") return { explanation: { matched: true, failed: [] }, steps };
  try {
    return { explanation: explainEventPattern(pattern, raw), steps };
  } catch (error) {
    if (!(error instanceof TooManySteps)) throw error;
    return { explanation: UNEXPLAINED, steps };
  }
}

/** That the event does not match is known, and not why. */
export const UNEXPLAINED: EventPatternExplanation = {
  matched: false,
  failed: [{ pointer: "", message: "is not met; explaining why would cost too much" }],
};
