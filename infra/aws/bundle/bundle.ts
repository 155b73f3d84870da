// Bundles functions with esbuild, each by itself: what it begins with, and chunks that it loads when they are needed.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { type BuildOptions, build, type Plugin } from "esbuild";
import type { Entry } from "./entries.ts";
import { withoutPackages } from "./source-maps.ts";

/** CommonJS packages call `require` for Node's built-in modules. ES modules have no `require`, so the banner adds one. */
const REQUIRE = `import { createRequire as _createRequire } from "node:module"; const require = _createRequire(import.meta.url);`;

/**
 * What the SDK imports dynamically and a Lambda function never reaches: it finds its credentials in its environment,
 * calls no operation that streams events, and is no browser. In the bundle, the SDK would be cut into eight chunks for
 * their sake, and loading a file takes half a millisecond.
 */
const NEVER_REACHED =
  /^@aws-sdk\/credential-provider-|^@smithy\/credential-provider-imds$|^@smithy\/core\/event-streams$|^bowser$/;

/** Leaves them where they are. What imports one of them statically needs it, and gets it. */
const leaveOut: Plugin = {
  name: "leave-out",
  setup({ onResolve }) {
    onResolve({ filter: NEVER_REACHED }, ({ kind }) =>
      kind === "dynamic-import" ? { external: true } : undefined,
    );
  },
};

type Source = Pick<Entry, "name" | "code">;

/**
 * Writes `<outdir>/<name>/index.mjs` for each entry, its chunks, and source maps. Returns the size of each function in
 * bytes, all of its files together. Includes `@aws-sdk/*`, so that the tested versions are the ones that run.
 */
export async function bundle(
  entries: readonly Source[],
  root: string,
  outdir: string,
): Promise<Map<string, number>> {
  rmSync(outdir, { recursive: true, force: true });
  const sizes = entries.map(async (entry) => {
    const directory = join(outdir, entry.name);
    const files = await filesOf(entry, root, directory);
    mkdirSync(directory, { recursive: true });
    for (const { path, text } of files) writeFileSync(path, text);
    return [entry.name, files.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0)] as const;
  });
  return new Map(await Promise.all(sizes));
}

/** What esbuild is told for a function whose bundle begins with `code`. */
export const bundleSettings = ({ name, code }: Source, root: string, outdir: string) =>
  ({
    absWorkingDir: root,
    stdin: { contents: code, resolveDir: root, sourcefile: `${name}.ts`, loader: "ts" },
    outdir,
    entryNames: "index",
    bundle: true,
    plugins: [leaveOut],
    // What is imported dynamically becomes a chunk: the routes of a class, and RE2.
    splitting: true,
    platform: "node",
    target: "node24",
    format: "esm",
    outExtension: { ".js": ".mjs" },
    // Prefer ES modules: esbuild can tree-shake them, but not CommonJS.
    mainFields: ["module", "main"],
    banner: { js: REQUIRE },
    minify: true,
    legalComments: "none",
    logLevel: "silent",
  }) as const satisfies BuildOptions;

type File = { path: string; text: string };

/** Source maps name sources from here, wherever the files are written: each build makes the same bytes. */
const PLACE = join("cdk.out", "bundles");

async function filesOf(entry: Source, root: string, outdir: string): Promise<File[]> {
  const place = join(root, PLACE, entry.name);
  const { outputFiles, warnings } = await build({
    ...bundleSettings(entry, root, place),
    sourcemap: true,
    sourcesContent: false,
    write: false,
  });
  if (warnings.length > 0) throw new Error(warnings.map(({ text }) => text).join("\n"));
  return outputFiles.map(({ path, text }) => ({
    path: join(outdir, relative(place, path)),
    text: path.endsWith(".map") ? withoutPackages(text) : text,
  }));
}
