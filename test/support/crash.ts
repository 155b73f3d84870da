// Calls a function in its own process, which may be killed at any call that it makes.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import * as z from "zod";

const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));

const Result = z.object({ answer: z.unknown(), calls: z.array(z.string()) });

/** `killed`: it died at the moment that was asked for. `calls`: what went out, in order; empty for one that died. */
type Ended = { killed: boolean; answer: unknown; calls: string[] };

export type Fate = { crashAt?: string; clockAhead?: number };

export async function callInChild(path: string, event: unknown, fate: Fate = {}): Promise<Ended> {
  const { crashAt = "", clockAhead = 0 } = fate;
  const args = ["--import", here("crash-hook.ts"), here("run-function.ts"), path, JSON.stringify(event)];
  const child = spawn(process.execPath, args, {
    env: {
      ...process.env,
      // The local stack serves many calls in one process; here, as in Lambda, a process serves one.
      AWS_LAMBDA_MAX_CONCURRENCY: undefined,
      POWERTOOLS_LOG_LEVEL: "SILENT",
      CRASH_AT: crashAt,
      CLOCK_AHEAD: String(clockAhead + ownClockAhead()),
    },
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  const ended: Ended = { killed: false, answer: undefined, calls: [] };
  let said = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  child.on("message", (message) => {
    Object.assign(ended, Result.parse(message));
  });
  const [code, signal] = await once(child, "close");
  if (signal === "SIGKILL") return { ...ended, killed: true };
  if (code !== 0) throw new Error(`The function ${path} failed in its process: ${said.slice(-2000)}`);
  return ended;
}

/** Seconds that the clock of this process is ahead of the machine's: a child is where its parent is. */
const ownClockAhead = () => Math.max(0, Date.now() - performance.timeOrigin - performance.now()) / 1000;
