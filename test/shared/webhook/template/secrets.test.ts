// Promises about secrets in templates: any value derived from one is known as a secret, and shown as a mask.
import { describe, expect, it } from "vitest";
import { checkTemplate } from "../../../../shared/webhook/template/check.ts";
import { HELPERS } from "../../../../shared/webhook/template/functions.ts";
import { renderTemplate } from "../../../../shared/webhook/template/render.ts";
import { Secret } from "../../../../shared/webhook/template/secret.ts";
import { ANY, type Shape, TEXT } from "../../../../shared/webhook/template/shape.ts";

const PLAIN = 'Corp_2026-05-04 of "Ana" & co';
/** What each helper takes: a secret that it understands. */
const TIME = "2026-05-04T12:34:56Z";
const FIT: Record<string, string> = {
  dateFormat: "2026-05-04",
  addSeconds: TIME,
  epochSeconds: TIME,
  epochMillis: TIME,
  number: "123456789",
};
const CALLS: Record<string, string> = {
  default: 'default params.pw "x"',
  addSeconds: "addSeconds params.pw 3600",
  concat: 'concat "a " params.pw',
  replace: 'replace params.pw "of" "/"',
};
/** Helpers of texts, whose result is secret if their argument is. */
const OF_SECRETS = Object.entries(HELPERS).flatMap(([name, { secrets, takes }]) =>
  secrets === undefined && (takes[0] === "text" || takes[0] === "any") ? [name] : [],
);

const PLACES = {
  "a value": { kind: "json", source: (call: string) => `{"a":{{${call}}}}` },
  "a text": { kind: "json", source: (call: string) => `{"a":"<{{${call}}}>"}` },
  "a key": { kind: "json", source: (call: string) => `{"{{${call}}}":1}` },
  "a path": { kind: "url", source: (call: string) => `https://h.example/{{${call}}}/x` },
  "a query": { kind: "url", source: (call: string) => `https://h.example/x?q={{${call}}}` },
  "a header": { kind: "header", source: (call: string) => `v {{${call}}}` },
} as const;

const CASES = OF_SECRETS.filter((name) => name !== "path" && name !== "choose").flatMap((helper) => {
  const call = CALLS[helper] ?? `${helper} params.pw`;
  const calls = [call, `uppercase (${call})`, `default (${call}) "none"`];
  return calls.flatMap((expression) =>
    Object.entries(PLACES).map(([place, { kind, source }]) => ({
      helper,
      expression,
      place,
      kind,
      template: source(expression),
    })),
  );
});

/** The mask of the expression, between the literal text around it. */
const within = (text: string) =>
  /^(?:\{"a":"?<?|\{"|https:\/\/h\.example\/(?:x\?q=)?|v )(.*?)(?:>?"?\}|":1\}|\/x)?$/s.exec(text)?.[1];

