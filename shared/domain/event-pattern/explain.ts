// Explains which conditions of an event pattern an event does not meet, and why.
import { pointer } from "../errors.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import type { EventPattern } from "./match.ts";
import {
  evaluateMember,
  evaluatePattern,
  flattenElements,
  isAlternatives,
  isExistsFalse,
  isJsonObject,
  Verdict,
} from "./match.ts";
import { EXPLAINING_STEPS, StepCounter } from "./steps.ts";

/** `pointer` is a JSON Pointer into the pattern. */
type FailedCondition = { pointer: string; message: string };
export type EventPatternExplanation = { matched: boolean; failed: FailedCondition[] };

type Path = readonly (string | number)[];

/**
 * Returns the failed conditions; none if and only if the event matches. @throws TooManySteps beyond `EXPLAINING_STEPS`.
 */
export function explainEventPattern(pattern: EventPattern, event: JsonObject): EventPatternExplanation {
  const failed = findFailures(pattern, event, [], new StepCounter(EXPLAINING_STEPS));
  return { matched: failed.length === 0, failed };
}

function findFailures(
  pattern: JsonObject,
  value: JsonValue | undefined,
  path: Path,
  steps: StepCounter,
): FailedCondition[] {
  if (evaluatePattern(pattern, value, steps) !== Verdict.no) return [];
  const objects = flattenElements(value, steps).filter(isJsonObject);
  const members = Object.entries(pattern).flatMap(([name, condition]) => {
    const candidates = objects.length > 0 ? objects : [{}];
    if (candidates.some((object) => evaluateMember(name, condition, object, steps) !== Verdict.no)) return [];
    return findMemberFailures(name, condition, candidates, [...path, name], steps);
  });
  if (members.length > 0) return members;
  return [
    {
      pointer: pointer(path),
      message: "no single element of the event's array meets all of these conditions",
    },
  ];
}

function findMemberFailures(
  name: string,
  condition: JsonValue,
  parents: readonly JsonObject[],
  path: Path,
  steps: StepCounter,
): FailedCondition[] {
  if (isAlternatives(name, condition)) {
    const none = { pointer: pointer(path), message: "none of the alternatives is met" };
    return [
      none,
      ...condition.flatMap((alternative, i) => findFailures(alternative, [...parents], [...path, i], steps)),
    ];
  }
  const values = parents
    .filter((parent) => Object.hasOwn(parent, name))
    .map((parent) => parent[name] ?? null);
  // A single parent's value is used directly. In an array, a missing field would count as an element without it.
  const value = parents.length === 1 ? values[0] : values;
  if (isJsonObject(condition)) return findFailures(condition, value, path, steps);
  const conditions = Array.isArray(condition) ? condition : [];
  return [{ pointer: pointer(path), message: leafMessage(conditions, value, steps) }];
}

function leafMessage(
  conditions: readonly JsonValue[],
  value: JsonValue | undefined,
  steps: StepCounter,
): string {
  const elements = flattenElements(value, steps);
  if (elements.length === 0) return "the event does not have this field";
  if (elements.every(isJsonObject)) return "the event has an object here: conditions are for its fields";
  if (conditions.every(isExistsFalse)) return "the event has this field, which must be absent";
  return "the event's value meets none of these conditions";
}
