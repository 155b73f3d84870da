// A body of any shape is checked in one pass; a place is written only for a problem.
import { describe, expect, it, vi } from "vitest";
import * as errors from "../../../shared/domain/errors.ts";
import { findUnstorableParts, MAX_DEPTH } from "../../../shared/http/storable-json.ts";

vi.mock("../../../shared/domain/errors.ts", { spy: true });

const nested = (levels: number, innermost: unknown, name = "a") => {
  let data = innermost;
  for (let level = 0; level < levels; level++) data = { [name]: data };
  return data;
};

describe("a body", () => {
  it("accepts any storable JSON", () => {
    expect(findUnstorableParts(nested(MAX_DEPTH, "text"))).toEqual([]);
    expect(findUnstorableParts({ "": [null, true, 1, "ı", { "a/b~c": [] }] })).toEqual([]);
  });

  it("is refused at the place that nests too deep, holds half of a character, or NUL", () => {
    expect(findUnstorableParts(nested(MAX_DEPTH + 1, 1, "/~"))).toEqual([
      { pointer: "/~1~0".repeat(MAX_DEPTH), message: "is nested deeper than 32 levels" },
    ]);
    expect(findUnstorableParts({ a: [1, "\ud800"], "b\u0000": 1 })).toEqual([
      { pointer: "/b\u0000", message: "has a name that contains the character NUL" },
      { pointer: "/a/1", message: "contains an unpaired surrogate" },
    ]);
  });

  it("costs no pointer where nothing is wrong, however many members lie under long names", () => {
    const members = Object.fromEntries(Array.from({ length: 14_500 }, (_, i) => [i.toString(36), 0]));
    vi.mocked(errors.pointer).mockClear();
    expect(findUnstorableParts(nested(30, members, "~".repeat(4_233)))).toEqual([]);
    expect(errors.pointer).not.toHaveBeenCalled();
  });

  it("costs as many pointers as an answer names, and no more characters than one reads", () => {
    const wrong = Array.from({ length: 10_000 }, () => "\u0000");
    expect(findUnstorableParts(wrong)).toHaveLength(100);
    const characters = findUnstorableParts(nested(30, wrong, "~".repeat(4_233)))
      .map((issue) => issue.pointer.length)
      .reduce((sum, length) => sum + length, 0);
    expect(characters).toBeLessThan(2 * 30 * 2 * 4_233);
  });
});
