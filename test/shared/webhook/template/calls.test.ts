// Helpers: what each gives, and what is refused at save because it could never be right.
import { describe, expect, it } from "vitest";
import { templateShape } from "../../../../shared/application/request/template-context.ts";
import type { JsonObject } from "../../../../shared/domain/json.ts";
import { checkTemplate, type TemplateKind } from "../../../../shared/webhook/template/check.ts";
import { renderTemplate } from "../../../../shared/webhook/template/render.ts";
import { ANY, type Shape } from "../../../../shared/webhook/template/shape.ts";

const PROPERTIES = {
  env: { type: "string", enum: ["prod", "staging"] },
  region: { type: "string", enum: ["eu", "us"] },
  name: { type: "string", minLength: 1 },
  note: { type: "string" },
  replicas: { type: "integer", minimum: 0 },
  size: { type: "number", minimum: 1 },
  dry: { type: "boolean" },
  level: { type: "integer", enum: [1, 2] },
  count: { type: "integer" },
  label: { type: "string" },
  hosts: { type: "array", items: { type: "string" } },
  ports: { type: "array", items: { type: "integer" }, minItems: 1 },
};
const shape = templateShape({
  type: "object",
  properties: PROPERTIES,
  required: ["env", "region", "name", "note", "size", "dry", "level", "hosts", "ports"],
});
const PARAMS = {
  env: "prod",
  region: "eu",
  name: "pay",
  note: "",
  size: 2.5,
  dry: false,
  level: 2,
  ports: [80],
};
const data = (more: JsonObject = {}): JsonObject => ({
  params: { replicas: null, count: null, label: null, hosts: ["a", "b"], ...PARAMS, ...more },
  incident: { id: "i", metadata: { a: { b: 1 }, text: "5", list: ["x"] } },
});
const issues = (source: string, kind: TemplateKind = "json", of: Shape = shape) =>
  checkTemplate(source, kind, of).map(({ message, line, column }) => `${line}:${column} ${message}`);
const json = (source: string, more: JsonObject = {}): unknown =>
  JSON.parse(renderTemplate(source, "json", data(more), shape));

