// How long the bundled command line takes to say what it can do, beside a Node that does nothing.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildProgram } from "../support/built-program.ts";
import { type Figure, figure, inRounds, medianOf, timesOf } from "./figures.ts";

/** Pairs in a round: one of each, in turns, so that both meet the same machine. */
const PAIRS = 15;

export async function benchCommandLine(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), "bench-cli-"));
  try {
    const program = buildProgram(folder);
    const env = { RUNBOOKS_CONFIG: folder };
    const call = (...args: string[]) => execFileSync(process.execPath, args, { cwd: folder, env });
    if (!call(program, "--help").includes("executions")) throw new Error("It does not list its commands");
    const rounds = await inRounds(() =>
      playRound(
        () => call(program, "--help"),
        () => call("-e", "0"),
      ),
    );
    return [
      figure("runbooks --help", "ms", ...rounds.map(({ ours }) => ours)),
      figure("node -e 0", "ms", ...rounds.map(({ bare }) => bare)),
      figure("runbooks --help, against Node alone", "÷ node -e 0", ...rounds.map(({ ratio }) => ratio)),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Medians of wall-clock time, and of the ratios of the pairs. */
async function playRound(ours: () => unknown, bare: () => unknown) {
  const pairs: { ours: number; bare: number }[] = [];
  const once = async (work: () => unknown) => (await timesOf(1, work))[0] ?? Number.NaN;
  for (let n = 0; n < PAIRS; n++) {
    // Each goes first in turn.
    const first = n % 2 === 0 ? await once(ours) : null;
    const least = await once(bare);
    pairs.push({ ours: first ?? (await once(ours)), bare: least });
  }
  return {
    ours: medianOf(pairs.map((pair) => pair.ours)),
    bare: medianOf(pairs.map((pair) => pair.bare)),
    ratio: medianOf(pairs.map((pair) => pair.ours / pair.bare)),
  };
}
