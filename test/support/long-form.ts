// How much a test of faults does: little in `npm test`, the figures of docs/reliability.md in `npm run test:faults`.
import { randomInt } from "node:crypto";

export const LONG = process.env["FORM"] === "long";

/** So many in the short form, so many in the long one. */
export const times = (short: number, long: number): number => (LONG ? long : short);

/** Every random choice follows from it; `SEED=…` repeats a run. */
export const SEED = Number(process.env["SEED"] ?? randomInt(2 ** 31));

/** Random numbers in [0, 1), the same for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What docs/reliability.md reports, in one line; shown in the long form. */
export function report(what: string, figures: Record<string, unknown>): void {
  if (LONG) process.stdout.write(`${what}: ${JSON.stringify({ ...figures, seed: SEED })}\n`);
}

/** `work` for 0 … count−1, so many at a time. */
export async function inParallel<T>(
  count: number,
  atOnce: number,
  work: (n: number) => Promise<T>,
): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  const lane = async () => {
    for (let n = next++; n < count; n = next++) results[n] = await work(n);
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return results;
}

/** For tests whose length depends on the form. A busy machine takes three times as long. */
export const LIMIT_MS = LONG ? 3_600_000 : 180_000;
