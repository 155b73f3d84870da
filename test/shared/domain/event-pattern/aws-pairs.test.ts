// Patterns mean what they mean to EventBridge: AWS's documented examples, each with its neighbours, and its matcher's forms.
import { describe, expect, it } from "vitest";
import { checkEventPattern } from "../../../../shared/domain/event-pattern/check.ts";
import { explainEventPattern } from "../../../../shared/domain/event-pattern/explain.ts";
import { matchesEventPattern } from "../../../../shared/domain/event-pattern/match.ts";
import type { JsonObject, JsonValue } from "../../../../shared/domain/json.ts";
import { AWS_REFUSED, AWS_ROWS } from "../../../support/aws-pattern-pairs.ts";

const eventOf = (value: JsonValue | undefined): JsonObject => ({
  source: "aws.ec2",
  detail: value === undefined ? {} : { field: value },
});
const patternOf = (conditions: JsonValue[]) => ({ source: ["aws.ec2"], detail: { field: conditions } });

const PAIRS = AWS_ROWS.flatMap(({ from, conditions, yes, no }) => [
  ...yes.map((value) => ({ from, conditions, value, matches: true })),
  ...no.map((value) => ({ from, conditions, value, matches: false })),
]);

describe.each(PAIRS)("$conditions on $value", ({ from, conditions, value, matches }) => {
  it(matches ? "matches" : "does not match", () => {
    const pattern = patternOf(conditions);
    expect(checkEventPattern(pattern), from).toEqual([]);
    expect(matchesEventPattern(pattern, eventOf(value)), from).toBe(matches);
    expect(explainEventPattern(pattern, eventOf(value)).matched, from).toBe(matches);
  });
});

it.each(AWS_REFUSED)("$conditions is refused, at its place", ({ from, conditions }) => {
  const issues = checkEventPattern(patternOf(conditions));
  expect(issues, from).toHaveLength(1);
  expect(issues[0]?.pointer).toMatch(/^\/detail\/field/);
});

it("the table has at least 150 pairs, and each its source", () => {
  expect(PAIRS.length + AWS_REFUSED.length).toBeGreaterThanOrEqual(150);
  for (const { from } of [...PAIRS, ...AWS_REFUSED]) expect(from).toMatch(/^https:\/\//);
});

/** The example of the operator page: `x-limit`, `c-count` and `d-count` of one event. */
const COUNTS: JsonObject = { detail: { "c-count": 5, "d-count": 3, "x-limit": 301.8, state: "running" } };
const C = { "c-count": [{ numeric: [">", 0, "<=", 5] }] };
const D = { "d-count": [{ numeric: ["<", 10] }] };
const X = { "x-limit": [{ numeric: ["=", 3.018e2] }] };
const NOT = { "c-count": [{ numeric: [">", 5] }] };

it.each<[JsonObject, boolean]>([
  [{ ...C, ...D, ...X }, true],
  [{ ...NOT, ...D, ...X }, false],
  [{ $or: [C, D, X] }, true],
  [{ $or: [NOT, X] }, true],
  [{ $or: [NOT, { state: ["stopped"] }] }, false],
  [{ state: ["stopped"], $or: [C, D] }, false],
  [{ state: ["running"], $or: [NOT, { $or: [NOT, D] }] }, true],
])("several fields, all of them or one of them: %j", (detail, matches) => {
  expect(checkEventPattern({ detail })).toEqual([]);
  expect(matchesEventPattern({ detail }, COUNTS)).toBe(matches);
});
