// npm run test:related -- FILE…: finds the tests of these files and runs them. `--all`: those of their dependents, too.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { matchesGlob, relative, resolve } from "node:path";
import { BUILD, LONG_ONLY } from "../support/where.ts";
import { readUsers, testsOf } from "./related.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const say = (line: string) => process.stdout.write(`${line}\n`);
const given = process.argv.slice(2);
const files = given.filter((word) => !word.startsWith("--")).map((file) => relative(ROOT, resolve(file)));
const missing = files.filter((file) => !existsSync(resolve(ROOT, file)));

if (files.length === 0 || missing.length > 0) {
  const reason = missing.length > 0 ? `There is no file ${missing.join(", ")}.` : "Name a file.";
  process.stderr.write(`${reason} Use: npm run test:related -- shared/domain/caller.ts [--all]\n`);
  process.exitCode = 1;
} else {
  const users = readUsers(ROOT);
  const all = given.includes("--all");
  const tests = [...new Set(files.flatMap((file) => testsOf(ROOT, users, file, { all })))].sort();
  say(tests.length === 0 ? "No test depends on it." : tests.join("\n"));
  process.exitCode = run(tests);
}

/** Each with the configuration that it belongs to. */
function run(tests: readonly string[]): number {
  const within = (globs: readonly string[]) => (test: string) =>
    globs.some((glob) => matchesGlob(test, glob));
  const long = tests.filter(within(LONG_ONLY));
  const build = tests.filter(within(BUILD));
  const rest = tests.filter((test) => !long.includes(test) && !build.includes(test));
  if (long.length > 0) say(`Not run here, but by \`npm run test:faults\`: ${long.join(", ")}`);
  const codes = [vitest(rest), vitest(build, ["--config", "vitest.build.config.ts"])];
  return Math.max(...codes);
}

function vitest(tests: readonly string[], options: readonly string[] = []): number {
  if (tests.length === 0) return 0;
  const ended = spawnSync("vitest", ["run", ...options, ...tests], { cwd: ROOT, stdio: "inherit" });
  return ended.status ?? 1;
}
