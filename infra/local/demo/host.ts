// A local stack for the demo: runs `npm start` on free ports, with a temporary data folder.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { loadIdentity, signToken } from "../oidc/identity.ts";
import { HostError } from "../platform/errors.ts";

const READY = /^ready api=(\S+) aws=(\S+) dynamodb=(\S+)$/;

export type DemoHost = {
  api: string;
  aws: string;
  /** Returns a token for this user and these groups. */
  token: (user: string, ...groups: string[]) => Promise<string>;
  stop: () => Promise<void>;
  pid: number;
};

export async function startDemoHost(): Promise<DemoHost> {
  const dataDir = mkdtempSync(join(tmpdir(), "runbooks-demo-"));
  const log = openSync(join(dataDir, "host.log"), "a");
  const child = spawn(process.execPath, [fileURLToPath(new URL("../main.ts", import.meta.url))], {
    env: { ...process.env, PORT: "0", AWS_PORT: "0", DYNAMODB_PORT: "0", DATA_DIR: dataDir },
    stdio: ["ignore", "pipe", log],
  });
  closeSync(log);
  const stop = async () => {
    if (child.exitCode === null) {
      child.kill("SIGTERM");
      await once(child, "exit");
    }
    rmSync(dataDir, { recursive: true, force: true });
  };
  const [api, aws] = await readAddresses(child, join(dataDir, "host.log"));
  const token = async (user: string, ...groups: string[]) =>
    signToken(await loadIdentity(dataDir), { user, groups, expiresInSeconds: 3600 });
  return { api, aws, token, stop, pid: child.pid ?? 0 };
}

async function readAddresses(child: ChildProcess, log: string): Promise<[string, string]> {
  if (!child.stdout) throw new Error("The child has no stdout");
  for await (const line of createInterface({ input: child.stdout })) {
    const [, api, aws] = READY.exec(line) ?? [];
    if (api && aws) return [api, aws];
  }
  throw new HostError(`The local stack did not start: ${reasonIn(log)} Its log is ${log}.`);
}

/** Returns the last line of the log, which says what to do. */
function reasonIn(log: string): string {
  const said = readFileSync(log, "utf8")
    .split("\n")
    .filter((line) => line.trim() !== "");
  return said.at(-1) ?? "it printed nothing.";
}
