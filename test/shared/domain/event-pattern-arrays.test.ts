// EventBridge's own wording of the array rule, taken literally: flatten, then refuse mixed elements.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { matchesEventPattern } from "../../../shared/domain/event-pattern/match.ts";
import { matchesCondition, type Scalar } from "../../../shared/domain/event-pattern/operators.ts";
import type { JsonObject, JsonValue } from "../../../shared/domain/json.ts";
import { eventArbitrary, patternArbitrary } from "../../support/event-pattern-arbitrary.ts";

/** Which element of which array (known by its place) a value was found in. */
type Elements = ReadonlyMap<string, number>;
type Field = { name: string; value: Scalar; elements: Elements };

function flatten(value: JsonValue, name: string, place: string, elements: Elements): Field[] {
  if (Array.isArray(value)) {
    return value.flatMap((element, i) => {
      const inside = typeof element === "object" && element !== null;
      return flatten(element, name, `${place}[${i}]`, inside ? new Map([...elements, [place, i]]) : elements);
    });
  }
  if (typeof value !== "object" || value === null) return [{ name, value, elements }];
  return Object.entries(value).flatMap(([key, member]) =>
    flatten(member, `${name}/${key}`, `${place}/${key}`, elements),
  );
}

function leaves(pattern: JsonObject, name: string): Array<{ name: string; conditions: JsonValue[] }> {
  return Object.entries(pattern).flatMap(([key, condition]) => {
    if (Array.isArray(condition)) return [{ name: `${name}/${key}`, conditions: condition }];
    return typeof condition === "object" && condition !== null ? leaves(condition, `${name}/${key}`) : [];
  });
}

/** Tries every choice of one value for each condition in which no array gives two different elements. */
function matchesByTheBook(pattern: JsonObject, event: JsonObject): boolean {
  const fields = flatten(event, "", "", new Map());
  const search = ([leaf, ...rest]: ReturnType<typeof leaves>, chosen: Elements): boolean =>
    leaf === undefined ||
    fields.some(
      ({ name, value, elements }) =>
        name === leaf.name &&
        leaf.conditions.some((condition) => matchesCondition(condition, value)) &&
        [...elements].every(([array, i]) => (chosen.get(array) ?? i) === i) &&
        search(rest, new Map([...chosen, ...elements])),
    );
  return search(leaves(pattern, ""), new Map());
}

test("no match is made of different elements of one array", () => {
  const positive = patternArbitrary.filter(
    (pattern) => !/"\$or"|"exists":false/.test(JSON.stringify(pattern)),
  );
  const seen = { matched: 0, failed: 0 };
  fc.assert(
    fc.property(positive, eventArbitrary, (pattern, event) => {
      const expected = matchesByTheBook(pattern, event);
      expect(matchesEventPattern(pattern, event)).toBe(expected);
      seen[expected ? "matched" : "failed"]++;
    }),
    { numRuns: 4000 },
  );
  expect(Math.min(seen.matched, seen.failed)).toBeGreaterThan(100);
});

test("two conditions on the same array of objects agree with the rule for any elements", () => {
  const element = fc.record(
    { a: fc.integer({ min: 0, max: 2 }), b: fc.integer({ min: 0, max: 2 }) },
    { requiredKeys: [], noNullPrototype: true },
  );
  const list: fc.Arbitrary<JsonValue[]> = fc.array(fc.oneof(element, fc.array(element, { maxLength: 2 })), {
    maxLength: 4,
  });
  fc.assert(
    fc.property(
      fc.record({ x: list, y: list }, { noNullPrototype: true }),
      fc.nat(2),
      fc.nat(2),
      (event, a, b) => {
        const pattern = { x: { a: [a], b: [b] }, y: { a: [a] } };
        const asJson: JsonObject = JSON.parse(JSON.stringify(event));
        expect(matchesEventPattern(pattern, asJson)).toBe(matchesByTheBook(pattern, asJson));
      },
    ),
    { numRuns: 2000 },
  );
});
