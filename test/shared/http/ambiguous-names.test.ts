// Names that two readers understand differently are found at any place, and nothing else is.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findAmbiguousNames } from "../../../shared/http/ambiguous-names.ts";

const pointers = (text: string) => findAmbiguousNames(text).map(({ pointer }) => pointer);

describe("names of a JSON text", () => {
  it.each([
    ['{"version":1,"version":2}', ["/version"]],
    ['{"version":1,"vers\\u0069on":2}', ["/version"]],
    ['[{"a":{"b":1,"b":[]}},{"c":[0,{"d":"x","d":"y"}]}]', ["/0/a/b", "/1/c/1/d"]],
    ['{"":1,"":2}', ["/"]],
    ['{"a":1,"b":{"a":1},"a":{}}', ["/a"]],
    ['{"a":1,"a":2,"a":3}', ["/a", "/a"]],
    ['{"__proto__":1}', ["/__proto__"]],
    ['{"a":{"\\u005f_proto__":1}}', ["/a/__proto__"]],
    ['{"\\"":1,"\\u0022":2}', ['/"']],
    ['{"a~b":1,"a~b":2}', ["/a~0b"]],
  ])("of %s that are given twice are %j", (text, expected) => {
    expect(pointers(text)).toEqual(expected);
  });

  it.each([
    '{"a":"a","b":["a","a"],"c":{"a":1}}',
    '{"a":"\\"a\\":1,\\"a\\":2"}',
    '{"a":"{\\"b\\":1,","b":"\\\\"}',
    '["a","a",{"a":1},{"a":1}]',
    '{"a":1,"A":2,"á":3,"a\\u0301":4}',
    '"a"',
    "42",
    "{}",
  ])("are sound in %s", (text) => {
    expect(pointers(text)).toEqual([]);
  });

  it("are never found where a writer has written each once", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const again = JSON.stringify(JSON.parse(text));
        expect(pointers(again).filter((at) => !at.includes("__proto__"))).toEqual([]);
      }),
    );
  });

  it("are found in an object with one more member, in any surroundings", () => {
    const member = fc.string({ minLength: 1, unit: "binary" }).filter((name) => name !== "__proto__");
    fc.assert(
      fc.property(member, fc.jsonValue(), fc.jsonValue(), (name, one, other) => {
        const text = `{${JSON.stringify(name)}:${JSON.stringify(one)},${JSON.stringify(name)}:${JSON.stringify(other)}}`;
        expect(findAmbiguousNames(text).some(({ code }) => code === "duplicate_name")).toBe(true);
      }),
    );
  });

  it("are listed up to the limit of one answer", () => {
    const names = Array.from({ length: 5_000 }, () => '"a":1').join(",");
    expect(pointers(`{${names}}`).length).toBeLessThanOrEqual(100);
  });
});
