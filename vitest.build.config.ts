// The tests that put tools of others to work on the whole (CDK, esbuild, redocly, the compiler): npm run test:build.
import { defineConfig } from "vitest/config";
import { BUILD } from "./test/support/where.ts";
import { afresh, patience, running, withTables } from "./vitest.config.ts";

export default defineConfig({
  test: { include: BUILD, ...afresh, ...withTables, ...patience, ...running },
});
