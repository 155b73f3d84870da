// `npm run demo` where the local stack cannot start: the reason is what is printed, not only where to look for it.
import { afterAll, expect, test } from "vitest";
import { runCommand } from "../../support/command.ts";
import { dataFolder } from "../../support/local-host.ts";

const folder = dataFolder();
afterAll(() => folder.remove());

test("says why the local stack did not start, what to do, and where its log is", async () => {
  const env = { ...process.env, TMPDIR: folder.path, WEBHOOK_EGRESS_ALLOW: "300.0.0.0/8" };
  const { code, stdout, stderr } = await runCommand("local/demo", [], { env });
  expect(code).toBe(1);
  expect(stdout).not.toContain("Act one");
  expect(stderr).toMatch(
    /^The local stack did not start: [^\n]*\bWEBHOOK_EGRESS_ALLOW\b[^\n]* Its log is \S+\/host\.log\.\n$/,
  );
});
