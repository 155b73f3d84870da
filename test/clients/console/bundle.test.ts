// What a browser loads of the console before it shows the first page: small, and nothing of Node, zod or the contract.
import { gzipSync } from "node:zlib";
import { build, type Metafile } from "esbuild";
import { beforeAll, describe, expect, it } from "vitest";
import { ROOT } from "../../../infra/docs/documents.ts";

const MOST_GZIPPED_BYTES = 60_000;
const FIRST_PAGE = "clients/console/pages/runbooks/page.tsx";

let metafile: Metafile;
const texts = new Map<string, string>();

beforeAll(async () => {
  const result = await build({
    absWorkingDir: ROOT,
    entryPoints: ["clients/console/main.tsx", "clients/console/styles/console.css"],
    ...{ bundle: true, minify: true, splitting: true, write: false, metafile: true, outdir: "dist/console" },
    ...{ format: "esm", platform: "browser", target: ["es2022"], logLevel: "silent" },
    ...{ jsx: "automatic", jsxImportSource: "preact" },
  });
  metafile = result.metafile;
  for (const { path, text } of result.outputFiles) texts.set(path.slice(ROOT.length), text);
});

/** The file that begins with this source, and all that it needs at once. */
function loadedWith(entryPoint: string): Set<string> {
  const found = new Set<string>();
  const open = Object.keys(metafile.outputs).filter(
    (name) => metafile.outputs[name]?.entryPoint === entryPoint,
  );
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    const imports = metafile.outputs[name]?.imports ?? [];
    open.push(...imports.filter(({ kind }) => kind === "import-statement").map(({ path }) => path));
  }
  return found;
}

const textOf = (name: string) => texts.get(`/${name}`) ?? texts.get(name) ?? "";

describe("the console", () => {
  it("loads at most 60 KB, compressed, before the first page is there", () => {
    const entries = ["clients/console/main.tsx", "clients/console/styles/console.css", FIRST_PAGE];
    const first = new Set(entries.flatMap((entry) => [...loadedWith(entry)]));
    const sizes = [...first].map((name) => gzipSync(textOf(name)).byteLength);
    expect(sizes.length).toBeGreaterThan(2);
    expect(Math.min(...sizes)).toBeGreaterThan(100);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(MOST_GZIPPED_BYTES);
  });

  it("takes nothing of Node, of zod and of the contract along", () => {
    const inputs = Object.keys(metafile.inputs);
    expect(inputs.filter((file) => /^shared\/|node_modules\/zod\//.test(file))).toEqual([]);
    expect([...texts.values()].filter((text) => /\b(from|require\()\s*"node:/.test(text))).toEqual([]);
  });
});
