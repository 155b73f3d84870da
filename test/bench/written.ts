// How figures are written: a table for each part, in its own block of docs/benchmarks.md, all documents at the end.
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { dirname, join } from "node:path";
import { ROOT, readDocument } from "../../infra/docs/documents.ts";
import { table, withBlocks } from "../../infra/docs/markdown.ts";
import { type Figure, medianOf, type Outcome, round } from "./figures.ts";
import { goalOf } from "./goals.ts";
import type { PartName } from "./parts.ts";

const DOCUMENT = "docs/benchmarks.md";
/** A minute's load per core above which other work takes part in what is measured. */
const BUSY = 0.25;

/** The machine as a part finds it. */
export function readMachine(now = new Date()): string {
  const [{ model = "unknown" } = {}] = cpus();
  const [load = 0] = loadavg();
  const others = load / cpus().length > BUSY ? `; busy with other work, load ${load.toFixed(1)}` : "";
  return `${now.toISOString().slice(0, 10)}, ${cpus().length} × ${model}, Node ${process.versions.node}, ${process.platform}${others}.`;
}

/** Median, and where there are several rounds, the least and the greatest. */
export function tableOf(figures: readonly Figure[]): string {
  const withGoals = figures.some(({ name }) => goalOf(name));
  const head = ["what", "median", "least – greatest", "rounds", "unit"];
  const rows = figures.map(({ name, unit, values }) => {
    const { before = "", goal = "" } = goalOf(name) ?? {};
    const [least, greatest] = [round(Math.min(...values)), round(Math.max(...values))];
    const spread = values.length > 1 ? `${least} – ${greatest}` : "";
    const cells = [name, round(medianOf(values)), spread, values.length, unit];
    return withGoals ? [...cells, before, goal] : cells;
  });
  return table(withGoals ? [...head, "before", "goal"] : head, rows);
}

type Done = Outcome & { part: PartName; machine: string };

const blocksOf = ({ part, machine, figures, blocks }: Done) => [
  ...(figures.length > 0
    ? [{ file: DOCUMENT, name: part, content: `${machine}\n\n${tableOf(figures)}` }]
    : []),
  ...blocks,
];

/** Throws before anything is measured if a part's block is missing. */
export function requireBlocks(parts: readonly PartName[]): void {
  withBlocks(readDocument(DOCUMENT), Object.fromEntries(parts.map((part) => [part, ""])));
}

export async function writeOutcomes(done: readonly Done[]): Promise<void> {
  // A second of loading that a list of the parts does without.
  const { chartsOf } = await import("./charts.ts");
  const charts = done.flatMap(({ part, figures }) => chartsOf(part, figures));
  writeDocuments(done.flatMap(blocksOf), charts);
}

/** Each document is replaced as a whole, once. `charts`: files of their own. */
export function writeDocuments(
  blocks: Outcome["blocks"],
  charts: readonly { file: string; content: string }[],
): void {
  for (const { file, content } of charts) replaceFile(file, content);
  for (const file of new Set(blocks.map((block) => block.file))) {
    const own = blocks.filter((block) => block.file === file).map(({ name, content }) => [name, content]);
    replaceFile(file, withBlocks(readDocument(file), Object.fromEntries(own)));
  }
}

function replaceFile(file: string, text: string): void {
  const path = join(ROOT, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}
