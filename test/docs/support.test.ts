// test/support/README.md lists what is there, and each code in a test's title is defined there or in docs/security.md.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ROOT } from "../../infra/docs/documents.ts";
import { codeFiles } from "./project-files.ts";

const read = (file: string) => readFileSync(join(ROOT, file), "utf8");
const page = read("test/support/README.md");
const here = readdirSync(join(ROOT, "test/support")).filter((name) => name !== "README.md");

it("the page names each helper, and none that is not there", () => {
  const named = [...page.matchAll(/`([\w-]+(?:\.ts|\/))`/g)].map(([, name = ""]) => name.replace("/", ""));
  const others = ["vitest.config.ts"];
  expect(here.filter((name) => !named.includes(name))).toEqual([]);
  expect(named.filter((name) => !here.includes(name) && !others.includes(name))).toEqual([]);
});

it("each code in a title is defined", () => {
  const defined = [page, read("docs/security.md")].flatMap((text) =>
    [...text.matchAll(/^\| ([A-L]\d+) \|/gm)].map(([, code = ""]) => code),
  );
  const used = codeFiles("test")
    .filter((file) => file.endsWith(".test.ts"))
    .flatMap((file) => codesIn(read(file)).map((code) => ({ file, code })));
  expect(used.length).toBeGreaterThan(200);
  expect(used.filter(({ code }) => !defined.includes(code))).toEqual([]);
});

/** `"[F1][F14] is …"`, `"J2, J3: …"`. */
function codesIn(text: string): string[] {
  const titles = [...text.matchAll(/["'`]((?:\[[A-Z]\d+\])+|[A-Z]\d{1,2}(?:, [A-Z]\d{1,2})*(?=: ))/g)];
  return titles.flatMap(([, codes = ""]) => codes.match(/[A-Z]\d+/g) ?? []);
}
