// The table of known defects fits the current source: each can be put back, and names an existing test.
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { KNOWN_DEFECTS } from "./known-defects.ts";

const root = resolve(import.meta.dirname, "../..");

describe("the table of known defects", () => {
  it("has at least 25 rows", () => {
    expect(KNOWN_DEFECTS.length).toBeGreaterThanOrEqual(25);
  });

  it.each(KNOWN_DEFECTS)("$defect: can be put back at one place, and there is a test for it", (known) => {
    const source = readFileSync(resolve(root, known.file), "utf8");
    expect(source.split(known.find).length - 1).toBe(1);
    expect(known.replace).not.toBe(known.find);
    expect(existsSync(resolve(root, known.test))).toBe(true);
  });
});
