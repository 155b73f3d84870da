// The zip of a function: the same bytes for the same files, whenever and wherever it is made. So its SHA-256 is known
// before it is deployed, and Lambda shows the same one.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { type Zippable, zipSync } from "fflate";

/** A regular file that everybody may read, as Unix says it in a zip: Lambda unpacks it so. */
const UNIX = 3;
const READABLE = (0o100_644 << 16) >>> 0;
/** The first time that a zip can hold. It is written as local time, so it is the same in every zone. */
const noTime = () => new Date(1980, 0, 1);

/** Writes `<folder>/<name>.zip` of each folder `<folder>/<name>`. */
export function zipFolders(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) writeFileSync(`${path}.zip`, zipFolder(path));
  }
}

function zipFolder(folder: string): Uint8Array {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort();
  const content: Zippable = Object.fromEntries(
    files.map((path) => [relative(folder, path).replaceAll(sep, "/"), new Uint8Array(readFileSync(path))]),
  );
  return zipSync(content, { level: 9, mtime: noTime(), os: UNIX, attrs: READABLE });
}
