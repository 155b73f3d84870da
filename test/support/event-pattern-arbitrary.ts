// Random event patterns and events over few names and values, so that they often meet.
import * as fc from "fast-check";
import { checkEventPattern } from "../../shared/domain/event-pattern/check.ts";
import type { EventPattern } from "../../shared/domain/event-pattern/match.ts";
import type { JsonObject, JsonValue } from "../../shared/domain/json.ts";

const names = fc.constantFrom("a", "detail");
const text = fc.constantFrom("x", "y", "xy", "XY", "10.0.0.1");
const scalar: fc.Arbitrary<JsonValue> = fc.oneof(
  text,
  fc.integer({ min: 0, max: 3 }),
  fc.boolean(),
  fc.constant(null),
);
const part = fc.constantFrom("x", "y", "Xy");

const condition: fc.Arbitrary<JsonValue> = fc.oneof(
  { arbitrary: scalar, weight: 4 },
  part.map((operand) => ({ prefix: operand })),
  part.map((operand) => ({ suffix: { "equals-ignore-case": operand } })),
  part.map((operand) => ({ "equals-ignore-case": operand })),
  fc.constantFrom("x*", "*y", "*", "x*y").map((operand) => ({ wildcard: operand })),
  fc.boolean().map((operand) => ({ exists: operand })),
  fc
    .constantFrom<JsonValue>("x", ["x", "y"], 1, [1, 2], { prefix: "x" }, { wildcard: ["x*", "*y"] })
    .map((operand) => ({ "anything-but": operand })),
  fc.constantFrom<JsonValue>(["<", 2], [">=", 1, "<", 3]).map((operand) => ({ numeric: operand })),
  fc.constantFrom("10.0.0.0/8", "::/0").map((operand) => ({ cidr: operand })),
);

const { fields } = fc.letrec<{ fields: JsonObject }>((tie) => {
  const member = fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    { arbitrary: fc.array(condition, { minLength: 1, maxLength: 4 }), weight: 4 },
    { arbitrary: tie("fields"), weight: 1 },
  ) as fc.Arbitrary<JsonValue>;
  const plain = fc.dictionary(names, member, { minKeys: 1, maxKeys: 2, noNullPrototype: true });
  const alternatives = fc
    .array(plain, { minLength: 2, maxLength: 3 })
    .map((either): JsonObject => ({ $or: either }));
  return { fields: fc.oneof({ arbitrary: plain, weight: 4 }, alternatives) };
});

export const patternArbitrary: fc.Arbitrary<EventPattern> = fields.filter(
  (pattern) => checkEventPattern(pattern).length === 0,
);

const { value } = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    scalar,
    fc.dictionary(names, tie("value"), { minKeys: 1, maxKeys: 3, noNullPrototype: true }),
    fc.array(tie("value"), { maxLength: 3 }),
  ) as fc.Arbitrary<JsonValue>,
}));

export const eventArbitrary: fc.Arbitrary<JsonObject> = fc.dictionary(names, value, {
  maxKeys: 3,
  noNullPrototype: true,
});
