// How large the functions are, and what each package adds to them; writes the table of docs/architecture.md.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build, type Metafile } from "esbuild";
import * as z from "zod";
import { bundleSettings } from "../../infra/aws/bundle/bundle.ts";
import { ENTRIES } from "../../infra/aws/bundle/entries.ts";
import { ROOT } from "../../infra/docs/documents.ts";
import { code, table } from "../../infra/docs/markdown.ts";
import { figure, type Outcome } from "./figures.ts";

const FUNCTIONS = ["api-read", "api-run", "deliver-webhook", "on-incident"];

/** Why each package is there. One that no function carries is named in the text below the table. */
const WHY: Record<string, string> = {
  "@aws-sdk and @smithy": "the clients of DynamoDB, Step Functions, KMS, Secrets Manager, EventBridge, SQS",
  "@aws-lambda-powertools":
    "structured logs and metrics as middy middlewares, and the answer to a batch of messages",
  "@middy/core": "the middleware engine of every handler",
  "fastest-levenshtein": "finds the known name that a mistyped one was meant to be",
  "@handlebars/parser": "Handlebars' parser, without its compiler and its runtime",
  "ipaddr.js": "knows the ranges of addresses that may not be called, and reads the blocks of event patterns",
  "quick-lru": "keeps what is compiled or never changes, bounded, for the next request",
  re2js: "regular expressions in linear time",
  "typeid-js": "ids that name their kind and sort by time",
  zod: "the one schema language, at every border",
};

type Bundle = { name: string; bytes: number; gzip: number; packages: Map<string, number> };

async function bundle(name: string): Promise<Bundle> {
  const entry = ENTRIES.find((each) => each.name === name);
  if (!entry) throw new Error(`There is no function ${name}`);
  const settings = bundleSettings(entry, ROOT, "unwritten");
  const { metafile, outputFiles } = await build({ ...settings, metafile: true, write: false });
  const sum = (sizeOf: (contents: Uint8Array) => number) =>
    outputFiles.reduce((total, { contents }) => total + sizeOf(contents), 0);
  return {
    name,
    bytes: sum(({ length }) => length),
    gzip: sum((contents) => gzipSync(contents).length),
    packages: bytesByPackage(metafile),
  };
}

function bytesByPackage(metafile: Metafile): Map<string, number> {
  const bytes = new Map<string, number>();
  for (const output of Object.values(metafile.outputs)) {
    for (const [path, { bytesInOutput }] of Object.entries(output.inputs)) {
      const name = packageOf(path);
      bytes.set(name, (bytes.get(name) ?? 0) + bytesInOutput);
    }
  }
  return bytes;
}

function packageOf(path: string): string {
  const name = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? "our own code";
  if (/^@(aws-sdk|smithy|aws-crypto|aws)\//.test(name)) return "@aws-sdk and @smithy";
  return name.startsWith("@aws-lambda-powertools/") ? "@aws-lambda-powertools" : name;
}

const kilobytes = (bytes: number) => Math.round(bytes / 1000);

const Manifest = z.object({ dependencies: z.record(z.string(), z.string()) });

function dependencyTable(bundles: readonly Bundle[]): string {
  const { dependencies } = Manifest.parse(JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")));
  const names = [...Object.keys(WHY), "our own code"];
  const known = new Set(names);
  const sizes = (name: string) => bundles.map(({ packages }) => kilobytes(packages.get(name) ?? 0));
  const rest = bundles.map(({ packages }) =>
    kilobytes([...packages].reduce((sum, [name, bytes]) => (known.has(name) ? sum : sum + bytes), 0)),
  );
  const rows = names.map((name) => [name, versionOf(name, dependencies), WHY[name] ?? "", ...sizes(name)]);
  return table(
    ["package", "version", "why", ...bundles.map(({ name }) => code(name))],
    [
      ...rows,
      ["what these need", "", "", ...rest],
      ["all", "", "", ...bundles.map(({ bytes }) => kilobytes(bytes))],
      ["all, gzip", "", "", ...bundles.map(({ gzip }) => kilobytes(gzip))],
    ],
  );
}

function versionOf(name: string, dependencies: Record<string, string>): string {
  const prefix = name.split(" ")[0] ?? name;
  const found = Object.entries(dependencies).filter(([key]) => key === name || key.startsWith(`${prefix}/`));
  return [...new Set(found.map(([, version]) => version))].join(", ");
}

export async function benchBundles(): Promise<Outcome> {
  const bundles = await Promise.all(FUNCTIONS.map(bundle));
  const figures = bundles.map(({ name, bytes }) =>
    figure(`bundle of ${name}, minified`, "KB", kilobytes(bytes)),
  );
  const content = dependencyTable(bundles);
  return { figures, blocks: [{ file: "docs/architecture.md", name: "dependencies", content }] };
}
