// The stack under test: killed by SIGKILL, started again over the same data, and measured from outside.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { openSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findFreePort } from "../../infra/local/platform/ports.ts";

const MAIN = fileURLToPath(new URL("host.ts", import.meta.url));
const PAGE_BYTES = 4096;

export class Stack {
  readonly dataDir: string;
  kills = 0;
  private readonly env: Record<string, string>;
  private child: ChildProcess | null = null;

  private constructor(dataDir: string, env: Record<string, string>) {
    this.dataDir = dataDir;
    this.env = env;
  }

  /** On ports of its own, which it has again after each kill: receivers call back there. */
  static async create(dataDir: string, endpoint: string, tableName: string): Promise<Stack> {
    const [api, aws] = [await findFreePort(0, "PORT"), await findFreePort(0, "AWS_PORT")];
    const ports = { PORT: String(api), AWS_PORT: String(aws), DYNAMODB_PORT: "0" };
    const table = { SOAK_ENDPOINT: endpoint, SOAK_TABLE: tableName };
    const stack = new Stack(dataDir, { ...ports, ...table, DATA_DIR: dataDir });
    await stack.start();
    return stack;
  }

  get api(): string {
    return `http://127.0.0.1:${this.env["PORT"]}`;
  }

  get aws(): string {
    return `http://127.0.0.1:${this.env["AWS_PORT"]}`;
  }

  async start(): Promise<void> {
    const log = openSync(join(this.dataDir, "..", "host.log"), "a");
    const limits = { RATE_LIMIT_STARTS_PER_MINUTE: "0", POWERTOOLS_LOG_LEVEL: "WARN" };
    const child = spawn(process.execPath, [MAIN], {
      env: { ...process.env, ...this.env, ...limits },
      stdio: ["ignore", "pipe", log],
    });
    this.child = child;
    if (!child.stdout) throw new Error("The child has no stdout");
    const ready = once(child.stdout, "data").then(() => true);
    const ended = once(child, "exit").then(() => false);
    if (!(await Promise.race([ready, ended])))
      throw new Error(`The stack did not start: see ${this.dataDir}`);
  }

  async kill(): Promise<void> {
    this.kills++;
    await this.end("SIGKILL");
    await this.start();
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill(signal);
    await ended;
  }

  /** Memory in MB, open files and sockets, of the process as the system sees it. */
  measure(): { rssMb: number; handles: number } {
    return measureProcess(this.child?.pid ?? 0);
  }
}

function measureProcess(pid: number): { rssMb: number; handles: number } {
  const [, pages = "0"] = readFileSync(`/proc/${pid}/statm`, "utf8").split(" ");
  const handles = readdirSync(`/proc/${pid}/fd`).length;
  return { rssMb: Math.round((Number(pages) * PAGE_BYTES) / 1_048_576), handles };
}
