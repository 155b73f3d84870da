// Which change of a parameter schema lets more through: each keyword, and random schemas against the real check.
import * as fc from "fast-check";
import { beforeAll, describe, expect, it, test } from "vitest";
import { isSameJson, type JsonObject } from "../../../../shared/domain/json.ts";
import { assessParameters } from "../../../../shared/domain/runbooks/parameter-risk.ts";
import { applyParameters } from "../../../../shared/parameters/apply.ts";
import { checkParameterSchema, ROOT_KEYWORDS } from "../../../../shared/parameters/check.ts";
import { KEYWORDS } from "../../../../shared/parameters/keywords.ts";
import { loadPatternEngine } from "../../../../shared/parameters/pattern-engine.ts";
import { parametersArbitrary } from "../../../support/parameter-oracle.ts";

const EFFECTS = {
  exposed: ["parameter_exposed", "is no longer secret: its value is stored and shown in clear"],
  loosened: ["parameters_loosened", "may accept what it refused before, or has another default"],
  narrowed: ["parameters_narrowed", "accepts no value that it refused before"],
  words: ["words_changed", "is shown in another way"],
} as const;
type Effect = keyof typeof EFFECTS;

const told = (before: object, after: object) =>
  assessParameters(before, after).map(({ code, pointer, message }) => `${code} ${pointer} ${message}`);
const withA = (parameter: object) => ({ type: "object", properties: { a: parameter } });
const says = (effect: Effect, ...keywords: string[]) =>
  `${EFFECTS[effect][0]} /parameters/properties/a Parameter a ${EFFECTS[effect][1]} (${keywords.join(", ")}).`;

/** Keyword, its value before and after (undefined: absent), and the effect. */
const BY_KEYWORD: [string, unknown, unknown, Effect][] = [
  ["type", "string", "integer", "loosened"],
  ["default", undefined, "x", "loosened"],
  ["default", "x", "y", "loosened"],
  ["default", "x", undefined, "loosened"],
  ["enum", ["x"], ["x", "y"], "loosened"],
  ["enum", ["x", "y"], ["x"], "narrowed"],
  ["enum", ["x", "y"], ["y", "x"], "narrowed"],
  ["enum", ["x"], ["y"], "loosened"],
  ["enum", ["1"], [1], "loosened"],
  ["enum", ["x"], undefined, "loosened"],
  ["enum", undefined, ["x"], "narrowed"],
  ["const", "x", "y", "loosened"],
  ["const", "x", undefined, "loosened"],
  ["const", undefined, "x", "narrowed"],
  ["oneOf", [{ const: "x" }], [{ const: "x", title: "X" }], "words"],
  ["oneOf", [{ const: "x" }], [{ const: "x" }, { const: "y" }], "loosened"],
  ["oneOf", [{ const: "x" }, { const: "y" }], [{ const: "y" }], "narrowed"],
  ["oneOf", [{ const: "x" }], undefined, "loosened"],
  ...(["minimum", "exclusiveMinimum", "minLength", "minItems"] as const).flatMap(
    (keyword): [string, unknown, unknown, Effect][] => [
      [keyword, 2, 1, "loosened"],
      [keyword, 2, undefined, "loosened"],
      [keyword, 1, 2, "narrowed"],
      [keyword, undefined, 0, "narrowed"],
    ],
  ),
  ...(["maximum", "exclusiveMaximum", "maxLength", "maxItems"] as const).flatMap(
    (keyword): [string, unknown, unknown, Effect][] => [
      [keyword, 1, 2, "loosened"],
      [keyword, 1, undefined, "loosened"],
      [keyword, 2, 1, "narrowed"],
      [keyword, undefined, 0, "narrowed"],
    ],
  ),
  ["minimum", 1, "2", "loosened"],
  ["minimum", "1", 2, "loosened"],
  ["maximum", 2, "1", "loosened"],
  ["maximum", "2", 1, "loosened"],
  ...(["multipleOf", "pattern", "format"] as const).flatMap(
    (keyword): [string, unknown, unknown, Effect][] => [
      [keyword, "1", "2", "loosened"],
      [keyword, "1", undefined, "loosened"],
      [keyword, undefined, "1", "narrowed"],
    ],
  ),
  ["uniqueItems", true, false, "loosened"],
  ["uniqueItems", true, undefined, "loosened"],
  ["uniqueItems", false, true, "narrowed"],
  ["uniqueItems", undefined, true, "narrowed"],
  ["writeOnly", true, false, "exposed"],
  ["writeOnly", true, undefined, "exposed"],
  ["writeOnly", undefined, true, "narrowed"],
  ["writeOnly", false, true, "narrowed"],
  ["searchable", undefined, true, "words"],
  ["title", "A", "B", "words"],
  ["description", "A", undefined, "words"],
  ["examples", undefined, ["x"], "words"],
  ["deprecated", undefined, true, "words"],
  ["$comment", "A", "B", "words"],
  ["x-own", 1, 2, "words"],
  ["aKeywordOfTomorrow", 1, 2, "loosened"],
];

