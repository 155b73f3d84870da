// What the documents say of files, commands and the contract holds.
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { documents, ROOT, readDocument } from "../../infra/docs/documents.ts";
import { getReservedReason } from "../../shared/webhook/headers.ts";
import { codeFiles, markdownFiles } from "./project-files.ts";

const read = (file: string) => readFileSync(join(ROOT, file), "utf8");
const withoutCode = (text: string) => text.replace(/```[\s\S]*?```/g, "").replace(/`[^`\n]*`/g, "");

describe("the documents", () => {
  it.each(documents().map(({ file, text }) => [file, text]))(
    "%s is as the contract makes it",
    (file, text) => {
      expect(readDocument(file), "run `npm run docs`").toBe(text);
    },
  );

  it("link only to files and headings that are there", () => {
    expect(markdownFiles().flatMap(deadLinks)).toEqual([]);
  });

  it("name only npm scripts that exist", () => {
    const { scripts } = z
      .object({ scripts: z.record(z.string(), z.string()) })
      .parse(JSON.parse(read("package.json")));
    const named = markdownFiles().flatMap((file) =>
      [...read(file).matchAll(/npm run (?:-s )?([a-z:-]+)/g)].map(([, name = ""]) => ({ file, name })),
    );
    expect(named.filter(({ name }) => !Object.hasOwn(scripts, name))).toEqual([]);
  });

  it("run no project file by node itself: an older one cannot read it, npm scripts run on the pinned one", () => {
    const direct = markdownFiles().filter((file) => /\bnode [\w./-]+\.ts\b/.test(read(file)));
    expect(direct).toEqual([]);
  });

  it("name only source files that exist", () => {
    const named = markdownFiles().flatMap((file) =>
      [...read(file).matchAll(/[` ]((?:shared|functions|infra|test)\/[\w./-]+\.(?:ts|json))(?=[` ])/g)].map(
        ([, path = ""]) => ({ file, path }),
      ),
    );
    expect(named.filter(({ path }) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  it("number each decision once, in its name and its heading", () => {
    const pages = markdownFiles().filter((file) => dirname(file) === "docs/decisions");
    const numbers = pages.map((file) => basename(file).slice(0, 4));
    expect(new Set(numbers).size).toBe(pages.length);
    expect(pages.map((file) => read(file).slice(0, 8))).toEqual(numbers.map((number) => `# ${number}: `));
  });

  it("describe every log line of the functions", () => {
    const section = between(read("docs/operations.md"), "<!-- log-lines -->", "<!-- end: log-lines -->");
    const logged = codeFiles("shared", "functions").flatMap((file) =>
      [...read(file).matchAll(/logger\.(?:info|warn|error)\(\s*"([^"]+)"/g)].map(
        ([, message = ""]) => message,
      ),
    );
    expect(logged.length).toBeGreaterThan(10);
    expect([...new Set(logged)].filter((message) => !section.includes(`\`${message}\``))).toEqual([]);
  });

  it("list only headers that are indeed refused", () => {
    const list = between(
      read("docs/webhooks.md"),
      "<!-- reserved-headers -->",
      "<!-- end: reserved-headers -->",
    );
    const names = [...list.matchAll(/`([a-z0-9-]+)`/g)].map(([, name = ""]) => name);
    expect(names.length).toBeGreaterThan(20);
    expect(names.filter((name) => getReservedReason(name) === undefined)).toEqual([]);
  });
});

function between(text: string, from: string, to: string): string {
  expect(text).toContain(from);
  return text.slice(text.indexOf(from), text.indexOf(to));
}

function deadLinks(file: string): string[] {
  const links = [...withoutCode(read(file)).matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)].map(
    ([, link = ""]) => link,
  );
  return links.filter((link) => !leadsSomewhere(file, link)).map((link) => `${file}: ${link}`);
}

function leadsSomewhere(from: string, link: string): boolean {
  const [path = "", anchor] = link.split("#");
  const target = path === "" ? from : join(dirname(from), path);
  if (!existsSync(join(ROOT, target))) return false;
  return anchor === undefined || headings(read(target)).includes(anchor);
}

/** As GitHub makes anchors of headings, and those that are written out. */
function headings(markdown: string): string[] {
  const written = [...markdown.matchAll(/<a id="([\w-]+)"><\/a>/g)].map(([, id = ""]) => id);
  const made = [...markdown.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
  return [...written, ...made];
}
