// What a benchmark answers, and how times become figures.
export type Figure = { name: string; unit: string; value: number };

/** The times of `runs` runs of `work`, one after the other, in milliseconds. */
export async function timesOf(runs: number, work: () => unknown): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < runs; i++) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  return times;
}

export function quantiles(name: string, times: readonly number[]): Figure[] {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => round(sorted[Math.floor((sorted.length - 1) * share)] ?? 0);
  return [
    { name: `${name}, p50`, unit: "ms", value: at(0.5) },
    { name: `${name}, p99`, unit: "ms", value: at(0.99) },
  ];
}

export const round = (value: number) => Math.round(value * 100) / 100;
