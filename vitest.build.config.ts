// The tests that put tools of others to work on the whole (CDK, esbuild, redocly, the compiler): npm run test:build.
import { defineConfig } from "vitest/config";
import { BUILD } from "./test/support/where.ts";
import { afresh, patience, running, withTables } from "./vitest.config.ts";

export default defineConfig({
  // Each of these tools takes its seconds, and many of them beside other work.
  test: { include: BUILD, ...afresh, ...withTables, ...patience, ...running, testTimeout: 180_000 },
});
