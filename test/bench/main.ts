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

const rows: (string | number)[][] = [];
for (const file of readdirSync(import.meta.dirname).sort()) {
  if (!file.endsWith(".ts") || file === "main.ts") continue;
  for (const [name, bench] of Object.entries<unknown>(await import(join(import.meta.dirname, file)))) {
    if (!name.startsWith("bench") || typeof bench !== "function") continue;
    process.stderr.write(`${name} …\n`);
    for (const figure of Figures.parse(await bench())) {
      rows.push([figure.name, figure.value, figure.unit, code(`test/bench/${file}`)]);
    }
  }
}
const [{ model = "unknown" } = {}] = cpus();
const where = `Measured on ${cpus().length} × ${model}, Node ${process.versions.node}, ${process.platform}.`;
const figures = `${where}\n\n${table(["what", "figure", "unit", "measured by"], rows)}`;
writeFileSync(join(ROOT, "docs/benchmarks.md"), withBlocks(readDocument("docs/benchmarks.md"), { figures }));
process.stdout.write(`${figures}\n`);
process.exit(0);
