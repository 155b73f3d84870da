// The folder of files: which there are, and what each holds.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../session/failures.ts";
import { ALL_KINDS, KINDS, type Kind, SCHEMA_FOLDER } from "./kinds.ts";
import { type Problem, readSource, type Source } from "./source.ts";

const MAX_FILE_BYTES = 1024 * 1024;

export type KindSource = Source & { kind: Kind };
export type Read = { sources: KindSource[]; problems: Problem[] };

/** Reads all files of the kinds' folders. Names of files are below the folder. @throws UsageError if it has none of them */
export function readFolder(folder: string): Read {
  const found = ALL_KINDS.map((kind) => ({ kind, files: listFiles(folder, KINDS[kind].folder) }));
  // An export of nothing has the schemas alone.
  if (found.every(({ files }) => files === null) && !existsSync(join(folder, SCHEMA_FOLDER)))
    throw new UsageError(
      `${folder} has no folder ${ALL_KINDS.map((kind) => KINDS[kind].folder).join(" or ")}. \`runbooks export\` makes them.`,
    );
  const sources: KindSource[] = [];
  const problems: Problem[] = [];
  for (const { kind, files } of found) {
    for (const file of files ?? []) {
      const read = readFile(folder, file);
      if (Array.isArray(read)) problems.push(...read);
      else sources.push({ ...read, kind });
    }
  }
  return { sources, problems };
}

/** Returns the YAML files, also those in folders of theirs, sorted; null: there is no such folder. */
export function listFiles(folder: string, below: string): string[] | null {
  try {
    const all = readdirSync(join(folder, below), { recursive: true, encoding: "utf8" });
    const files = all.filter((file) => /\.ya?ml$/i.test(file));
    return files.map((file) => `${below}/${file.replaceAll("\\", "/")}`).sort();
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null;
    throw new UsageError(`${join(folder, below)} cannot be read (${codeOf(error)}).`);
  }
}

function readFile(folder: string, file: string): Source | Problem[] {
  const wrong = (message: string) => [{ file, line: 1, column: 1, message }];
  try {
    const bytes = readFileSync(join(folder, file));
    if (bytes.byteLength > MAX_FILE_BYTES) return wrong("The file is larger than 1 MiB.");
    return readSource(file, new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    const code = codeOf(error);
    return wrong(code.startsWith("ERR_ENCODING") ? "The file is not UTF-8." : `It cannot be read (${code}).`);
  }
}

export const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error ? String(error.code) : String(error);
