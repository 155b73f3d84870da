// What a caller may give: each rule, its message, and what comes out.
import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../shared/domain/json.ts";
import { applyParameters } from "../../../shared/parameters/apply.ts";
import { checkParameterSchema } from "../../../shared/parameters/check.ts";
import { loadPatternEngine } from "../../../shared/parameters/pattern-engine.ts";
import { LIMITS, omitParameters } from "../../../shared/parameters/schema.ts";

await loadPatternEngine({ properties: { p: { type: "string", pattern: "a" } } });

function schemaOf(properties: JsonObject, required: string[] = []): JsonObject {
  const schema = { type: "object", properties, required };
  expect(checkParameterSchema(schema)).toEqual([]);
  return schema;
}

const RESTART = schemaOf(
  {
    service: { type: "string", pattern: "^[a-z-]+$" },
    replicas: { type: "integer", minimum: 1, maximum: 10, default: 2 },
    force: { type: "boolean" },
    token: { type: "string", writeOnly: true },
  },
  ["service", "replicas"],
);

test("defaults are filled in, and absent optional parameters stay absent", () => {
  expect(applyParameters(RESTART, { service: "api" })).toEqual({
    ok: true,
    parameters: { service: "api", replicas: 2 },
  });
});

test("the caller's object is left as it was", () => {
  const given = Object.freeze({ service: "api" });
  applyParameters(RESTART, given);
  expect(given).toEqual({ service: "api" });
});

test("nothing given is the same as an empty object", () => {
  expect(applyParameters({}, undefined)).toEqual({ ok: true, parameters: {} });
  expect(applyParameters(RESTART, undefined)).toEqual({
    ok: false,
    issues: [{ pointer: "/service", message: "is required" }],
  });
});

test.each([null, [], "x", 5, true])("%j is not an object of parameters", (given) => {
  expect(applyParameters(RESTART, given)).toEqual({
    ok: false,
    issues: [{ pointer: "", message: "must be an object" }],
  });
});

test("a runbook without parameters accepts none", () => {
  for (const schema of [{}, { type: "object" }]) {
    expect(applyParameters(schema, {})).toEqual({ ok: true, parameters: {} });
    expect(applyParameters(schema, { a: 1 })).toMatchObject({ ok: false, issues: [{ pointer: "/a" }] });
  }
});

test("all problems are reported at once", () => {
  expect(applyParameters(RESTART, { sevice: "api", replicas: 11, force: "true", token: "short" })).toEqual({
    ok: false,
    issues: [
      { pointer: "/sevice", message: 'is not a known parameter; did you mean "service"?' },
      { pointer: "/service", message: "is required" },
      { pointer: "/replicas", message: "must be at most 10" },
      { pointer: "/force", message: "must be true or false" },
      { pointer: "/token", message: "must have at least 6 characters: a shorter secret could not be masked" },
    ],
  });
});

