// What may be saved as an event pattern, and how each refusal says where and why.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkEventPattern, MAX_PATTERN_BYTES } from "../../../../shared/domain/event-pattern/check.ts";
import { explainEventPattern } from "../../../../shared/domain/event-pattern/explain.ts";
import type { JsonObject } from "../../../../shared/domain/json.ts";

const on = (...conditions: unknown[]) => ({ source: conditions });
function nested(levels: number): unknown {
  return levels === 1 ? { x: ["y"] } : { x: nested(levels - 1) };
}

describe("a refusal points at the fault", () => {
  const refused: Array<[unknown, string, RegExp]> = [
    [null, "", /must be an object/],
    [[], "", /must be an object/],
    ["{}", "", /must be an object/],
    [{}, "", /at least one field/],
    [{ detail: {} }, "/detail", /at least one field/],
    [{ source: "x" }, "/source", /must be an array of values, or an object of fields$/],
    [{ source: 5 }, "/source", /must be an array/],
    [{ source: null }, "/source", /must be an array/],
    [{ source: { prefix: "x" } }, "/source/prefix", /an operator stands inside an array/],
    [{ source: [] }, "/source", /at least one value/],
    [{ "a/b~": [] }, "/a~1b~0", /at least one value/],
    [on("x", ["y"]), "/source/1", /must be a string, a number/],
    [on(Number.NaN), "/source/0", /must be a string, a number/],
    [on({}), "/source/0", /exactly one operator/],
    [on({ prefix: "a", suffix: "b" }), "/source/0", /exactly one operator/],
    [on({ regex: "a" }), "/source/0/regex", /is not an operator; there are prefix, suffix/],
    [on({ constructor: "a" }), "/source/0/constructor", /is not an operator/],
    [on({ prefix: 5 }), "/source/0/prefix", /must be a string/],
    [on({ prefix: ["a"] }), "/source/0/prefix", /must be a string or/],
    [on({ prefix: { wildcard: "a" } }), "/source/0/prefix", /equals-ignore-case/],
    [on({ "equals-ignore-case": ["a"] }), "/source/0/equals-ignore-case", /must be a string/],
    [on({ "anything-but": [] }), "/source/0/anything-but", /must be a string, a number, or a list/],
    [on({ "anything-but": ["a", 1] }), "/source/0/anything-but", /only strings or only numbers/],
    [on({ "anything-but": null }), "/source/0/anything-but", /must be a string/],
    [
      on({ "anything-but": { numeric: ["=", 1] } }),
      "/source/0/anything-but",
      /one of: prefix, suffix, equals-ignore-case, wildcard/,
    ],
    [on({ "anything-but": { prefix: [] } }), "/source/0/anything-but", /empty list/],
    [on({ "anything-but": { prefix: ["a", ""] } }), "/source/0/anything-but", /prefix must not be empty/],
    [
      on({ "anything-but": { prefix: { "equals-ignore-case": "a" } } }),
      "/source/0/anything-but",
      /prefix must be a string or a list/,
    ],
    [on({ "anything-but": { wildcard: "a**" } }), "/source/0/anything-but", /two stars/],
    [on({ numeric: ">5" }), "/source/0/numeric", /comparison such as/],
    [on({ numeric: [] }), "/source/0/numeric", /comparison such as/],
    [on({ numeric: ["!=", 5] }), "/source/0/numeric", /comparison such as/],
    [on({ numeric: [">", "5"] }), "/source/0/numeric", /compare with numbers/],
    [on({ numeric: [">", Number.POSITIVE_INFINITY] }), "/source/0/numeric", /compare with numbers/],
    [on({ numeric: [">", 5, "<"] }), "/source/0/numeric", /comparison such as/],
    [on({ numeric: ["<", 5, ">", 0] }), "/source/0/numeric", /comparison such as/],
    [on({ numeric: ["=", 5, "<", 6] }), "/source/0/numeric", /comparison such as/],
    [on({ numeric: [">", 5, "<", 5] }), "/source/0/numeric", /lower bound first/],
    [on({ exists: "true" }), "/source/0/exists", /true or false/],
    [on({ cidr: "10.0.0.0" }), "/source/0/cidr", /a block such as/],
    [on({ cidr: "10.0.0.0/33" }), "/source/0/cidr", /a block such as/],
    [on({ cidr: "10.0.0.256/8" }), "/source/0/cidr", /a block such as/],
    [on({ cidr: "::/129" }), "/source/0/cidr", /a block such as/],
    [on({ cidr: "1::2::3/64" }), "/source/0/cidr", /a block such as/],
    [on({ cidr: 10 }), "/source/0/cidr", /must be a string/],
    [on({ wildcard: "a**b" }), "/source/0/wildcard", /two stars in a row/],
    [on({ wildcard: "a\\b" }), "/source/0/wildcard", /backslash/],
    [on({ wildcard: "a\\" }), "/source/0/wildcard", /backslash/],
    [on({ wildcard: 1 }), "/source/0/wildcard", /must be a string/],
    [{ $or: {} }, "/$or", /at least two alternatives/],
    [{ $or: [{ a: ["x"] }] }, "/$or", /at least two alternatives/],
    [{ $or: [{ a: ["x"] }, "b"] }, "/$or/1", /object of fields/],
    [{ $or: [{ a: ["x"] }, {}] }, "/$or/1", /at least one field/],
    [{ $or: [{ a: ["x"] }, { prefix: ["x"] }] }, "/$or/1/prefix", /is an operator, not a field/],
    [nested(11), "/x/x/x/x/x/x/x/x/x/x", /deeper than 10 levels/],
    [{ source: ["x".repeat(MAX_PATTERN_BYTES)] }, "", /at most 4096 bytes/],
    [{ source: ["é".repeat(2100)] }, "", /at most 4096 bytes/],
  ];
  test.each(refused)("%j at %s", (pattern, pointer, message) => {
    expect(checkEventPattern(pattern)).toEqual([{ pointer, message: expect.stringMatching(message) }]);
  });
});

