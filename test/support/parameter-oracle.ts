// Random parameter schemas with values, and Ajv's verdict on them.
import { Ajv2020, type AnySchema } from "ajv/dist/2020.js";
import * as fc from "fast-check";
import { RE2JS } from "re2js";
import type { JsonObject } from "../../shared/domain/json.ts";

const NAMES = ["a", "service", "count-1", "Z_9"];
const PATTERNS = ["^a", "b$", "^[ab]*$", "a.b", "^$", "^\\p{L}+$"];

const text = fc.string({ unit: fc.constantFrom("a", "b", "A", "é", "😀", " "), maxLength: 8 });
const number = fc.oneof(fc.integer({ min: -5, max: 5 }), fc.constantFrom(-1.5, 0.5, 2.25));
const integer = fc.integer({ min: -5, max: 5 });
const optional = { requiredKeys: ["type" as const] };

/** Bounds in order: a schema whose bounds cross is refused when it is saved. */
function ordered<K extends string>(
  low: K,
  high: K,
  parameter: Record<string, unknown>,
): Record<string, unknown> {
  const [a, b] = [parameter[low], parameter[high]];
  return typeof a === "number" && typeof b === "number" && a > b
    ? { ...parameter, [low]: b, [high]: a }
    : parameter;
}

const length = fc.integer({ min: 0, max: 6 });
const divisor = fc.constantFrom(0.1, 0.5, 1, 2, 3);
const choices = (values: fc.Arbitrary<unknown>) =>
  fc
    .uniqueArray(values, { minLength: 1, maxLength: 4 })
    .map((list) =>
      list.map((choice, at) => (at % 2 === 0 ? { const: choice, title: `${choice}` } : { const: choice })),
    );
const scalar = fc.oneof(
  fc
    .record(
      {
        type: fc.constant("string"),
        minLength: length,
        maxLength: length,
        pattern: fc.constantFrom(...PATTERNS),
        enum: fc.uniqueArray(text, { minLength: 1, maxLength: 4 }),
        oneOf: choices(text),
        const: text,
        description: text,
        examples: fc.constant(["a"]),
        deprecated: fc.boolean(),
      },
      optional,
    )
    .map((p) => ordered("minLength", "maxLength", p)),
  fc
    .record(
      {
        type: fc.constant("number"),
        minimum: number,
        maximum: number,
        exclusiveMinimum: number,
        exclusiveMaximum: number,
        multipleOf: divisor,
        enum: fc.uniqueArray(number, { minLength: 1, maxLength: 4 }),
      },
      optional,
    )
    .map((p) => ordered("minimum", "maximum", ordered("exclusiveMinimum", "exclusiveMaximum", p))),
  fc
    .record(
      {
        type: fc.constant("integer"),
        minimum: integer,
        maximum: number,
        exclusiveMaximum: number,
        multipleOf: divisor,
        const: integer,
        oneOf: choices(integer),
        enum: fc.uniqueArray(integer, { minLength: 1, maxLength: 4 }),
      },
      optional,
    )
    .map((p) => ordered("minimum", "maximum", ordered("exclusiveMinimum", "exclusiveMaximum", p))),
  fc.record({ type: fc.constant("boolean"), enum: fc.constantFrom([true], [false, true]) }, optional),
);

const array = fc
  .record(
    {
      type: fc.constant("array"),
      items: scalar,
      minItems: fc.nat(2),
      maxItems: fc.nat(4),
      uniqueItems: fc.boolean(),
    },
    { requiredKeys: ["type", "items"] },
  )
  .map((p) => ordered("minItems", "maxItems", p));
const parameter = fc.oneof({ weight: 3, arbitrary: scalar }, { weight: 1, arbitrary: array });

const list = fc.array(fc.oneof(text, integer, fc.constantFrom(true, null)), { maxLength: 4 });
const value = fc.oneof(text, number, fc.boolean(), list, fc.constantFrom(null, [], {}, "1", "true"));
const DEFAULTS: Record<string, unknown[]> = {
  string: ["a", "ab", "", "é"],
  number: [0, 1.5],
  integer: [0, 2],
  boolean: [true],
  array: [[], ["a"], [0, 2]],
};

/** A default is kept only where it is valid, as saving demands. */
function withDefault(property: Record<string, unknown>, pick: number): JsonObject {
  const candidates = DEFAULTS[String(property["type"])] ?? [];
  const candidate = candidates[pick % (candidates.length * 3)];
  const sound = candidate !== undefined && accepts(toSchema(property), candidate);
  return toSchema(sound ? { ...property, default: candidate } : property);
}

