// Checks that this machine's Java can run DynamoDB Local.
import { spawn } from "node:child_process";
import { HostError } from "./errors.ts";

const OLDEST = 17;
const ADVICE = `Java ${OLDEST} or newer is needed for DynamoDB Local: install it (for example openjdk-17-jre-headless) and make sure that \`java\` is on the PATH`;

/** Runs `java -version`. Throws a one-line error if Java is missing, does not run, or is too old. A JRE is enough. */
export async function requireJava(command = "java"): Promise<void> {
  const banner = await runCommand(command, ["-version"]);
  const [, version] = /version "(?:1\.)?(\d+)/.exec(banner) ?? [];
  if (Number(version ?? 0) >= OLDEST) return;
  const lines = banner.split("\n").filter((line) => line.trim() !== "");
  const found = lines.find((line) => line.includes("version")) ?? lines[0] ?? "nothing";
  throw new HostError(`${ADVICE} (found: ${found.trim()}).`);
}

async function runCommand(command: string, args: string[]): Promise<string> {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
    });
  }
  return new Promise((resolve, reject) => {
    child.once("error", () => reject(new HostError(`${ADVICE}.`)));
    child.once("close", () => resolve(text));
  });
}
