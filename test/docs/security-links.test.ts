// docs/security.md names a test for each threat; here it is seen that the tests are there, under those names.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";

const DOCUMENT = join(import.meta.dirname, "../../docs/security.md");
const text = readFileSync(DOCUMENT, "utf8");

type Row = { id: string; line: string; links: { name: string; file: string }[] };
const rows: Row[] = text.split("\n").flatMap((line) => {
  const id = /^\| ([A-Z]\d+) \|/.exec(line)?.[1];
  return id === undefined ? [] : [{ id, line, links: linksIn(line) }];
});

/** `[`name of a test`](file)` */
function linksIn(line: string) {
  const found = line.matchAll(/\[`([^`]+)`\]\(([^)]+)\)/g);
  return [...found].map(([, name = "", path = ""]) => ({ name, file: join(dirname(DOCUMENT), path) }));
}

/** How many threats of each kind have to be answered for. */
const THREATS = { A: 21, B: 11, C: 10, D: 17, E: 12, F: 15, G: 23 };

describe("docs/security.md", () => {
  it("has one line for every threat", () => {
    const expected = Object.entries(THREATS).flatMap(([kind, count]) =>
      Array.from({ length: count }, (_, i) => `${kind}${i + 1}`),
    );
    const answered = rows.map(({ id }) => id);
    expect(answered.filter((id) => /[A-G]/.test(id))).toEqual(expected);
    expect(new Set(answered).size).toBe(answered.length);
  });

  it("names at least one test in every line", () => {
    expect(rows.filter(({ links }) => links.length === 0).map(({ id }) => id)).toEqual([]);
  });

  it.each(rows)("$id leads to tests that exist", ({ links }) => {
    for (const { name, file } of links) {
      expect(existsSync(file), file).toBe(true);
      const source = readFileSync(file, "utf8");
      const isThere = ['"', "'", "`"].some((quote) => source.includes(quote + name + quote));
      expect(isThere, `${file} has no test named ${name}`).toBe(true);
    }
  });

  it("leads to no other file that is not there", () => {
    const paths = [...text.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)].map(([, path = ""]) => path);
    expect(paths.filter((path) => !existsSync(join(dirname(DOCUMENT), path)))).toEqual([]);
  });
});
