// Which events a pattern matches: each operator and each rule that EventBridge documents.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkEventPattern } from "../../../../shared/domain/event-pattern/check.ts";
import { explainEventPattern } from "../../../../shared/domain/event-pattern/explain.ts";
import { type EventPattern, matchesEventPattern } from "../../../../shared/domain/event-pattern/match.ts";
import type { JsonObject, JsonValue } from "../../../../shared/domain/json.ts";
import { eventArbitrary, patternArbitrary } from "../../../support/event-pattern-arbitrary.ts";

const EVENT: JsonObject = {
  version: "0",
  id: "6a7e8feb-b491-4cf7-a9f1-bf3703467718",
  "detail-type": "Incident Created",
  source: "oncall.incidents",
  account: "111122223333",
  time: "2026-01-31T09:30:00Z",
  region: "eu-central-1",
  resources: ["arn:one", "arn:two"],
  detail: {
    incident: {
      id: "inc-7",
      title: "Disk full on db-1",
      status: "triggered",
      priority: 2,
      load: 301.8,
      paging: true,
      assignee: null,
      note: "",
      tags: ["db", "disk"],
      none: [],
      address: "10.1.2.3",
      address6: "2001:DB8:0:0::7",
      path: "/var/lib/postgres/base",
      metadata: { "k8s.io/app": "postgres", zone: { name: "a" } },
      steps: [
        { kind: "check", ok: true, by: { name: "ada" } },
        { kind: "restart", ok: false, retries: 3 },
        [{ kind: "nested", ok: true }],
        "free text",
      ],
    },
  },
};

/** A pattern over the incident alone. */
function incident(pattern: JsonObject): EventPattern {
  return { detail: { incident: pattern } };
}

