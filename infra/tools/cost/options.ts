// The options of npm run cost: a month's workload, with what is said of an option that is none.

import type { Workload } from "./month.ts";
import { PRICE_LIST } from "./prices.ts";

type Option = { initial: number; from: number; to: number; about: string };
const MOST = 1e12;

const OPTIONS: Record<keyof Workload, Option> = {
  runs: { initial: 0, from: 0, to: MOST, about: "runs that callers start in a month" },
  reads: { initial: 0, from: 0, to: MOST, about: "reads through the API: runbooks, runs, and lists of them" },
  failed: { initial: 0, from: 0, to: 1, about: "the share of runs that fail" },
  incidents: { initial: 0, from: 0, to: MOST, about: "incidents, each of which starts one more run" },
  attempts: { initial: 1, from: 1, to: 20, about: "attempts that a run needs, on average" },
};
const NAMES = Object.keys(OPTIONS) as (keyof Workload)[];
const KNOWN = [...NAMES, "region"].map((name) => `--${name}`).join(", ");

/** The workload, or one line on what is wrong. */
type Read = { workload: Workload; problem: null } | { workload: null; problem: string };

export function readOptions(args: readonly string[]): Read {
  const workload = workloadOf((name) => OPTIONS[name].initial);
  for (let at = 0; at < args.length; at += 2) {
    const [word = "", value] = args.slice(at, at + 2);
    const earlier = args.slice(0, at).filter((_, place) => place % 2 === 0);
    const problem = earlier.includes(word)
      ? `${word} is given twice: give it once, with its value.`
      : take(word, value, workload);
    if (problem !== null) return { workload: null, problem };
  }
  return { workload, problem: null };
}

const workloadOf = (of: (name: keyof Workload) => number): Workload => ({
  runs: of("runs"),
  reads: of("reads"),
  failed: of("failed"),
  incidents: of("incidents"),
  attempts: of("attempts"),
});

function take(word: string, value: string | undefined, workload: Workload): string | null {
  const name = NAMES.find((each) => `--${each}` === word);
  if (name === undefined && word !== "--region") {
    return `"${word}" is not an option: give ${KNOWN}, each followed by its value.`;
  }
  if (value === undefined || value.startsWith("--")) return `${word} needs a value: ${wants(name)}.`;
  if (name === undefined) {
    return value === PRICE_LIST.region ? null : `--region ${value} has no price list here: ${wants(name)}.`;
  }
  const { from, to } = OPTIONS[name];
  const number = /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : Number.NaN;
  if (!(number >= from && number <= to)) return `${word} ${value} cannot be used: it must be ${wants(name)}.`;
  workload[name] = number;
  return null;
}

function wants(name: keyof Workload | undefined): string {
  if (name === undefined) return PRICE_LIST.region;
  const { from, to, about } = OPTIONS[name];
  return `a number ${to === MOST ? `of ${from} or more` : `from ${from} to ${to}`}, ${about}`;
}
