// A copy of the source tree in which defects can be put back without touching the original.
import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";

const ROOT = resolve(import.meta.dirname, "../..");
const COPIED = [
  "clients",
  "docs",
  "functions",
  "infra",
  "shared",
  "test",
  "cdk.json",
  "package.json",
  "tsconfig.json",
];
const isOurs = (path: string) => basename(path) !== "node_modules";

export type Tree = {
  path: string;
  /** Applies the change to the copy, runs `work`, and reverts it. */
  changed: <T>(file: string, find: string, replace: string, work: () => Promise<T>) => Promise<T>;
  remove: () => void;
};

export function copyTree(): Tree {
  const path = mkdtempSync(join(tmpdir(), "known-defects-"));
  for (const name of COPIED) cpSync(join(ROOT, name), join(path, name), { recursive: true, filter: isOurs });
  symlinkSync(join(ROOT, "node_modules"), join(path, "node_modules"));
  return {
    path,
    changed: async (file, find, replace, work) => {
      const before = readFileSync(join(path, file), "utf8");
      const places = before.split(find).length - 1;
      if (places !== 1)
        throw new Error(`${file} holds the text to change ${places} times, not once: ${find}`);
      writeFileSync(
        join(path, file),
        before.replace(find, () => replace),
      );
      return work().finally(() => writeFileSync(join(path, file), before));
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

type Tested = { passed: string[]; failed: string[]; output: string };

/** Runs those tests of one file whose full name holds `name`, over a DynamoDB Local that runs already. */
export async function runTests(tree: string, file: string, name: string, endpoint: string): Promise<Tested> {
  const report = join(tree, "report.json");
  rmSync(report, { force: true });
  const config = join(tree, "vitest.config.ts");
  const provide = { dynamoDbEndpoint: endpoint };
  const setupFiles = file.startsWith("test/decisions/") ? ["test/support/small-world-mocks.ts"] : [];
  const patience = { testTimeout: 40_000, hookTimeout: 60_000 };
  const settings = { include: [file], setupFiles, provide, pool: "forks", ...patience };
  writeFileSync(config, `export default ${JSON.stringify({ test: settings })};\n`);
  // Between a group and its test stands " > ".
  const pattern = name.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&").replaceAll(" ", "( > | )");
  const args = ["run", "--config", config, "-t", pattern, "--reporter=json", `--outputFile=${report}`];
  const output = await command(join(ROOT, "node_modules/.bin/vitest"), args, tree);
  if (!existsSync(report)) return { passed: [], failed: [], output };
  const reported: { testResults: { assertionResults: { fullName: string; status: string }[] }[] } =
    JSON.parse(readFileSync(report, "utf8"));
  const results = reported.testResults.flatMap((result) => result.assertionResults);
  const those = (status: string) => results.filter((r) => r.status === status).map((r) => r.fullName);
  return { passed: those("passed"), failed: those("failed"), output };
}

function command(program: string, args: string[], cwd: string): Promise<string> {
  return new Promise((done) => {
    execFile(program, args, { cwd, maxBuffer: 2 ** 26, timeout: 180_000 }, (_error, stdout, stderr) =>
      done(stdout + stderr),
    );
  });
}
