// What holds for every template and every value: the shape of the JSON never changes, each leaf is exact.
import { deepStrictEqual } from "node:assert/strict";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ServiceError } from "../../../../shared/domain/errors.ts";
import type { JsonObject, JsonValue } from "../../../../shared/domain/json.ts";
import { checkTemplate, type TemplateKind } from "../../../../shared/webhook/template/check.ts";
import { renderTemplate, renderValue } from "../../../../shared/webhook/template/render.ts";
import type { Shape } from "../../../../shared/webhook/template/shape.ts";

const scalar: Shape = { kind: "scalar" };
const shape: Shape = {
  kind: "object",
  fields: {
    s: scalar,
    n: scalar,
    b: scalar,
    o: { kind: "any" },
    list: { kind: "array", items: scalar },
  },
};
type Data = { s: string; n: number; b: boolean; o: JsonValue; list: string[] };

const NASTY = [
  '"',
  "\\",
  "\n",
  "\u2028",
  "\u2029",
  "\ud800",
  "\udc00",
  "{{",
  "}}",
  "{{s}}",
  "😀",
  "__proto__",
  "</script>",
  "\u0000",
  "\u0001",
  '","admin":true,"x":"',
  "${s}",
  "'",
  "&",
];
const text = fc.oneof(
  fc
    .array(fc.oneof(fc.constantFrom(...NASTY), fc.string({ unit: "binary", maxLength: 4 })), { maxLength: 5 })
    .map((parts) => parts.join("")),
  fc.constantFrom(...NASTY),
);
const number = fc
  .oneof(fc.integer(), fc.double({ noDefaultInfinity: true, noNaN: true, min: -1e9, max: 1e9 }))
  .map((n) => (n === 0 ? 0 : n));
const json = fc.oneof(
  text,
  number,
  fc.boolean(),
  fc.array(text, { maxLength: 3 }),
  fc.dictionary(text, text, { maxKeys: 3, noNullPrototype: true }),
);
const data: fc.Arbitrary<Data> = fc.record({
  s: text,
  n: number,
  b: fc.boolean(),
  o: json,
  list: fc.array(text, { maxLength: 4 }),
});
const context = (d: Data): JsonObject => ({ ...d });
const render = (source: string, d: Data): JsonValue =>
  JSON.parse(renderTemplate(source, "json", context(d), shape));

/** What JSON text itself makes of a value: null prototypes and -0 aside, nothing. */
const plain = (value: JsonValue): JsonValue => JSON.parse(JSON.stringify(value));

function isNoText(source: string, d: Data): boolean {
  if (typeof d.o !== "object") return false;
  try {
    render(source, d);
    return false;
  } catch (error) {
    return /is (?:a list|an object), which is no text/.test(String(error));
  }
}

/** Templates with what each must become. */
const TEMPLATES: [string, (d: Data) => JsonValue][] = [
  ['{"n":{{n}},"s":"x-{{s}}-y","o":{{json o}}}', (d) => ({ n: d.n, s: `x-${d.s}-y`, o: plain(d.o) })],
  [
    '{"a":{{s}},"b":{"c":{{b}},"d":[{{n}},"{{s}}{{s}}"]}}',
    (d) => ({ a: d.s, b: { c: d.b, d: [d.n, d.s + d.s] } }),
  ],
  [
    '{"k-{{s}}":"{{json s}}","up":"{{uppercase s}}"}',
    (d) => ({ [`k-${d.s}`]: JSON.stringify(d.s), up: d.s.toUpperCase() }),
  ],
  [
    "[{{#each list}}{{this}},{{/each}}{{#if b}}{{{s}}}{{else}}{{&n}}{{/if}}]",
    (d) => [...d.list, d.b ? d.s : d.n],
  ],
  [
    '[{{#each list as |v i|}}{{#if i}},{{/if}}{"{{i}}":"{{v}}","{{@last}}":{{@root.s}}}{{/each}}]',
    (d) => d.list.map((v, i, all) => ({ [i]: v, [String(i === all.length - 1)]: d.s })),
  ],
  [
    '"{{#each list}}{{#unless @first}}, {{/unless}}{{this}}{{else}}none{{/each}}"',
    (d) => (d.list.length === 0 ? "none" : d.list.join(", ")),
  ],
];

