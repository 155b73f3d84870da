// Runs a command to its end, in its own process.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";

type Ended = { code: number; stdout: string; stderr: string };
type Given = { env?: NodeJS.ProcessEnv; input?: string };

/** `name` is below `infra`, as "local/emit". The environment is the caller's own unless another one is given. */
export async function runCommand(name: string, args: string[], given: Given = {}): Promise<Ended> {
  const program = fileURLToPath(new URL(`../../infra/${name}.ts`, import.meta.url));
  // Compiled code is reused, whatever the terminal's settings.
  const { NODE_COMPILE_CACHE } = process.env;
  const env = { NODE_COMPILE_CACHE, ...(given.env ?? process.env) };
  const child = spawn(process.execPath, [program, ...args], { env });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  // One that ends at once reads nothing.
  child.stdin.on("error", () => undefined).end(given.input ?? "");
  const [code] = await once(child, "close");
  return { code, stdout, stderr };
}

/** Nothing but one line on standard error, without a stack; answers it. */
export function onlyLine({ code, stdout, stderr }: Ended, expected = 1): string {
  expect([code, stdout]).toEqual([expected, ""]);
  expect(stderr).toMatch(/^[^\n]{20,1200}\n$/);
  expect(stderr).not.toMatch(/\bat .*:\d+:\d+|Error:/);
  return stderr.trimEnd();
}
