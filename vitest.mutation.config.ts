// The tests that mutants of stryker.config.json are run against: those that need no table and no process.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: [
      "test/decisions/**/*.test.ts",
      "test/shared/contract/table.test.ts",
      "test/shared/domain/{runbooks,freeze}/*.test.ts",
      "test/shared/domain/**/{break-glass-changes,caller,chronology,execution-changes,permissions,refusals,views,snapshots}.test.ts",
      "test/shared/webhook/**/{addresses,egress-policy,egress-refusals,mask,retry}.test.ts",
    ],
    setupFiles: ["test/support/small-world-mocks.ts"],
    testTimeout: 20_000,
    pool: "forks",
    reporters: ["default"],
  },
});
