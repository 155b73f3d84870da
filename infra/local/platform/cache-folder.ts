// Where what was compiled is kept for the next start: beside the packages, and as disposable as they are.
import { fileURLToPath } from "node:url";

export function cacheFolder(name: string): string {
  return fileURLToPath(new URL(`../../../node_modules/.cache/runbooks/${name}`, import.meta.url));
}
