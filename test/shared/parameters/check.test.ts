// What may be saved as a parameter schema, and how each refusal says where and why.
import { beforeAll, describe, expect, test } from "vitest";
import { checkParameterSchema } from "../../../shared/parameters/check.ts";
import { loadPatternEngine } from "../../../shared/parameters/pattern-engine.ts";
import { LIMITS, parameterNames, secretParameterNames } from "../../../shared/parameters/schema.ts";

beforeAll(() => loadPatternEngine({ properties: { p: { type: "string", pattern: "a" } } }));

const of = (parameter: unknown) => ({ type: "object", properties: { p: parameter } });
const many = (count: number) => Array.from({ length: count }, (_, i) => i);

describe("a valid schema", () => {
  const sound: Array<[string, unknown]> = [
    ["none at all", undefined],
    ["an empty object", {}],
    ["an object without properties", { type: "object" }],
    [
      "every root keyword",
      {
        type: "object",
        properties: {},
        required: [],
        additionalProperties: false,
        title: "T",
        description: "D",
        $schema: "https://json-schema.org/draft/2020-12/schema",
      },
    ],
    [
      "every keyword of a string",
      of({
        type: "string",
        title: "t",
        description: "d",
        default: "abc",
        enum: ["abc", "abd"],
        minLength: 3,
        maxLength: 3,
        pattern: "^ab",
        format: "hostname",
      }),
    ],
    [
      "every keyword of a number",
      of({
        type: "number",
        default: 1.5,
        minimum: 1,
        maximum: 2,
        exclusiveMinimum: 0.9,
        exclusiveMaximum: 2.1,
        multipleOf: 0.5,
      }),
    ],
    ["one value that is allowed", of({ type: "string", const: "eu" })],
    [
      "choices with labels",
      of({
        type: "integer",
        oneOf: [{ const: 1, title: "One", description: "The first." }, { const: 2 }],
        default: 2,
      }),
    ],
    [
      "every keyword of an array",
      of({
        type: "array",
        items: { type: "string", pattern: "^web-", maxLength: 20, title: "A host" },
        minItems: 1,
        maxItems: 3,
        uniqueItems: true,
        default: ["web-1"],
      }),
    ],
    [
      "annotations, at the root and at a parameter",
      {
        ...of({ type: "string", examples: ["a"], $comment: "c", deprecated: true, "x-order": { at: [1] } }),
        examples: [{ p: "a" }],
        $comment: "c",
        deprecated: false,
        "x-team": "payments",
      },
    ],
    [
      "parameters that go together",
      {
        type: "object",
        properties: { from: { type: "string" }, to: { type: "string" } },
        dependentRequired: { from: ["to"] },
      },
    ],
    ["equal bounds", of({ type: "integer", minimum: 2, maximum: 2, default: 2 })],
    ["a boolean", of({ type: "boolean", default: false })],
    ["a secret", of({ type: "string", writeOnly: true, maxLength: 100 })],
    [
      "as many parameters as allowed",
      { type: "object", properties: Object.fromEntries(many(50).map((i) => [`p${i}`, { type: "string" }])) },
    ],
    ["as many enum values as allowed", of({ type: "integer", enum: many(1000) })],
    ["a name of 64 characters", { type: "object", properties: { ["a".repeat(64)]: { type: "string" } } }],
  ];
  test.each(sound)("is accepted: %s", (_, schema) => {
    expect(checkParameterSchema(schema)).toEqual([]);
  });
});

