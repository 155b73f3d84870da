// Optional members: the renderer owns the separators around a block, and plain text stays strict.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../../shared/domain/json.ts";
import { checkTemplate, type TemplateKind } from "../../../../shared/webhook/template/check.ts";
import { renderTemplate } from "../../../../shared/webhook/template/render.ts";
import { ANY, type Shape } from "../../../../shared/webhook/template/shape.ts";

const issues = (source: string, kind: TemplateKind, shape: Shape = ANY) =>
  checkTemplate(source, kind, shape).map(({ message, line, column }) => `${line}:${column} ${message}`);
const json = (source: string, data: JsonObject): unknown =>
  JSON.parse(renderTemplate(source, "json", data, ANY));
/** All four ways through two optional members. */
const WAYS = [{}, { a: 1 }, { b: 2 }, { a: 1, b: 2 }];

describe("two optional members of an object", () => {
  it.each([
    '{ {{#if a}}"a":{{a}}{{/if}}{{#if b}}"b":{{b}}{{/if}} }',
    '{ {{#if a}}"a":{{a}}{{/if}}{{#if b}}{{#if a}},{{/if}}"b":{{b}}{{/if}} }',
    '{ {{#if a}}"a":{{a}},{{/if}}{{#if b}}"b":{{b}}{{/if}} }',
    '{ {{#if a}}"a":{{a}},{{/if}}{{#if b}}"b":{{b}},{{/if}} }',
    '{ {{#if a}}"a":{{a}}{{/if}},{{#if b}}"b":{{b}}{{/if}} }',
    '{ {{#if a}}"a":{{a}}{{/if}}{{#if b}},"b":{{b}}{{/if}} }',
    '{ {{#if a}},"a":{{a}},{{/if}},{{#if b}},"b":{{b}},{{/if}} }',
    '{\n  {{#if a}}\n  "a": {{a}},\n  {{/if}}\n  {{#if b}}\n  "b": {{b}}\n  {{/if}}\n}',
    '{ {{#with a}}"a":{{this}}{{/with}} {{#unless b}}{{else}}"b":{{b}}{{/unless}} }',
  ])("come out as none, one, and both, with the commas that JSON wants: %s", (source) => {
    expect(issues(source, "json")).toEqual([]);
    for (const data of WAYS) expect(json(source, data)).toEqual(data);
  });

  it.each([
    ['{"z":0,{{#if a}}"a":{{a}}{{/if}}}', { z: 0 }],
    ['{"z":0{{#if a}},"a":{{a}}{{/if}}}', { z: 0 }],
    ['{"z":0{{#if a}}"a":{{a}}{{/if}}}', { z: 0 }],
    ['{{{#if a}}"a":{{a}}{{/if}},"z":0}', { z: 0 }],
    ['{{{#if a}}"a":{{a}},{{/if}}"z":0}', { z: 0 }],
    ['{"z":{"y":[{{#if a}}{{a}}{{/if}}]},{{#if b}}"b":1{{/if}}}', { z: { y: [] } }],
    ["[{{#if a}}{{a}}{{/if}}{{#if b}}{{b}}{{else}}3{{/if}},{{#if a}}4{{/if}}5]", [3, 5]],
    ['[{{#if b}}1{{/if}}"a,{{#if b}}x{{/if}},","[1,,2]"]', ["a,,", "[1,,2]"]],
  ])("leave the members around them as they are: %s", (source, expected) => {
    expect(issues(source, "json")).toEqual([]);
    expect(json(source, {})).toEqual(expected);
  });

  it("changes no byte of a text whose commas are right, and none of its strings", () => {
    const source = '{\n  "a" : 1 ,\n  {{#if a}}"s": ",\\",{{a}}, ]",{{/if}}\n  "o":{{o}}, "t":[ 1 , 2 ]\n}\n';
    const text = renderTemplate(source, "json", { a: ", ,", o: { x: [1, 2] } }, ANY);
    expect(text).toBe('{\n  "a" : 1 ,\n  "s": ",\\",, ,, ]",\n  "o":{"x":[1,2]}, "t":[ 1 , 2 ]\n}\n');
  });
});

describe("the items of a loop", () => {
  it.each([
    "[{{#each list}}{{this}}{{/each}}]",
    "[{{#each list}}{{this}},{{/each}}]",
    "[{{#each list}},{{this}}{{/each}}]",
    "[{{#each list}}{{this}}{{#unless @last}},{{/unless}}{{/each}}]",
    "[{{#each list}}{{#if this}}{{this}}{{/if}}{{/each}}]",
    "[{{#each list}}{{#if @first}}{{this}}{{else}}{{#if @last}},{{this}}{{else}},{{this}},{{/if}}{{/if}}{{/each}}]",
  ])("are separated, however many there are: %s", (source) => {
    expect(issues(source, "json")).toEqual([]);
    for (const list of [[], ["x"], ["x", "y"], ["x", "y", "z"]]) expect(json(source, { list })).toEqual(list);
  });

  it("may be members, among others", () => {
    const source =
      '{"z":0,{{#each list as |v i|}}"{{i}}":[{{#each ../list}}{{this}}{{/each}}]{{/each}},"y":1}';
    expect(json(source, { list: ["a", "b"] })).toEqual({ z: 0, 0: ["a", "b"], 1: ["a", "b"], y: 1 });
    expect(json(source, { list: [] })).toEqual({ z: 0, y: 1 });
  });
});

