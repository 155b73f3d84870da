// A Java without a compiler, as a JRE is: this machine's own, with the other modules out of its sight.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What openjdk-17-jre-headless has of the modules that programs need. */
const MODULES = "java.se,jdk.unsupported,jdk.crypto.ec,jdk.zipfs";

/** A folder for PATH whose only program is `java`; `remove` when the test is done with it. */
export function jreFolder(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), "jre-"));
  const java = spawnSync("sh", ["-c", "command -v java"], { encoding: "utf8" }).stdout.trim();
  const script = `#!/bin/sh\nexec "${java}" --limit-modules ${MODULES} "$@"\n`;
  writeFileSync(join(path, "java"), script, { mode: 0o755 });
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
