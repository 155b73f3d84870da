// Builds the pages from their source when a browser first asks for one, and again when a source has changed.
import { rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

export const pagesFolder = (dataDir: string) => join(dataDir, "console");

/** Source → when it had changed last, in milliseconds. */
type Sources = ReadonlyMap<string, number>;

/** Returns what makes sure that `folder` has the pages of the source below `root`. It fails as the build fails. */
export function createPages(folder: string, root = ROOT): () => Promise<void> {
  let built: Promise<Sources> | null = null;
  const renew = async (before: Promise<Sources> | null): Promise<Sources> => {
    const sources = await before?.catch(() => null);
    if (sources && (await areUnchanged(sources, root))) return sources;
    if (!before) await rm(folder, { recursive: true, force: true });
    return buildInto(folder, root);
  };
  return async () => {
    // One after the other: who comes while it is built waits, and finds nothing left to do.
    built = renew(built);
    await built;
  };
}

/** esbuild is loaded for the first page, and not to start the stack. */
async function buildInto(folder: string, root: string): Promise<Sources> {
  const { buildPages } = await import("../../console/build.ts");
  const { writePages } = await import("../../console/write.ts");
  const { files, sources } = await buildPages(root, { compressed: false, maps: true });
  const times = await Promise.all(
    sources.map(async (source) => [source, await changedAt(root, source)] as const),
  );
  await writePages(files, folder);
  return new Map(times);
}

async function areUnchanged(sources: Sources, root: string): Promise<boolean> {
  const same = [...sources].map(async ([source, time]) => (await changedAt(root, source)) === time);
  return (await Promise.all(same)).every((one) => one);
}

/** 0: there is no such file. */
const changedAt = async (root: string, source: string) =>
  (await stat(join(root, source)).catch(() => null))?.mtimeMs ?? 0;