describe("a helper", () => {
  it.each<[string, unknown]>([
    ['{{concat params.name "-" params.size}}', "pay-2.5"],
    ['{{split "a,b,,c" ","}}', ["a", "b", "", "c"]],
    ['{{split params.note ","}}', []],
    ['{{join params.hosts ", "}}', "a, b"],
    ['{{join params.ports "|"}}', "80"],
    ['{{join (split "a b" " ") "+"}}', "a+b"],
    ['{{replace "a.b.c$&" "." "$&"}}', "a$&b$&c$&"],
    ["{{trim '  x\t'}}", "x"],
    ["{{base64 'ä:ö'}}", "w6Q6w7Y="],
    ["{{number '-1.50e1'}}", -15],
    ["{{number params.size}}", 2.5],
    ['{{lookup incident.metadata "text"}}', "5"],
    ["{{lookup params.hosts 1}}", "b"],
    ["{{lookup params.hosts 5}}", null],
    ['{{lookup incident.metadata.list "length"}}', null],
    ['{{choose params.region eu="Europe" us="America"}}', "Europe"],
    ["{{choose params.region eu=params.hosts us=params.ports}}", ["a", "b"]],
    ['{{choose params.level [1]="low" [2]="high"}}', "high"],
    ["{{choose params.name pay=1 [other.name]=2}}", 1],
    ['{{eq params.env "prod"}}', true],
    ['{{ne params.env "prod"}}', false],
    ["{{eq params.level 2}}", true],
    ["{{eq params.size 2}}", false],
    ["{{eq params.replicas 0}}", false],
    ["{{lt params.level 3}}", true],
    ["{{lte params.size 2.5}}", true],
    ["{{gt params.level 2}}", false],
    ["{{gte params.level params.size}}", false],
    ['{{and (eq params.env "prod") (not params.dry)}}', true],
    ['{{or params.dry (eq params.env "staging")}}', false],
    ["{{and (isSet params.replicas) (gt params.replicas 5)}}", false],
    ["{{or (not (isSet params.replicas)) (gt params.replicas 5)}}", true],
    ["{{isSet params.note}}", true],
    ["{{isSet params.dry}}", true],
    ["{{isSet params.replicas}}", false],
    ["{{isSet incident.metadata.none}}", false],
    ["{{isSet team}}", false],
  ])("gives what its name says: %s", (source, expected) => {
    expect(issues(source)).toEqual([]);
    expect(json(source)).toEqual(expected);
  });

  it.each([
    [
      '{{eq params.env "prodd"}}',
      '1:1 eq compares params.env with "prodd", which it never is: did you mean prod?',
    ],
    [
      '{{ne "xyz" params.env}}',
      'ne compares params.env with "xyz", which it never is: it is one of prod, staging',
    ],
    ["{{eq params.level 3}}", "eq compares params.level with 3, which it never is: it is one of 1, 2"],
    [
      "{{eq params.env params.region}}",
      "eq compares params.env with params.region, which have no value in common",
    ],
    ['{{eq params.size "2"}}', "eq compares a number with a string, which are never equal"],
    ["{{eq params.hosts 1}}", "eq compares single values, no lists and objects"],
    ["{{eq params.replicas null}}", "eq compares values: ask {{#if (isSet …)}}"],
    ["{{lt params.name 5}}", "lt needs a number, and params.name is a text"],
    [
      "{{and params.name params.dry}}",
      "and needs a condition, such as (isSet …) or (eq …), and params.name is a text",
    ],
    ["{{not params.replicas}}", "not needs a condition"],
    ["{{uppercase params.hosts}}", "uppercase needs a text, and params.hosts is a list"],
    ["{{concat params.name params}}", "concat needs a text, and params is an object"],
    ['{{join params.name ","}}', "join needs a list, and params.name is a text"],
    ['{{split params.name ""}}', "split needs a text that is not empty"],
    ['{{replace params.name "" "x"}}', "replace needs a text that is not empty"],
    ["{{number params.dry}}", "number needs the text of a number"],
    ["{{addSeconds params.name params.name}}", "addSeconds needs a number"],
    ['{{lookup params "nam"}}', "lookup finds no nam in params: did you mean name?"],
    ["{{lookup params params.env}}", "lookup finds no prod in params"],
    ['{{lookup params.hosts "x"}}', "lookup of the list params.hosts takes an index"],
    ['{{lookup params.name "x"}}', "lookup needs a list or an object"],
    ['{{choose params.region eu="a"}}', "choose has no entry for us, which params.region can be"],
    [
      '{{choose params.region eu="a" us="b" ues="c"}}',
      "choose has an entry ues, which params.region never is: did you mean us?",
    ],
    ["{{choose params.region}}", "choose has no entry"],
    ['{{choose params.hosts eu="a"}}', "choose needs a text"],
    ['{{json params.name pretty="x"}}', "pretty= is not an argument here"],
    ["{{concat params.name}}", "concat is written {{concat value value …}}"],
    ["{{path params.name}}", "1:1 path writes segments of a URL's path, and can stand nowhere else"],
  ])("is refused at save where it could never be right: %s", (source, expected) => {
    expect(issues(source).join()).toContain(expected);
  });

  it.each([
    [
      "{{concat params.name params.label}}",
      "concat needs params.label, which has no value: write (default params.label …)",
    ],
    ["{{gt params.count 5}}", "gt needs params.count, which has no value"],
    ['{{replace params.name "a" params.label}}', "replace needs params.label, which has no value"],
    ["{{uppercase incident.metadata.a}}", "uppercase of incident.metadata.a: needs a text"],
    ["{{eq incident.metadata.text 5}}", "compares a string with a number"],
    ["{{gt incident.metadata.text 5}}", "gt of incident.metadata.text: needs a number"],
    ["{{not incident.metadata.text}}", "not of incident.metadata.text: needs a condition"],
    ["{{and incident.metadata.text params.dry}}", "needs conditions"],
    ["{{number params.name}}", "needs the text of a number"],
    ["{{number '12345678901234567890'}}", "loses digits"],
    [
      '{{choose params.name eu="a"}}',
      "choose of params.name: has no entry for the value; its entries are eu",
    ],
    ["{{lookup incident.metadata.text 0}}", "needs a list or an object"],
    ['{{join incident.metadata.a ","}}', "join of incident.metadata.a: needs a list"],
  ])("is refused at render where only the value tells: %s", (source, expected) => {
    expect(issues(source)).toEqual([]);
    expect(() => json(source)).toThrow(expected);
  });

  it.each(["uppercase", "trim", "base64", "number", "epochSeconds", "dateFormat"])(
    "%s passes null on",
    (helper) => {
      expect(json(`{{${helper} params.label}}`)).toBe(null);
      expect(() => json(`"{{${helper} params.label}}"`)).toThrow("params.label has no value");
    },
  );
});

