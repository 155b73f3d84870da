// `npm start -- --examples`: what it creates, and that it does so once.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadExamples } from "../../../infra/local/examples/load-examples.ts";
import { readExamples } from "../../../infra/local/examples/read-examples.ts";
import { onlyLine, runCommand } from "../../support/command.ts";
import { startLocalHost } from "../../support/local-host.ts";

test("each example becomes a draft, and a second start adds none", async () => {
  const host = await startLocalHost();
  try {
    const count = readExamples().length;
    expect(await loadExamples(host.api, host.dataDir)).toBe(
      `examples  ${count} drafts created from examples/targets\n`,
    );
    const as = { user: "ana", groups: ["platform-admin"] };
    const { body } = await host.ask("GET", "/runbooks?limit=100", { as });
    const { items } = body as { items: { name: string; approvalStatus: string }[] };
    expect(items.map(({ name }) => name).sort()).toEqual(
      readExamples()
        .map(({ runbook }) => runbook.name)
        .sort(),
    );
    expect(new Set(items.map(({ approvalStatus }) => approvalStatus))).toEqual(new Set(["DRAFT"]));
    expect(await loadExamples(host.api, host.dataDir)).toBe(
      `examples  0 drafts created from examples/targets, ${count} runbooks were there before\n`,
    );
  } finally {
    await host.stop();
  }
});

test("an option that is unknown is one line, and nothing starts", async () => {
  const line = onlyLine(await runCommand("local/main", ["--exmples"]));
  expect(line).toContain("--exmples");
  expect(line).toContain("Usage: npm start [-- --examples]");
});

test("a file that is no example is refused with its name and its pointers", () => {
  const folder = mkdtempSync(join(tmpdir(), "examples-"));
  try {
    writeFileSync(join(folder, "wrong.yaml"), "system: X\nrunbook: {name: Y}\nextra: 1\n");
    expect(() => readExamples(folder)).toThrow(/^wrong\.yaml: .*extra/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