/** fast-check's records have no prototype; what is parsed from JSON has. */
function toSchema(property: Record<string, unknown>): JsonObject {
  return JSON.parse(JSON.stringify(property));
}

/** One schema and several objects for it: compiling the oracle is what takes time. */
type ParameterCase = { schema: JsonObject; given: JsonObject[] };

const drawnValues = fc.record({
  loose: fc.dictionary(fc.constantFrom(...NAMES, "unknown"), value, { maxKeys: 2, noNullPrototype: true }),
  fitting: fc.array(fc.oneof(text, number, integer, fc.boolean(), fc.constant(null)), {
    minLength: 4,
    maxLength: 4,
  }),
  strict: fc.boolean(),
});

export const parametersArbitrary: fc.Arbitrary<ParameterCase> = fc
  .record({
    properties: fc.dictionary(fc.constantFrom(...NAMES), fc.tuple(parameter, fc.nat(20)), {
      maxKeys: 4,
      noNullPrototype: true,
    }),
    required: fc.uniqueArray(fc.nat(3), { maxLength: 2 }),
    dependent: fc.array(fc.tuple(fc.nat(3), fc.nat(3)), { maxLength: 2 }),
    drawn: fc.array(drawnValues, { minLength: 10, maxLength: 10 }),
  })
  .map(({ properties, required, dependent, drawn }) => {
    const names = Object.keys(properties);
    const parameters = Object.entries(properties).map(([name, [p, pick]]) => [name, withDefault(p, pick)]);
    const schema: JsonObject = {
      type: "object",
      properties: Object.fromEntries(parameters),
      required: required.map((i) => names[i]).filter((name) => name !== undefined),
      dependentRequired: Object.fromEntries(
        dependent.flatMap(([from, to]) => (names[from] && names[to] ? [[names[from], [names[to]]]] : [])),
      ),
    };
    const given = drawn.map(({ loose, fitting, strict }) => {
      const close = Object.fromEntries(
        names.map((name, i) => [name, valueNear(properties[name]?.[0], fitting[i])]),
      );
      return toSchema(strict ? close : { ...close, ...loose });
    });
    return { schema, given };
  });

/** Often something that the parameter takes, or nearly so, or nothing. */
function valueNear(property: Record<string, unknown> | undefined, drawn: unknown): unknown {
  const allowed = property?.["enum"];
  if (Array.isArray(allowed)) return allowed[0];
  if (Array.isArray(property?.["oneOf"])) return property["oneOf"].at(-1).const;
  if (property?.["const"] !== undefined) return property["const"];
  if (property?.["type"] === "array")
    return drawn === null ? null : [drawn, drawn].slice(typeof drawn === "string" ? 1 : 0);
  if (property?.["type"] === "boolean") return true;
  if (property?.["type"] === typeof drawn) return drawn;
  return property?.["minimum"] ?? property?.["maximum"];
}

const ajv = new Ajv2020({
  strict: true,
  allErrors: true,
  useDefaults: true,
  multipleOfPrecision: 9,
  code: { regExp: linearRegExp },
});

/** Ajv keys compiled patterns by their text, so the engine's objects must have one of their own. */
function linearRegExp(pattern: string, flags: string) {
  const compiled = RE2JS.compile(RE2JS.translateRegExp(pattern));
  return { test: (input: string) => compiled.test(input), toString: () => `/${pattern}/${flags}` };
}
linearRegExp.code = "linearRegExp";

function accepts(schema: AnySchema, data: unknown): boolean {
  const accepted = ajv.validate(schema, data) === true;
  ajv.removeSchema(schema);
  return accepted;
}

/** Ajv's verdict on each object, and what it is with the defaults filled in. A parameter that is null is not given. */
export function ajvVerdicts({
  schema,
  given,
}: ParameterCase): Array<{ accepted: boolean; filled: JsonObject }> {
  const { properties = {} } = schema as { properties?: object };
  const closed: AnySchema = { ...schema, additionalProperties: false };
  const validate = ajv.compile(closed);
  ajv.removeSchema(closed);
  return given.map((object) => {
    const filled: JsonObject = structuredClone(
      Object.fromEntries(
        Object.entries(object).filter(([name, member]) => member !== null || !(name in properties)),
      ),
    );
    return { accepted: validate(filled), filled };
  });
}