describe("the example of docs/webhooks.md", () => {
  const page = readFileSync(join(import.meta.dirname, "../../../../docs/webhooks.md"), "utf8");
  const [, source = ""] = /<!-- optional-members -->\n```handlebars\n(.*?)```/s.exec(page) ?? [];

  it("renders as the page says", () => {
    expect(issues(source, "json")).toEqual([]);
    const params = { task: null, dry: false, hosts: ["a", "b"] };
    expect(json(source, { params })).toEqual({
      ref: "main",
      dry: false,
      hosts: [{ name: "a" }, { name: "b" }],
    });
    expect(json(source, { params: { hosts: [] } })).toEqual({ ref: "main", hosts: [] });
    expect(json(source, { params: { task: "deploy", dry: true, hosts: [] } })).toEqual({
      ...{ ref: "main", task: "deploy", dry: true, hosts: [] },
    });
  });
});

describe("25 optional keys", () => {
  const keys = Array.from({ length: 25 }, (_, i) => `k${i}`);
  const source = `{ ${keys.map((k) => `{{#if ${k}}}"${k}":{{${k}}}{{/if}}`).join("\n")} }`;

  it("fit into one template, and any of them may be missing", () => {
    expect(issues(source, "json")).toEqual([]);
    fc.assert(
      fc.property(fc.subarray(keys), (given) => {
        const data = Object.fromEntries(given.map((k) => [k, k]));
        expect(json(source, data)).toEqual(data);
      }),
    );
  });
});

describe("a form", () => {
  const form = (source: string, data: JsonObject) => renderTemplate(source, "form", data, ANY);

  it("holds any text in its values and names", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme", minLength: 1 }), (a, b) => {
        const pairs = [...new URLSearchParams(form("x={{a}}&{{b}}=1&y=", { a, b }))];
        expect(pairs).toEqual([
          ["x", a],
          [b, "1"],
          ["y", ""],
        ]);
      }),
    );
  });

  it.each([
    "{{#if a}}a={{a}}{{/if}}&{{#if b}}b={{b}}{{/if}}&z=0",
    "{{#if a}}a={{a}}&{{/if}}{{#if b}}b={{b}}&{{/if}}z=0",
    "{{#if a}}&a={{a}}{{/if}}{{#if b}}&b={{b}}{{/if}}&z=0",
    "{{#if a}}\n  a={{a}}&\n{{/if}}\n{{#if b}}\n  b={{b}}&\n{{/if}}\nz=0\n",
  ])("has one & between two pairs, whatever is left out: %j", (source) => {
    expect(issues(source, "form")).toEqual([]);
    for (const data of WAYS) {
      const expected = Object.entries({ ...data, z: 0 }).map(([k, v]) => `${k}=${v}`);
      expect(form(source, data)).toBe(expected.join("&"));
    }
  });

  it("repeats a name for each item of a list", () => {
    for (const source of ["{{#each list}}h={{this}}&{{/each}}", "{{#each list}}&h={{this}}{{/each}}"]) {
      expect(form(source, { list: ["a b", "c&d"] })).toBe("h=a%20b&h=c%26d");
      expect(form(source, { list: [] })).toBe("");
    }
  });

  it.each([
    ["&a=1", "1:1 a & with no pair before it"],
    ["a=1&&b=2", "1:5 a & with no pair before it"],
    ["a=1&", "1:5 a & with no pair after it"],
    ["{{#if a}}a=1{{/if}}&", "a & with no pair after it"],
    ["{{#if a}}a=1{{/if}}&&b=1", "1:21 a & with no pair before it"],
    ["{{#if a}}a=1{{/if}}{{#if b}}b=2{{/if}}", "1:30 a second = in one pair"],
    ["{{#each list}}h={{this}}{{/each}}", "1:16 a second = in one pair"],
    ["a=b c", "1:4 a space is written + or %20"],
    ["a=b\nc=d", "2:1 a line break inside a pair"],
    ["a=1\n{{b}}=2", "2:1 write & between two pairs"],
    ["a=é", "1:3 characters beyond ASCII"],
    ["a=%2", "1:5 a % is followed by two"],
    ["a=%zz", "1:4 a % is followed by two"],
    ["a=%{{b}}", "1:4 an expression cannot complete a percent-escape"],
  ])("is refused at save where it would say something else: %j", (source, expected) => {
    expect(issues(source, "form").join()).toContain(expected);
  });
});

describe("the query of a URL", () => {
  const url = (source: string, data: JsonObject) => renderTemplate(source, "url", data, ANY);

  it.each([
    ["https://h.example/x?{{#each list}}h={{this}}&{{/each}}", ["?h=a&h=b", ""]],
    ["https://h.example/x?{{#each list}}&h={{this}}{{/each}}", ["?h=a&h=b", ""]],
    ["https://h.example/x?z=1{{#each list}}&h={{this}}{{/each}}#top", ["?z=1&h=a&h=b#top", "?z=1#top"]],
    ["https://h.example/x?{{#each list}}h={{this}}&{{/each}}z=1", ["?h=a&h=b&z=1", "?z=1"]],
    ["https://h.example/x?a=1&&b=2&", ["?a=1&&b=2&", "?a=1&&b=2&"]],
  ])("repeats a name, and ends where the last pair ends: %s", (source, [two, none]) => {
    expect(issues(source, "url")).toEqual([]);
    expect(url(source, { list: ["a", "b"] })).toBe(`https://h.example/x${two}`);
    expect(url(source, { list: [] })).toBe(`https://h.example/x${none}`);
  });

  it("is refused where a pair would swallow the next one", () => {
    expect(issues("https://h.example/?{{#each list}}h={{this}}{{/each}}", "url")).toEqual([
      "1:35 a second = in one pair: write & before its name, or %3D for an = in a value",
    ]);
    expect(issues("https://h.example/?q=a=b&c={{#if x}}1{{/if}}&d=2", "url")).toEqual([]);
  });
});
