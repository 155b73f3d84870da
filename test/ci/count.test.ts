// CI's last line counts the tests of every run of vitest, and the tests that were tried again are named and counted.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const COUNT = join(import.meta.dirname, "../../.ci/count");
const count = (log: string, status = 0) => {
  const ended = spawnSync("bash", [COUNT, String(status)], { input: log, encoding: "utf8" });
  return { code: ended.status, lines: ended.stdout.trimEnd().split("\n") };
};
const summary = (text: string) => `\u001b[2m      Tests \u001b[22m ${text}`;

describe("the count of CI", () => {
  it("adds up the runs, in colours or not", () => {
    const log = [summary("120 passed (120)"), "synth", "      Tests  7 passed | 2 skipped (9)"].join("\n");
    expect(count(log)).toEqual({ code: 0, lines: ["0 retried", "127 passed, 0 failed"] });
  });

  it("names the failed tests, and fails", () => {
    const log = summary("3 failed | 120 passed (123)");
    expect(count(log, 1)).toEqual({ code: 1, lines: ["0 retried", "120 passed, 3 failed"] });
  });

  it("counts a failure that is no test's", () => {
    expect(count(summary("5 passed (5)"), 2)).toEqual({
      code: 2,
      lines: ["0 retried", "5 passed, 1 failed"],
    });
  });

  it("fails on a log without tests", () => {
    expect(count("nothing ran")).toEqual({ code: 1, lines: ["0 retried", "0 passed, 0 failed"] });
  });

  it("names each test that was tried again", () => {
    const again = ["    Retried  test/a.test.ts > once", "    Retried  test/b.test.ts > twice"];
    const log = [...again, summary("5 passed (5)")].join("\n");
    expect(count(log)).toEqual({ code: 0, lines: [...again, "2 retried", "5 passed, 0 failed"] });
  });
});
