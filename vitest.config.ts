// How the promises in test/ are run: one DynamoDB Local for all files, each file in its own tables.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/support/global-setup.ts"],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    pool: "forks",
    // Most files wait for a table, a timer or a socket: two processes a core keep both cores busy.
    maxWorkers: 4,
    reporters: ["default"],
  },
});
