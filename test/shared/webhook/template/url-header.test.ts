// Templates of URLs and of header values: where a parameter may reach, and what it can never change.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkTemplate } from "../../../../shared/webhook/template/check.ts";
import { renderTemplate } from "../../../../shared/webhook/template/render.ts";
import type { Shape } from "../../../../shared/webhook/template/shape.ts";

const scalar: Shape = { kind: "scalar" };
const shape: Shape = {
  kind: "object",
  fields: { a: scalar, b: scalar, list: { kind: "array", items: scalar } },
};
const url = (source: string, a: string, b = "b") =>
  renderTemplate(source, "url", { a, b, list: [a, b] }, shape);
const header = (source: string, a: string) => renderTemplate(source, "header", { a }, shape);
const issues = (source: string, kind: "url" | "header") =>
  checkTemplate(source, kind, shape).map(({ message, line, column }) => `${line}:${column} ${message}`);
const invalid = expect.objectContaining({ code: "invalid_template" });

/** What is tried against a URL: its own syntax, dots, escapes, other code points. */
const hostile = fc.oneof(
  fc.string({ unit: "binary", maxLength: 12 }),
  fc
    .array(
      fc.constantFrom(
        ".",
        "..",
        "/",
        "\\",
        "?",
        "#",
        "&",
        "=",
        "%2e",
        "%2f",
        "%",
        "@",
        ":",
        "//",
        "\t",
        "\n",
        "é",
        "2",
        "e",
      ),
      { maxLength: 6 },
    )
    .map((parts) => parts.join("")),
);

