// How the promises in test/ are run: one DynamoDB Local for all files that need one, each of these in its own tables.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { ALONE, BROWSER, BUILD, DECISIONS, LONG_ONLY, PURE, SYSTEM } from "./test/support/where.ts";

// Packages are compiled once, and not again in each of the processes that the files run in.
process.env["NODE_COMPILE_CACHE"] ??= fileURLToPath(new URL("node_modules/.cache/node", import.meta.url));

// What tests and libraries put into the folder of temporary files goes with it: the CDK makes a folder for each app.
const ownFolder = mkdtempSync(join(tmpdir(), "runbooks-tests-"));
process.env["TMPDIR"] = ownFolder;
process.on("exit", () => rmSync(ownFolder, { recursive: true, force: true }));

export const patience = {
  testTimeout: 60_000,
  hookTimeout: 60_000,
  // How long a condition is waited for: what is slow on a busy machine is not wrong.
  expect: { poll: { timeout: 15_000 } },
};
export const withTables = { globalSetup: ["test/support/global-setup.ts"] };
/** Files share a process and the packages that it has loaded, but no module of ours and no variable. */
export const afresh = { isolate: false, setupFiles: ["test/support/afresh.ts"] };
const inMemory = { ...afresh, setupFiles: [...afresh.setupFiles, "test/support/small-world-mocks.ts"] };

export const running = {
  // Races and killed processes on a machine that is busy with other work: a repeated failure is one, a single is told.
  retry: process.env["CI"] ? 2 : 0,
  pool: "forks" as const,
  // Two cores are shared with DynamoDB Local; files that wait for a timer or a socket leave room for a third.
  maxWorkers: 3,
  reporters: ["default", "test/support/retried.ts"],
};

const shared = { ...afresh, ...withTables, ...patience };
const NOT_HERE = [...LONG_ONLY, ...BUILD, ...BROWSER, "**/node_modules/**"];

/** `npm test` runs the first three, `npm run test:system` the others, `npx vitest run FILE` whichever has the file. */
export default defineConfig({
  test: {
    projects: [
      { test: { name: "pure", include: PURE, exclude: NOT_HERE, isolate: false, ...patience } },
      { test: { name: "decisions", include: DECISIONS, ...inMemory, ...patience } },
      {
        test: {
          name: "functions",
          include: ["test/**/*.test.ts"],
          exclude: [...PURE, ...DECISIONS, ...SYSTEM, ...ALONE, ...NOT_HERE],
          ...shared,
        },
      },
      { test: { name: "system", include: SYSTEM, exclude: [...ALONE, ...NOT_HERE], ...shared } },
      { test: { name: "alone", include: ALONE, ...withTables, ...patience } },
      {
        test: {
          ...{ name: "browser", include: BROWSER, globalSetup: ["test/browser/chromium.ts"] },
          ...{ ...patience, testTimeout: 120_000, hookTimeout: 120_000 },
        },
      },
    ],
    ...running,
  },
});
