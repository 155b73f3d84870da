// Patterns mean what ECMAScript says, cost linear time, and what cannot is refused with the reason.
import * as fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { applyParameters } from "../../../shared/parameters/apply.ts";
import { matchesPattern, patternProblem } from "../../../shared/parameters/pattern.ts";
import { loadPatternEngine } from "../../../shared/parameters/pattern-engine.ts";
import { EVIL_PATTERNS } from "../../support/evil-patterns.ts";

beforeAll(() => loadPatternEngine({ properties: { p: { type: "string", pattern: "a" } } }));

describe("features that a linear-time engine lacks are refused by name", () => {
  const refused: Array<[string, RegExp]> = [
    ["(?=a)b", /look-around/],
    ["(?!a)b", /look-around/],
    ["(?<=a)b", /look-around/],
    ["(?<!a)b", /look-around/],
    ["(a)\\1", /back-reference/],
    ["(?<n>a)\\k<n>", /back-reference/],
    ["(?i:a)", /inline flags/],
    ["(?i)a", /not a valid regular expression/],
    ["\\p{Script=Greek}", /linear-time matching \(RE2\) does not have/],
    ["a{1001}", /repeats too much|RE2/],
    ["(a{100}){1000}", /repeats too much/],
    ["((((a{10}){10}){10}){10})", /repeats too much/],
    ["(x{0,1000})".repeat(40), /repeats too much/],
    ["(?:a{30}b{30}){40}", /repeats too much/],
    [".{900}", /too costly for 8192 characters; set a smaller maxLength/],
    ["[", /Unterminated character class/],
    ["a**", /Nothing to repeat/],
    ["\\A", /Invalid escape/],
    ["\\Qa\\E", /Invalid escape/],
    ["\ud800", /well-formed/],
  ];
  test.each(refused)("%s", (pattern, reason) => expect(patternProblem(pattern)).toMatch(reason));
});

test("a smaller maxLength pays for a larger pattern", () => {
  expect(patternProblem("^.{1,200}$", 200)).toBeUndefined();
  expect(patternProblem("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")).toBeUndefined();
});

describe("where RE2 reads a pattern in another sense, ECMAScript's holds", () => {
  const samples = [
    "",
    "a",
    "b",
    "[",
    "]",
    "\n",
    "\r",
    "\u2028",
    "\u00a0",
    "\u000b",
    "\ufeff",
    " ",
    "é",
    "😀",
    "\b",
    "<",
    ">",
    "b>",
    "ab",
    "a\n",
    "k<n>",
    ":",
    "x",
    "[x",
  ];
  const patterns = [
    "^.$",
    "^\\s$",
    "^\\S$",
    "^[\\s]$",
    "^[^\\s]$",
    "^[\\S]$",
    "^[^\\S]$",
    "^[\\s\\S]$",
    "^[[:a][x]$",
    "[[:a]",
    "^\\ud83d\\ude00$",
    "^[\\ud83d\\ude00]$",
    "^\\u{1F600}$",
    "[\\b]",
    "\\bb",
    "^[^]$",
    "[]",
    "[(?<a]b>",
    "^[(?=]$",
    "^\\cJ$",
    "^\\x61$",
    "^\\u0061$",
    "(?<n>a)b",
    "^\\p{L}$",
    "^\\P{L}$",
    "a$",
    "^[.]$",
    "\\.",
    "^$",
    "a|b",
    "^(?:a|)$",
    "[^a-z]",
    "^a{0}$",
    "^\\w$",
    "^\\W$",
    "^\\D$",
    "\\/",
    "[\\]x]",
    "[\\-a]",
  ];
  test.each(patterns)("%s", (pattern) => {
    expect(patternProblem(pattern)).toBeUndefined();
    const native = new RegExp(pattern, "u");
    for (const text of samples)
      expect([text, matchesPattern(pattern, text)]).toEqual([text, native.test(text)]);
  });
});

test("on random patterns and texts the answer is the built-in engine's", () => {
  const atom = fc.constantFrom(
    "a",
    "b",
    ".",
    "\\s",
    "\\S",
    "\\w",
    "\\d",
    "[ab]",
    "[^a]",
    "[\\s\\d]",
    "\\b",
    "^",
    "$",
    "(a|b)",
    "(?:ab|)",
    "(?<n>b)",
    "\\n",
  );
  const quantified = fc
    .tuple(atom, fc.constantFrom("", "", "*", "+", "?", "{2}", "{0,2}", "+?"))
    .map(([a, q]) => a + (/^([\^$]|\\b)$/.test(a) ? "" : q));
  const pattern = fc
    .array(
      fc.tuple(quantified, fc.constantFrom("", "", "", "|")).map(([a, or]) => a + or),
      { minLength: 1, maxLength: 6 },
    )
    .map((parts) => parts.join(""));
  const text = fc.string({ unit: fc.constantFrom("a", "b", "1", " ", "\n", "\u00a0", "é"), maxLength: 12 });
  fc.assert(
    fc.property(pattern, text, (source, input) => {
      fc.pre((source.match(/\?<n>/g) ?? []).length < 2);
      expect(patternProblem(source)).toBeUndefined();
      expect(matchesPattern(source, input)).toBe(new RegExp(source, "u").test(input));
    }),
    { numRuns: 3000 },
  );
});

test("two patterns of one schema do not answer for each other (E2)", () => {
  const schema = {
    type: "object",
    properties: { a: { type: "string", pattern: "^x$" }, b: { type: "string", pattern: "^y$" } },
  };
  expect(applyParameters(schema, { a: "x", b: "y" }).ok).toBe(true);
  expect(applyParameters(schema, { a: "x", b: "x" })).toMatchObject({
    ok: false,
    issues: [{ pointer: "/b" }],
  });
  expect(applyParameters(schema, { a: "y", b: "y" })).toMatchObject({
    ok: false,
    issues: [{ pointer: "/a" }],
  });
});

describe("patterns that make a backtracking engine explode answer at once, or are refused (E1)", () => {
  test("there are at least fifty", () => expect(EVIL_PATTERNS.length).toBeGreaterThanOrEqual(50));
  // The built-in engine would not finish most of these within the life of the machine.
  test.each(EVIL_PATTERNS)("$pattern", ({ pattern, text }) => {
    const long = text.repeat(Math.ceil(8000 / text.length));
    if (patternProblem(pattern) === undefined)
      expect(matchesPattern(pattern, `${long}\u0000`)).toBeTypeOf("boolean");
    else
      expect(patternProblem(pattern)).toMatch(
        /look-around|back-reference|repeats too much|too costly|valid|RE2/,
      );
  });
});