describe("a secret", () => {
  it.each(CASES)("[F7] is masked in the shown text of $expression in $place", ({ kind, template }) => {
    const data = { params: { pw: Secret.mask() } };
    expect(within(renderTemplate(template, kind, data, ANY))).toBe("********");
  });

  it.each(CASES)("[F7] is known as it was written by $expression in $place", ({ helper, kind, template }) => {
    const plain = FIT[helper] ?? PLAIN;
    const asIt = renderTemplate(template, kind, { params: { pw: plain } }, ANY);
    const written = new Set<string>();
    const text = renderTemplate(template, kind, { params: { pw: new Secret(plain) } }, ANY, written);
    expect(text).toBe(asIt);
    // As it was made, and as its place escapes it where that is another text.
    const [made = "", escaped = made] = written;
    expect(written.size).toBe(new Set([made, escaped]).size);
    expect([escaped, JSON.stringify(made)]).toContain(within(text));
    const spelt = [made, JSON.stringify(made), JSON.stringify(made).slice(1, -1), encodeURIComponent(made)];
    expect(spelt).toContain(within(text) ?? "nothing");
  });

  it("is found in the objects and loops that hold it", () => {
    const data = { params: { open: "a", pw: new Secret("hunter22"), pin: new Secret("123456") } };
    for (const source of [
      "{{json params}}",
      '"{{json params}}"',
      "[{{#each params}}{{this}}{{#if @last}}{{else}},{{/if}}{{/each}}]",
      '"{{#with params}}{{pw}}{{pin}}{{/with}}"',
    ]) {
      const written = new Set<string>();
      const text = renderTemplate(source, "json", data, ANY, written);
      expect(text).toContain("hunter22");
      for (const secret of ["hunter22", "123456"])
        expect(
          [...written].some((one) => one.includes(secret)),
          source,
        ).toBe(true);
      const masks = { params: { open: "a", pw: Secret.mask(), pin: Secret.mask() } };
      const shown = renderTemplate(source, "json", masks, ANY);
      expect(shown).toContain("********");
      expect(shown).not.toMatch(/hunter22|123456/);
    }
  });

  it("has no members, and is no list", () => {
    const data = { pw: new Secret("hunter22") };
    expect(() => renderTemplate('"{{pw.isMask}}"', "json", data, ANY)).toThrow("has no value");
    expect(() => renderTemplate('"{{#each pw}}{{this}}{{/each}}"', "json", data, ANY)).toThrow("is neither");
  });

  it.each([
    'eq pw "x"',
    'ne pw "x"',
    "and (eq 1 1) pw",
    "or (isSet none) pw",
    "not pw",
    'split pw "a"',
    'choose pw x="a"',
    "lookup list pw",
    "lookup pw 0",
    "gt (number pw) 5",
  ])("is refused where the result would tell what it is, real or masked: %s", (call) => {
    for (const pw of [new Secret("123456"), Secret.mask()]) {
      expect(() => renderTemplate(`{{json (${call})}}`, "text", { pw, list: [1] }, ANY)).toThrow(
        "a secret is",
      );
    }
    const shape: Shape = {
      kind: "object",
      fields: {
        pw: { kind: "scalar", type: "string", secret: true },
        list: { kind: "array", items: TEXT },
        none: TEXT,
      },
    };
    expect(checkTemplate(`{{json (${call})}}`, "text", shape)).not.toEqual([]);
  });

  it("tells only whether it is given", () => {
    for (const pw of [new Secret("123456"), Secret.mask()]) {
      expect(renderTemplate('{{#if (isSet pw)}}"yes"{{else}}"no"{{/if}}', "json", { pw }, ANY)).toBe('"yes"');
      expect(renderTemplate("{{isSet pw}}", "json", { pw }, ANY)).toBe("true");
    }
  });

  it("stays one in the entry of a choice, and in the segments of a path", () => {
    const data = (pw: Secret) => ({ pw, region: "eu" });
    const choice = '"{{choose region eu=pw us="none"}}"';
    const path = "https://h.example/{{path pw}}";
    expect(renderTemplate(choice, "json", data(Secret.mask()), ANY)).toBe('"********"');
    expect(renderTemplate(path, "url", data(Secret.mask()), ANY)).toBe("https://h.example/********");
    const written = new Set<string>();
    expect(renderTemplate(choice, "json", data(new Secret('a"bcdef')), ANY, written)).toBe('"a\\"bcdef"');
    expect(renderTemplate(path, "url", data(new Secret("se cret/x")), ANY, written)).toBe(
      "https://h.example/se%20cret/x",
    );
    expect([...written]).toEqual(['a"bcdef', 'a\\"bcdef', "se cret/x", "se%20cret/x"]);
  });

  it("follows the same branch for every value, in the masked text", () => {
    const source = '"{{#if (shortId pw)}}yes{{else}}no{{/if}}"';
    for (const secret of ["ends_", "abc_def"])
      expect(renderTemplate(source, "json", { pw: new Secret(secret) }, ANY)).toMatch(/yes|no/);
    expect(renderTemplate(source, "json", { pw: Secret.mask() }, ANY)).toBe('"yes"');
  });

  it("shows two keys made of secrets as two masks", () => {
    const masks = { a: Secret.mask(), b: Secret.mask() };
    expect(renderTemplate('{"{{a}}":1,"{{b}}":2}', "json", masks, ANY)).toBe('{"********":1,"********":2}');
  });

  it("writes no more than can be masked in the answer", () => {
    const list = Array.from({ length: 20 }, (_, i) => new Secret(`${i}${"x".repeat(4000)}`));
    const source = '"{{#each list}}{{this}}{{/each}}"';
    expect(() => renderTemplate(source, "json", { list }, ANY)).toThrow("characters made of secrets");
  });
});
