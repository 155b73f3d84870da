// The changelog has the form that a release needs: what is not released yet on top, then each version with its date.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readRelease } from "./release.ts";

const read = (name: string) => readFileSync(new URL(`../../${name}`, import.meta.url), "utf8");
const KINDS = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"];
const RELEASE = /^(\d+)\.(\d+)\.(\d+) – (\d{4}-\d\d-\d\d)$/;

/** Returns each fault of a changelog, in words. `version`: that of the package. */
function findFaults(text: string, version: string): string[] {
  const titles = [...text.matchAll(/^## (.*)$/gm)].map(([, title = ""]) => title);
  const [first, ...released] = titles;
  const numbers = released.map((title) => RELEASE.exec(title)?.slice(1, 4).map(Number) ?? null);
  const dates = released.flatMap((title) => RELEASE.exec(title)?.[4] ?? []);
  const newest = released[0]?.split(" ")[0];
  return [
    ...(first === "Unreleased" ? [] : ["The first heading is not ## Unreleased."]),
    ...released.flatMap((title, at) => (numbers[at] ? [] : [`“${title}” is not a version and a date.`])),
    ...(isDescending(numbers.map((parts) => (parts ?? []).map((n) => String(n).padStart(6, "0")).join(".")))
      ? []
      : ["The versions are not in order, newest first."]),
    ...(isDescending(dates, true) ? [] : ["The dates are not in order, newest first."]),
    ...(newest === undefined || newest === version
      ? []
      : [`The newest version is ${newest}, and package.json has ${version}.`]),
    ...[...text.matchAll(/^### (.*)$/gm)].flatMap(([, kind = ""]) =>
      KINDS.includes(kind) ? [] : [`“${kind}” is no kind of change.`],
    ),
    ...findLooseLines(text),
  ];
}

const isDescending = (texts: readonly string[], equalToo = false) =>
  texts.every((text, at) => at === 0 || text < (texts[at - 1] ?? "") || (equalToo && text === texts[at - 1]));

/** Below a kind there are only list items, each on one line: nothing else can be moved under a version. */
const findLooseLines = (text: string): string[] =>
  text
    .slice(Math.max(0, text.indexOf("\n### ")))
    .split("\n")
    .filter((line) => line !== "" && !/^(- |## |### )/.test(line))
    .map((line) => `“${line.slice(0, 40)}” is no item of a list.`);

describe("the changelog", () => {
  const { version } = JSON.parse(read("package.json")) as { version: string };

  it("has the form that a release needs", () => {
    expect(findFaults(read("CHANGELOG.md"), version)).toEqual([]);
  });

  it("is of the version whose release was recorded", () => {
    expect(readRelease("release.json").version).toBe(version);
  });

  const GOOD =
    "# Changelog\n\n## Unreleased\n\n### Added\n\n- A\n\n## 1.1.0 – 2026-02-01\n\n### Fixed\n\n- B\n";
  it.each([
    ["nothing", GOOD, "1.1.0", []],
    ["no part for what comes next", GOOD.replace("## Unreleased\n\n", ""), "1.1.0", [/first heading/]],
    [
      "a version without a date",
      GOOD.replace(" – 2026-02-01", ""),
      "1.1.0",
      [/“1.1.0” is not a version and a date/],
    ],
    [
      "another version than the package",
      GOOD,
      "1.2.0",
      [/newest version is 1.1.0, and package.json has 1.2.0/],
    ],
    ["an older version on top", `${GOOD}\n## 1.10.0 – 2026-01-01\n`, "1.1.0", [/versions are not in order/]],
    ["a later date below", `${GOOD}\n## 1.0.0 – 2026-03-01\n`, "1.1.0", [/dates are not in order/]],
    ["an unknown kind", GOOD.replace("Fixed", "Misc"), "1.1.0", [/“Misc” is no kind/]],
    ["a loose line", GOOD.replace("- B", "B"), "1.1.0", [/“B” is no item/]],
  ])("with %s wrong is told so", (_, text, of, faults) => {
    const found = findFaults(text, of);
    expect(found).toHaveLength(faults.length);
    for (const [at, fault] of faults.entries()) expect(found[at]).toMatch(fault);
  });
});
