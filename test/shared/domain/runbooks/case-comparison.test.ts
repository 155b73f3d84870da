// Whether a request is what a case expects: by method, URL, named headers and body, and where it is not.
import { describe, expect, it } from "vitest";
import { compareCase, DIFFERENCE_LIMITS } from "../../../../shared/domain/runbooks/case-comparison.ts";
import { Case, Cases } from "../../../../shared/domain/runbooks/cases.ts";

const SENT = {
  method: "POST",
  url: "https://hooks.example.com/restart?x=1",
  headers: { "x-team": "payments", "content-type": "application/json" },
  body: '{"service": "checkout", "hosts": ["a", "b"], "deep": {"a/b": 1}}',
};
type Format = Parameters<typeof compareCase>[2];
const compare = (expected: object, sent: Partial<typeof SENT> = {}, format: Format = "json") =>
  compareCase(Case.parse({ name: "A", expect: expected }), { ...SENT, ...sent }, format, ["cases", 3]);
const told = (...asked: Parameters<typeof compare>) =>
  compare(...asked).map(({ pointer, expected, got }) => [pointer, expected, got]);
const at = (rest: string) => `/cases/3/expect/${rest}`;

describe("a case matches", () => {
  it.each([
    [{ method: "POST" }],
    [{ url: SENT.url }],
    [{ headers: { "X-Team": "payments" } }],
    [{ body: SENT.body }],
    [{ body: { deep: { "a/b": 1 }, hosts: ["a", "b"], service: "checkout" } }],
    [{ body: '{"deep":{"a/b":1.0},"hosts":["a","b"],"service":"checkout"}' }],
    [{ ...SENT }],
  ])("%j", (expected) => {
    expect(compare(expected)).toEqual([]);
  });

  it("a text of another format only as it is", () => {
    expect(compare({ body: "a=1&b=2" }, { body: "a=1&b=2" }, "form")).toEqual([]);
    expect(told({ body: "a=1&b=2" }, { body: "b=2&a=1" }, "form")).toEqual([
      [at("body"), "a=1&b=2", "b=2&a=1"],
    ]);
    expect(told({ body: "[1]" }, { body: "[ 1]" }, "text")).toEqual([[at("body"), "[1]", "[ 1]"]]);
    expect(told({ body: [1] }, { body: "[1]" }, "text")).toEqual([]);
  });

  it("no body, if it expects none", () => {
    expect(compare({ body: "" }, { body: "" })).toEqual([]);
    expect(told({ body: "" })).toHaveLength(1);
    expect(told({ body: {} }, { body: "" })).toEqual([[at("body"), "{}", ""]]);
    expect(told({ body: "not json" }, { body: "{}" })).toEqual([[at("body"), "not json", "{}"]]);
  });

  it("null and a JSON text, as values", () => {
    expect(compare({ body: null }, { body: "null" })).toEqual([]);
    expect(compare({ body: '"a"' }, { body: '"a"' })).toEqual([]);
    expect(told({ body: null }, { body: "0" })).toEqual([[at("body"), "null", "0"]]);
  });
});

