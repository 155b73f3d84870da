// Templates made to exhaust: each is refused by a limit, and the next one renders as if nothing had been.
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../../shared/domain/json.ts";
import { checkTemplate } from "../../../../shared/webhook/template/check.ts";
import { TEMPLATE_LIMITS } from "../../../../shared/webhook/template/limits.ts";
import { renderTemplate } from "../../../../shared/webhook/template/render.ts";
import type { Shape } from "../../../../shared/webhook/template/shape.ts";

const any: Shape = { kind: "any" };
const shape: Shape = { kind: "object", fields: { a: any, list: { kind: "array", items: any }, big: any } };
const context: JsonObject = {
  a: "x",
  list: Array.from({ length: 200 }, (_, i) => i),
  big: "x".repeat(100_000),
};
const nest = (times: number, open: string, body: string, close: string): string =>
  open.repeat(times) + body + close.repeat(times);
const each = (times: number, body: string): string => nest(times, "{{#each @root.list}}", body, "{{/each}}");

function expectNextIsFine(): void {
  expect(renderTemplate('{"a":"{{a}}"}', "json", context, shape)).toBe('{"a":"x"}');
}

describe("a bomb at save (D8)", () => {
  it.each([
    ["160 KB of expressions", "{{a}}".repeat(32_000), "longer than 65536 bytes"],
    ["13,000 expressions", "{{a}}".repeat(13_000), "more than 500 expressions"],
    ["501 expressions hidden in comments", "{{!}}".repeat(501), "more than 500 expressions"],
    ["501 expressions hidden in a quote", `{{json "${"{{a}}".repeat(500)}"}}`, "more than 500 expressions"],
    ["4,000 blocks in each other", nest(4_000, "{{#if a}}", "", "{{/if}}"), "more than 500 expressions"],
    ["250 blocks in each other", nest(250, "{{#if a}}", "", "{{/if}}"), "at most 32 deep"],
    ["500 blocks never closed", "{{#if a}}".repeat(500), "ends unexpectedly"],
    ["64 KiB of opening brackets", "[".repeat(65_000), "more than 64 levels"],
    ["64 KiB of parentheses", `{{json ${"(".repeat(60_000)}`, "is not closed"],
    ["calls in each other", `{{json ${nest(100, "(json ", "a", ")")}}}`, "at most 8 deep"],
    ["one endless expression", `{{json ${"a ".repeat(30_000)}}}`, "longer than 1024 characters"],
    ["many long expressions", `{{json ${"a ".repeat(500)}}}`.repeat(60), "together are longer than 32768"],
    ["an endless path", `{{${"a.".repeat(400)}a}}`, "at most 16 segments"],
    ["a quote that never ends", `{{json "${"\\".repeat(60_000)}`, "is not closed"],
    ["a comment that never ends", `{{!--${"-".repeat(60_000)}`, "is not closed"],
    ["braces without an end", "{".repeat(60_000), "more than 500 expressions"],
    ["white space around blocks", `${" \n".repeat(30_000)}{{#if a}}{{/if}}`, "not complete"],
    ["a control character", "{{a}}\u0001", "control character"],
  ])("is refused: %s", (_, source, expected) => {
    const issues = checkTemplate(source, "json", shape);
    expect(issues.map(({ message }) => message).join("\n")).toContain(expected);
    expect(issues.length).toBeLessThanOrEqual(TEMPLATE_LIMITS.issues);
    expectNextIsFine();
  });

  it("spares a chain of else-ifs, and loops in loops whose commas must be understood", () => {
    const chain = `{{#if a}}1${"{{else if a}}1".repeat(490)}{{else}}2{{/if}}`;
    expect(checkTemplate(chain, "json", shape)).toEqual([]);
    const loops = nest(20, "[{{#each list}}", "1", "{{#unless @last}},{{/unless}}{{/each}}]");
    expect(checkTemplate(loops, "json", shape)).toEqual([]);
  });

  it("reports at most 50 of many issues", () => {
    expect(checkTemplate("{{nope}}".repeat(400), "text", shape)).toHaveLength(50);
  });
});

describe("a bomb at render (D7)", () => {
  it.each([
    ["200³ passes", each(3, "x"), "10000 passes of its loops"],
    ["200⁵ passes without a word", each(5, ""), "10000 passes of its loops"],
    ["32 loops in each other", each(32, "{{this}}"), "10000 passes of its loops"],
    ["loops over loops side by side", each(1, each(1, "").repeat(3)), "10000 passes of its loops"],
    ["a body of many statements", each(2, "{{@root.a}}".repeat(300)), "evaluated statements"],
    ["conditions without a word", each(2, "{{#if a}}{{/if}}".repeat(20)), "evaluated statements"],
    ["a text that grows", each(1, "x".repeat(2_000)), "262144 bytes of rendered text"],
    ["a value that is repeated", "{{big}}".repeat(3), "262144 bytes of rendered text"],
    [
      "a value in three-byte characters",
      `${"\u2028".repeat(21_000)}{{big}}{{big}}`,
      "262144 bytes of rendered text",
    ],
    [
      "helpers whose result is thrown away",
      each(1, "{{#if (uppercase @root.big)}}{{/if}}"),
      "produced by helpers",
    ],
    ["JSON that is thrown away", each(1, "{{#if (json @root)}}{{/if}}"), "produced by helpers"],
    ["the whole context over and over", each(2, "{{json @root}}"), "262144 bytes of rendered text"],
    [
      "helpers in helpers",
      each(1, "{{#if (lowercase (uppercase (lowercase @root.big)))}}{{/if}}"),
      "produced by helpers",
    ],
  ])("is stopped: %s", (_, source, expected) => {
    expect(checkTemplate(source, "text", shape)).toEqual([]);
    expect(() => renderTemplate(source, "text", context, shape)).toThrow(expected);
    expectNextIsFine();
  });

  it("accepts a template within the limits", () => {
    const list = Array.from({ length: 10_000 }, () => 1);
    const text = renderTemplate("{{#each list}}{{this}}{{/each}}", "text", { list }, shape);
    expect(text).toBe("1".repeat(10_000));
    expect(() => renderTemplate("{{#each list}}{{/each}}", "text", { list: [...list, 1] }, shape)).toThrow(
      "passes",
    );
    const most = TEMPLATE_LIMITS.outputBytes;
    expect(renderTemplate("{{big}}", "text", { big: "x".repeat(most) }, shape)).toHaveLength(most);
  });

  it("does not follow data deeper than 64 levels", () => {
    let deep: JsonObject = {};
    for (let i = 0; i < 5_000; i++) deep = { deep };
    expect(renderTemplate("{{json a}}", "json", { a: deep }, shape).length).toBeLessThan(64 * 9);
  });
});
