// A JSON payload: each expression is written by its place, and what cannot become JSON is refused at save.
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../../shared/domain/json.ts";
import { checkTemplate } from "../../../../shared/webhook/template/check.ts";
import { renderTemplate } from "../../../../shared/webhook/template/render.ts";
import type { Shape } from "../../../../shared/webhook/template/shape.ts";

const scalar: Shape = { kind: "scalar" };
const shape: Shape = {
  kind: "object",
  fields: {
    params: { kind: "object", fields: { name: scalar, count: scalar, dry: scalar, none: scalar } },
    incident: {
      kind: "object",
      fields: { title: scalar, tags: { kind: "array", items: scalar }, metadata: { kind: "any" } },
    },
  },
};
const context: JsonObject = {
  params: { name: 'O\'Brien "x"\n', count: 42, dry: false, none: null },
  incident: {
    title: "Disk",
    tags: ["a", "b", "c"],
    metadata: { region: "eu", hosts: [{ id: 1 }, { id: 2 }] },
  },
};
const render = (source: string, data: JsonObject = context) => renderTemplate(source, "json", data, shape);
const issues = (source: string) =>
  checkTemplate(source, "json", shape).map(({ message, line, column }) => `${line}:${column} ${message}`);

describe("an expression in a JSON payload", () => {
  it.each([
    ['{"n":{{params.count}},"s":"x-{{params.name}}"}', { n: 42, s: 'x-O\'Brien "x"\n' }],
    [
      '{"s":{{params.name}},"b":{{params.dry}},"z":{{params.none}}}',
      { s: 'O\'Brien "x"\n', b: false, z: null },
    ],
    ['{"o":{{json incident.metadata.hosts}}}', { o: [{ id: 1 }, { id: 2 }] }],
    ['{"o":{{incident.tags}}}', { o: ["a", "b", "c"] }],
    ['{"o":"{{json incident.tags}}"}', { o: '["a","b","c"]' }],
    ['{"o":"{{json params.name}}"}', { o: JSON.stringify('O\'Brien "x"\n') }],
    ['{"n":"{{params.count}}"}', { n: "42" }],
    ['{"{{params.name}}":{{uppercase incident.title}}}', { 'O\'Brien "x"\n': "DISK" }],
    ["{{params.count}}", 42],
    ['{"{{json params.none}}":1}', { null: 1 }],
  ])("is a value of its type or escaped text: %s", (source, expected) => {
    expect(issues(source)).toEqual([]);
    expect(JSON.parse(render(source))).toEqual(expected);
  });

  it.each([
    '{"n":{{params.count}}}',
    '{"n":{"m":{{params.count}}}}',
    '{"n":{{{params.count}}}}',
    '{"n":{{~params.count~}}}',
  ])("may stand right before a closing brace: %s (D13)", (source) => {
    expect(issues(source)).toEqual([]);
    expect(JSON.stringify(JSON.parse(render(source)))).toContain('":42}');
  });

  it.each(["{{{incident.title}}}", "{{&incident.title}}", "{{incident.title}}"])(
    "is written the same with any number of braces: %s (D6)",
    (expression) => {
      const data = { params: {}, incident: { title: '","admin":true,"x":"' } };
      const text = render(`{"quoted":"${expression}","bare":${expression}}`, data);
      expect(JSON.parse(text)).toEqual({ quoted: data.incident.title, bare: data.incident.title });
    },
  );

  it.each([
    ['{"a":1{{params.count}}}', "1:7 an expression cannot follow 1 directly"],
    ['{"a":{{params.count}}1}', "1:22 expected a comma or a closing bracket"],
    ['{"a":{{params.count}}{{params.count}}}', "1:22 an expression is not allowed here"],
    ["{{{params.name}}:1}", "1:1"],
    ['{"a" {{params.count}}}', "1:6 an expression is not allowed here: expected a colon"],
    ["{ {{params.name}} :1}", "1:3 a key must be in quotes"],
    ['{"a":"\\\\{{params.count}}"}', "cannot follow a backslash"],
    ['{"a":{{params.count}}', "1:22 the JSON is not complete"],
    ['{"a":"x\ny"}', "1:8 a line break or tab inside a JSON string"],
    ['{"a":nul}', "1:9 nul is not a JSON value"],
    ['{"a":01}', "01 is not a JSON value"],
    ['{"a":"\\q"}', "1:8 this is not a JSON escape"],
    ["", "1:1 the JSON is not complete: expected a value"],
    ["{{{{params.count}}}}", "1:1 four braces"],
    [
      '{"a":"{{incident.tags}}"}',
      "1:7 incident.tags is a list, which is no text: write {{join incident.tags",
    ],
    ['{"a":"{{incident}}"}', "1:7 incident is an object, which is no text"],
    ['{"a":"{\\"b\\":\\"{{params.name}}\\"}"}', "write {{json …}} without the"],
    ['{"a":"{\\"b\\":\\"x {{json params.name}} y\\"}"}', "write {{json …}} without the"],
    ['{"a":"{\\"b\\":{{params.name}}}"}', "1:14 a value of JSON inside a JSON string"],
    [
      '{"a":"{\\"b\\" : {{#if params.dry}}{{params.name}}{{else}}1{{/if}}}"}',
      "a value of JSON inside a JSON string",
    ],
  ])("is refused at save where it cannot stand: %s", (source, expected) => {
    expect(issues(source).join()).toContain(expected);
    expect(() => render(source)).toThrow(expect.objectContaining({ code: "invalid_template" }));
  });

  it("is refused inside a string without a value, naming it and the way out (D11)", () => {
    for (const data of [context, { params: {}, incident: null }]) {
      expect(() => render('{"cmd":"rm -rf /{{params.none}}"}', data)).toThrow(
        'Line 1, column 17: params.none has no value, and text cannot contain null: write {{default params.none "…"}}',
      );
    }
    expect(() => render('{"t":"{{uppercase incident.metadata.x}}"}')).toThrow(
      "incident.metadata.x has no value",
    );
    expect(render('{"cmd":"{{default params.none "tmp"}}","t":{{uppercase params.none}}}')).toBe(
      '{"cmd":"tmp","t":null}',
    );
  });

  it("is null or false under an object that is null", () => {
    const source =
      '{"t":{{incident.metadata.a.b}},"i":{{#if incident.title}}1{{else}}0{{/if}},"l":"{{#each incident.tags}}{{this}}{{/each}}"}';
    expect(render(source, { params: {}, incident: null })).toBe('{"t":null,"i":0,"l":""}');
  });

  it("keeps whole numbers exact or is refused (D12)", () => {
    const data = (count: number) => ({ params: { count }, incident: null });
    expect(render("{{params.count}}", data(Number.MAX_SAFE_INTEGER))).toBe("9007199254740991");
    expect(() => render("{{params.count}}", data(2 ** 53))).toThrow("beyond 2^53");
    expect(issues("{{json 12345678901234567890}}").join()).toContain("beyond 2^53");
    expect(render('{"n":12345678901234567890}')).toBe('{"n":12345678901234567890}');
  });

  it("cannot make a key that is there already", () => {
    const source = '{"admin":false,"{{incident.title}}":true}';
    expect(JSON.parse(render(source))).toEqual({ admin: false, Disk: true });
    for (const title of ["admin", "adm\u0069n"]) {
      expect(() => render(source, { params: {}, incident: { title } })).toThrow("same key twice");
    }
  });
});

