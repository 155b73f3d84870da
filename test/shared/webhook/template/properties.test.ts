// What holds for every template and every value: the shape of the JSON never changes, each leaf is exact.
import { deepStrictEqual } from "node:assert/strict";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ServiceError } from "../../../../shared/domain/errors.ts";
import type { JsonObject, JsonValue } from "../../../../shared/domain/json.ts";
import { checkTemplate, type TemplateKind } from "../../../../shared/webhook/template/check.ts";
import { renderTemplate, renderValue } from "../../../../shared/webhook/template/render.ts";
import { Secret } from "../../../../shared/webhook/template/secret.ts";
import type { Shape } from "../../../../shared/webhook/template/shape.ts";
import { LIMIT_MS, report, SEED, times } from "../../../support/long-form.ts";

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

/** A member of an object or array, perhaps in a block, with the commas around and inside of it. */
type Member = {
  before: string;
  after: string;
  open: string;
  close: string;
  made: Made;
  isThere(d: Data): boolean;
};
const CONDITIONS: [string, string, (d: Data) => boolean][] = [
  ["{{#if b}}", "{{/if}}", (d) => d.b],
  ["{{#unless (isSet (lookup list 0))}}", "{{/unless}}", (d) => d.list.length === 0],
  ["{{#if (or (lt n 0) b)}}", "{{else}}{{/if}}", (d) => d.n < 0 || d.b],
  ["{{#if b}}{{else}}", "{{/if}}", (d) => !d.b],
  ["", "", () => true],
];
const comma = fc.constantFrom("", ",", " ,\n");

/** Commas that JSON wants between two plain members, and any or none around blocks. */
function members(value: fc.Arbitrary<Made>): fc.Arbitrary<Member[]> {
  const member = fc.record({
    made: value,
    condition: fc.constantFrom(...CONDITIONS),
    inner: fc.tuple(comma, comma),
    outer: comma,
  });
  return fc.array(member, { maxLength: 4 }).map((all) =>
    all.map(({ made, condition: [open, close, isThere], inner, outer }, i) => {
      const isBlock = open !== "";
      const next = all[i + 1];
      const isFree = isBlock || next?.condition[0] !== "";
      return {
        before: "",
        after: next === undefined ? "" : isFree ? outer : ",",
        open: isBlock ? open + inner[0] : "",
        close: isBlock ? inner[1] + close : "",
        ...{ made, isThere },
      };
    }),
  );
}

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
      { source: "{{list}}", model: (d) => d.list },
      { source: '{{concat s "-" n}}', model: (d) => `${d.s}-${JSON.stringify(d.n)}` },
      { source: '"<{{join list "|"}}>"', model: (d) => `<${d.list.join("|")}>` },
      { source: '{{split s ","}}', model: (d) => (d.s === "" ? [] : d.s.split(",")) },
      { source: `{{replace s "{" '"'}}`, model: (d) => d.s.replaceAll("{", '"') },
      { source: "{{trim s}}", model: (d) => d.s.trim() },
      { source: "{{lookup list 1}}", model: (d) => d.list[1] ?? null },
      { source: "{{and b (gt n 0)}}", model: (d) => d.b && d.n > 0 },
      { source: "{{default (lookup list 0) s}}", model: (d) => d.list[0] ?? d.s },
      { source: "{{isSet (lookup list 0)}}", model: (d) => d.list.length > 0 },
      {
        source: '"{\\"s\\": {{json s}}, \\"n\\":{{json n}}}"',
        model: (d) => `{"s": ${JSON.stringify(d.s)}, "n":${JSON.stringify(d.n)}}`,
      },
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
    members(tie("value")).map(
      (all): Made => ({
        source: `{${all.map(({ before, after, open, close, made }, i) => `${before}${open}"k${i}": ${made.source}${close}${after}`).join("")}}`,
        model: (d) =>
          Object.fromEntries(
            all.flatMap(({ isThere, made }, i) => (isThere(d) ? [[`k${i}`, made.model(d)]] : [])),
          ),
      }),
    ),
    members(tie("value")).map(
      (all): Made => ({
        source: `[${all.map(({ before, after, open, close, made }) => before + open + made.source + close + after).join("\n")}]`,
        model: (d) => all.flatMap(({ isThere, made }) => (isThere(d) ? [made.model(d)] : [])),
      }),
    ),
    tie("value").map(
      (inner): Made => ({
        source: `[0{{#each list}}{{this}}{{#if @root.b}}{{#with @root}}${inner.source}{{else}}1{{/with}}{{/if}},{{/each}}9]`,
        model: (d) => [0, ...d.list.flatMap((v) => (d.b ? [v, inner.model(d)] : [v])), 9],
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
      { numRuns: times(1_000, 10_000) },
    );
  });

  it(
    "renders like the model, for any well-formed template",
    () => {
      fc.assert(
        fc.property(made, data, ({ source, model }, d) => {
          deepStrictEqual(checkTemplate(source, "json", shape), []);
          deepStrictEqual(render(source, d), plain(model(d)));
        }),
        { numRuns: times(500, 100_000), seed: SEED },
      );
      report("templates against their models", { renders: times(500, 100_000) });
    },
    LIMIT_MS,
  );

  it(
    "writes no part of a secret that is not known as one, for any well-formed template",
    () => {
      const canary = "cAnArY";
      fc.assert(
        fc.property(made, data, ({ source }, d) => {
          // A secret is not split: how many parts it has would tell something of it.
          fc.pre(!source.includes("split s"));
          const secret = `${d.s}${canary}`;
          const written = new Set<string>();
          const text = renderTemplate(
            source,
            "json",
            { ...context(d), s: new Secret(secret) },
            shape,
            written,
          );
          const rest = [...written]
            .sort((a, b) => b.length - a.length)
            .reduce((left, one) => left.replaceAll(one, ""), text);
          expect(rest.toLowerCase()).not.toContain(canary.toLowerCase());
          const masked = { ...context(d), s: Secret.mask() };
          expect(renderTemplate(source, "json", masked, shape)).not.toContain(canary);
        }),
        { numRuns: times(300, 100_000), seed: SEED },
      );
    },
    LIMIT_MS,
  );

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
