// How the promises in test/ are run: one DynamoDB Local for all files that need one, each of these in its own tables.
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

// Packages are compiled once, and not again in each of the processes that the files run in.
process.env["NODE_COMPILE_CACHE"] ??= fileURLToPath(new URL("node_modules/.cache/node", import.meta.url));

/** Files without a table and without variables of their own: they share processes, and what is loaded there. */
const SHARING = [
  "test/shared/{contract,domain,parameters}/**/*.test.ts",
  "test/shared/webhook/template/**/*.test.ts",
  "test/infra/{aws,docs}/**/*.test.ts",
];

/** Every pair of actors at every border takes an hour: in `npm run test:faults` alone. */
const LONG_ONLY = ["test/faults/interleaved-*.test.ts"];

export const patience = {
  testTimeout: 60_000,
  hookTimeout: 60_000,
  // How long a condition is waited for: what is slow on a busy machine is not wrong.
  expect: { poll: { timeout: 15_000 } },
};
export const withTables = { globalSetup: ["test/support/global-setup.ts"] };

export default defineConfig({
  test: {
    projects: [
      { test: { name: "sharing", include: SHARING, isolate: false, ...patience } },
      {
        test: {
          name: "alone",
          include: ["test/**/*.test.ts"],
          exclude: [...SHARING, ...LONG_ONLY, "**/node_modules/**"],
          ...withTables,
          ...patience,
        },
      },
    ],
    // Races and killed processes on a machine that is busy with other work: a repeated failure is one, a single is told.
    retry: process.env["CI"] ? 2 : 0,
    pool: "forks",
    // Two cores are shared with DynamoDB Local; files that wait for a timer or a socket leave room for a third.
    maxWorkers: 3,
    reporters: ["default"],
  },
});