describe("a URL template", () => {
  it.each([
    ["https://h.example/a/{{a}}/b?x={{b}}#top", "https://h.example/a/x%20%2F%3F%23%26/b?x=b#top"],
    ["https://h.example?x={{a}}", "https://h.example?x=x%20%2F%3F%23%26"],
    ["https://h.example/{{urlEncode a}}", "https://h.example/x%20%2F%3F%23%26"],
    ["https://h.example/x?{{#if b}}b={{b}}{{else}}none{{/if}}", "https://h.example/x?b=b"],
    ["https://h.example/{{#if b}}{{b}}{{else}}all{{/if}}/c", "https://h.example/b/c"],
    ["http://h.example:8080/{{b}}", "http://h.example:8080/b"],
    ["https://h.example", "https://h.example"],
  ])("encodes each expression as one part: %s", (source, expected) => {
    expect(issues(source, "url")).toEqual([]);
    expect(url(source, "x /?#&")).toBe(expected);
  });

  it.each([
    ["https://{{a}}/x", "1:9 scheme, host and port must be literal"],
    ["{{a}}://h/x", "1:1 scheme, host and port must be literal"],
    ["https:{{a}}", "scheme, host and port must be literal"],
    ["https:///{{a}}", "scheme, host and port must be literal"],
    ["https://h:{{a}}/", "scheme, host and port must be literal"],
    ["https://h.example{{a}}", "scheme, host and port must be literal"],
    ["https://u:{{a}}@h.example/", "scheme, host and port must be literal"],
    ["{{#if a}}https://x.example/{{/if}}", "scheme, host and port must be literal"],
    ["https://h.example/x#{{a}}", "1:21 the fragment is never sent"],
    ["https://h.example/{{#if a}}a/{{/if}}", "1:29 a block cannot add segments"],
    ["https://h.example/{{#if a}}?x{{/if}}", "1:19 the branches of this block end in different positions"],
    ["https://h.example/%2{{a}}", "an expression cannot complete a percent-escape"],
    ["https://h.example/?x=%{{a}}", "an expression cannot complete a percent-escape"],
    ["https://h.example/../{{a}}", "a path segment cannot be . or .."],
    ["https://h.example/.{{#if a}}.{{/if}}/b", "a path segment cannot be . or .."],
    ["https://h.example\\@evil.example/", "1:18 a URL must not contain white space or a backslash"],
    ["https://h.example/a b", "1:20 a URL must not contain white space"],
    ["ftp://h.example/{{a}}", "scheme, host and port must be literal"],
    ["ftp://h.example/", "not an http or https address"],
    ["/relative", "not an http or https address"],
    ["https://h.example:99999/{{a}}", "not an http or https address"],
  ])(
    "is refused at save if a parameter could choose the receiver or the path: %s (A14)",
    (source, expected) => {
      expect(issues(source, "url").join()).toContain(expected);
    },
  );

  it.each(["", ".", "..", "\ud800"])("refuses a path segment that a value makes %j (A15)", (value) => {
    expect(() => url("https://h.example/x/{{a}}/y", value)).toThrow(invalid);
  });

  it("lets dots through that make no step in the path", () => {
    expect(url("https://h.example/v{{a}}/{{b}}", "..", "...")).toBe("https://h.example/v../...");
    expect(() => url("https://h.example/.{{a}}/", ".")).toThrow(invalid);
    expect(() => url("https://h.example/{{a}}{{b}}/", ".", ".")).toThrow(invalid);
    expect(url("https://h.example/{{a}}", "%2e%2e")).toBe("https://h.example/%252e%252e");
  });

  it("keeps origin, number of segments and query names for any values (A14, A15)", () => {
    const sources = [
      "https://h.example/a/{{a}}/b/{{b}}?x={{a}}&y={{b}}#f",
      "https://h.example:8443/{{a}}{{b}}/.{{a}}?{{#if a}}x={{a}}{{else}}x=0{{/if}}&y={{b}}",
      "http://h.example?x={{b}}{{a}}&y=1",
      "https://h.example/{{#each list}}{{this}}-{{/each}}/{{#unless a}}none{{else}}{{a}}{{/unless}}?x=1&y=2",
    ];
    let accepted = 0;
    fc.assert(
      fc.property(fc.constantFrom(...sources), hostile, hostile, (source, a, b) => {
        let text: string;
        try {
          text = url(source, a, b);
        } catch (error) {
          expect(error).toEqual(invalid);
          return;
        }
        accepted++;
        const plain = new URL(url(source, "v", "v"));
        const out = new URL(text);
        expect(out.origin).toBe(plain.origin);
        expect(out.pathname.split("/").length).toBe(plain.pathname.split("/").length);
        expect([...out.searchParams.keys()]).toEqual(["x", "y"]);
        expect([out.hash, out.username, out.password]).toEqual([plain.hash, "", ""]);
      }),
      { numRuns: 4000 },
    );
    expect(accepted).toBeGreaterThan(1000);
  });

  it("delivers a query value exactly", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1 }), (a) => {
        expect(new URL(url("https://h.example/?x={{a}}", a)).searchParams.get("x")).toBe(a);
      }),
      { numRuns: 500 },
    );
  });
});

describe("a header template", () => {
  it("is written as it is: no escaping of any kind", () => {
    expect(header('Token "{{a}}"; v=1', "a<&>'")).toBe('Token "a<&>\'"; v=1');
  });

  it("refuses every control character from a value, and every character beyond ASCII (B1)", () => {
    const codes = [...Array.from({ length: 0x20 }, (_, i) => i), 0x7f, 0x80, 0xe9, 0x2028, 0x1f600];
    for (const code of codes.filter((code) => code !== 0x09)) {
      expect(() => header("x{{a}}y", String.fromCodePoint(code))).toThrow(invalid);
    }
    expect(header("x{{a}}y", "\t ")).toBe("x\t y");
  });

  it.each(["a\r\nX-Admin: 1", "a\nb", "é", "x\u007f", "a\u0000"])(
    "refuses them in its own text at save: %j (B1)",
    (source) => {
      expect(issues(source, "header")).not.toEqual([]);
    },
  );

  it("holds at most 4096 characters", () => {
    expect(header("{{a}}", "x".repeat(4096))).toHaveLength(4096);
    expect(() => header("{{a}}", "x".repeat(4097))).toThrow("longer than 4096");
  });
});
