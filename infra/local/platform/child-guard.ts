// Runs a child program that must not outlive the local stack. Kills it when stdin closes, for any reason.
import { spawn } from "node:child_process";

const [command = "", ...args] = process.argv.slice(2);
const child = spawn(command, args, { stdio: ["ignore", 2, 2] });

child.once("error", () => process.exit(127));
child.once("exit", (code) => process.exit(code ?? 1));
process.stdin.resume();
process.stdin.once("close", () => {
  child.kill("SIGKILL");
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.once(signal, () => child.kill("SIGKILL"));
}
