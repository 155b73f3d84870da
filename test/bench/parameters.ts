// What checking and applying parameters costs, and how far it agrees with a full JSON Schema validator.
import { join } from "node:path";
import { build } from "esbuild";
import * as fc from "fast-check";
import { applyParameters } from "../../shared/parameters/apply.ts";
import { checkParameterSchema } from "../../shared/parameters/check.ts";
import { loadPatternEngine } from "../../shared/parameters/pattern-engine.ts";
import { EVIL_PATTERNS } from "../support/evil-patterns.ts";
import { ajvVerdicts, parametersArbitrary } from "../support/parameter-oracle.ts";
import { type Figure, figure, inRounds } from "./figures.ts";

const ROOT = join(import.meta.dirname, "../..");
const ORACLE_SCHEMAS = 10_000;
const SEED = 20260131;

export async function benchParameters(): Promise<Figure[]> {
  await loadPatternEngine({ properties: { p: { type: "string", pattern: "a" } } });
  const agreement = agreementWithAjv();
  const evil = evilMilliseconds();
  return [
    figure("parameter objects compared with Ajv", "objects", agreement.compared),
    figure("… on which the two disagree", "objects", agreement.disagreements),
    figure("saving and applying an evil pattern, 8,000 characters, p99", "ms", evil.p99),
    figure("… the slowest", "ms", evil.max),
    figure("applying 10 parameters", "µs", ...(await inRounds(async () => ordinaryMicroseconds()))),
    figure("bundle: parameters with RE2JS", "KB", await bundleKilobytes("")),
    figure(
      "bundle: the same with Ajv beside it",
      "KB",
      await bundleKilobytes('export { Ajv2020 } from "ajv/dist/2020.js";'),
    ),
  ];
}

function agreementWithAjv(): { compared: number; disagreements: number } {
  let compared = 0;
  let disagreements = 0;
  for (const drawn of fc.sample(parametersArbitrary, { numRuns: ORACLE_SCHEMAS, seed: SEED })) {
    ajvVerdicts(drawn).forEach((oracle, i) => {
      const applied = applyParameters(drawn.schema, drawn.given[i]);
      const same = applied.ok
        ? JSON.stringify(sorted(applied.parameters)) === JSON.stringify(sorted(oracle.filled))
        : true;
      compared++;
      if (applied.ok !== oracle.accepted || !same) disagreements++;
    });
  }
  return { compared, disagreements };
}

function sorted(object: object): Array<[string, unknown]> {
  return Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1));
}

function evilMilliseconds(): { p99: number; max: number } {
  const times = EVIL_PATTERNS.flatMap(({ pattern, text }) => {
    const schema = { type: "object", properties: { p: { type: "string", pattern } } };
    const given = { p: `${text.repeat(8000 / text.length)}\u0000` };
    return Array.from({ length: 20 }, () => {
      const start = performance.now();
      if (checkParameterSchema(schema).length === 0) applyParameters(schema, given);
      return performance.now() - start;
    });
  }).sort((a, b) => a - b);
  return { p99: times[Math.floor(times.length * 0.99)] ?? 0, max: times.at(-1) ?? 0 };
}

function ordinaryMicroseconds(): number {
  const names = Array.from({ length: 10 }, (_, i) => `p${i}`);
  const properties = Object.fromEntries(
    names.map((name) => [name, { type: "string", pattern: "^[a-z0-9-]{1,40}$", maxLength: 40 }]),
  );
  const schema = { type: "object", properties, required: names };
  const given = Object.fromEntries(names.map((name) => [name, "payments-api-7"]));
  const rounds = 500;
  const start = performance.now();
  for (let i = 0; i < rounds; i++) applyParameters(schema, given);
  return ((performance.now() - start) * 1000) / rounds;
}

async function bundleKilobytes(beside: string): Promise<number> {
  const contents = `export { applyParameters } from "./apply.ts"; export { checkParameterSchema } from "./check.ts"; export { loadPatternEngine } from "./pattern-engine.ts"; ${beside}`;
  const bundle = await build({
    stdin: { contents, resolveDir: join(ROOT, "shared/parameters"), loader: "ts" },
    bundle: true,
    minify: true,
    platform: "node",
    format: "esm",
    write: false,
  });
  return Math.round((bundle.outputFiles[0]?.contents.length ?? 0) / 100) / 10;
}
