// Every `catch` has a test that reaches it: the table and the source agree, both ways.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { CATCHES } from "../support/catches.ts";

const root = resolve(import.meta.dirname, "../..");
const text = (file: string) => readFileSync(join(root, file), "utf8");

const TOKEN = /\btry \{\s*(?<tried>[^\n]+)|(?<caught>\} catch\b)|^(?<given>.*\.catch\(\(.*)$/gm;

/** What each `catch` of a file is for: the first line that is tried, or the line that gives another value. */
function catchesIn(file: string): string[] {
  const tried: string[] = [];
  return [...text(file).matchAll(TOKEN)].flatMap(({ groups }) => {
    if (groups?.["given"] !== undefined) return [groups["given"].trim()];
    if (groups?.["caught"] !== undefined) return [tried.pop() ?? ""];
    tried.push(groups?.["tried"] ?? "");
    return [];
  });
}

const files = ["shared", "functions"]
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((name) => join(folder, name)),
  )
  .filter((file) => file.endsWith(".ts"));

describe("each catch in the source", () => {
  it("is in the table with a test that reaches it", () => {
    const found = files.flatMap((file) => catchesIn(file).map((tries) => `${file}: ${tries}`));
    expect(found.length).toBeGreaterThan(50);
    expect(CATCHES.map(({ file, tries }) => `${file}: ${tries}`).sort()).toEqual(found.sort());
  });

  it.each(CATCHES)("$file, $tries: is reached by $test", ({ test, name }) => {
    expect(existsSync(join(root, test))).toBe(true);
    expect(text(test)).toContain(name);
  });
});
