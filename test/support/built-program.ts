// The command line as one program: what `npm run build:cli` makes, in a folder of the caller's.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import * as z from "zod";
import { ROOT } from "../../infra/docs/documents.ts";

const Scripts = z.object({ scripts: z.object({ "build:cli": z.string() }) });

/** Builds into `folder`, which is emptied. Returns the program's path; `runbooks.json` beside it is esbuild's metafile. */
export function buildProgram(folder: string): string {
  const { scripts } = Scripts.parse(JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")));
  const script = scripts["build:cli"].replaceAll(/\bdist\b/g, folder);
  const PATH = [join(ROOT, "node_modules/.bin"), dirname(process.execPath), process.env["PATH"]].join(
    delimiter,
  );
  execFileSync("sh", ["-c", script], { cwd: ROOT, env: { ...process.env, PATH } });
  return join(folder, "runbooks.mjs");
}