describe("a pattern that every event meets is refused", () => {
  const all: unknown[] = [
    { source: [{ exists: true }] },
    { source: [{ prefix: "" }] },
    { "detail-type": [{ suffix: "" }] },
    { time: [{ wildcard: "*" }], account: [{ exists: true }] },
    { detail: { a: [{ exists: true }, { exists: false }] } },
    { unheard: [{ exists: false }] },
    { source: { deeper: [{ exists: false }] } },
    { detail: [{ exists: false }] },
    { $or: [{ source: ["x"] }, { id: [{ exists: true }] }] },
  ];
  test.each(all)("%j", (pattern) => {
    expect(checkEventPattern(pattern)).toEqual([
      { pointer: "", message: expect.stringMatching(/matches every event/) },
    ]);
  });

  const some: unknown[] = [
    { detail: { incident: { assignee: [{ exists: false }] } } },
    { detail: { incident: { assignee: [{ exists: true }] } } },
    { resources: [{ exists: false }] },
    { source: [{ exists: true }], region: ["eu-central-1"] },
    { $or: [{ source: ["x"] }, { account: ["1"] }] },
  ];
  test.each(some)("but not %j", (pattern) => expect(checkEventPattern(pattern)).toEqual([]));
});

test("ten levels and 4,096 bytes are still allowed", () => {
  expect(checkEventPattern(nested(10))).toEqual([]);
  const frame = JSON.stringify({ source: [""] }).length;
  expect(checkEventPattern({ source: ["x".repeat(MAX_PATTERN_BYTES - frame)] })).toEqual([]);
});

test("all problems are reported at once, but a hostile pattern buys no endless answer", () => {
  const pattern = { a: [], b: "x", detail: { c: [{ prefix: 1 }, { no: 1 }] } };
  expect(checkEventPattern(pattern).map((issue) => issue.pointer)).toEqual([
    "/a",
    "/b",
    "/detail/c/0/prefix",
    "/detail/c/1/no",
  ]);
  const hostile = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`x${i}`, i]));
  expect(checkEventPattern(hostile)).toHaveLength(50);
  expect(checkEventPattern(JSON.parse(`${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}`))).toHaveLength(1);
});

test("the check answers any input", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (pattern) => {
      expect(Array.isArray(checkEventPattern(pattern))).toBe(true);
    }),
  );
});

describe("an explanation names the condition that failed and why", () => {
  const event: JsonObject = {
    source: "oncall.incidents",
    detail: {
      status: "open",
      metadata: { a: 1 },
      steps: [
        { kind: "check", ok: true },
        { kind: "restart", ok: false },
      ],
    },
  };
  const explained: Array<[JsonObject, Array<[string, RegExp]>]> = [
    [{ source: ["oncall.incidents"] }, []],
    [
      { source: ["other"], detail: { status: ["closed"] } },
      [
        ["/source", /meets none/],
        ["/detail/status", /meets none/],
      ],
    ],
    [{ detail: { priority: [1] } }, [["/detail/priority", /does not have this field/]]],
    [{ detail: { change: { id: ["x"] } } }, [["/detail/change/id", /does not have this field/]]],
    [{ detail: { metadata: ["x"] } }, [["/detail/metadata", /an object here/]]],
    [{ detail: { status: [{ exists: false }] } }, [["/detail/status", /must be absent/]]],
    [{ detail: { steps: { kind: ["stop"] } } }, [["/detail/steps/kind", /meets none/]]],
    [{ detail: { steps: { kind: ["restart"], ok: [true] } } }, [["/detail/steps", /no single element/]]],
    [
      { $or: [{ source: ["a"] }, { detail: { status: ["b"] } }] },
      [
        ["/$or", /none of the alternatives/],
        ["/$or/0/source", /meets none/],
        ["/$or/1/detail/status", /meets none/],
      ],
    ],
  ];
  test.each(explained)("%j", (pattern, failed) => {
    expect(checkEventPattern(pattern)).toEqual([]);
    expect(explainEventPattern(pattern, event)).toEqual({
      matched: failed.length === 0,
      failed: failed.map(([pointer, message]) => ({ pointer, message: expect.stringMatching(message) })),
    });
  });
});
