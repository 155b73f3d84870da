// Attacks on a template engine, one by one: prototypes, helpers, syntax trees, partials, escaping, output.
import { execFileSync } from "node:child_process";
import Handlebars from "handlebars";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { JsonObject } from "../../../../shared/domain/json.ts";
import { checkTemplate } from "../../../../shared/webhook/template/check.ts";
import { renderTemplate, renderValue } from "../../../../shared/webhook/template/render.ts";
import type { Shape } from "../../../../shared/webhook/template/shape.ts";

const any: Shape = { kind: "any" };
const shape: Shape = {
  kind: "object",
  fields: { a: { kind: "scalar" }, data: any, list: { kind: "array", items: any } },
};
const context: JsonObject = { a: "text", data: { list: [1], text: "t", number: 1 }, list: [{}] };
const refused = (source: unknown): boolean => checkTemplate(source, "text", shape).length > 0;

afterEach(() => {
  vi.restoreAllMocks();
});

const MEMBERS = [
  "constructor",
  "__proto__",
  "prototype",
  "__defineGetter__",
  "__defineSetter__",
  "__lookupGetter__",
  "hasOwnProperty",
  "toString",
  "valueOf",
  "propertyIsEnumerable",
];

describe("a member of a prototype (D2)", () => {
  it.each(MEMBERS)("%s is refused under a known shape, and is nothing under an open one", (name) => {
    for (const source of [
      `{{${name}}}`,
      `{{this.${name}}}`,
      `{{a.${name}}}`,
      `{{#with ${name}}}x{{/with}}`,
      `{{#with "${name}"}}{{../${name}}}{{/with}}`,
    ]) {
      expect(refused(source), source).toBe(true);
    }
    for (const path of [
      `data.${name}`,
      `data.[${name}]`,
      `data.text.${name}`,
      `data.list.${name}`,
      `data.number.${name}.name`,
    ]) {
      expect(renderValue(`{{lookup data "${name}"}}`, context, shape), name).toBeNull();
      expect(renderValue(`{{lookup data.list "${name}"}}`, context, shape), name).toBeNull();
      expect(renderValue(`{{${path}}}`, context, shape), path).toBeNull();
      expect(renderTemplate(`{{#if ${path}}}yes{{else}}no{{/if}}`, "text", context, shape)).toBe("no");
      expect(renderTemplate(`{{#each ${path}}}yes{{else}}no{{/each}}`, "text", context, shape)).toBe("no");
    }
  });

  it.each(MEMBERS)("%s is no helper, block, argument or loop variable", (name) => {
    for (const source of [
      `{{${name} a}}`,
      `{{json (${name} a)}}`,
      `{{#${name}}}{{/${name}}}`,
      `{{#${name} a}}{{/${name}}}`,
      `{{^${name}}}{{/${name}}}`,
      `{{#each list}}{{@${name}}}{{/each}}`,
      `{{@root.${name}}}`,
      `{{json a ${name}=1}}`,
      `{{#if a ${name}=true}}{{/if}}`,
      `{{#each list as |${name}|}}{{${name}.${name}}}{{this.a.b}}{{../${name}}}{{/each}}`,
      `{{lookup list "${name}"}}`,
      `{{#with (lookup @root "${name}")}}{{/with}}`,
    ]) {
      expect(refused(source), source).toBe(true);
    }
  });

  it("is data like any other when the data itself has a key of that name", () => {
    const data = JSON.parse('{"data":{"__proto__":{"x":1},"constructor":"c"}}');
    expect(renderTemplate("{{json data}}", "json", data, shape)).toBe(
      '{"__proto__":{"x":1},"constructor":"c"}',
    );
    expect(renderValue("{{data.constructor}}", data, shape)).toBe("c");
    expect(renderValue("{{data.x}}", data, shape)).toBeNull();
    expect(Object.hasOwn(Object.prototype, "x")).toBe(false);
  });
});

