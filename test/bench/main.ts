// `npm run bench -- [part …] [--list]`: runs parts, each in a process of its own, and writes their blocks at the end.
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import * as z from "zod";
import { messageOf } from "../../infra/local/platform/errors.ts";
import { requireJava } from "../../infra/local/platform/java.ts";
import { Outcome } from "./figures.ts";
import { readOptions } from "./options.ts";
import { PARTS, type PartName } from "./parts.ts";
import { readMachine, requireBlocks, tableOf, writeOutcomes } from "./written.ts";

const Answer = z.union([z.object({ outcome: Outcome }), z.object({ problem: z.string() })]);
const CHILD = fileURLToPath(new URL("run-part.ts", import.meta.url));

function measure(part: PartName): Promise<z.output<typeof Answer>> {
  const { promise, resolve } = Promise.withResolvers<z.output<typeof Answer>>();
  const child = fork(CHILD, [part], { execArgv: [] });
  child.once("message", (message) => resolve(Answer.parse(message)));
  child.once("error", (error) => resolve({ problem: error.message }));
  // After a message this changes nothing.
  child.once("exit", (code, signal) => resolve({ problem: `it ended with ${signal ?? code}` }));
  return promise;
}

/** Runs the parts. One that fails keeps its old block; those that do not are written, and the exit code says so. */
async function bench(parts: readonly PartName[]): Promise<number> {
  requireBlocks(parts);
  if (parts.some((part) => PARTS[part].java)) await requireJava();
  const done = [];
  for (const part of parts) {
    process.stderr.write(`${part}: ${PARTS[part].about} …\n`);
    const machine = readMachine();
    const answer = await measure(part);
    if ("problem" in answer) {
      process.stderr.write(`${part} could not be measured: ${answer.problem}\n`);
      continue;
    }
    done.push({ part, machine, ...answer.outcome });
    process.stdout.write(`\n${tableOf(answer.outcome.figures)}\n\n`);
  }
  await writeOutcomes(done);
  return done.length === parts.length ? 0 : 1;
}

const options = readOptions(process.argv.slice(2));
try {
  if (options.problem !== null) throw new Error(options.problem);
  if (options.list) {
    for (const part of options.parts) process.stdout.write(`${part.padEnd(12)} ${PARTS[part].about}\n`);
  } else process.exitCode = await bench(options.parts);
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}
