// The long form of the fault tests: the same files, with the counts that docs/reliability.md reports.
import { mergeConfig } from "vitest/config";
import base from "./vitest.config.ts";

const MINUTES = 60_000;

export default mergeConfig(base, {
  test: {
    env: { FORM: "long" },
    testTimeout: 15 * MINUTES,
    maxWorkers: 2,
    reporters: ["verbose"],
  },
});