describe("a change of one keyword", () => {
  it.each(BY_KEYWORD)("%s from %j to %j", (keyword, before, after, effect) => {
    const [old, now] = [before, after].map((value) => (value === undefined ? {} : { [keyword]: value }));
    expect(told(withA(old ?? {}), withA(now ?? {}))).toEqual([says(effect, keyword)]);
  });

  it("has a row for every keyword of a parameter", () => {
    const rows = new Set(BY_KEYWORD.map(([keyword]) => keyword));
    expect([...KEYWORDS.keys()].filter((keyword) => !rows.has(keyword))).toEqual([]);
  });

  it("of the items is one of the array", () => {
    const array = (items: object) => withA({ type: "array", items });
    const before = array({ type: "string", pattern: "^a$", title: "A", maxLength: 2 });
    const after = array({ type: "string", title: "B", maxLength: 1 });
    expect(told(before, after)).toEqual([
      says("loosened", "items.pattern"),
      says("narrowed", "items.maxLength"),
      says("words", "items.title"),
    ]);
    expect(told(withA({ type: "string" }), array({ type: "string" }))).toEqual([
      says("loosened", "type", "items.type"),
    ]);
    expect(told(array({ type: "string" }), withA({ type: "array" }))).toEqual([
      says("loosened", "items.type"),
    ]);
  });
});

describe("choices", () => {
  it.each<[object, object, ...string[]]>([
    [{ enum: ["x"] }, { oneOf: [{ const: "x" }] }, says("words", "enum", "oneOf")],
    [{ const: "x" }, { enum: ["x", "y"] }, says("loosened", "const", "enum")],
    [{ enum: ["x", "y"] }, { const: "x" }, says("narrowed", "enum", "const")],
    [
      { enum: ["x", "y"], oneOf: [{ const: "y" }, { const: "z" }] },
      { enum: ["x", "y"] },
      says("loosened", "oneOf"),
    ],
    [{ const: "x", enum: ["x", "y"] }, { enum: ["x", "y"] }, says("loosened", "const")],
    [{ enum: ["x", "y"] }, { const: "x", enum: ["x", "y"] }, says("narrowed", "const")],
    [{ const: "x", enum: ["x", "y"] }, { const: "x" }, says("words", "enum")],
    [{ oneOf: [null] }, { oneOf: ["x"] }, says("words", "oneOf")],
    [{ enum: "x" }, { enum: ["x"] }, says("narrowed", "enum")],
  ])("are compared as values that may be given: %j to %j", (before, after, ...reasons) => {
    expect(told(withA(before), withA(after))).toEqual(reasons);
  });
});

