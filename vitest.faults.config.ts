// The long form of the fault tests: the same files, with the counts that docs/reliability.md reports.
import { defineConfig } from "vitest/config";
import { patience, withTables } from "./vitest.config.ts";

const MINUTES = 60_000;

/** One DynamoDB Local holds in memory whatever the long form writes; its usual heap is too small for that. */
process.env["_JAVA_OPTIONS"] ??= "-Xmx3g";

export default defineConfig({
  test: {
    ...withTables,
    ...patience,
    pool: "forks",
    include: [
      "test/faults/**/*.test.ts",
      "test/model/**/*.test.ts",
      "test/functions/events/{exactly-once,on-incident}.test.ts",
      "test/shared/application/admission.test.ts",
      "test/shared/store/runbooks.test.ts",
      "test/security/linear-work.test.ts",
      "test/shared/webhook/{mask,template/properties,template/url-header}.test.ts",
      "test/shared/parameters/{oracle,pattern}.test.ts",
      "test/clients/as-code/round-trip.test.ts",
      "test/shared/domain/{event-pattern-arrays,event-pattern/*}.test.ts",
    ],
    env: { FORM: "long" },
    testTimeout: 15 * MINUTES,
    hookTimeout: 5 * MINUTES,
    maxWorkers: 2,
    reporters: ["verbose"],
  },
});