describe("each rule has its message, and the bound itself is inside", () => {
  const rules: Array<[JsonObject, unknown, string | undefined]> = [
    [{ type: "string" }, "", undefined],
    [{ type: "string" }, 5, "must be a string"],
    [{ type: "string" }, ["a"], "must be a string"],
    [{ type: "string" }, { a: 1 }, "must be a string"],
    [{ type: "string" }, "\ud800", "must be well-formed Unicode"],
    [{ type: "string" }, "x".repeat(8192), undefined],
    [{ type: "string" }, "x".repeat(8193), "must have at most 8192 characters"],
    [{ type: "string", minLength: 1 }, "", "must have at least 1 character"],
    [{ type: "string", minLength: 2 }, "😀", "must have at least 2 characters"],
    [{ type: "string", maxLength: 2 }, "😀😀", undefined],
    [{ type: "string", maxLength: 2 }, "😀😀😀", "must have at most 2 characters"],
    [{ type: "string", maxLength: 0 }, "", undefined],
    [{ type: "string", enum: ["a", "b"] }, "b", undefined],
    [{ type: "string", enum: ["a", "b"] }, "B", "must be one of: a, b"],
    [{ type: "string", pattern: "b" }, "abc", undefined],
    [{ type: "string", pattern: "^b$" }, "abc", "must match the pattern ^b$"],
    [
      { type: "string", format: "uuid" },
      "x",
      "must be a valid uuid, such as 3f2b8c1e-0d4a-4b7e-9a51-6c8d2e7f1a90",
    ],
    [{ type: "string", writeOnly: true }, "abcdef", undefined],
    [{ type: "string", writeOnly: true, minLength: 8 }, "abcdef", "must have at least 8 characters"],
    [{ type: "number" }, 1.5, undefined],
    [{ type: "number" }, "1.5", "must be a number"],
    [{ type: "number" }, true, "must be a number"],
    [{ type: "number" }, Number.NaN, "must be a finite number"],
    [{ type: "number" }, JSON.parse("1e400"), "must be a finite number"],
    [{ type: "number" }, 2 ** 53, "must be between -9007199254740991 and 9007199254740991"],
    [{ type: "number" }, 1e-200, "must be 0 or at least 1e-100 away from it"],
    [{ type: "number", minimum: 1 }, 1, undefined],
    [{ type: "number", minimum: 1 }, 0.99, "must be at least 1"],
    [{ type: "number", maximum: 1 }, 1, undefined],
    [{ type: "number", maximum: 1 }, 1.01, "must be at most 1"],
    [{ type: "number", exclusiveMinimum: 1 }, 1.01, undefined],
    [{ type: "number", exclusiveMinimum: 1 }, 1, "must be greater than 1"],
    [{ type: "number", exclusiveMaximum: 1 }, 0.99, undefined],
    [{ type: "number", exclusiveMaximum: 1 }, 1, "must be less than 1"],
    [{ type: "number", multipleOf: 0.1 }, 0.3, undefined],
    [{ type: "number", multipleOf: 0.1 }, 0.35, "must be a multiple of 0.1"],
    [{ type: "integer", multipleOf: 5 }, -10, undefined],
    [{ type: "integer", multipleOf: 5 }, 12, "must be a multiple of 5"],
    [{ type: "string", const: "eu" }, "eu", undefined],
    [{ type: "string", const: "eu" }, "us", "must be one of: eu"],
    [{ type: "integer", oneOf: [{ const: 1, title: "One" }, { const: 2 }] }, 2, undefined],
    [{ type: "integer", oneOf: [{ const: 1, title: "One" }, { const: 2 }] }, 3, "must be one of: 1, 2"],
    [{ type: "array", items: { type: "string" } }, [], undefined],
    [{ type: "array", items: { type: "string" } }, ["a", "a"], undefined],
    [{ type: "array", items: { type: "string" } }, "a", "must be an array"],
    [{ type: "array", items: { type: "string" } }, { 0: "a" }, "must be an array"],
    [{ type: "array", items: { type: "string" }, minItems: 1 }, [], "must have at least 1 item"],
    [{ type: "array", items: { type: "string" }, maxItems: 2 }, ["a", "b"], undefined],
    [{ type: "array", items: { type: "string" }, maxItems: 2 }, ["a", "b", "c"], "must have at most 2 items"],
    [{ type: "integer" }, 5.0, undefined],
    [{ type: "integer" }, 2 ** 53 - 1, undefined],
    [
      { type: "integer" },
      JSON.parse("9007199254740993"),
      "must be between -9007199254740991 and 9007199254740991",
    ],
    [{ type: "integer" }, 5.5, "must be an integer"],
    [{ type: "integer", enum: [1, 2] }, 3, "must be one of: 1, 2"],
    [{ type: "boolean" }, false, undefined],
    [{ type: "boolean" }, "false", "must be true or false"],
    [{ type: "boolean" }, 0, "must be true or false"],
    [{ type: "boolean", enum: [true] }, false, "must be one of: true"],
  ];
  test.each(rules)("%j with %j", (parameter, value, message) => {
    const applied = applyParameters(schemaOf({ p: parameter }), { p: value });
    if (message === undefined) expect(applied).toEqual({ ok: true, parameters: { p: value } });
    else expect(applied).toEqual({ ok: false, issues: [{ pointer: "/p", message }] });
  });
});

test("null is not given: a default is filled in, and what is required is missing", () => {
  expect(applyParameters(RESTART, { service: "api", replicas: null, force: null })).toEqual({
    ok: true,
    parameters: { service: "api", replicas: 2 },
  });
  expect(applyParameters(RESTART, { service: null })).toEqual({
    ok: false,
    issues: [{ pointer: "/service", message: "is required" }],
  });
});

test("an array is checked item by item, and each issue points at its item", () => {
  const hosts = {
    type: "array",
    items: { type: "string", pattern: "^web-", minLength: 2 },
    uniqueItems: true,
  };
  const schema = schemaOf({ hosts });
  expect(applyParameters(schema, { hosts: ["web-1", "db-1", 5, null, "web-1", ["x"]] })).toEqual({
    ok: false,
    issues: [
      { pointer: "/hosts/1", message: "must match the pattern ^web-" },
      { pointer: "/hosts/2", message: "must be a string" },
      { pointer: "/hosts/3", message: "must be a string" },
      { pointer: "/hosts/4", message: "is there twice" },
      { pointer: "/hosts/5", message: "must be a string" },
    ],
  });
  expect(applyParameters(schema, { hosts: ["web-2", "web-1"] })).toEqual({
    ok: true,
    parameters: { hosts: ["web-2", "web-1"] },
  });
});

test("an array without maxItems has at most 1,000 items", () => {
  const schema = schemaOf({ n: { type: "array", items: { type: "integer" } } });
  const ones = Array.from({ length: 1001 }, () => 1);
  expect(applyParameters(schema, { n: ones.slice(1) }).ok).toBe(true);
  expect(applyParameters(schema, { n: ones })).toMatchObject({
    issues: [{ pointer: "/n", message: "must have at most 1000 items" }],
  });
});

