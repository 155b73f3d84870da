// After the demo there is a console to look at: of a service that goes on, if it is asked to stay.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { runCommand } from "../../support/command.ts";

const DEMO = fileURLToPath(new URL("../../../infra/local/demo.ts", import.meta.url));

test("stays with its console until it is interrupted, and its exit code is that of the story", async () => {
  const child = spawn(process.execPath, [DEMO, "--stay"], { stdio: ["ignore", "pipe", "ignore"] });
  const lines: string[] = [];
  let address: string | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    [, address] = /Its console: (http:\/\/127\.0\.0\.1:\d+\/console)/.exec(line) ?? [];
    if (address) break;
  }
  expect(lines.join("\n")).toContain("steps were as expected");
  const page = await fetch(`${address}`);
  expect(page.status).toBe(200);
  expect(await page.text()).toContain("<title>Runbooks</title>");
  child.stdout.resume();
  child.kill("SIGINT");
  expect(await once(child, "exit")).toEqual([0, null]);
  await expect(fetch(`${address}`)).rejects.toThrow();
}, 180_000);

test("an option that it does not have is refused, with those that it has", async () => {
  const { code, stderr } = await runCommand("local/demo", ["--forever"]);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^.*--forever.*Usage: npm run demo \[-- --stay\]\n$/);
});
