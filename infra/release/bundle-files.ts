// The bundles of all functions as they are deployed, and the packages that are in each.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { build, type Metafile } from "esbuild";
import { PAGES_FUNCTION } from "../../shared/contract/pages.ts";
import { bundleSettings } from "../aws/bundle/bundle.ts";
import { ENTRIES } from "../aws/bundle/entries.ts";
import { buildPages } from "../console/build.ts";

/** `sha512`: of the archive that npm has installed it from, in hex, as the lock file says. */
export type Package = { name: string; version: string; license: string | null; sha512: string };
export type BundleContent = { bundle: string; packages: Package[] };

/** Returns the packages of which something is in the function's files. What was left out of a package is not there. */
export async function listContents(root: string): Promise<BundleContent[]> {
  const pages = await buildPages(root, { compressed: false, maps: false });
  const contents = ENTRIES.map(async (entry) => {
    const settings = bundleSettings(entry, root, join(root, "out"));
    const { metafile } = await build({ ...settings, metafile: true, write: false });
    const files = entry.name === PAGES_FUNCTION ? pages.packageFiles : [];
    return { bundle: entry.name, packages: listPackages(root, [...listUsed(metafile), ...files]) };
  });
  return Promise.all(contents);
}

/** The files of which at least a byte is in an output. */
const listUsed = ({ outputs }: Metafile): string[] =>
  Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : [])),
  );

function listPackages(root: string, files: readonly string[]): Package[] {
  const folders = new Set(files.flatMap((file) => packageFolder(file) ?? []));
  const locked = readLockFile(root);
  const packages = [...folders].map((folder) => ({
    ...readPackage(join(root, folder)),
    sha512: hashOf(locked[folder]?.integrity, folder),
  }));
  const byKey = new Map(packages.map((found) => [`${found.name}@${found.version}`, found]));
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, found]) => found);
}

/** The innermost one: a package may hold others in a folder of its own. */
function packageFolder(file: string): string | null {
  const [, folder = null] = /^(?:.*\/)?(node_modules\/(?:@[^/]+\/)?[^/]+)(?=\/)/.exec(file) ?? [];
  return folder === null ? null : file.slice(0, file.lastIndexOf(folder) + folder.length);
}

type LockFile = { packages: Record<string, { integrity?: string }> };

const readLockFile = (root: string) =>
  (JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as LockFile).packages;

/** What has no hash has not come through npm: no bill could vouch for it. */
function hashOf(integrity: string | undefined, folder: string): string {
  const [, base64] = /^sha512-(\S+)$/.exec(integrity ?? "") ?? [];
  if (base64 === undefined) throw new Error(`package-lock.json has no SHA-512 of ${folder}. Run npm ci.`);
  return Buffer.from(base64, "base64").toString("hex");
}

function readPackage(folder: string): Omit<Package, "sha512"> {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  if (typeof name !== "string" || typeof version !== "string") {
    throw new Error(`${folder}/package.json has no name and version`);
  }
  return { name, version, license: typeof license === "string" ? license : null };
}
