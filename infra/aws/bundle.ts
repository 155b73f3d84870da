// Bundles all functions in one run of esbuild: a run for each would parse the same SDK dozens of times.
import { rmSync } from "node:fs";
import { basename, dirname } from "node:path";
import { buildSync } from "esbuild";

/** Packages that are CommonJS call `require` for Node's own modules, which an ES module does not have. */
const REQUIRE = `import { createRequire as _createRequire } from "node:module"; const require = _createRequire(import.meta.url);`;

/**
 * Writes `<outdir>/<name>/index.mjs` and its source map for each entry; answers the size of each in bytes.
 * `@aws-sdk/*` is bundled like everything else: the versions that were tested are the ones that run.
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
    // ES modules first: they can be tree-shaken, CommonJS cannot.
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
