// What a mistyped name was meant to be: the nearest of the known names, and none where no typing error leads to any.
import { describe, expect, it } from "vitest";
import { findNearestName } from "../../../shared/domain/nearest-name.ts";

describe("the nearest name", () => {
  it.each([
    ["servcie", ["version", "service", "serve"], "service"],
    ["Service", ["SERVICES", "service"], "service"],
    ["id", ["ip", "ids"], "ip"],
    ["abcdefghijkl", ["abcdefgh"], "abcdefgh"],
  ])("of %s among %j is %s", (typed, known, nearest) => {
    expect(findNearestName(typed, known)).toBe(nearest);
  });

  it.each([
    ["nothing is known", "service", []],
    ["more than a third is different", "abc", ["axy"]],
    ["more than four letters are different", "abcdefghijklmnop", ["abcdefghijk"]],
    ["either is longer than any name may be", "a".repeat(65), ["a".repeat(64)]],
  ])("is none where %s", (_why, typed, known) => {
    expect(findNearestName(typed, known)).toBeUndefined();
  });
});
