// `npm run evidence`: bundles all functions, and writes what is in each (CycloneDX) and what all were made of (in-toto).
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeZips } from "../aws/bundle/zips.ts";
import { listContents } from "./bundle-files.ts";
import { type BundleFile, stateProvenance } from "./provenance.ts";
import { writeSbom } from "./sbom.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = join(root, "dist", "evidence");

/** Bundles as a deployment does. */
async function readBundles(): Promise<BundleFile[]> {
  const bundles = mkdtempSync(join(tmpdir(), "runbooks-bundles-"));
  try {
    await writeZips(root, bundles);
    return readdirSync(bundles, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name))
      .map((path) => ({ name: path.slice(bundles.length + 1), bytes: readFileSync(path) }));
  } finally {
    rmSync(bundles, { recursive: true });
  }
}

/** A commit says what was built only if nothing else was. */
function readCommit(): string {
  const git = (...given: string[]) => execFileSync("git", given, { cwd: root, encoding: "utf8" }).trim();
  const changed = git("status", "--porcelain");
  if (changed !== "") {
    throw new Error(`Some files are not committed, so no commit says what is built:\n${changed}`);
  }
  return git("rev-parse", "HEAD");
}

async function writeEvidence(): Promise<void> {
  const commit = readCommit();
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  const lockFile = readFileSync(join(root, "package-lock.json"));
  const statement = stateProvenance(await readBundles(), { commit, lockFile, node: process.version });
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "provenance.json"), `${JSON.stringify(statement, null, 2)}\n`);
  for (const content of await listContents(root)) {
    writeFileSync(join(folder, `${content.bundle}.cdx.json`), writeSbom(content, version));
  }
  process.stdout.write(`dist/evidence holds the evidence of ${version} at ${commit}.\n`);
}

await writeEvidence().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