describe("a block in a JSON payload", () => {
  it.each([
    ['{"a":1{{#if params.dry}},"b":2{{/if}}}', { a: 1 }],
    ['{"a":1{{#unless params.dry}},"b":2{{/unless}}}', { a: 1, b: 2 }],
    ['{{{#if params.count}}"a":1{{/if}}}', { a: 1 }],
    ['{ {{#if params.count}}"b":2,{{/if}}"a":1}', { a: 1, b: 2 }],
    ['{"a":{{#if params.dry}}1{{else if params.count}}"x"{{else}}null{{/if}}}', { a: "x" }],
    ['{"a":"-{{#if params.count}}yes{{else}}no{{/if}}-"}', { a: "-yes-" }],
    ["[{{#each incident.tags}}{{this}}{{#unless @last}},{{/unless}}{{/each}}]", ["a", "b", "c"]],
    ["[{{#each incident.tags}}{{#unless @first}},{{/unless}}{{@index}}{{/each}}]", [0, 1, 2]],
    ["[{{#each incident.tags as |tag i|}}{{#if i}},{{/if}}{{tag}}{{/each}}]", ["a", "b", "c"]],
    ["[{{#each incident.tags}}{{#if @index}},{{/if}}{{../params.count}}{{/each}}]", [42, 42, 42]],
    [
      '{ {{#each params}}"{{@key}}":{{this}},{{/each}}"z":1}',
      { name: 'O\'Brien "x"\n', count: 42, dry: false, none: null, z: 1 },
    ],
    ["[{{#each incident.tags}}{{this}},{{/each}}0]", ["a", "b", "c", 0]],
    ['"{{#each incident.tags}}<{{this}}>{{/each}}"', "<a><b><c>"],
    [
      "[{{#each incident.metadata.hosts}}{{#with this as |h|}}{{h.id}}{{else}}0{{/with}}{{#unless @last}},{{/unless}}{{else}}null{{/each}}]",
      [1, 2],
    ],
    ["[{{#each incident.metadata.none}}1{{#unless @last}},{{/unless}}{{else}}null{{/each}}]", [null]],
    ["{{#with params.none}}1{{else}}2{{/with}}", 2],
    ["{{#if incident.metadata.zero includeZero=true}}1{{else}}0{{/if}}", 0],
    ["[{{#each incident.tags}}{{#if @index includeZero=true}}1{{else}}0{{/if}},{{/each}}9]", [1, 1, 1, 9]],
    [
      "{{#with incident}}{{#with metadata}}[{{json ../title}},{{@root.params.count}},{{../../params.count}}]{{else}}0{{/with}}{{else}}0{{/with}}",
      ["Disk", 42, 42],
    ],
    [
      '{\n  "a": 1,\n  {{#if params.count}}\n  "b": 2,\n  {{/if}}\n  {{! a comment }}\n  "c": 3\n}\n',
      { a: 1, b: 2, c: 3 },
    ],
  ])("keeps the text JSON on every way through it: %s", (source, expected) => {
    expect(issues(source)).toEqual([]);
    expect(JSON.parse(render(source))).toEqual(expected);
  });

  it.each([
    [
      '{"a":{{#if params.dry}}"x{{else}}1{{/if}}}',
      "1:6 the branches of this block end in different positions",
    ],
    ['{"a":{{#if params.dry}}1}{{/if}}', "1:6 the branches of this block end in different positions"],
    ['[{{#each incident.tags}}"{{/each}}]', "1:2 the body of #each must end in the position where it began"],
    ["{{#each incident.tags}}[{{/each}}1", "1:1 the body of #each must end in the position where it began"],
    ["[{{#each incident.tags}}{{this}},,{{/each}}]", "1:34 expected a value"],
    ["[{{#each incident.tags}}{{this}}{{/each}},]", "1:43 expected a value"],
    [
      "[{{#each incident.tags}}{{this}}{{this}}{{/each}}]",
      "1:33 an expression is not allowed here: expected a comma",
    ],
    ['{ {{#if params.dry}}"b":2{{/if}},}', "1:34 expected a key in quotes"],
    ['{ , {{#if params.dry}}"b":2{{/if}} }', "1:3 expected a key in quotes or }"],
    ['{ {{#if params.dry}}"b":2 "c":3{{/if}} }', "1:27 expected a comma"],
    ['{ {{#if params.dry}}"b":2{{/if}},, "c":3 }', "1:34 expected a key in quotes"],
    ['{ {{#if params.dry}}"b"{{/if}}:2 }', "1:31 expected a comma"],
    ['{ "a":{{#if params.dry}}1,{{/if}}2 }', "expected a"],
    ['{"a":\n  {{#if params.dry}}1{{/if}}}', "2:29 expected a value"],
    ['{"a":1{{#if params.dry}}0{{/if}}}', "1:25 expected a comma"],
  ])("whose ways end in different positions is refused at save: %s", (source, expected) => {
    expect(issues(source).join()).toContain(expected);
  });
});
