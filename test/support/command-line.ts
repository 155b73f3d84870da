// Runs the command line `runbooks`: in this process, or as a program in a pseudo-terminal that a person types into.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { ReadStream } from "node:tty";
import { runCommandLine } from "../../clients/cli/application.ts";
import { ROOT } from "../../infra/docs/documents.ts";

export type Ended = { code: number; stdout: string; stderr: string };
type Given = { env?: NodeJS.ProcessEnv; input?: string };

/** Without a terminal, as a program calls it. Its settings are in `env` alone. */
export async function runCli(words: readonly string[], { env = {}, input = "" }: Given = {}): Promise<Ended> {
  const said = { stdout: "", stderr: "" };
  const writer = (name: keyof typeof said) => ({
    write: (text: string) => {
      said[name] += text;
    },
  });
  const stdin = Object.assign(Object.create(ReadStream.prototype), { isTTY: false });
  const lines = new PassThrough();
  lines.end(input);
  stdin[Symbol.asyncIterator] = () => lines[Symbol.asyncIterator]();
  const code = await runCommandLine(words, {
    stdout: writer("stdout"),
    stderr: writer("stderr"),
    stdin,
    env,
  });
  return { code, ...said };
}

type Typing = { code: Promise<number>; screen: () => string; type: (text: string) => void };

/** In a pseudo-terminal: what is typed goes in, the screen shows all that came out. */
export function runOnTerminal(words: readonly string[], env: NodeJS.ProcessEnv): Typing {
  const quote = (word: string) => `'${word.replaceAll("'", "'\\''")}'`;
  const program = [process.execPath, join(ROOT, "clients/cli/main.ts"), ...words].map(quote).join(" ");
  const child = spawn("script", ["-qec", program, "/dev/null"], {
    env: { PATH: process.env["PATH"], TERM: "xterm", ...env },
  });
  let shown = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    shown += text;
  });
  const code = once(child, "close").then(([ended]: Array<number | null>) => ended ?? -1);
  return { code, screen: () => shown, type: (text) => void child.stdin.write(text) };
}
