// npm run test:node: on each Node that a user may have, npm makes a token and starts the service, and the command line runs; installs them from npm.
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const VERSIONS = ["20", "22", "24"];
const say = (line: string) => process.stdout.write(`${line}\n`);

/** As a terminal in which this Node comes first, and none of the project's own programs is on the path. */
function terminalWith(node: string, folder: string): NodeJS.ProcessEnv {
  const others = (process.env["PATH"] ?? "")
    .split(delimiter)
    .filter((part) => !part.includes("node_modules"));
  const given = Object.entries(process.env).filter(([name]) => !/^(npm_|NODE)/i.test(name));
  const ports = { PORT: "0", AWS_PORT: "0", DYNAMODB_PORT: "0", DATA_DIR: join(folder, "data") };
  return { ...Object.fromEntries(given), ...ports, PATH: [node, ...others].join(delimiter) };
}

/** The folder of its `node`. */
function install(version: string, folder: string): string {
  writeFileSync(
    join(folder, "package.json"),
    JSON.stringify({ private: true, allowScripts: { node: true } }),
  );
  const args = ["install", "--prefix", folder, "--no-audit", "--no-fund", `node@${version}`];
  execFileSync("npm", args, { cwd: folder, stdio: "ignore" });
  return join(folder, "node_modules", "node", "bin");
}

async function readyLine(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error("The child has no stdout");
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith("ready ")) return line;
  }
  throw new Error("npm start ended before it was ready");
}

async function tryOut(version: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), `node-${version}-`));
  try {
    const env = terminalWith(install(version, folder), folder);
    const outer = execFileSync("node", ["--version"], { env, encoding: "utf8" }).trim();
    if (!outer.startsWith(`v${version}.`)) throw new Error(`node ${version} is ${outer}`);
    const token = execFileSync("npm", ["run", "-s", "token", "--", "--user", "ana"], {
      cwd: ROOT,
      env,
      encoding: "utf8",
    });
    if (!/^[\w-]+\.[\w-]+\.[\w-]+\n$/.test(token)) throw new Error(`npm run token printed ${token}`);
    const child = spawn("npm", ["start"], {
      cwd: ROOT,
      env,
      stdio: ["ignore", "pipe", "ignore"],
      detached: true,
    });
    const ended = once(child, "close");
    const ready = await readyLine(child);
    if (child.pid !== undefined) process.kill(-child.pid, "SIGTERM");
    await ended;
    const cli = [join(ROOT, "dist/runbooks.mjs"), "list", "--api", "http://127.0.0.1:1"];
    const refused = spawnSync("node", cli, { env, encoding: "utf8" });
    if (refused.status !== 5) throw new Error(`runbooks ended with ${refused.status}: ${refused.stderr}`);
    say(`node ${outer}: a token, the command line, and ${ready}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

execFileSync("npm", ["run", "-s", "build:cli"], { cwd: ROOT });
for (const version of VERSIONS) await tryOut(version);
