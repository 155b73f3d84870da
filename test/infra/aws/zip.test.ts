// The zip of a function: read by another library than the one that wrote it.
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { describe, expect, it, vi } from "vitest";
import { openPromise } from "yauzl";
import { zipFolders } from "../../../infra/aws/bundle/zip.ts";

const FILES = {
  "index.mjs": "export const handler = async () => 1;\n".repeat(100),
  "chunk-ABC.mjs": "",
  "console/assets/ä.js": "// ä",
};

function zipOf(given: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), "zip-"));
  for (const [name, text] of Object.entries(given)) {
    const path = join(folder, "api-read", name);
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(path, text);
    utimesSync(path, new Date(), new Date(Date.now() - Math.random() * 1e12));
  }
  zipFolders(folder);
  return join(folder, "api-read.zip");
}
const hashOf = (path: string) => createHash("sha256").update(readFileSync(path)).digest("base64");

describe("the zip of a function", () => {
  it("has each file at its place, readable by everybody", async () => {
    const zip = await openPromise(zipOf(FILES));
    const found: Record<string, string> = {};
    for await (const entry of zip.eachEntry()) {
      found[entry.fileName] = (await buffer(await zip.openReadStreamPromise(entry))).toString("utf8");
      expect((entry.externalFileAttributes >>> 16).toString(8)).toBe("100644");
    }
    expect(found).toEqual(FILES);
  });

  it("is the same bytes whenever, in whichever zone and in whichever order its files were written", () => {
    const reversed = Object.fromEntries(Object.entries(FILES).reverse());
    const first = hashOf(zipOf(FILES));
    vi.stubEnv("TZ", "Pacific/Kiritimati");
    expect(hashOf(zipOf(reversed))).toBe(first);
    vi.unstubAllEnvs();
    expect(hashOf(zipOf({ ...FILES, "index.mjs": "export {};" }))).not.toBe(first);
  });
});
