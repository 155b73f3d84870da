// Tells at the end of a run which tests passed only when they were tried again: `.ci/run` counts them.
import type { Reporter, TestCase } from "vitest/node";

export default class Retried implements Reporter {
  readonly #names: string[] = [];

  onTestCaseResult(test: TestCase): void {
    const { retryCount = 0 } = test.diagnostic() ?? {};
    if (retryCount > 0) this.#names.push(`${test.module.relativeModuleId} > ${test.fullName}`);
  }

  onTestRunEnd(): void {
    for (const name of this.#names) process.stdout.write(`    Retried  ${name}\n`);
  }
}