describe("a difference", () => {
  it.each<[object, string, string | null, string | null]>([
    [{ method: "PUT" }, "method", "PUT", "POST"],
    [
      { url: "https://hooks.example.com/" },
      "url",
      "https://hooks.example.com/",
      "https://hooks.example.com/restart?x=1",
    ],
    [{ headers: { "X-Team": "search" } }, "headers/X-Team", "search", "payments"],
    [{ headers: { "x-other": "1" } }, "headers/x-other", "1", null],
    [{ headers: { constructor: "1" } }, "headers/constructor", "1", null],
    [
      { body: { service: "checkout", hosts: ["a", "b"], deep: { "a/b": "1" } } },
      "body/deep/a~1b",
      '"1"',
      "1",
    ],
    [{ body: { service: "checkout", hosts: ["a", "c"], deep: { "a/b": 1 } } }, "body/hosts/1", '"c"', '"b"'],
    [{ body: { service: "checkout", hosts: ["a"], deep: { "a/b": 1 } } }, "body/hosts/1", null, '"b"'],
    [
      { body: { service: "checkout", hosts: { 0: "a", 1: "b" }, deep: { "a/b": 1 } } },
      "body/hosts",
      '{"0":"a","1":"b"}',
      '["a","b"]',
    ],
    [
      { body: { service: null, hosts: ["a", "b"], deep: { "a/b": 1 } } },
      "body/service",
      "null",
      '"checkout"',
    ],
    [{ body: { service: "checkout", hosts: ["a", "b"], deep: {} } }, "body/deep/a~1b", null, "1"],
    [
      { body: { service: "checkout", hosts: ["a", "b"], deep: { "a/b": 1 }, more: 1 } },
      "body/more",
      "1",
      null,
    ],
  ])("of %j is at %s", (expected, pointer, wanted, got) => {
    expect(told(expected)).toEqual([[at(pointer), wanted, got]]);
  });

  it("shows an excerpt around itself", () => {
    const text = (middle: string) => `${"a".repeat(100)}${middle}${"b".repeat(300)}`;
    const [[, wanted, got] = []] = told({ body: text("X") }, { body: text("Y") }, "text");
    const before = "a".repeat(DIFFERENCE_LIMITS.before);
    const rest = "b".repeat(DIFFERENCE_LIMITS.characters - DIFFERENCE_LIMITS.before - 1);
    expect([wanted, got]).toEqual([`…${before}X${rest}…`, `…${before}Y${rest}…`]);
  });

  it.each<[string, string, string, string, string]>([
    [
      "at the first character",
      `X${"a".repeat(99)}`,
      `Y${"a".repeat(99)}`,
      `X${"a".repeat(99)}`,
      `Y${"a".repeat(99)}`,
    ],
    [
      "where one text ends",
      "a".repeat(90),
      `${"a".repeat(90)}X`,
      `…${"a".repeat(40)}`,
      `…${"a".repeat(40)}X`,
    ],
    ["and shows all of a text that fits", "a".repeat(200), "b", "a".repeat(200), "b"],
    ["and cuts one that is longer", "a".repeat(201), "b", `${"a".repeat(200)}…`, "b"],
  ])("is %s", (_where, wanted, got, shownWanted, shownGot) => {
    expect(told({ body: wanted }, { body: got }, "text")).toEqual([[at("body"), shownWanted, shownGot]]);
  });

  it("of what is missing shows the other from its beginning", () => {
    const long = `start ${"a".repeat(300)}`;
    expect(told({ headers: { "x-long": long } })).toEqual([
      [at("headers/x-long"), `${long.slice(0, 200)}…`, null],
    ]);
  });

  it("is one of ten at most", () => {
    const body = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`m${i}`, i]));
    expect(told({ body })).toHaveLength(DIFFERENCE_LIMITS.count);
  });
});

describe("a case", () => {
  const valid = { name: "A", expect: { method: "POST" } };

  it.each<[unknown, string]>([
    [[], ""],
    [Array.from({ length: 11 }, () => valid), ""],
    [[{ ...valid, name: " " }], "0/name"],
    [[{ ...valid, expect: {} }], "0/expect"],
    [[{ ...valid, expect: { headers: { "x-a": "1", "X-A": "1" } } }], "0/expect/headers"],
    [[{ ...valid, expect: { headers: { "no name": "1" } } }], "0/expect/headers/no name"],
    [[{ ...valid, expect: { method: "HEAD" } }], "0/expect/method"],
    [[{ ...valid, incident: { severity: 1 } }], "0/incident"],
    [[{ ...valid, more: 1 }], "0"],
  ])("%j is refused at %s", (cases, path) => {
    const { error } = Cases.safeParse(cases);
    expect(error?.issues.map((issue) => issue.path.join("/"))).toEqual([path]);
  });

  it("needs a name and one expectation", () => {
    expect(Cases.parse([valid])).toEqual([{ ...valid, parameters: {} }]);
  });
});