describe("what goes together is given together", () => {
  const schema = {
    ...schemaOf({
      from: { type: "string" },
      to: { type: "string" },
      zone: { type: "string", default: "UTC" },
    }),
    dependentRequired: { from: ["to", "zone"] },
  };
  expect(checkParameterSchema(schema)).toEqual([]);

  test("a parameter that another needs is required with it, and a default serves", () => {
    expect(applyParameters(schema, { from: "a" })).toEqual({
      ok: false,
      issues: [{ pointer: "/to", message: "is required together with from" }],
    });
    expect(applyParameters(schema, { from: "a", to: "b" }).ok).toBe(true);
    expect(applyParameters(schema, { to: "b" }).ok).toBe(true);
    expect(applyParameters(schema, { from: null }).ok).toBe(true);
  });

  test("a parameter whose value is there already still needs the others", () => {
    expect(applyParameters(omitParameters(schema, ["from"]), {})).toMatchObject({
      issues: [{ pointer: "/to", message: "is required" }],
    });
    expect(applyParameters(omitParameters(schema, ["to"]), { from: "a" }).ok).toBe(true);
  });
});

test("a value is never repeated in a message: it may be a secret", () => {
  const canary = "canary-5d1f";
  const schema = schemaOf({
    token: { type: "string", writeOnly: true, pattern: "^x", format: "date", maxLength: 200, minLength: 50 },
    kind: { type: "string", enum: ["a"] },
    count: { type: "integer" },
  });
  const applied = applyParameters(schema, { token: canary, kind: canary, count: canary });
  expect(applied.ok).toBe(false);
  expect(JSON.stringify(applied)).not.toContain(canary);
});

test("minus zero becomes zero", () => {
  const schema = schemaOf({ n: { type: "number" }, list: { type: "array", items: { type: "number" } } });
  expect(applyParameters(schema, { n: -0, list: [-0] })).toStrictEqual({
    ok: true,
    parameters: { n: 0, list: [0] },
  });
});

describe("members of Object.prototype are neither parameters nor values (E9)", () => {
  const schema = schemaOf({ service: { type: "string" } });
  test.each(["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf"])("%s", (name) => {
    const given: unknown = JSON.parse(`{"service":"api",${JSON.stringify(name)}:{"polluted":true}}`);
    expect(applyParameters(schema, given)).toEqual({
      ok: false,
      issues: [{ pointer: `/${name}`, message: expect.stringMatching(/^is not a known parameter/) }],
    });
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  });

  test("an inherited value is not a given one", () => {
    const inherited: unknown = Object.create({ service: "api" });
    expect(applyParameters(schemaOf({ service: { type: "string" } }, ["service"]), inherited).ok).toBe(false);
  });
});

describe("size and depth are bounded", () => {
  const names = Array.from({ length: 8 }, (_, i) => `p${i}`);
  const schema = schemaOf(Object.fromEntries(names.map((name) => [name, { type: "string" }])));

  test("32 KiB of parameters pass, one byte more does not", () => {
    const filled = (bytes: number) => {
      const given = Object.fromEntries(names.map((name) => [name, ""]));
      const free = bytes - JSON.stringify(given).length;
      return Object.fromEntries(
        names.map((name, i) => [name, "x".repeat(Math.ceil((free - i) / names.length))]),
      );
    };
    expect(JSON.stringify(filled(LIMITS.parametersBytes))).toHaveLength(LIMITS.parametersBytes);
    expect(applyParameters(schema, filled(LIMITS.parametersBytes)).ok).toBe(true);
    expect(applyParameters(schema, filled(LIMITS.parametersBytes + 1))).toEqual({
      ok: false,
      issues: [{ pointer: "", message: "must have at most 32768 bytes as JSON" }],
    });
  });

  test("a value nested 100,000 levels deep is an issue, not a crash (E10)", () => {
    const given: unknown = JSON.parse(`{"p0":${"[".repeat(100_000)}${"]".repeat(100_000)}}`);
    expect(applyParameters(schema, given)).toEqual({
      ok: false,
      issues: [{ pointer: "/p0", message: "must be a string" }],
    });
  });

  test("thousands of unknown names are answered with a bounded list", () => {
    const given = Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`x${i}`, null]));
    const applied = applyParameters(schema, given);
    expect(applied.ok === false && applied.issues.length).toBe(LIMITS.issues);
  });

  test("a long list of allowed values is cut in the message", () => {
    const values = Array.from({ length: 200 }, (_, i) => i);
    const applied = applyParameters(schemaOf({ n: { type: "integer", enum: values } }), { n: -1 });
    expect(applied).toMatchObject({ issues: [{ message: expect.stringMatching(/19, and 180 more$/) }] });
  });
});
