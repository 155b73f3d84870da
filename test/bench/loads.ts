// What it costs to load a function, beside a handler that does nothing with the same clients of AWS: CPU time and bytes.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build, type Metafile } from "esbuild";
import { bundleSettings } from "../../infra/aws/bundle/bundle.ts";
import { ENTRIES, type Entry } from "../../infra/aws/bundle/entries.ts";
import { ROOT } from "../../infra/docs/documents.ts";
import { type Figure, figure } from "./figures.ts";

/** The routes of each class that are called one after the other: a responder's, at night. */
const NIGHT: Readonly<Record<string, readonly string[]>> = {
  "api-read": ["list-incident-runbooks", "get-runbook", "preview-runbook", "get-execution"],
  "api-run": ["start-execution", "rerun-execution"],
  "api-manage": ["create-runbook", "update-runbook"],
  "api-approve": ["approve-runbook", "deprecate-runbook"],
  "api-public": ["callback-execution"],
};

/** Each load is measured this often, in turns, in a process of its own. */
const RUNS = 5;

type Source = { name: string; code: string };
type Built = { directory: string; outputs: Metafile["outputs"] };

async function buildInto(directory: string, source: Source, splitting = true): Promise<Built> {
  const settings = { ...bundleSettings(source, ROOT, directory), metafile: true } as const;
  // As is usual: one file, with all that the SDK might import.
  const { metafile } = await build(splitting ? settings : { ...settings, splitting, plugins: [] });
  return { directory, outputs: metafile.outputs };
}

/** The output that a file of ours is the beginning of. */
function outputOf({ outputs }: Built, route: string): string {
  const found = Object.entries(outputs).find(
    ([, { entryPoint }]) => entryPoint === `functions/api/${route}.ts`,
  );
  if (!found) throw new Error(`No chunk of ${route}`);
  return found[0];
}

const indexOf = ({ outputs }: Built) =>
  Object.keys(outputs).find((path) => path.endsWith("/index.mjs")) ?? "";

/** Outputs that are loaded with these, because they import them statically. */
function closureOf({ outputs }: Built, from: readonly string[]): string[] {
  const found = new Set(from);
  for (const path of found) {
    const imports = outputs[path]?.imports ?? [];
    for (const { kind, path: next } of imports)
      if (kind === "import-statement" && next in outputs) found.add(next);
  }
  return [...found];
}

const bytesOf = (built: Built, paths: readonly string[]) =>
  paths.reduce((sum, path) => sum + (built.outputs[path]?.bytes ?? 0), 0);

/** A handler that does nothing, with what the given files import of the SDK; built as one file, as is usual. */
async function bareCode(source: Source, routes: readonly string[]): Promise<string> {
  const settings = { ...bundleSettings(source, ROOT, "unwritten"), minify: false, write: false } as const;
  const { metafile, outputFiles } = await build({ ...settings, packages: "external", metafile: true });
  const built = { directory: "unwritten", outputs: metafile.outputs };
  const paths = closureOf(built, [indexOf(built), ...routes.map((route) => outputOf(built, route))]);
  const text = outputFiles.filter(({ path }) => paths.some((each) => path.endsWith(each))).map((f) => f.text);
  const imports = text.join("\n").matchAll(/^import \{([^}]*)\} from "(@aws-sdk\/[^"]+)";$/gm);
  const names = new Map<string, Set<string>>();
  for (const [, list = "", sdk = ""] of imports) {
    const known = names.get(sdk) ?? new Set();
    for (const name of list.split(",")) known.add(name.trim().replace(/ as .*$/, ""));
    names.set(sdk, known);
  }
  const lines = [...names].map(([sdk, all]) => `import { ${[...all].join(", ")} } from "${sdk}";`);
  const used = [...names.values()].flatMap((all) => [...all]);
  return `${lines.join("\n")}\nexport const sdk = [${used.join(", ")}];\nexport const handler = async () => ({});`;
}

/** Milliseconds of CPU time for each of the files, loaded one after the other in a new process. */
function cpuOf(paths: readonly string[]): number[] {
  const program = `
    const times = [];
    for (const path of ${JSON.stringify(paths.map((path) => join(ROOT, path)))}) {
      const before = process.cpuUsage();
      await import(path);
      const { user, system } = process.cpuUsage(before);
      times.push((user + system) / 1000);
    }
    console.log(JSON.stringify(times));`;
  const printed = execFileSync(process.execPath, ["--input-type=module", "-e", program], {
    encoding: "utf8",
  });
  return JSON.parse(printed) as number[];
}

/** What a function answers first, and then: none of the API's, one of a workflow's or an event's. */
const routesOf = (name: string) => NIGHT[name] ?? [];

async function measure(directory: string, entry: Entry): Promise<Figure[]> {
  const { name } = entry;
  const routes = routesOf(name);
  const built = await buildInto(join(directory, name), entry);
  const bareSource = { name, code: await bareCode(entry, routes.slice(0, 1)) };
  const bare = await buildInto(join(directory, `${name}-bare`), bareSource, false);
  const files = [indexOf(built), ...routes.map((route) => outputOf(built, route))];
  const runs = Array.from({ length: RUNS }, () => ({ ours: cpuOf(files), bare: cpuOf([indexOf(bare)]) }));
  const bytes = bytesOf(built, closureOf(built, files.slice(0, 2)));
  const bareBytes = bytesOf(bare, closureOf(bare, [indexOf(bare)]));
  // Of each pair by itself: the two ran one after the other, on the same machine.
  const ratios = (of: (times: readonly number[]) => number) =>
    runs.map(({ ours, bare: [time = Number.NaN] }) => of(ours) / time);
  const first = ([index = 0, route = 0]: readonly number[]) => index + route;
  const subject = routes[0] === undefined ? name : `${name}, first ${routes[0]}`;
  return [
    figure(`CPU to load ${subject}`, "÷ bare", ...ratios(first)),
    ...routes
      .slice(1)
      .map((route, at) =>
        figure(`CPU to load ${name}, then ${route}`, "÷ bare", ...ratios((times) => times[at + 2] ?? 0)),
      ),
    figure(`bytes to load ${subject}`, "÷ bare", bytes / bareBytes),
  ];
}

export async function benchLoads(): Promise<Figure[]> {
  const directory = mkdtempSync(join(tmpdir(), "loads-"));
  try {
    const figures: Figure[] = [];
    // The trigger of the user pool uses no client of AWS: nothing is bare enough to be compared with it.
    for (const entry of ENTRIES.filter(({ kind }) => kind !== "identity"))
      figures.push(...(await measure(directory, entry)));
    return figures;
  } finally {
    rmSync(directory, { recursive: true });
  }
}
