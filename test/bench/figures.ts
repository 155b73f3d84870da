// What a benchmark measures: values of several rounds, shown as their median and their spread.
import * as z from "zod";

const Figure = z.object({ name: z.string(), unit: z.string(), values: z.array(z.number()).min(1) });
/** `values`: one for each round, all in the same unit. */
export type Figure = z.output<typeof Figure>;

/** A generated block of a document; `file` is relative to the project's root. */
const Block = z.object({ file: z.string(), name: z.string(), content: z.string() });

/** What a part of `npm run bench` measured, and what it writes besides its own table. */
export const Outcome = z.object({ figures: z.array(Figure), blocks: z.array(Block).default([]) });
export type Outcome = z.output<typeof Outcome>;

/** Rounds whose spread a figure shows. */
export const ROUNDS = 5;

export const figure = (name: string, unit: string, ...values: number[]): Figure => ({ name, unit, values });

/** Milliseconds of each of `runs` runs of `work`, one after the other. */
export async function timesOf(runs: number, work: () => unknown): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < runs; i++) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  return times;
}

/** The median of each fifth of the times, and one 99th percentile of all: a fifth has too few for that. */
export function quantiles(name: string, times: readonly number[]): Figure[] {
  const size = Math.ceil(times.length / ROUNDS);
  const rounds = Array.from({ length: ROUNDS }, (_, n) => times.slice(n * size, (n + 1) * size));
  const medians = rounds.filter(({ length }) => length > 0).map(medianOf);
  return [figure(`${name}, p50`, "ms", ...medians), figure(`${name}, p99`, "ms", quantile(times, 0.99))];
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN;
}

export const medianOf = (values: readonly number[]) => quantile(values, 0.5);

/** The results of `work`, called once for each round, one after the other. */
export async function inRounds<T>(work: (round: number) => Promise<T>, rounds = ROUNDS): Promise<T[]> {
  const results: T[] = [];
  for (let round = 0; round < rounds; round++) results.push(await work(round));
  return results;
}

/** Four digits say more than a benchmark knows. */
export const round = (value: number) => Number(value.toPrecision(4));
