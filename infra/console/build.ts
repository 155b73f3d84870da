// Builds the pages with esbuild: files with hashed names, and documents that name them.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename, dirname, extname, join, relative } from "node:path";
import { type BuildOptions, build, type Metafile } from "esbuild";
import { assetFile, documentFile, type Encoding } from "../../shared/contract/asset-manifest.ts";
import { ASSETS_PATH, PAGE_NAMES, PAGES } from "../../shared/contract/pages.ts";
import { compress } from "./compress.ts";
import { listReferences, nameFiles } from "./document.ts";

export type BuiltFile = {
  contentType: string;
  etag: string;
  bytes: Uint8Array;
  encoded: Partial<Record<Encoding, Uint8Array>>;
};
/** File, as the manifest names it → what it is. */
export type BuiltPages = ReadonlyMap<string, BuiltFile>;

/** `compressed`: also in each encoding. `maps`: source maps beside the code, for a developer's browser. */
type Wanted = { compressed: boolean; maps: boolean };

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
  ".map": "application/json",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};

/** From the project's root: `sources` are all files of ours that the pages were made of, `packageFiles` those of packages. */
type Build = { files: BuiltPages; sources: string[]; packageFiles: string[] };

/** Builds all pages of the contract. @throws with esbuild's messages */
export async function buildPages(root: string, wanted: Wanted): Promise<Build> {
  const documents = await Promise.all(PAGE_NAMES.map((page) => readDocument(root, page)));
  const entries = [...new Set(documents.flatMap(({ references }) => references.map(({ source }) => source)))];
  const { metafile, outputFiles, warnings } = await build(settings(root, entries, wanted.maps));
  if (warnings.length > 0) throw new Error(warnings.map(({ text }) => text).join("\n"));
  const files = outputFiles.map(({ path, contents }) => [assetFile(basename(path)), contents] as const);
  const pages = documents.map(({ page, html, references }) => {
    const named = nameFiles(html, references, (source) => findOutputs(metafile, source));
    return [documentFile(page), Buffer.from(named)] as const;
  });
  const built = [...files, ...pages].map(
    async ([file, bytes]) => [file, await describeFile(file, bytes, wanted.compressed)] as const,
  );
  return {
    files: new Map(await Promise.all(built)),
    sources: listSources(metafile),
    packageFiles: listPackageFiles(metafile),
  };
}

const listPackageFiles = ({ outputs }: Metafile): string[] =>
  Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs)
      .filter(([source, { bytesInOutput }]) => source.startsWith("node_modules/") && bytesInOutput > 0)
      .map(([source]) => source),
  );

const listSources = ({ inputs }: Metafile): string[] => [
  ...PAGE_NAMES.map((page) => PAGES[page].document),
  ...Object.keys(inputs).filter((source) => !source.startsWith("node_modules/")),
];

async function readDocument(root: string, page: (typeof PAGE_NAMES)[number]) {
  const { document } = PAGES[page];
  const html = await readFile(join(root, document), "utf8");
  return { page, html, references: listReferences(html, dirname(document)) };
}

const settings = (root: string, entryPoints: string[], maps: boolean) =>
  ({
    absWorkingDir: root,
    entryPoints,
    outdir: "built",
    entryNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
    assetNames: "[name]-[hash]",
    publicPath: ASSETS_PATH,
    loader: { ".svg": "copy", ".png": "copy", ".ico": "copy", ".woff2": "copy" },
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    jsx: "automatic",
    jsxImportSource: "preact",
    define: { "process.env.NODE_ENV": '"production"' },
    minify: true,
    sourcemap: maps ? "linked" : false,
    legalComments: "none",
    metafile: true,
    write: false,
    logLevel: "silent",
  }) as const satisfies BuildOptions;

/** Returns the addresses of what a source became: itself, and the chunks that it needs before it can run. */
function findOutputs({ outputs }: Metafile, source: string): { file: string; needs: string[] } {
  const [own] = Object.entries(outputs).find(([, { entryPoint }]) => entryPoint === source) ?? [];
  if (own === undefined) throw new Error(`esbuild made nothing of ${source}`);
  const needed = new Set([own]);
  for (const output of needed) {
    for (const { path, kind } of outputs[output]?.imports ?? []) {
      if (kind === "import-statement") needed.add(path);
    }
  }
  const address = (output: string) => `${ASSETS_PATH}${relative("built", output)}`;
  return { file: address(own), needs: [...needed].filter((output) => output !== own).map(address) };
}

async function describeFile(file: string, bytes: Uint8Array, compressed: boolean): Promise<BuiltFile> {
  const contentType = CONTENT_TYPES[extname(file)];
  if (contentType === undefined) throw new Error(`No content type is known for ${file}`);
  const etag = `"${createHash("sha256").update(bytes).digest("base64url").slice(0, 22)}"`;
  return { contentType, etag, bytes, encoded: compressed ? await compress(bytes, contentType) : {} };
}
