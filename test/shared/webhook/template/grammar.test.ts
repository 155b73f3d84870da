// Templates are Handlebars': what its own parser refuses is refused here, and what it takes is read as it reads it.
import fc from "fast-check";
import Handlebars from "handlebars";
import { describe, expect, it } from "vitest";
import { checkTemplate } from "../../../../shared/webhook/template/check.ts";
import { parseTemplate } from "../../../../shared/webhook/template/parse.ts";
import { renderTemplate } from "../../../../shared/webhook/template/render.ts";
import { scanSource } from "../../../../shared/webhook/template/scan.ts";
import type { Shape } from "../../../../shared/webhook/template/shape.ts";
import { times } from "../../../support/long-form.ts";

/** The tree without what only one of the two parsers writes down. */
function treeOf(program: unknown): unknown {
  const own: ReadonlySet<string> = new Set(["this", "head", "tail"]);
  return JSON.parse(JSON.stringify(program, (key, value: unknown) => (own.has(key) ? undefined : value)));
}

function readByHandlebars(source: string): { program: unknown } | null {
  try {
    return { program: Handlebars.parse(source) };
  } catch {
    return null;
  }
}

const messagesOn = (source: string) =>
  checkTemplate(source, "text", { kind: "any" }).map(({ message }) => message);
const isRefused = (source: string) => messagesOn(source).length > 0;
const EMPTY_NAME = "a name in a path must not be empty";

/** Both parsers get what the scanner makes of the source; what it refuses reaches neither. */
function compare(source: string): "refused" | "read alike" | "differs" {
  const scan = scanSource(source);
  if ("issue" in scan) return "refused";
  const theirs = readByHandlebars(scan.text);
  if (!theirs) return isRefused(source) ? "refused" : "differs";
  const ours = parseTemplate(source);
  if ("issue" in ours) return "differs";
  if (JSON.stringify(treeOf(ours.program)) === JSON.stringify(treeOf(theirs.program))) return "read alike";
  // An empty name, whose place the two parsers write down differently.
  return scan.text.includes("[]") && isRefused(source) ? "refused" : "differs";
}

const name = fc.constantFrom("a", "b.c", "this.a", "../a", "@index", "[x y]", "a.[1]", "a/b", "a.[#b]", ".");
const literal = fc.constantFrom("'t'", '"t"', "1", "-2.5", "true", "null", "undefined");
const call = fc.tuple(name, fc.array(name)).map(([path, args]) => `(${[path, ...args].join(" ")})`);
const argument = fc.oneof(name, literal, call);
const strip = fc.constantFrom("", "~");
const space = fc.constantFrom("", " ", "\n", "text", " \n  ", "\\");
const mustache = fc
  .tuple(strip, fc.constantFrom("", "&"), name, fc.array(argument, { maxLength: 2 }), strip)
  .map(([open, kind, path, args, close]) => `{{${open}${kind}${[path, ...args].join(" ")}${close}}}`);
const comment = fc.constantFrom("{{! note }}", "{{!-- a }} b --}}", "{{~!-- x --~}}");
const { template } = fc.letrec<{ template: string; block: string }>((tie) => ({
  block: fc
    .tuple(fc.constantFrom("if", "each", "with"), argument, strip, tie("template"), space, tie("template"))
    .map(([kind, of, close, body, between, otherwise]) =>
      [`{{#${kind} ${of}${close}}}`, body, between, "{{else}}", otherwise, `{{/${kind}}}`].join(""),
    ),
  template: fc
    .array(fc.oneof({ depthSize: "small" }, space, mustache, comment, tie("block")), { maxLength: 4 })
    .map((parts) => parts.join("")),
}));

