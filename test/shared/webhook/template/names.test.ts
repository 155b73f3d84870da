// Every name in a template is known at save, at any place; every problem is reported at once.
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../../shared/domain/json.ts";
import { checkTemplate } from "../../../../shared/webhook/template/check.ts";
import { renderTemplate, renderValue } from "../../../../shared/webhook/template/render.ts";
import type { Shape } from "../../../../shared/webhook/template/shape.ts";

const scalar: Shape = { kind: "scalar" };
const shape: Shape = {
  kind: "object",
  fields: {
    params: { kind: "object", fields: { service: scalar, list: { kind: "array", items: scalar } } },
    rows: { kind: "array", items: { kind: "object", fields: { id: scalar } } },
    open: { kind: "any" },
  },
};
const context: JsonObject = {
  params: { service: "pay", list: ["x", "y"] },
  rows: [{ id: "execution_01h455vb4pex5vsknk084sn02q" }],
  open: { deep: { er: 1 }, at: "2026-03-01T23:30:00.5Z" },
};
const issues = (source: unknown, kind: "json" | "value" = "value") =>
  checkTemplate(source, kind, shape).map(({ message, line, column }) => `${line}:${column} ${message}`);
const value = (source: string) => renderValue(source, context, shape);

describe("a name that is not in the shape", () => {
  it.each([
    ["{{nope}}", "1:3 nope is not known"],
    ["{{params.servcie}}", "1:3 params.servcie is not known: did you mean params.service?"],
    ["{{service}}", "1:3 service is not known: did you mean params.service?"],
    ["{{#if parms.service}}{{/if}}", "1:7 parms.service is not known: did you mean params?"],
    ["{{#unless nope}}{{/unless}}", "1:11 nope is not known"],
    ["{{#each nope}}{{/each}}", "1:9 nope is not known"],
    ["{{#with nope}}{{/with}}", "1:9 nope is not known"],
    ["{{#if params}}{{else}}\n  {{nope}}{{/if}}", "2:5 nope is not known"],
    ["{{uppercase nope}}", "1:13 nope is not known"],
    ["{{default params.service (json nope)}}", "nope is not known"],
    ["{{json params.service pretty=nope}}", "nope is not known"],
    ["{{#each rows}}{{name}}{{/each}}", "1:17 name is not known: known names are id"],
    ["{{#each rows}}{{../nope}}{{/each}}", "1:17 ../nope is not known"],
    ["{{#each rows as |row|}}{{row.nope}}{{/each}}", "row.nope is not known: known names are id"],
    ["{{#each rows as |row i|}}{{i.x}}{{/each}}", "i.x is not known"],
    ["{{rows.0.nope}}", "rows.0.nope is not known: known names are id"],
    ["{{params.service.length}}", "params.service.length is not known"],
    ["{{#each params.service}}{{/each}}", "1:1 #each needs an array or an object"],
    ["{{../params}}", "goes beyond the root of the template"],
    ["{{@index}}", "@index is used outside #each"],
    ["{{#each rows}}{{@../index}}{{/each}}", "@../index is used outside #each"],
    ["{{@level}}", "@level is not known"],
    ["{{@root.nope}}", "@root.nope is not known"],
    ["{{lookup params 'servcie'}}", "lookup finds no servcie in params: did you mean service?"],
    ["{{#with params.service as |s|}}{{#s}}x{{/s}}{{/with}}", "sections are not available"],
    ["{{upercase params.service}}", "upercase is not a helper: did you mean uppercase?"],
    ["{{uppercase}}", "uppercase is written {{uppercase value}}"],
    ["{{default params.service}}", "default is written {{default value fallback}}"],
    ["{{#if}}{{/if}}", "#if takes exactly one argument"],
    ["{{#if params rows}}{{/if}}", "#if takes exactly one argument"],
    ["{{#foo}}{{/foo}}", "1:1 sections are not available: write {{#if foo}}"],
    ["{{#foo params}}{{/foo}}", "1:1 unknown block foo"],
    ["{{#if params as |x|}}{{/if}}", 'at most 0 names can follow "as"'],
    ["{{#each rows as |json|}}{{/each}}", "json is the name of a helper"],
    ["{{'text'}}", "1:1 a literal needs no braces"],
    ['{{dateFormat open.at "yyyy" "Mars/Base"}}', "time zone must be an IANA name"],
    ["{{#if params}}", "1:15 the template ends unexpectedly"],
    ["{{#if params}}{{/each}}", "1:4 if doesn't match each"],
    ["a\n{{a b=}}", '2:7 unexpected "}}"'],
    ["{{rows.0}}", 'unexpected "0": an index at the end of a path is written [0]'],
    ["{{params.service", "1:1 the expression is not closed"],
    [`{{${"a.".repeat(20)}a}}`, "a path has at most 16 segments"],
  ])("is refused with its position: %s", (source, expected) => {
    expect(issues(source).join("\n")).toContain(expected);
    expect(() => renderTemplate(source, "text", context, shape)).toThrow(/^Line \d+, column \d+: /);
  });

  it("is reported along with every other problem, in the order of the text", () => {
    const source = '{"a":"{{nope}}",\n"b":{{params.servcie}}{{foo 1}},\n"c":"{{> p}}"}';
    expect(issues(source, "json").map((issue) => issue.slice(0, 16))).toEqual([
      "1:9 nope is not ",
      "2:7 params.servc",
      "2:23 foo is not ",
      "2:23 an expressi",
      "3:6 partials are",
    ]);
  });
});

