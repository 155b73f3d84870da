// Two that reach for the same thing at once, often: who leads changes from round to round, and each outcome is counted.
import { getExecution } from "../../shared/store/executions.ts";
import { inParallel, report } from "./long-form.ts";

export const LANES = 6;
type Outcome = number | string;

/** Runs the rounds, and answers how often each pair of outcomes came. */
export async function rounds(name: string, count: number, round: (n: number) => Promise<readonly Outcome[]>) {
  const seen = new Map<string, number>();
  await inParallel(count, LANES, async (n) => {
    const outcomes = (await round(n)).join(" ∥ ");
    seen.set(outcomes, (seen.get(outcomes) ?? 0) + 1);
  });
  report(name, { rounds: count, outcomes: Object.fromEntries(seen) });
  return seen;
}

/** The two at once: now the one leads, now the other, by nothing or by up to `most` reads of the table. */
export async function atOnce<A, B>(
  n: number,
  one: () => Promise<A>,
  other: () => Promise<B>,
  most = 3,
): Promise<[A, B]> {
  const behind = Math.floor(n / 2) % (most + 1);
  if (n % 2 === 0) return Promise.all([one(), after(behind, other)]);
  const second = other();
  return Promise.all([after(behind, one), second]);
}

async function after<T>(reads: number, act: () => Promise<T>): Promise<T> {
  for (; reads > 0; reads--) await readSomething();
  return act();
}

/** As long as a read of the table takes. */
export const readSomething = () => getExecution("execution_00000000000000000000000000");