describe("a template", () => {
  it("is read as Handlebars reads it, white space and places included", () => {
    fc.assert(
      fc.property(template, (source) => {
        expect(compare(source)).not.toBe("differs");
      }),
      { numRuns: 1000 },
    );
  });

  it("that Handlebars refuses is refused, for any combination of pieces", () => {
    const pieces = [..."{}()[]=#/^~!.@|'1 \n", "{{", "}}", "{{#if ", "{{/if}}", "{{else}}", "a", "b", "as "];
    const soup = fc.array(fc.constantFrom(...pieces), { maxLength: 12 });
    fc.assert(
      fc.property(soup, fc.boolean(), (parts, closed) => {
        const text = parts.join("");
        expect(compare(closed ? `{{${text}}}` : text)).not.toBe("differs");
      }),
      { numRuns: 3000 },
    );
  });

  it.each([
    "{{a}}",
    "{{#each a as |b c|}}{{b}}{{^}}none{{/each}}",
    " {{#if a}} \n x{{~/if}}",
    "{{f (g a) 1}}",
  ])("like %j is read alike", (source) => {
    expect(compare(source)).toBe("read alike");
  });

  it.each([
    ["{{(json a)}}", "a call needs no parentheses"],
    ["{{(json a).b}}", "a path starts with a name"],
    ["{{json (json a).b}}", "a path starts with a name"],
    ["{{a.#b}}", "a name in a path must not start with #"],
    ["{{#if a.b.#c}}{{/if}}", "a name in a path must not start with #"],
    ["{{json (a=b)}}", "named values in parentheses are not available"],
    ["{{#each (a=b)}}{{/each}}", "named values in parentheses are not available"],
  ])("%s, which is newer than Handlebars 4, is refused by name", (source, message) => {
    expect(readByHandlebars(source)).toBeNull();
    const issues = checkTemplate(source, "text", { kind: "any" });
    expect(issues.map((issue) => issue.message)).toContain(message);
  });

  it.each(["{{[]}}", "{{[].a}}", "{{a.[]}}", "{{json []}}", "{{#each a.[].b}}{{/each}}", "{{@[]}}"])(
    "%s is refused: an empty name is no name",
    (source) => {
      expect(messagesOn(source)).toContain(EMPTY_NAME);
    },
  );

  it.each([`"${"(".repeat(20)}"`, `'${"(".repeat(20)}'`, `"\\"${"(".repeat(20)}"`])(
    "{{default a %s}}: parentheses in a text are no calls",
    (literal) => {
      expect(compare(`{{default a ${literal}}}`)).toBe("read alike");
    },
  );

  it.each([
    ["{{a as |b|}}", "1:5", 'unexpected "as |"'],
    ["x\n {{#if a}}\n", "3:1", "the template ends unexpectedly"],
    ["{{a  =}}", "1:7", 'unexpected "}}"'],
    ["{{#if a}}\n  {{/each}}", "1:4", "if doesn't match each"],
  ])("%j is refused at its place", (source, at, message) => {
    const parsed = parseTemplate(source);
    const issue = "issue" in parsed ? parsed.issue : null;
    expect(issue).toMatchObject({ message });
    expect(`${issue?.line}:${issue?.column}`).toBe(at);
  });
});

describe("a rendered template", () => {
  const leaf = fc.constantFrom(
    "{{s}}",
    "{{{n}}}",
    "{{&b}}",
    "{{o.k}}",
    "{{@root.s}}",
    "-",
    " \n",
    "{{! c }}",
    "{{~n~}}",
    "\\\\{{s}}",
  );
  const item = fc.constantFrom(
    "{{this}}",
    "{{@index}};",
    "{{#if @first}}1{{/if}}",
    "{{#unless @last}}0{{/unless}}",
    "{{../n}}",
    "{{@key}};",
    ", ",
    "{{@root.o.k}}",
  );
  const condition = fc.constantFrom("s", "n", "b", "o", "o.k", "list", "none", "e", "off", "zero");
  const { text } = fc.letrec<{ text: string; block: string }>((tie) => ({
    block: fc.oneof(
      fc
        .tuple(fc.constantFrom("if", "unless"), condition, tie("text"), tie("text"))
        .map(([kind, of, yes, no]) => `{{#${kind} ${of}}}${yes}{{else}}${no}{{/${kind}}}`),
      fc
        .tuple(fc.constantFrom("list", "o"), fc.array(item, { maxLength: 4 }), tie("text"))
        .map(([of, body, none]) => `{{#each ${of}}}${body.join("")}{{else}}${none}{{/each}}`),
      tie("text").map((none) => `{{#with o}}{{k}}{{../s}}{{else}}${none}{{/with}}`),
    ),
    text: fc
      .array(fc.oneof({ depthSize: "small" }, leaf, tie("block")), { maxLength: 4 })
      .map((parts) => parts.join("")),
  }));
  const scalar: Shape = { kind: "scalar" };
  const shape: Shape = {
    kind: "object",
    fields: {
      s: scalar,
      n: scalar,
      b: scalar,
      e: scalar,
      off: scalar,
      zero: scalar,
      none: scalar,
      o: { kind: "any" },
      list: { kind: "array", items: scalar },
    },
  };
  // Without escaping, Handlebars renders false as nothing, and adds numbers up: only conditions see them.
  const data = fc.record(
    {
      s: fc.string({ minLength: 1 }),
      n: fc.integer().map(String),
      zero: fc.constantFrom(0, 1),
      b: fc.constant("true"),
      off: fc.constant(false),
      e: fc.constant(""),
      none: fc.constant(null),
      o: fc.record({ k: fc.string({ minLength: 1 }) }, { noNullPrototype: true }),
      list: fc.array(fc.string(), { maxLength: 3 }),
    },
    { noNullPrototype: true },
  );

  it("is the text that Handlebars itself renders, for blocks, paths and loop variables", () => {
    fc.assert(
      fc.property(text, data, (source, context) => {
        const expected = Handlebars.compile(source, { noEscape: true })(context);
        expect(renderTemplate(source, "text", context, shape)).toBe(expected);
      }),
      { numRuns: times(1_000, 20_000) },
    );
  });
});