describe("a refusal points at the fault", () => {
  const refused: Array<[unknown, string, RegExp]> = [
    [null, "", /must be an object/],
    [[], "", /must be an object/],
    ["x", "", /must be an object/],
    [{ properties: {} }, "/type", /must be "object"/],
    [{ type: ["object"] }, "/type", /must be "object"/],
    [{ type: "object", $schema: "http://json-schema.org/draft-07/schema#" }, "/$schema", /2020-12/],
    [{ type: "object", additionalProperties: true }, "/additionalProperties", /must be false/],
    [{ type: "object", title: 5 }, "/title", /string of at most 100/],
    [{ type: "object", description: "x".repeat(1001) }, "/description", /string of at most 1000/],
    [{ type: "object", propertis: {} }, "/propertis", /did you mean "properties"/],
    [{ type: "object", $ref: "http://169.254.169.254/" }, "/$ref", /not supported/],
    [{ type: "object", $defs: {} }, "/$defs", /not supported; supported here: type,/],
    [{ type: "object", oneOf: [] }, "/oneOf", /not supported/],
    [{ type: "object", properties: [] }, "/properties", /must be an object/],
    [{ type: "object", required: "p" }, "/required", /must be an array/],
    [
      { type: "object", properties: { service: { type: "string" } }, required: ["sevice"] },
      "/required/0",
      /did you mean "service"/,
    ],
    [{ ...of({ type: "string" }), required: ["p", "p"] }, "/required/1", /twice/],
    [{ ...of({ type: "string" }), required: [7] }, "/required/0", /must be the name/],
    [of("string"), "/properties/p", /must be an object/],
    [of({}), "/properties/p/type", /must be one of: string, number, integer, boolean, array/],
    [of({ type: "object" }), "/properties/p/type", /must be one of/],
    [of({ type: "array" }), "/properties/p/items", /is required: the schema of each item/],
    [
      of({ type: "array", items: { type: "array" } }),
      "/properties/p/items/type",
      /must be one of: string, number,/,
    ],
    [of({ type: "array", items: "string" }), "/properties/p/items", /must be an object/],
    [
      of({ type: "array", items: { type: "string", minimum: 1 } }),
      "/properties/p/items/minimum",
      /only with/,
    ],
    [
      of({ type: "array", items: { type: "string", writeOnly: true } }),
      "/properties/p/items/writeOnly",
      /not supported/,
    ],
    [
      of({ type: "array", items: { type: "string", default: "a" } }),
      "/properties/p/items/default",
      /not supported/,
    ],
    [
      of({ type: "array", items: { type: "string", pattern: "(?=a)" } }),
      "/properties/p/items/pattern",
      /linear-time|look/,
    ],
    [
      of({ type: "array", items: { type: "string" }, writeOnly: true }),
      "/properties/p/writeOnly",
      /only with/,
    ],
    [
      of({ type: "array", items: { type: "string" }, enum: ["a"] }),
      "/properties/p/enum",
      /only with the type/,
    ],
    [
      of({ type: "array", items: { type: "string" }, minItems: -1 }),
      "/properties/p/minItems",
      /between 0 and 1000/,
    ],
    [
      of({ type: "array", items: { type: "string" }, minItems: 3, maxItems: 2 }),
      "/properties/p/maxItems",
      /less than minItems/,
    ],
    [
      of({ type: "array", items: { type: "string" }, uniqueItems: 1 }),
      "/properties/p/uniqueItems",
      /true or false/,
    ],
    [
      of({ type: "array", items: { type: "string" }, default: "a" }),
      "/properties/p/default",
      /must be an array/,
    ],
    [
      of({ type: "array", items: { type: "string" }, default: ["a", 1] }),
      "/properties/p/default/1",
      /a string/,
    ],
    [
      of({ type: "array", items: { type: "string" }, prefixItems: [] }),
      "/properties/p/prefixItems",
      /use items/,
    ],
    [of({ type: "string", items: { type: "string" } }), "/properties/p/items", /only with the type array/],
    [of({ type: ["string", "null"] }), "/properties/p/type", /must be one of/],
    [of({ type: "toString" }), "/properties/p/type", /must be one of/],
    [of({ type: "string", maxlength: 3 }), "/properties/p/maxlength", /did you mean "maxLength"/],
    [of({ type: "string", uniqueItems: true }), "/properties/p/uniqueItems", /only with the type array/],
    [of({ type: "string", constructor: 1 }), "/properties/p/constructor", /not supported/],
    [of({ type: "string", const: 1 }), "/properties/p/const", /must be a string/],
    [of({ type: "string", anyOf: [] }), "/properties/p/anyOf", /oneOf with a const and a title/],
    [of({ type: "string", oneOf: [] }), "/properties/p/oneOf", /at least one choice/],
    [of({ type: "string", oneOf: [{ title: "A" }] }), "/properties/p/oneOf/0", /must be a choice such as/],
    [of({ type: "string", oneOf: ["a"] }), "/properties/p/oneOf/0", /must be a choice such as/],
    [
      of({ type: "string", oneOf: [{ const: "a", pattern: "a" }] }),
      "/properties/p/oneOf/0/pattern",
      /a choice has/,
    ],
    [of({ type: "string", oneOf: [{ const: "a", title: 1 }] }), "/properties/p/oneOf/0/title", /at most 100/],
    [
      of({ type: "string", oneOf: [{ const: "a" }, { const: 2 }] }),
      "/properties/p/oneOf/1/const",
      /a string/,
    ],
    [of({ type: "string", oneOf: [{ const: "a" }, { const: "a" }] }), "/properties/p/oneOf/1/const", /twice/],
    [
      of({ type: "integer", oneOf: many(1001).map((n) => ({ const: n })) }),
      "/properties/p/oneOf",
      /at most 1000/,
    ],
    [of({ type: "integer", exclusiveMinimum: "1" }), "/properties/p/exclusiveMinimum", /must be a number/],
    [
      of({ type: "integer", exclusiveMinimum: 2, exclusiveMaximum: 1 }),
      "/properties/p/exclusiveMaximum",
      /less than exclusiveMinimum/,
    ],
    [of({ type: "integer", multipleOf: 0 }), "/properties/p/multipleOf", /greater than 0/],
    [
      of({ type: "string", multipleOf: 2 }),
      "/properties/p/multipleOf",
      /only with the type number or integer/,
    ],
    [of({ type: "string", examples: "a" }), "/properties/p/examples", /must be an array/],
    [of({ type: "string", $comment: 1 }), "/properties/p/$comment", /must be a string/],
    [of({ type: "string", deprecated: "yes" }), "/properties/p/deprecated", /true or false/],
    [
      of({ type: "string", "x-deep": JSON.parse("[".repeat(9) + "]".repeat(9)) }),
      "/properties/p/x-deep",
      /not be nested deeper than 8/,
    ],
    [of({ type: "string", "x-": 1 }), "/properties/p/x-", /not supported/],
    [{ type: "object", dependentRequired: [] }, "/dependentRequired", /must be an object of arrays/],
    [
      { ...of({ type: "string" }), dependentRequired: { q: ["p"] } },
      "/dependentRequired/q",
      /not a parameter/,
    ],
    [
      { ...of({ type: "string" }), dependentRequired: { p: ["q"] } },
      "/dependentRequired/p/0",
      /not a parameter/,
    ],
    [
      { ...of({ type: "string" }), dependentRequired: { p: "q" } },
      "/dependentRequired/p",
      /must be an array/,
    ],
    [of({ type: "string", "a/b~c": 1 }), "/properties/p/a~1b~0c", /not supported/],
    [of({ type: "string", minimum: 1 }), "/properties/p/minimum", /only with the type number or integer/],
    [of({ type: "number", minLength: 1 }), "/properties/p/minLength", /only with the type string/],
    [of({ type: "boolean", pattern: "a" }), "/properties/p/pattern", /only with the type string/],
    [of({ type: "integer", writeOnly: true }), "/properties/p/writeOnly", /only with the type string/],
    [of({ type: "string", title: "x".repeat(101) }), "/properties/p/title", /at most 100/],
    [of({ type: "string", description: "\ud800" }), "/properties/p/description", /at most 1000/],
    [of({ type: "number", minimum: "1" }), "/properties/p/minimum", /must be a number/],
    [of({ type: "number", minimum: Number.POSITIVE_INFINITY }), "/properties/p/minimum", /finite/],
    [of({ type: "number", maximum: 2 ** 53 }), "/properties/p/maximum", /between -9007199254740991/],
    [of({ type: "number", minimum: 2, maximum: 1 }), "/properties/p/maximum", /less than minimum/],
    [of({ type: "string", minLength: -1 }), "/properties/p/minLength", /between 0 and 4096/],
    [of({ type: "string", minLength: 1.5 }), "/properties/p/minLength", /between 0 and 4096/],
    [of({ type: "string", maxLength: 4097 }), "/properties/p/maxLength", /between 0 and 4096/],
    [of({ type: "string", minLength: 3, maxLength: 2 }), "/properties/p/maxLength", /less than minLength/],
    [of({ type: "string", enum: [] }), "/properties/p/enum", /at least one/],
    [of({ type: "string", enum: "a" }), "/properties/p/enum", /must be an array/],
    [of({ type: "integer", enum: many(1001) }), "/properties/p/enum", /at most 1000/],
    [of({ type: "integer", enum: [1, "2"] }), "/properties/p/enum/1", /must be an integer/],
    [of({ type: "string", enum: ["a", "a"] }), "/properties/p/enum/1", /twice/],
    [of({ type: "string", format: "e-mail" }), "/properties/p/format", /did you mean "email"/],
    [of({ type: "string", format: "json-pointer" }), "/properties/p/format", /must be one of: date,/],
    [of({ type: "string", pattern: 5 }), "/properties/p/pattern", /must be a string/],
    [
      of({ type: "string", pattern: "(" }),
      "/properties/p/pattern",
      /not a valid regular expression: Unterminated group/,
    ],
    [of({ type: "string", pattern: "a".repeat(513) }), "/properties/p/pattern", /at most 512/],
    [of({ type: "integer", default: "1" }), "/properties/p/default", /must be an integer/],
    [of({ type: "integer", default: 1, minimum: 2 }), "/properties/p/default", /at least 2/],
    [of({ type: "string", default: null }), "/properties/p/default", /must be a string/],
    [of({ type: "string", default: "b", enum: ["a"] }), "/properties/p/default", /must be one of: a/],
    [of({ type: "string", default: "b", pattern: "^a" }), "/properties/p/default", /must match the pattern/],
    [of({ type: "string", writeOnly: "yes" }), "/properties/p/writeOnly", /true or false/],
    [
      of({ type: "string", writeOnly: true, default: "hunter2hunter2" }),
      "/properties/p/default",
      /must not be part of the definition/,
    ],
    [
      of({ type: "string", writeOnly: true, enum: ["abcdef"] }),
      "/properties/p/writeOnly",
      /is not allowed with enum/,
    ],
    ...(["const", "oneOf", "examples"] as const).map((keyword): [unknown, string, RegExp] => [
      of({
        type: "string",
        writeOnly: true,
        [keyword]: { const: "abcdef", oneOf: [{ const: "abcdef" }], examples: [] }[keyword],
      }),
      "/properties/p/writeOnly",
      /a secret is not a choice/,
    ]),
    [of({ type: "string", writeOnly: true, maxLength: 5 }), "/properties/p/maxLength", /could not be masked/],
    [
      { type: "object", properties: Object.fromEntries(many(51).map((i) => [`p${i}`, { type: "string" }])) },
      "/properties",
      /at most 50/,
    ],
  ];
  test.each(refused)("%j at %s", (schema, pointer, message) => {
    expect(checkParameterSchema(schema)).toEqual([{ pointer, message: expect.stringMatching(message) }]);
  });
});

