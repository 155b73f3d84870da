// Bundles all functions with one call of esbuild. One call per function would parse the same SDK dozens of times.
import { rmSync } from "node:fs";
import { basename, dirname } from "node:path";
import { buildSync } from "esbuild";

/** CommonJS packages call `require` for Node's built-in modules. ES modules have no `require`, so the banner adds one. */
const REQUIRE = `import { createRequire as _createRequire } from "node:module"; const require = _createRequire(import.meta.url);`;

/**
 * Writes `<outdir>/<name>/index.mjs` and its source map for each entry. Returns the size of each bundle in bytes.
 * Includes `@aws-sdk/*`, so that the tested versions are the ones that run.
 */
export function bundle(
  entries: readonly { name: string; file: string }[],
  root: string,
  outdir: string,
): Map<string, number> {
  rmSync(outdir, { recursive: true, force: true });
  const { metafile, warnings } = buildSync({
    absWorkingDir: root,
    entryPoints: entries.map(({ name, file }) => ({ in: file, out: `${name}/index` })),
    outdir,
    bundle: true,
    platform: "node",
    target: "node24",
    format: "esm",
    outExtension: { ".js": ".mjs" },
    // Prefer ES modules: esbuild can tree-shake them, but not CommonJS.
    mainFields: ["module", "main"],
    banner: { js: REQUIRE },
    minify: true,
    sourcemap: true,
    sourcesContent: false,
    legalComments: "none",
    metafile: true,
    logLevel: "silent",
  });
  if (warnings.length > 0) throw new Error(warnings.map(({ text }) => text).join("\n"));
  const written = Object.entries(metafile.outputs).filter(([path]) => path.endsWith(".mjs"));
  return new Map(written.map(([path, { bytes }]) => [basename(dirname(path)), bytes]));
}
