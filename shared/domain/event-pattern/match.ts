// Matches events against patterns in EventBridge's syntax. Both hosts use it, so they decide alike.

import type { JsonObject, JsonValue } from "../json.ts";
import { matchesAny } from "./leaf.ts";
import type { Scalar } from "./operators.ts";
import { MATCHING_STEPS, StepCounter, TooManySteps } from "./steps.ts";

/** A caller's pattern that `checkEventPattern` accepted. */
export type EventPattern = JsonObject;

/**
 * Fields are joined by AND, the values of one field by OR. An array in the event stands for its elements, at any depth.
 * A scalar field matches if one element does. All fields inside an array of objects must match the same element.
 * `exists: false` alone in such an array requires that no element has the field. Beside other fields it applies to the
 * element that matches those. Names are literal: a dot in a name is a dot.
 */
export function matchesEventPattern(
  pattern: EventPattern,
  event: JsonObject,
  steps = new StepCounter(Number.POSITIVE_INFINITY),
): boolean {
  return evaluatePattern(pattern, event, steps) !== Verdict.no;
}

type MatchResult = { outcome: "matched" | "not_matched" | "too_costly"; steps: number };

/** Like `matchesEventPattern`, but stops after `MATCHING_STEPS` and reports that the result is unknown. */
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

/** `byAbsence`: matches only because the field is missing. Ranks between `no` and `byValue`. */
export const Verdict = { no: 0, byAbsence: 1, byValue: 2 } as const;
export type Verdict = (typeof Verdict)[keyof typeof Verdict];

/** Returns the verdict of one pattern member (a field, or `$or`) on its parent's value in the event. */
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

/**
 * Returns the verdict of a pattern object on the event's value. Recursion follows the pattern's depth, never the
 * event's.
 */
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

/** Returns all scalars and objects of a value. Arrays are flattened at any depth. */
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