/** Random templates, each with a model of what it renders to. */
type Made = { source: string; model: (d: Data) => JsonValue };
const made = fc.letrec<{ value: Made }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: "medium" },
    fc.constantFrom<Made>(
      { source: "{{s}}", model: (d) => d.s },
      { source: "{{~ n ~}}", model: (d) => d.n },
      { source: "{{{b}}}", model: (d) => d.b },
      { source: "{{json o}}", model: (d) => plain(d.o) },
      { source: '"{{s}}: {{n}}{{! note }}"', model: (d) => `${d.s}: ${JSON.stringify(d.n)}` },
      { source: '"\\u0041\\n{{lowercase s}}\\"{{b}}"', model: (d) => `A\n${d.s.toLowerCase()}"${d.b}` },
      { source: "-1.5e3", model: () => -1500 },
      { source: " null ", model: () => null },
    ),
    fc.tuple(tie("value"), tie("value")).map(
      ([yes, no]): Made => ({
        source: `{{#if b}}${yes.source}{{else}}${no.source}{{/if}}`,
        model: (d) => (d.b ? yes.model(d) : no.model(d)),
      }),
    ),
    fc.array(tie("value"), { maxLength: 3 }).map(
      (items): Made => ({
        source: `{${items.map((item, i) => `\n  "k${i}":${item.source}`).join(",")}}`,
        model: (d) => Object.fromEntries(items.map((item, i) => [`k${i}`, item.model(d)])),
      }),
    ),
    fc.array(tie("value"), { minLength: 1, maxLength: 3 }).map(
      (items): Made => ({
        source: `[${items.map((item, i) => `{{#unless b}}${i > 0 ? "," : ""}${item.source}{{else}}${i > 0 ? "," : ""}0{{/unless}}`).join("")}]`,
        model: (d) => items.map((item) => (d.b ? 0 : item.model(d))),
      }),
    ),
    tie("value").map(
      (inner): Made => ({
        source: `{"l":[{{#each list}}{"v":{{this}},"r":{{#with @root}}${inner.source}{{else}}0{{/with}}}{{#unless @last}},{{/unless}}{{/each}}]}`,
        model: (d) => ({ l: d.list.map((v) => ({ v, r: inner.model(d) })) }),
      }),
    ),
  ),
})).value;

describe("a JSON payload", () => {
  it("keeps its shape and each leaf its exact value, for thousands of random parameter sets (D3, D4)", () => {
    fc.assert(
      fc.property(fc.constantFrom(...TEMPLATES), data, ([source, model], d) => {
        deepStrictEqual(render(source, d), plain(model(d)));
      }),
      { numRuns: 10_000 },
    );
  });

  it("renders like the model, for any well-formed template", () => {
    fc.assert(
      fc.property(made, data, ({ source, model }, d) => {
        deepStrictEqual(checkTemplate(source, "json", shape), []);
        deepStrictEqual(render(source, d), plain(model(d)));
      }),
      { numRuns: 1_000 },
    );
  });

  it("that passes the check is JSON at every render, for any combination of pieces", () => {
    const PIECES = [
      "{",
      "}",
      "[",
      "]",
      '"',
      ",",
      ":",
      "1",
      "true",
      "\\",
      " ",
      "\n",
      '"k":',
      "{{s}}",
      "{{{o}}}",
      "{{~n~}}",
      "{{! c }}",
      "{{#if b}}",
      "{{else}}",
      "{{/if}}",
      "{{#each list}}",
      "{{this}}",
      "{{/each}}",
      "{{#unless @last}},{{/unless}}",
      "{{#if @first}}",
      "\\{{",
    ];
    let passed = 0;
    const pieces = fc.array(fc.constantFrom(...PIECES), { maxLength: 8 }).map((p) => p.join(""));
    const wrap = fc.constantFrom(
      ["", ""],
      ["[", "]"],
      ["{{#if b}}", "{{else}}2{{/if}}"],
      ['"', '"'],
      ["[{{#each list}}", "{{/each}}]"],
      ['{"k":', "}"],
    );
    fc.assert(
      fc.property(pieces, wrap, data, (middle, [before, after], d) => {
        const source = before + middle + after;
        if (checkTemplate(source, "json", shape).length > 0) return;
        passed++;
        // What is a list or an object is known only now; it is no text.
        if (isNoText(source, d)) return;
        render(source, d);
      }),
      { numRuns: 4_000 },
    );
    expect(passed).toBeGreaterThan(100);
  });
});

describe("any text at all", () => {
  it("is checked without an exception, and rendered or refused as invalid_template", () => {
    const soup = fc
      .array(
        fc.oneof(
          fc.constantFrom(
            "{{",
            "}}",
            "{",
            "}",
            "#",
            "/",
            "^",
            "~",
            "!",
            "--",
            "else",
            "if",
            "each",
            "s",
            "n",
            ".",
            "..",
            "@",
            "|",
            "as",
            "[",
            "]",
            "(",
            ")",
            "=",
            '"',
            "'",
            " ",
            "\\",
            "&",
            ">",
            "*",
            "https://h/",
            "?",
            "\n",
          ),
          fc.string({ maxLength: 3 }),
        ),
        { maxLength: 14 },
      )
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(
        soup,
        fc.constantFrom<TemplateKind>("json", "form", "text", "value", "url", "header"),
        data,
        (source, kind, d) => {
          const issues = checkTemplate(source, kind, shape);
          try {
            renderTemplate(source, kind, context(d), shape);
            deepStrictEqual(issues, []);
          } catch (error) {
            if (!(error instanceof ServiceError)) throw error;
            expect(error.code).toBe("invalid_template");
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

describe("a value of an automation", () => {
  it("keeps the JSON type of a lone expression, and is text otherwise", () => {
    fc.assert(
      fc.property(data, (d) => {
        deepStrictEqual(renderValue("{{o}}", context(d), shape), d.o);
        deepStrictEqual(renderValue("{{list}}", context(d), shape), d.list);
        deepStrictEqual(renderValue("{{s}}/{{n}}", context(d), shape), `${d.s}/${JSON.stringify(d.n)}`);
      }),
      { numRuns: 500 },
    );
  });
});
