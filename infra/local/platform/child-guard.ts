// Runs a child program that must not outlive the local stack. Ends it when stdin closes, for any reason.
import { spawn } from "node:child_process";

/** How long the child has to finish what it confirmed. */
const GRACE_MS = 5_000;

const [command = "", ...args] = process.argv.slice(2);
const child = spawn(command, args, { stdio: ["ignore", 2, 2] });

function end(): void {
  child.kill("SIGTERM");
  setTimeout(() => child.kill("SIGKILL"), GRACE_MS).unref();
}

child.once("error", () => process.exit(127));
child.once("exit", (code) => process.exit(code ?? 1));
process.stdin.resume();
process.stdin.once("close", end);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, end);
