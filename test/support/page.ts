// Runs the commands of a document as its reader would: in one bash, beside a local stack, each block after the other.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ROOT } from "../../infra/docs/documents.ts";
import { findFreePort } from "../../infra/local/platform/ports.ts";
import type { Fence } from "./fences.ts";
import type { HostProcess } from "./local-host.ts";

const AWS_CLI = fileURLToPath(new URL("./aws-cli.ts", import.meta.url));

/** A folder with the command `aws`, as far as the documents call it. */
export function makeCommands(): string {
  const folder = mkdtempSync(join(tmpdir(), "commands-"));
  const command = join(folder, "aws");
  writeFileSync(command, `#!/bin/sh\nexec "${process.execPath}" "${AWS_CLI}" "$@"\n`);
  chmodSync(command, 0o755);
  return folder;
}

type PageRun = {
  code: number | null;
  /** Of each block, in their order; one that was not reached has none. */
  outputs: string[];
  /** All of it, for a message. */
  all: string;
};

/** `dataDir`: the stack's. `commands`: a folder that `aws` is found in. `env`: what the page says its reader has. */
type Around = { dataDir: string; commands: string; env?: Readonly<Record<string, string>> };

export async function runPage(
  blocks: readonly Fence[],
  host: HostProcess,
  { dataDir, commands, env = {} }: Around,
): Promise<PageRun> {
  const mark = (at: number) => `\nprintf '\\n%s\\n' '@@${at}'\n`;
  const script = blocks.map(({ text }, at) => text + mark(at)).join("");
  const bash = spawn("bash", ["-c", `set -euo pipefail\n${script}`], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      PATH: [commands, dirname(process.execPath), process.env["PATH"]].join(delimiter),
      PORT: new URL(host.api).port,
      AWS_PORT: new URL(host.aws).port,
      DYNAMODB: host.dynamoDb,
      DATA_DIR: dataDir,
      HOOK_PORT: String(await findFreePort()),
      ...env,
    },
  });
  const [code, all] = await readAll(bash);
  const outputs = all.split(/\n@@\d+\n/).slice(0, -1);
  return { code, outputs, all };
}

async function readAll(bash: ReturnType<typeof spawn>): Promise<[number | null, string]> {
  let all = "";
  for (const stream of [bash.stdout, bash.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      all += text;
    });
  }
  const [code]: Array<number | null> = await once(bash, "close");
  return [code ?? null, all];
}
