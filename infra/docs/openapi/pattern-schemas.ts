// Event patterns as JSON Schema: a tree of fields. Each leaf lists values and operators, of which one must match.
import { OPERATORS } from "../../../shared/domain/event-pattern/operators.ts";
import type { JsonObject } from "../../../shared/domain/json.ts";

const text: JsonObject = { type: "string" };
const texts: JsonObject = { anyOf: [text, { type: "array", minItems: 1, items: text }] };
const ignoringCase: JsonObject = {
  type: "object",
  required: ["equals-ignore-case"],
  properties: { "equals-ignore-case": { type: "string", description: "The text, in upper or lower case." } },
};
const affix: JsonObject = { anyOf: [text, ignoringCase] };

/** Operator → its meaning and the schema of its operand. */
const OPERANDS: Record<string, readonly [about: string, operand: JsonObject]> = {
  prefix: ["The value begins with this text.", affix],
  suffix: ["The value ends with this text.", affix],
  "equals-ignore-case": ["The value is this text, in upper or lower case.", text],
  wildcard: ["The value has this form; `*` stands for any characters.", text],
  "anything-but": [
    "The value is none of these.",
    {
      anyOf: [
        { type: ["string", "number"] },
        { type: "array", minItems: 1, items: { type: ["string", "number"] } },
        {
          type: "object",
          minProperties: 1,
          maxProperties: 1,
          properties: {
            prefix: { ...texts, description: "The value does not begin with any of these texts." },
            suffix: { ...texts, description: "The value does not end with any of these texts." },
            "equals-ignore-case": { ...texts, description: "The value is none of these texts in any case." },
            wildcard: { ...texts, description: "The value has none of these forms." },
          },
        },
      ],
    },
  ],
  numeric: [
    'The value is a number in this range: `[">=", 5]` or `[">", 0, "<=", 5]`.',
    { type: "array", minItems: 2, maxItems: 4, items: { type: ["string", "number"] } },
  ],
  exists: ["Whether the field is there.", { type: "boolean" }],
  cidr: ["The value is an address in this range, such as `10.0.0.0/8`.", text],
};

export function patternCondition(): JsonObject {
  const operators = [...OPERATORS.keys()].map((name) => {
    const known = OPERANDS[name];
    if (!known) throw new Error(`The operator ${name} has no schema for its operand`);
    const [description, operand] = known;
    return [name, { description, ...operand }];
  });
  return {
    description: "A value that the field may have, or one operator that its value must meet.",
    anyOf: [
      { type: ["string", "number", "boolean", "null"] },
      { type: "object", minProperties: 1, maxProperties: 1, properties: Object.fromEntries(operators) },
    ],
  };
}

export function eventPattern(description: string): JsonObject {
  const self = { $ref: "#/components/schemas/EventPattern" };
  return {
    type: "object",
    description,
    minProperties: 1,
    additionalProperties: {
      anyOf: [
        { type: "array", minItems: 1, items: { $ref: "#/components/schemas/PatternCondition" } },
        self,
        { type: "array", description: "Alternatives; under `$or` alone.", minItems: 2, items: self },
      ],
    },
  };
}