describe("a name that is in the shape", () => {
  it.each([
    ["{{params.service}}", "pay"],
    ["{{params.list}}", ["x", "y"]],
    ["{{params.list.length}}", 2],
    ["{{params.list.[1]}}", "y"],
    ["{{rows.0.id}}", "execution_01h455vb4pex5vsknk084sn02q"],
    ["{{open.deep}}", { er: 1 }],
    ["{{open.deep.er}}", 1],
    ["{{open.no.such.thing}}", null],
    ["{{this.params.service}}", "pay"],
    ["{{json open.deep}}", '{"er":1}'],
    ["{{uppercase params.service}}", "PAY"],
    ["{{lowercase 'PAY'}}", "pay"],
    ["{{shortId rows.0.id}}", "084sn02q"],
    ["{{shortId 'short'}}", "short"],
    ["{{urlEncode 'a b/c'}}", "a%20b%2Fc"],
    ["{{default open.none 'x'}}", "x"],
    ["{{default params.service 'x'}}", "pay"],
    ["{{uppercase (default open.none params.service)}}", "PAY"],
    ["{{#each rows as |r|}}{{uppercase r.id}}{{/each}}", "EXECUTION_01H455VB4PEX5VSKNK084SN02Q"],
    ["{{dateFormat open.at}}", "2026-03-01T23:30:00.500Z"],
    ["{{dateFormat open.at 'dd.MM.yyyy HH:mm:ss'}}", "01.03.2026 23:30:00"],
    ["{{dateFormat open.at 'yyyy-MM-dd HH:mm' 'Europe/Berlin'}}", "2026-03-02 00:30"],
    ["{{dateFormat '2026-03-01' 'yyyy/MM/dd'}}", "2026/03/01"],
    ["no expression", "no expression"],
    ["{{params.service}} ", "pay "],
    ["{{params.list.[0]}}{{params.list.[1]}}", "xy"],
    ["{{#each params.list as |v i|}}{{i}}{{v}}{{@first}}{{@last}};{{/each}}", "0xtruefalse;1yfalsetrue;"],
    ["{{#each params.list}}{{#each ../rows}}{{@../index}}{{@index}}{{/each}}{{/each}}", "0010"],
    ["{{#each open.deep}}{{@key}}={{this}}{{/each}}", "er=1"],
  ])("resolves, and a lone expression keeps its type: %s", (source, expected) => {
    expect(issues(source)).toEqual([]);
    expect(value(source)).toEqual(expected);
  });

  it.each(["yesterday", "2026-02-30", "2026-03-01T10:00", "1772000000000", "2026-13-01T00:00:00Z"])(
    "cannot be formatted as a date when it is none: %s",
    (at) => {
      const data = { params: {}, rows: [], open: { at } };
      expect(() => renderValue("{{dateFormat open.at}}", data, shape)).toThrow(
        "Line 1, column 1: dateFormat of open.at: is not an ISO 8601 time",
      );
    },
  );

  it("that holds no list or object cannot be looped over", () => {
    const data = { open: "text" };
    expect(() => renderValue("{{#each open}}x{{/each}}", data, shape)).toThrow("open is neither");
  });
});
