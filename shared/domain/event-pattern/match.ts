// Matches events against patterns in EventBridge's syntax, so that both hosts decide alike.

import type { JsonObject, JsonValue } from "../json.ts";
import { matchesAny } from "./leaf.ts";
import type { Scalar } from "./operators.ts";
import { MATCHING_STEPS, StepCounter, TooManySteps } from "./steps.ts";

/** Given by a caller and accepted by `checkEventPattern`. */
export type EventPattern = JsonObject;

/**
 * Fields are joined by AND, the values of one field by OR. An array in the event stands for its elements, at any
 * depth: a scalar field matches when one element does, and all fields inside an array of objects must be met by
 * the same element. `exists: false` alone in such an array means that no element has the field; beside other
 * fields it speaks of the element that meets those. Names are literal: a dot in one is a dot.
 */
export function matchesEventPattern(
  pattern: EventPattern,
  event: JsonObject,
  steps = new StepCounter(Number.POSITIVE_INFINITY),
): boolean {
  return evaluatePattern(pattern, event, steps) !== Verdict.no;
}

export type MatchResult = { outcome: "matched" | "not_matched" | "too_costly"; steps: number };

/** The same within `MATCHING_STEPS`: beyond them it is not known whether the event matches, and that is said. */
export function matchWithinLimit(pattern: EventPattern, event: JsonObject): MatchResult {
  const steps = new StepCounter(MATCHING_STEPS);
  try {
    const outcome = matchesEventPattern(pattern, event, steps) ? "matched" : "not_matched";
    return { outcome, steps: steps.total };
  } catch (error) {
    if (!(error instanceof TooManySteps)) throw error;
    return { outcome: "too_costly", steps: steps.total };
  }
}

/** `byAbsence`: met, but only because nothing is there. It ranks between the others. */
export const Verdict = { no: 0, byAbsence: 1, byValue: 2 } as const;
export type Verdict = (typeof Verdict)[keyof typeof Verdict];

/** What one member of a pattern object (a field, or `$or`) makes of a value at its parent's place. */
export function evaluateMember(
  name: string,
  condition: JsonValue,
  parent: JsonObject,
  steps: StepCounter,
): Verdict {
  steps.add(1);
  if (isAlternatives(name, condition))
    return bestVerdict(condition.map((alternative) => evaluatePattern(alternative, parent, steps)));
  const value = Object.hasOwn(parent, name) ? parent[name] : undefined;
  return Array.isArray(condition)
    ? evaluateLeaf(condition, value, steps)
    : evaluatePattern(condition, value, steps);
}

/** A pattern object against whatever the event has at that place. The depth is the pattern's, never the event's. */
export function evaluatePattern(
  pattern: JsonValue,
  value: JsonValue | undefined,
  steps: StepCounter,
): Verdict {
  if (!isJsonObject(pattern)) return Verdict.no;
  if (!Array.isArray(value)) return evaluateObject(pattern, isJsonObject(value) ? value : {}, steps);
  const elements = flattenElements(value, steps);
  if (elements.length === 0) return evaluateObject(pattern, {}, steps);
  let whole: Verdict = Verdict.byAbsence;
  for (const element of elements) {
    const one = evaluateObject(pattern, isJsonObject(element) ? element : {}, steps);
    if (one === Verdict.byValue) return one;
    if (one === Verdict.no) whole = Verdict.no;
  }
  return whole;
}

/** All scalars and objects of a value, with its arrays taken apart, however deep they are nested. */
export function flattenElements(
  value: JsonValue | undefined,
  steps: StepCounter,
): Array<Scalar | JsonObject> {
  const elements: Array<Scalar | JsonObject> = [];
  const remaining: JsonValue[] = value === undefined ? [] : [value];
  for (let next = remaining.pop(); next !== undefined; next = remaining.pop()) {
    steps.add(1);
    if (!Array.isArray(next)) elements.push(next);
    else for (const element of next) remaining.push(element);
  }
  return elements;
}

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isAlternatives(name: string, condition: JsonValue): condition is JsonObject[] {
  return name === "$or" && Array.isArray(condition) && condition.every(isJsonObject);
}

export function isExistsFalse(condition: JsonValue): boolean {
  return isJsonObject(condition) && condition["exists"] === false;
}

function evaluateObject(pattern: JsonObject, event: JsonObject, steps: StepCounter): Verdict {
  let whole: Verdict = Verdict.byAbsence;
  for (const [name, condition] of Object.entries(pattern)) {
    const one = evaluateMember(name, condition, event, steps);
    if (one === Verdict.no) return one;
    if (one === Verdict.byValue) whole = one;
  }
  return whole;
}

function evaluateLeaf(
  conditions: readonly JsonValue[],
  value: JsonValue | undefined,
  steps: StepCounter,
): Verdict {
  const scalars = flattenElements(value, steps).filter(
    (element): element is Scalar => !isJsonObject(element),
  );
  if (scalars.length === 0) return conditions.some(isExistsFalse) ? Verdict.byAbsence : Verdict.no;
  const met = scalars.some((scalar) => matchesAny(conditions, scalar, steps));
  return met ? Verdict.byValue : Verdict.no;
}

function bestVerdict(verdicts: readonly Verdict[]): Verdict {
  return (
    verdicts.find((v) => v === Verdict.byValue) ?? verdicts.find((v) => v === Verdict.byAbsence) ?? Verdict.no
  );
}
