// `npm run bench`: runs every benchmark of this folder and writes docs/benchmarks.md's table.
import { readdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import { ROOT, readDocument } from "../../infra/docs/documents.ts";
import { code, table, withBlocks } from "../../infra/docs/markdown.ts";

// Before any module makes its logger: the figures are what is to be read.
process.env["POWERTOOLS_LOG_LEVEL"] = "SILENT";

const Figures = z.array(z.object({ name: z.string(), unit: z.string(), value: z.number() }));
type Row = (string | number)[];

/** A benchmark that fails does not keep the others from being measured; its row says so, and so does the exit code. */
async function rowsOf(file: string, name: string, bench: () => unknown): Promise<Row[]> {
  process.stderr.write(`${name} …\n`);
  try {
    const figures = Figures.parse(await bench());
    return figures.map(({ name, value, unit }) => [
      name,
      Number(value.toPrecision(4)),
      unit,
      code(`test/bench/${file}`),
    ]);
  } catch (error) {
    process.stderr.write(`${name}: ${error instanceof Error ? error.stack : error}\n`);
    process.exitCode = 1;
    return [[`${name}: could not be measured`, "–", "", code(`test/bench/${file}`)]];
  }
}

const environment = { ...process.env };
const rows: Row[] = [];
for (const file of readdirSync(import.meta.dirname).sort()) {
  if (!file.endsWith(".ts") || file === "main.ts") continue;
  const module: Record<string, unknown> = await import(join(import.meta.dirname, file));
  for (const [name, bench] of Object.entries(module)) {
    if (!name.startsWith("bench") || typeof bench !== "function") continue;
    rows.push(...(await rowsOf(file, name, () => bench())));
    // One benchmark's settings are not the next one's.
    process.env = { ...environment };
  }
}
const [{ model = "unknown" } = {}] = cpus();
const where = `Measured on ${cpus().length} × ${model}, Node ${process.versions.node}, ${process.platform}.`;
const figures = `${where}\n\n${table(["what", "figure", "unit", "measured by"], rows)}`;
writeFileSync(join(ROOT, "docs/benchmarks.md"), withBlocks(readDocument("docs/benchmarks.md"), { figures }));
process.stdout.write(`${figures}\n`);
process.exit();
