// `npm run bench:scale -- --items 1000000`: the same operations over ever larger tables; writes docs/benchmarks.md.
import { table } from "../../../infra/docs/markdown.ts";
import { messageOf } from "../../../infra/local/platform/errors.ts";
import { requireJava } from "../../../infra/local/platform/java.ts";
import { findFreePort } from "../../../infra/local/platform/ports.ts";
import { chartFile, lineChart } from "../charts.ts";
import { MEASURING } from "../data-model.ts";
import { round } from "../figures.ts";
import { readMachine, writeDocuments } from "../written.ts";
import { TABLE } from "./first-items.ts";
import type { Measured } from "./operations.ts";
import { readScaleOptions } from "./options.ts";
import { requireWorld, withDynamoDb } from "./world.ts";

const BENCHMARKS = "docs/benchmarks.md";

async function measureAll(sizes: readonly number[]): Promise<Map<number, Measured[]>> {
  const port = await findFreePort();
  Object.assign(process.env, MEASURING, {
    AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${port}`,
    // Between two sizes the database starts again.
    AWS_MAX_ATTEMPTS: "5",
    TABLE_NAME: TABLE,
  });
  const { measureAt } = await import("./operations.ts");
  const measured = new Map<number, Measured[]>();
  for (const size of sizes) {
    process.stderr.write(`${size.toLocaleString("en")} runbooks and executions …\n`);
    const folder = await requireWorld(size, port);
    measured.set(size, await withDynamoDb(folder, port, () => measureAt(size)));
  }
  return measured;
}

const nameOf = (size: number) => size.toLocaleString("en");

/** Calls and units are said once where they are the same at every size. */
function tableOfScale(measured: ReadonlyMap<number, readonly Measured[]>): string {
  const sizes = [...measured.keys()];
  const names = measured.get(sizes[0] ?? 0)?.map(({ name }) => name) ?? [];
  const rows = names.map((name) => {
    const each = sizes.flatMap((size) => measured.get(size)?.find((one) => one.name === name) ?? []);
    const counts = (of: (one: Measured) => number) => [...new Set(each.map(of))].join(" → ");
    const units = [counts(({ calls }) => calls), counts(({ read }) => read), counts(({ write }) => write)];
    return [name, ...units, ...each.map(({ ms }) => round(ms))];
  });
  return table(
    ["operation", "calls", "read units", "write units", ...sizes.map((n) => `ms at ${nameOf(n)}`)],
    rows,
  );
}

function chartOfScale(measured: ReadonlyMap<number, readonly Measured[]>): string {
  const [first = []] = measured.values();
  const lines = first.map(({ name }) => ({
    name,
    points: [...measured].flatMap(([size, all]) =>
      all.flatMap((one) => (one.name === name ? [[size, round(one.ms)] as const] : [])),
    ),
  }));
  return lineChart("Milliseconds by the number of runbooks and of executions", "ms", lines);
}

try {
  const options = readScaleOptions(process.argv.slice(2));
  if (options.problem !== null) throw new Error(options.problem);
  await requireJava();
  const machine = readMachine();
  const measured = await measureAll(options.sizes);
  const scale = `${machine}\n\n${tableOfScale(measured)}`;
  const charts = [{ file: chartFile("scale"), content: chartOfScale(measured) }];
  writeDocuments([{ file: BENCHMARKS, name: "scale", content: scale }], charts);
  process.stdout.write(`${scale}\n`);
  process.exit();
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exit(1);
}
