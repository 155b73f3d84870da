// The pages are built from their source into files whose names change with them, small and without source maps.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BuiltPages, buildPages } from "../../../infra/console/build.ts";
import { listReferences, nameFiles } from "../../../infra/console/document.ts";
import { writePages } from "../../../infra/console/write.ts";
import { AssetManifest } from "../../../shared/contract/asset-manifest.ts";
import { PAGE_NAMES } from "../../../shared/contract/pages.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
let files: BuiltPages;
beforeAll(async () => {
  ({ files } = await buildPages(root, { compressed: true, maps: false }));
});
const html = (page: string) => Buffer.from(files.get(`documents/${page}.html`)?.bytes ?? "").toString();

describe.each(PAGE_NAMES)("the document of %s", (page) => {
  it("names files that are there, by absolute addresses", () => {
    const named = [...html(page).matchAll(/\b(?:src|href)="([^"#]*)"/g)].map(([, address = ""]) => address);
    expect(named.length).toBeGreaterThan(1);
    const elsewhere = ["/console", "/openapi.json"];
    for (const address of named.filter((one) => !elsewhere.includes(one))) {
      expect(address).toMatch(/^\/console\/assets\/[\w.-]+-[A-Z0-9]{8}\.(js|css|svg)$/);
      expect(files.has(address.replace("/console/", ""))).toBe(true);
    }
  });

  it("has no code and no style of its own: the policy of the page refuses both", () => {
    expect(html(page)).not.toMatch(/<style|\sstyle=|\son\w+=|javascript:/i);
    expect(html(page).replace(/<script type="module" src="[^"]+"><\/script>/g, "")).not.toContain("<script");
  });
});

describe("the files", () => {
  it("have no source maps and no names of the machine that built them", () => {
    for (const [file, { bytes }] of files) {
      expect(file).not.toMatch(/\.map$/);
      const text = Buffer.from(bytes).toString();
      expect(text).not.toContain("sourceMappingURL");
      expect(text).not.toContain(root);
    }
  });

  it("are compressed where that helps, to the same bytes", () => {
    for (const { bytes, encoded } of files.values()) {
      if (encoded.br) expect(brotliDecompressSync(encoded.br).equals(bytes)).toBe(true);
      if (encoded.gzip) expect(gunzipSync(encoded.gzip).equals(bytes)).toBe(true);
      for (const form of Object.values(encoded)) expect(form.length).toBeLessThan(bytes.length);
    }
  });

  it("are the same for the same source", async () => {
    const again = await buildPages(root, { compressed: false, maps: false });
    expect([...again.files.keys()].sort()).toEqual([...files.keys()].sort());
    for (const [file, { etag }] of again.files) expect(files.get(file)?.etag).toBe(etag);
  });

  it("have maps for a developer's browser where they are asked for", async () => {
    const { files: local, sources } = await buildPages(root, { compressed: false, maps: true });
    expect([...local.keys()].some((file) => file.endsWith(".js.map"))).toBe(true);
    expect(sources).toEqual(
      expect.arrayContaining(["clients/console/page.html", "clients/console/main.tsx"]),
    );
    expect(sources.filter((source) => source.includes("node_modules"))).toEqual([]);
  });

  it("are written with a manifest that names all of them and nothing else", async () => {
    const folder = mkdtempSync(join(tmpdir(), "pages-"));
    afterAll(() => rmSync(folder, { recursive: true }));
    await writePages(files, folder);
    const manifest = AssetManifest.parse(JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")));
    const written = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name !== "manifest.json")
      .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1));
    const named = Object.entries(manifest).flatMap(([file, { encodings }]) => [
      file,
      ...encodings.map((encoding) => `${file}.${encoding}`),
    ]);
    expect(written.sort()).toEqual(named.sort());
  });
});

describe("a reference in a document", () => {
  const found = (text: string) => listReferences(text, "clients/x").map(({ source }) => source);

  it("is an address relative to it", () => {
    expect(found('<link href="styles/a.css"><script src="./main.tsx">')).toEqual([
      "clients/x/styles/a.css",
      "clients/x/main.tsx",
    ]);
  });

  it.each([
    'href="/health"',
    'href="#main"',
    'href="https://example.com/a.css"',
    'src="data:x"',
    'data-src="a"',
  ])("is not %s", (text) => {
    expect(found(text.startsWith("data-") ? "" : `<a ${text}>`)).toEqual([]);
  });

  it("becomes the address of what it was built to, with what that needs asked for early", () => {
    const document = '<head><script src="main.tsx"></script></head>';
    const named = nameFiles(document, listReferences(document, "x"), () => ({
      file: "/m-$1.js",
      needs: ["/c.js"],
    }));
    expect(named).toBe(
      '<head><script src="/m-$1.js"></script><link rel="modulepreload" href="/c.js"></head>',
    );
  });
});
