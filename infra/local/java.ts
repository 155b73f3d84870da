// Finds out whether this machine's Java can run DynamoDB Local.
import { spawn } from "node:child_process";
import { HostError } from "./errors.ts";

const OLDEST = 17;
const ADVICE = `Java ${OLDEST} or newer is needed for DynamoDB Local: install it (for example openjdk-17-jre-headless) and make sure that \`java\` is on the PATH`;

/** `compiler`: it is a JDK, which can run a Java source file; a JRE cannot. */
export type Java = { version: number; compiler: boolean };

/** Asks `java` itself; throws one clear line if it is missing or too old. */
export async function findJava(command = "java"): Promise<Java> {
  const [banner, modules] = await Promise.all([
    output(command, ["-version"]),
    output(command, ["--list-modules"]),
  ]);
  const version = Number(/version "(?:1\.)?(\d+)/.exec(banner)?.[1] ?? 0);
  if (version < OLDEST) throw new HostError(`${ADVICE} (found: ${banner.split("\n")[0] || "nothing"}).`);
  return { version, compiler: /^jdk\.compiler@/m.test(modules) };
}

async function output(command: string, args: string[]): Promise<string> {
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