const CASES: Array<[string, EventPattern, boolean]> = [
  ["an exact string", { source: ["oncall.incidents"] }, true],
  ["another string", { source: ["oncall.incident"] }, false],
  ["case counts", { source: ["Oncall.Incidents"] }, false],
  ["one of several values", incident({ status: ["resolved", "triggered"] }), true],
  ["all fields", { source: ["oncall.incidents"], "detail-type": ["Incident Created"] }, true],
  ["one field of two", { source: ["oncall.incidents"], "detail-type": ["Incident Resolved"] }, false],
  ["an exact number", incident({ priority: [2] }), true],
  ["the same number, written otherwise", incident({ priority: [JSON.parse("2.0e0")] }), true],
  ["a number is not its text", incident({ priority: ["2"] }), false],
  ["an exact boolean", incident({ paging: [true] }), true],
  ["a boolean is not its text", incident({ paging: ["true"] }), false],
  ["null", incident({ assignee: [null] }), true],
  ["null is not the empty string", incident({ assignee: [""] }), false],
  ["the empty string", incident({ note: [""] }), true],
  ["the empty string is not null", incident({ note: [null] }), false],
  ["a missing field is not null", incident({ absent: [null] }), false],
  ["a value of a missing object", { detail: { change: { id: ["x"] } } }, false],
  ["a name with a dot is one name", incident({ metadata: { "k8s.io/app": ["postgres"] } }), true],
  ["a dot is no path", { "detail.incident.status": ["triggered"] }, false],

  ["prefix", { time: [{ prefix: "2026-01-" }] }, true],
  ["prefix of another text", { region: [{ prefix: "us-" }] }, false],
  ["prefix of a number", incident({ priority: [{ prefix: "2" }] }), false],
  ["prefix whatever the case", { source: [{ prefix: { "equals-ignore-case": "ONCALL" } }] }, true],
  ["suffix", { source: [{ suffix: ".incidents" }] }, true],
  ["suffix of another text", { source: [{ suffix: ".png" }] }, false],
  ["suffix whatever the case", { source: [{ suffix: { "equals-ignore-case": ".INCIDENTS" } }] }, true],
  ["equals-ignore-case", incident({ status: [{ "equals-ignore-case": "TRIGGERED" }] }), true],
  ["equals-ignore-case of a part", incident({ status: [{ "equals-ignore-case": "TRIGGER" }] }), false],

  ["anything-but another string", incident({ status: [{ "anything-but": "resolved" }] }), true],
  ["anything-but this string", incident({ status: [{ "anything-but": "triggered" }] }), false],
  ["anything-but a number", incident({ priority: [{ "anything-but": 3 }] }), true],
  ["anything-but this number", incident({ priority: [{ "anything-but": 2 }] }), false],
  [
    "anything-but a list without it",
    incident({ status: [{ "anything-but": ["resolved", "closed"] }] }),
    true,
  ],
  [
    "anything-but a list with it",
    incident({ status: [{ "anything-but": ["resolved", "triggered"] }] }),
    false,
  ],
  ["anything-but numbers with it", incident({ priority: [{ "anything-but": [1, 2] }] }), false],
  ["anything-but a missing field", incident({ absent: [{ "anything-but": "x" }] }), false],
  ["anything-but a string, where null is", incident({ assignee: [{ "anything-but": "ada" }] }), true],
  ["anything-but a prefix", { region: [{ "anything-but": { prefix: "us-" } }] }, true],
  ["anything-but its prefix", { region: [{ "anything-but": { prefix: "eu-" } }] }, false],
  ["anything-but one of its prefixes", { region: [{ "anything-but": { prefix: ["us-", "eu-"] } }] }, false],
  ["anything-but a suffix", { source: [{ "anything-but": { suffix: ".png" } }] }, true],
  ["anything-but its suffix", { source: [{ "anything-but": { suffix: [".png", "incidents"] } }] }, false],
  [
    "anything-but ignoring case",
    incident({ status: [{ "anything-but": { "equals-ignore-case": "Triggered" } }] }),
    false,
  ],
  [
    "anything-but others ignoring case",
    incident({ status: [{ "anything-but": { "equals-ignore-case": ["A", "B"] } }] }),
    true,
  ],
  ["anything-but a wildcard", incident({ path: [{ "anything-but": { wildcard: "*/lib/*" } }] }), false],
  [
    "anything-but other wildcards",
    incident({ path: [{ "anything-but": { wildcard: ["*/opt/*", "*.png"] } }] }),
    true,
  ],

  ["numeric equal", incident({ load: [{ numeric: ["=", 3.018e2] }] }), true],
  ["numeric less", incident({ priority: [{ numeric: ["<", 2] }] }), false],
  ["numeric at most", incident({ priority: [{ numeric: ["<=", 2] }] }), true],
  ["numeric greater", incident({ priority: [{ numeric: [">", 2] }] }), false],
  ["numeric at least", incident({ priority: [{ numeric: [">=", 2] }] }), true],
  ["numeric range", incident({ priority: [{ numeric: [">", 0, "<=", 2] }] }), true],
  ["numeric range that ends before", incident({ priority: [{ numeric: [">=", 0, "<", 2] }] }), false],
  ["numeric of a text", incident({ id: [{ numeric: [">", 0] }] }), false],

  ["exists", incident({ status: [{ exists: true }] }), true],
  ["exists, though null", incident({ assignee: [{ exists: true }] }), true],
  ["exists, but is missing", incident({ absent: [{ exists: true }] }), false],
  ["exists, but is no leaf", incident({ metadata: [{ exists: true }] }), false],
  ["exists, but is an empty array", incident({ none: [{ exists: true }] }), false],
  ["does not exist", incident({ absent: [{ exists: false }] }), true],
  ["does not exist, but is there", incident({ status: [{ exists: false }] }), false],
  ["does not exist, as it is no leaf", incident({ metadata: [{ exists: false }] }), true],
  ["does not exist, as the array is empty", incident({ none: [{ exists: false }] }), true],
  ["does not exist inside what does not exist", incident({ absent: { deeper: [{ exists: false }] } }), true],
  ["does not exist inside a scalar", incident({ status: { deeper: [{ exists: false }] } }), true],
  ["a value or nothing", incident({ absent: ["x", { exists: false }] }), true],
  ["a value or nothing, but another value", incident({ status: ["x", { exists: false }] }), false],

  ["cidr", incident({ address: [{ cidr: "10.0.0.0/8" }] }), true],
  ["cidr of others", incident({ address: [{ cidr: "10.2.0.0/16" }] }), false],
  ["cidr of everything in the family", incident({ address: [{ cidr: "0.0.0.0/0" }] }), true],
  ["cidr of one", incident({ address: [{ cidr: "10.1.2.3/32" }] }), true],
  ["cidr of IPv6", incident({ address6: [{ cidr: "2001:db8::/32" }] }), true],
  ["cidr of the other family", incident({ address: [{ cidr: "::/0" }] }), false],
  ["cidr of a text", incident({ title: [{ cidr: "0.0.0.0/0" }] }), false],

  ["wildcard", incident({ path: [{ wildcard: "/var/*/base" }] }), true],
  ["wildcard in several places", incident({ path: [{ wildcard: "*lib*post*" }] }), true],
  ["wildcard for nothing", incident({ path: [{ wildcard: "*/var/lib/postgres/base*" }] }), true],
  ["wildcard in another order", incident({ path: [{ wildcard: "*post*lib*" }] }), false],
  ["wildcard of null", incident({ assignee: [{ wildcard: "*" }] }), false],

  ["any element of an array", { resources: ["arn:two"] }, true],
  ["no element of an array", { resources: ["arn:three"] }, false],
  ["an operator on elements", incident({ tags: [{ prefix: "di" }] }), true],
  ["anything-but one element", incident({ tags: [{ "anything-but": "db" }] }), true],
  ["anything-but all elements", incident({ tags: [{ "anything-but": ["db", "disk"] }] }), false],
  ["an element that is an object", incident({ steps: { kind: ["restart"] } }), true],
  ["an element of a nested array", incident({ steps: { kind: ["nested"] } }), true],
  ["two fields of one element", incident({ steps: { kind: ["restart"], ok: [false] } }), true],
  ["two fields of different elements", incident({ steps: { kind: ["restart"], ok: [true] } }), false],
  [
    "a deeper field and another of one element",
    incident({ steps: { kind: ["check"], by: { name: ["ada"] } } }),
    true,
  ],
  [
    "a deeper field and another of two elements",
    incident({ steps: { kind: ["restart"], by: { name: ["ada"] } } }),
    false,
  ],
  [
    "a field that this element has not",
    incident({ steps: { kind: ["check"], retries: [{ exists: false }] } }),
    true,
  ],
  [
    "a field that this element has",
    incident({ steps: { kind: ["restart"], retries: [{ exists: false }] } }),
    false,
  ],
  ["a field that no element has", incident({ steps: { absent: [{ exists: false }] } }), true],
  ["a field that one element has", incident({ steps: { retries: [{ exists: false }] } }), false],

  ["$or, its first", { $or: [{ source: ["oncall.incidents"] }, { region: ["us-east-1"] }] }, true],
  ["$or, its second", { $or: [{ region: ["us-east-1"] }, { source: ["oncall.incidents"] }] }, true],
  ["$or, neither", { $or: [{ region: ["us-east-1"] }, { account: ["1"] }] }, false],
  [
    "$or and a field",
    { region: ["us-east-1"], $or: [{ source: ["oncall.incidents"] }, { account: ["1"] }] },
    false,
  ],
  [
    "$or with several fields",
    { $or: [{ region: ["us-east-1"] }, { source: ["oncall.incidents"], account: ["111122223333"] }] },
    true,
  ],
  ["$or within a field", incident({ $or: [{ priority: [1] }, { status: ["triggered"] }] }), true],
  [
    "$or within $or",
    { $or: [{ account: ["1"] }, { $or: [{ account: ["2"] }, { account: ["111122223333"] }] }] },
    true,
  ],
  [
    "$or within one element",
    incident({ steps: { ok: [true], $or: [{ kind: ["restart"] }, { retries: [3] }] } }),
    false,
  ],

  ["a name that every object inherits", incident({ constructor: [{ exists: true }] }), false],
  ["a name that no object need have", incident({ toString: [{ exists: false }], id: ["inc-7"] }), true],
];