describe("a change of the schema", () => {
  const properties = { a: { type: "string" }, b: { type: "string" } };
  const schema = (more: object) => ({ type: "object", properties, ...more });

  it.each<[object, object, ...string[]]>([
    [{}, {}],
    [{ required: ["a"] }, { required: ["a"] }],
    [
      { required: ["a", "b"] },
      { required: ["b"] },
      "parameters_loosened /parameters/required Parameter a may be missing where it was required.",
    ],
    [
      {},
      { required: ["a"] },
      "parameters_narrowed /parameters/required Parameter a is required where it could be missing.",
    ],
    [
      { dependentRequired: { a: ["b"] } },
      { dependentRequired: { b: ["a"] } },
      "parameters_loosened /parameters/dependentRequired/a Parameter b may be missing where it was required.",
      "parameters_narrowed /parameters/dependentRequired/b Parameter a is required where it could be missing.",
    ],
    [
      { dependentRequired: { a: ["b"] } },
      { required: ["b"] },
      "parameters_loosened /parameters/dependentRequired/a Parameter b may be missing where it was required.",
      "parameters_narrowed /parameters/required Parameter b is required where it could be missing.",
    ],
    [
      { required: ["a", "b"] },
      { required: ["b", "a"] },
      "words_changed /parameters The parameters are written in another order.",
    ],
    [
      { required: "a", dependentRequired: { a: "b" } },
      { required: [1] },
      "words_changed /parameters The parameters are written in another order.",
    ],
    ...[
      "type",
      "additionalProperties",
      "$schema",
      "title",
      "description",
      "examples",
      "deprecated",
      "$comment",
      "x-own",
    ].map((keyword): [object, object, string] => [
      { [keyword]: 1 },
      { [keyword]: 2 },
      `words_changed /parameters/${keyword} ${keyword} of the parameter schema changed.`,
    ]),
    [{}, { allOf: [] }, "parameters_loosened /parameters/allOf allOf of the parameter schema changed."],
  ])("%j to %j", (before, after, ...reasons) => {
    expect(told(schema(before), schema(after))).toEqual(reasons);
  });

  it("has a row for each keyword beside the parameters", () => {
    const unknown = ROOT_KEYWORDS.filter(
      (keyword) => told({ [keyword]: 1 }, { [keyword]: 2 })[0]?.startsWith("parameters_loosened") ?? true,
    );
    expect(unknown).toEqual([]);
  });

  it("names a parameter that is new, and one that is gone, also if it had to be given", () => {
    const b = { b: { type: "string" } };
    expect(told({ properties }, { properties: b })).toEqual([
      "parameters_narrowed /parameters/properties/a Parameter a was removed.",
    ]);
    expect(told({ properties: b }, { properties })).toEqual([
      "parameters_loosened /parameters/properties/a Parameter a is new.",
    ]);
    expect(told({ properties, required: ["a"] }, { properties: b })).toEqual([
      "parameters_narrowed /parameters/properties/a Parameter a was removed.",
      "parameters_loosened /parameters/required Parameter a may be missing where it was required.",
    ]);
    expect(told({}, { properties: {} })).toEqual([
      "words_changed /parameters The parameters are written in another order.",
    ]);
  });

  it("writes a pointer of a name that needs escapes", () => {
    expect(told({ properties: {} }, { properties: { "a/b": {} } })[0]).toContain(
      "/parameters/properties/a~1b ",
    );
  });
});

beforeAll(() => loadPatternEngine({ properties: { p: { type: "string", pattern: "a" } } }));

/** Takes each keyword of each parameter from one of two schemas, or leaves it out, or the parameter. */
function mixed(a: JsonObject, b: JsonObject, picks: readonly number[]): JsonObject {
  let at = 0;
  const pick = <T>(...from: T[]) => from[(picks[at++ % picks.length] ?? 0) % from.length];
  const members = (one: unknown, other: unknown): JsonObject => {
    const [x, y] = [one, other].map((value) => (value ?? {}) as JsonObject);
    const keys = [...new Set([...Object.keys(x ?? {}), ...Object.keys(y ?? {})])];
    const entries = keys.map(
      (key) => [key, pick(x?.[key], x?.[key], x?.[key], y?.[key], undefined)] as const,
    );
    return Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as JsonObject;
  };
  const [x, y] = [a["properties"], b["properties"]] as [JsonObject, JsonObject];
  const kept = Object.keys(x).filter(() => pick(true, true, true, true, false));
  const properties = kept.map((name) => [name, members(x[name], y[name])]);
  return { ...members(a, b), type: "object", properties: Object.fromEntries(properties) };
}

test("what is not loosened refuses what was refused, whichever way the schema changed", () => {
  const seen = { narrowed: 0, accepted: 0, refused: 0, loosened: 0 };
  const drawn = fc.tuple(parametersArbitrary, parametersArbitrary, fc.array(fc.nat(4), { minLength: 20 }));
  fc.assert(
    fc.property(drawn, fc.boolean(), ([a, b, picks], isBack) => {
      const other = mixed(a.schema, b.schema, picks);
      if (checkParameterSchema(other).length > 0) return;
      const [before, after] = isBack ? [other, a.schema] : [a.schema, other];
      const reasons = assessParameters(before, after);
      expect(reasons.length > 0).toBe(!isSameJson(before, after));
      if (reasons.some(({ level }) => level !== "low")) {
        seen.loosened++;
        return;
      }
      if (reasons.length > 0) seen.narrowed++;
      for (const given of [...a.given, ...b.given]) {
        const now = applyParameters(after, given);
        seen[now.ok ? "accepted" : "refused"]++;
        // A parameter that is gone may have had a default: it is in nothing that is sent now.
        if (now.ok) expect(applyParameters(before, given)).toMatchObject(now);
      }
    }),
    { numRuns: 600 },
  );
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(20);
});