describe("what a template cannot do", () => {
  it.each([
    ["a finished syntax tree (D1)", { type: "Program", body: [] }],
    [
      "a tree that carries code (D1)",
      JSON.parse(
        '{"type":"Program","body":[{"type":"MustacheStatement","path":{"type":"PathExpression","original":"x","parts":["x"],"depth":"0);process.exit(1)"}}]}',
      ),
    ],
    ["an array (D1)", ["{{a}}"]],
    ["a boxed string (D1)", Object("{{a}}")],
    ["null (D1)", null],
    ["nothing (D1)", undefined],
  ])("it is not %s", (_, source) => {
    expect(checkTemplate(source, "json", shape)).toEqual([
      { message: "a template must be a string", line: 1, column: 1 },
    ]);
    expect(() => Reflect.apply(renderTemplate, undefined, [source, "json", context, shape])).toThrow(
      "a template must be a string",
    );
  });

  it.each([
    "{{> part}}",
    "{{> (lookup . 'a')}}",
    "{{#> part}}x{{/part}}",
    "{{#> @partial-block}}{{/@partial-block}}",
    "{{> @partial-block}}",
    '{{#*inline "x"}}{{> x}}{{> x}}{{/inline}}',
    "{{* decorate}}",
    "{{*n}}",
    "{{#*n}}{{/n}}",
    "{{{{raw}}}} {{a}} {{{{/raw}}}}",
    "{{helperMissing}}",
    "{{helperMissing a}}",
    "{{blockHelperMissing a}}",
    "{{#blockHelperMissing a}}{{/blockHelperMissing}}",
    "{{#helperMissing}}{{/helperMissing}}",
    "{{log a}}",
    "{{#with (log a)}}{{/with}}",
    "{{lookup @root 'x'}}",
    "{{lookup data}}",
    "{{#with 'constructor'}}{{#with split as |conslist|}}{{pop}}{{/with}}{{/with}}",
    "{{#with this as |s|}}{{#with (s.constructor 'alert(1)')}}{{this}}{{/with}}{{/with}}",
    "{{(a) b}}",
    "{{data.text.constructor.constructor 'return process' ()}}",
    "{{@partial-block}}",
    "{{@data}}",
    "{{@root.process}}",
    "{{@../../root}}",
    "{{this.[__proto__].[polluted]}}",
  ])(
    "has no way to partials, decorators, raw blocks, logs or missing-helper hooks: %s (D9, D10)",
    (source) => {
      const stdout = vi.spyOn(process.stdout, "write");
      const stderr = vi.spyOn(process.stderr, "write");
      const logged = (["log", "info", "warn", "error"] as const).map((level) => vi.spyOn(console, level));
      expect(refused(source)).toBe(true);
      expect(() => renderTemplate(source, "text", context, shape)).toThrow(
        expect.objectContaining({ code: "invalid_template" }),
      );
      for (const spy of [stdout, stderr, ...logged]) expect(spy).not.toHaveBeenCalled();
    },
  );

  it("reads no getter, calls no function, and sees nothing that is inherited (D15)", () => {
    const called = vi.fn(() => "called");
    const inherited = Object.create({ a: "inherited", data: { x: 1 } });
    expect(renderValue("{{a}}", inherited, shape)).toBeNull();
    const trap = Object.defineProperty({ a: called, data: { toJSON: called } }, "list", {
      get: called,
      enumerable: true,
    });
    const data: JsonObject = Object.assign(Object.create(null), { data: trap });
    expect(renderTemplate("{{json data}}", "json", data, shape)).toBe('{"data":{}}');
    expect(called).not.toHaveBeenCalled();
  });

  it("is not rendered a second time (D5)", () => {
    const data = { a: "{{data.secret}}{{{a}}}", data: { secret: "s3cret" } };
    expect(renderTemplate('{"a":"{{a}}"}', "json", data, shape)).toBe('{"a":"{{data.secret}}{{{a}}}"}');
    expect(renderValue("{{a}}", data, shape)).toBe("{{data.secret}}{{{a}}}");
  });

  it("leaves the shared Handlebars unchanged, and uses nothing from it (D14)", () => {
    const before = Handlebars.Utils.escapeExpression;
    Handlebars.registerHelper("shout", () => "global helper");
    expect(renderTemplate('{"a":"{{a}}"}', "json", { a: "<'&\">" }, shape)).toBe('{"a":"<\'&\\">"}');
    expect(Handlebars.Utils.escapeExpression).toBe(before);
    expect(Handlebars.compile("{{a}}")({ a: "<'&\">" })).toBe("&lt;&#x27;&amp;&quot;&gt;");
    expect(refused("{{shout}}")).toBe(true);
    Handlebars.unregisterHelper("shout");
  });

  it("needs no code made from text: it renders where the runtime forbids that (D16)", () => {
    const renderer = new URL("../../../../shared/webhook/template/render.ts", import.meta.url).href;
    const program = `
      const { renderTemplate } = await import(${JSON.stringify(renderer)});
      try { new Function("return 1"); } catch { process.stdout.write("forbidden "); }
      process.stdout.write(renderTemplate("{{a}}", "json", { a: "x" }, { kind: "any" }));`;
    const flags = ["--disallow-code-generation-from-strings", "--input-type=module", "-e", program];
    expect(execFileSync(process.execPath, flags, { encoding: "utf8" })).toBe('forbidden "x"');
  });

  it("names no value of its context in an error", () => {
    const secret = "s3cr3t-\u0000\ud800\n";
    const data: JsonObject = { a: secret, data: secret, list: [secret] };
    for (const [source, kind] of [
      ["https://h.example/{{a}}", "url"],
      ["{{a}}", "header"],
      ["{{dateFormat a}}", "text"],
      ["{{dateFormat '2026-01-01' a a}}", "text"],
      ["{{#each data}}{{/each}}", "text"],
      ['{"{{a}}":1,"{{a}}":2}', "json"],
    ] as const) {
      let message = "";
      try {
        renderTemplate(source, kind, data, shape);
      } catch (error) {
        message = String(error);
      }
      expect(message, source).toMatch(/^ServiceError: /);
      expect(message).not.toContain("s3cr3t");
    }
  });
});