describe("a block that asks for a value which it writes", () => {
  it.each([
    [
      '{ {{#if params.replicas}}"n":{{params.replicas}}{{/if}} }',
      "1:3 #if leaves out 0, which params.replicas can be: write {{#if (isSet params.replicas)}}",
    ],
    [
      '{ {{#if params.dry}}"d":{{params.dry}}{{/if}} }',
      "#if leaves out false, which params.dry can be: params.dry always has a value",
    ],
    [
      '{ {{#if params.label}}"l":"x {{uppercase params.label}}"{{/if}} }',
      '#if leaves out "", which params.label can be: write {{#if (isSet params.label)}}',
    ],
    ['{ {{#unless params.replicas}}"z":0{{else}}"n":{{params.replicas}}{{/unless}} }', "#if leaves out 0"],
    [
      '{ {{#if params.hosts}}"h":{{params.hosts}}{{/if}} }',
      "#if leaves out an empty list, which params.hosts can be",
    ],
    ['{ {{#with params.label}}"l":"{{this}}"{{/with}} }', '#with leaves out "", which params.label can be'],
    [
      '{ {{#if params.replicas}}{{#if params.env}}"n":{{@root.params.replicas}}{{/if}}{{/if}} }',
      "#if leaves out 0",
    ],
    ["[{{#each params.ports as |p|}}{{#if p}}{{p}}{{/if}}{{/each}}]", "#if leaves out 0, which p can be"],
  ])("is refused where it would leave out one that was given: %s", (source, expected) => {
    expect(issues(source).join()).toContain(expected);
  });

  it.each([
    '{ {{#if (isSet params.replicas)}}"n":{{params.replicas}}{{/if}} }',
    '{ {{#if params.replicas includeZero=true}}"n":{{params.replicas}}{{/if}} }',
    '{ {{#if params.dry}}"mode":"dry"{{/if}} }',
    '{ {{#if params.env}}"e":{{params.env}}{{/if}} }',
    '{ {{#if params.size}}"s":{{params.size}}{{/if}} }',
    '{ {{#if params.name}}"n":{{params.name}}{{/if}} }',
    '{ {{#if params.ports}}"p":{{params.ports}}{{/if}} }',
    '{ {{#if params.hosts}}"h":[{{#each params.hosts}}{{this}}{{/each}}]{{/if}} }',
    '{ {{#unless params.replicas}}"z":{{params.replicas}}{{/unless}} }',
    '"{{#if params.hosts}}on {{join params.hosts ", "}}{{/if}}"',
  ])("is fine where it cannot: %s", (source) => {
    expect(issues(source)).toEqual([]);
  });

  it("sends 0, false and the empty text with isSet (case 22)", () => {
    const members = ["replicas", "dry", "note"].map(
      (n) => `{{#if (isSet params.${n})}}"${n}":{{params.${n}}}{{/if}}`,
    );
    const source = `{"spec":{ ${members.join(" ")} }}`;
    expect(json(source, { replicas: 0 })).toEqual({ spec: { replicas: 0, dry: false, note: "" } });
    expect(json(source, { replicas: null, dry: null, note: null })).toEqual({ spec: {} });
  });
});

describe("path", () => {
  const url = (value: string) =>
    renderTemplate("https://h.example/job/{{path v}}/build?x=1", "url", { v: value }, ANY);

  it("writes each segment of the value, encoded", () => {
    expect(url("a b/c?d/é#")).toBe("https://h.example/job/a%20b/c%3Fd/%C3%A9%23/build?x=1");
    expect(url("one")).toBe("https://h.example/job/one/build?x=1");
  });

  it.each(["", "/a", "a/", "a//b", ".", "..", "a/../b", "a/.", "./a"])(
    "refuses a segment that is none: %j",
    (value) => {
      expect(() => url(value)).toThrow(/makes a segment of the URL's path empty, or \. or \.\./);
    },
  );

  it.each([
    ["https://h.example/?x={{path v}}", "url"],
    ["https://h.example/{{uppercase (path v)}}", "url"],
    ["x={{path v}}", "form"],
    ["{{path v}}", "header"],
  ] as const)("stands in a URL's path alone: %s", (source, kind) => {
    expect(issues(source, kind, ANY).join()).toContain("path writes segments of a URL's path");
  });
});

describe("what Handlebars has and templates have not", () => {
  it.each([
    ["{{> part}}", "partials are not available"],
    ["{{#> part}}x{{/part}}", "partial blocks are not available"],
    ['{{#*inline "x"}}y{{/inline}}', "inline partials and block decorators are not available"],
    ["{{* decorate}}", "decorators are not available"],
    ["{{{{raw}}}}x{{{{/raw}}}}", "would be a raw block, which is not available"],
    ["{{#params}}x{{/params}}", "sections are not available: write {{#if params}}"],
    ["{{^params}}x{{/params}}", "inverse sections are not available"],
    ["{{#params.name}}x{{/params.name}}", "sections are not available"],
    ["{{#uppercase params.name}}x{{/uppercase}}", "uppercase is a helper, not a block"],
    ["{{#if params.dry}}x{{else repeat 3}}y{{/if}}", "unknown block repeat"],
    ["{{log params.name}}", "log is not available"],
    ["{{helperMissing params.name}}", "helperMissing is not available"],
    ["{{#blockHelperMissing params.name}}x{{/blockHelperMissing}}", "unknown block blockHelperMissing"],
    ["{{@level}}", "@level is not known"],
    ["{{@partial-block}}", "@partial-block is not known"],
    ["{{#each params depth=1}}x{{/each}}", "depth= is not an argument here"],
  ])("is refused by its name: %s", (source, expected) => {
    expect(issues(source, "text").join("\n")).toContain(expected);
  });
});