describe.each(CASES)("%s", (_, pattern, expected) => {
  test(expected ? "matches" : "does not match", () => {
    expect(checkEventPattern(pattern)).toEqual([]);
    expect(matchesEventPattern(pattern, EVENT)).toBe(expected);
    expect(explainEventPattern(pattern, EVENT).matched).toBe(expected);
  });
});

test("a member named __proto__ is data like any other", () => {
  const pattern: JsonObject = JSON.parse('{"detail":{"__proto__":["x"]}}');
  expect(checkEventPattern(pattern)).toEqual([]);
  expect(matchesEventPattern(pattern, JSON.parse('{"detail":{"__proto__":"x"}}'))).toBe(true);
  expect(matchesEventPattern(pattern, { detail: {} })).toBe(false);
});

test("an event nested 100,000 levels deep is matched, not a crash", () => {
  const deep: JsonObject = JSON.parse(`{"a":${"[".repeat(100_000)}"x"${"]".repeat(100_000)}}`);
  expect(matchesEventPattern({ a: ["x"] }, deep)).toBe(true);
  expect(matchesEventPattern({ a: { b: ["x"] } }, deep)).toBe(false);
});

describe("for all patterns and events", () => {
  test("matching and explaining never throw and agree", () => {
    const seen = { matched: 0, failed: 0 };
    fc.assert(
      fc.property(patternArbitrary, eventArbitrary, (pattern, event) => {
        expect(checkEventPattern(pattern)).toEqual([]);
        const { matched, failed } = explainEventPattern(pattern, event);
        expect(matched).toBe(matchesEventPattern(pattern, event));
        expect(failed.length === 0).toBe(matched);
        seen[matched ? "matched" : "failed"]++;
      }),
      { numRuns: 3000 },
    );
    expect(Math.min(seen.matched, seen.failed)).toBeGreaterThan(150);
  });

  test("even an unchecked pattern is answered", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue() as fc.Arbitrary<JsonValue>),
        eventArbitrary,
        (pattern, event) => {
          expect(matchesEventPattern(pattern, event)).toBeTypeOf("boolean");
        },
      ),
    );
  });

  test("fields that the pattern does not name change nothing", () => {
    fc.assert(
      fc.property(patternArbitrary, eventArbitrary, eventArbitrary, (pattern, event, other) => {
        const more = { ...event, unrelated: other, detail: withMember(event["detail"], "unrelated", other) };
        expect(matchesEventPattern(pattern, more)).toBe(matchesEventPattern(pattern, event));
      }),
      { numRuns: 1000 },
    );
  });

  test("anything-but is the negation on every scalar that is there", () => {
    const operand = fc.oneof(
      fc.string({ unit: fc.constantFrom("a", "b"), minLength: 1, maxLength: 2 }),
      fc.integer({ min: 0, max: 3 }),
    );
    const value = fc.oneof(operand, fc.boolean(), fc.constant(null));
    fc.assert(
      fc.property(operand, value, (named, present) => {
        const event = { a: present };
        const exactly = matchesEventPattern({ a: [named] }, event);
        expect(matchesEventPattern({ a: [{ "anything-but": named }] }, event)).toBe(!exactly);
        for (const operator of ["prefix", "suffix", "equals-ignore-case", "wildcard"]) {
          const met = matchesEventPattern({ a: [{ [operator]: `${named}` }] }, event);
          expect(matchesEventPattern({ a: [{ "anything-but": { [operator]: `${named}` } }] }, event)).toBe(
            !met,
          );
        }
      }),
    );
  });

  test("the order of an event's array and of a pattern's members does not matter", () => {
    const reversed = (value: JsonValue): JsonValue => {
      if (Array.isArray(value)) return value.map(reversed).reverse();
      if (typeof value !== "object" || value === null) return value;
      return Object.fromEntries(
        Object.entries(value)
          .map(([k, v]) => [k, reversed(v)] as const)
          .reverse(),
      );
    };
    fc.assert(
      fc.property(patternArbitrary, eventArbitrary, (pattern, event) => {
        const backwards = Object.fromEntries(Object.entries(pattern).reverse());
        expect(matchesEventPattern(backwards, reversed(event) as JsonObject)).toBe(
          matchesEventPattern(pattern, event),
        );
      }),
      { numRuns: 1000 },
    );
  });
});

function withMember(value: JsonValue | undefined, name: string, member: JsonValue): JsonValue {
  if (value === undefined) return { [name]: member };
  if (Array.isArray(value)) return value.map((element) => withMember(element, name, member));
  return typeof value === "object" && value !== null ? { ...value, [name]: member } : value;
}