test("all problems of a schema are reported at once", () => {
  const issues = checkParameterSchema({
    type: "object",
    extra: 1,
    properties: { a: { type: "strin" }, b: { type: "string", minimum: 1, pattern: "(?=a)" } },
    required: ["c"],
  });
  expect(issues.map((issue) => issue.pointer)).toEqual([
    "/extra",
    "/properties/a/type",
    "/properties/b/minimum",
    "/properties/b/pattern",
    "/required/0",
  ]);
});

test("a hostile schema is answered with a bounded list", () => {
  const keywords = Object.fromEntries(many(5000).map((i) => [`x${i}`, 1]));
  expect(checkParameterSchema({ type: "object", ...keywords })).toHaveLength(LIMITS.issues);
  expect(checkParameterSchema(of({ type: "string", ...keywords })).length).toBeLessThanOrEqual(LIMITS.issues);
});

test("a schema is limited in size", () => {
  const texts = Object.fromEntries(
    many(40).map((i) => [`p${i}`, { type: "string", description: "x".repeat(1000) }]),
  );
  expect(checkParameterSchema({ type: "object", properties: texts })).toEqual([
    { pointer: "", message: "must have at most 32768 bytes as JSON" },
  ]);
});

test("a schema nested without end is refused, not followed (E4)", () => {
  let nested: unknown = { type: "string" };
  for (let i = 0; i < 50_000; i++) nested = { type: "object", properties: { p: nested } };
  expect(checkParameterSchema(nested)).toEqual([
    { pointer: "/properties/p/properties", message: expect.any(String) },
    { pointer: "/properties/p/type", message: expect.any(String) },
  ]);
});

describe("names that would reach into JavaScript objects are refused (E9)", () => {
  const names = [
    "__proto__",
    "constructor",
    "prototype",
    "toString",
    "hasOwnProperty",
    "valueOf",
    "this",
    "null",
    "1a",
    "_a",
    "a.b",
    "",
    "a".repeat(65),
    "é",
  ];
  test.each(names)("%j", (name) => {
    const schema: unknown = JSON.parse(
      `{"type":"object","properties":{${JSON.stringify(name)}:{"type":"string"}}}`,
    );
    expect(checkParameterSchema(schema)).toEqual([
      { pointer: `/properties/${name}`, message: expect.stringMatching(/name/) },
    ]);
  });
});

test("names and secrets are read in the author's order, and reading never throws", () => {
  const schema = {
    type: "object",
    properties: { b: { type: "string", writeOnly: true }, a: { type: "string", writeOnly: false } },
  };
  expect(parameterNames(schema)).toEqual(["b", "a"]);
  expect(secretParameterNames(schema)).toEqual(["b"]);
  for (const odd of [{}, { properties: null }, { properties: [1] }, { properties: { a: 1 } }]) {
    expect(parameterNames(odd)).toEqual([]);
    expect(secretParameterNames(odd)).toEqual([]);
  }
});
