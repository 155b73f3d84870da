// Writes built pages into a folder: each file, its compressed forms, and last the manifest.
import { mkdir, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import {
  type AssetManifest,
  ENCODINGS,
  type Encoding,
  encodedFile,
  MANIFEST_FILE,
} from "../../shared/contract/asset-manifest.ts";
import type { BuiltFile, BuiltPages } from "./build.ts";

/** Files that are there already stay: a page that is open may still ask for them. */
export async function writePages(pages: BuiltPages, folder: string): Promise<void> {
  await Promise.all([...pages].map(([file, built]) => writeForms(join(folder, file), built)));
  const manifest: AssetManifest = Object.fromEntries(
    [...pages].map(([file, { contentType, etag, encoded }]) => [
      file,
      { contentType, etag, encodings: listEncodings(encoded) },
    ]),
  );
  const next = join(folder, `${MANIFEST_FILE}.next`);
  await writeFile(next, JSON.stringify(manifest));
  await rename(next, join(folder, MANIFEST_FILE));
}

const listEncodings = (encoded: BuiltFile["encoded"]): Encoding[] =>
  ENCODINGS.filter((encoding) => encoded[encoding] !== undefined);

async function writeForms(path: string, { bytes, encoded }: BuiltFile): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const forms = ENCODINGS.map((encoding) => [encoding, encoded[encoding]] as const);
  for (const [encoding, form] of [[null, bytes] as const, ...forms]) {
    if (form !== undefined) await writeFile(encodedFile(path, encoding), form);
  }
}
