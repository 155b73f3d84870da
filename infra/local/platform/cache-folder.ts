// The folder of the compile cache. It is in node_modules, and as safe to delete.
import { fileURLToPath } from "node:url";

export function cacheFolder(name: string): string {
  return fileURLToPath(new URL(`../../../node_modules/.cache/runbooks/${name}`, import.meta.url));
}
