// Reads the built files of the pages from their folder. Only files of the manifest are read.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { AssetManifest, encodedFile, MANIFEST_FILE } from "../contract/asset-manifest.ts";
import type { Asset } from "../contract/page-content.ts";

/**
 * Returns a file of the folder; null: the manifest has none of this name. The manifest is read each time: it is small,
 * and on a developer's machine the files change while the function runs.
 */
export async function getAsset(folder: string, file: string): Promise<Asset | null> {
  const manifest = AssetManifest.parse(JSON.parse(await readFile(join(folder, MANIFEST_FILE), "utf8")));
  const found = Object.hasOwn(manifest, file) ? manifest[file] : undefined;
  if (!found) return null;
  return { ...found, read: (encoding) => readFile(join(folder, encodedFile(file, encoding))) };
}
