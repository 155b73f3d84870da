// The project's own files, by kind.
import { readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { ROOT } from "../../infra/docs/documents.ts";

export function markdownFiles(): string[] {
  const top = readdirSync(ROOT).filter((name) => name.endsWith(".md"));
  return [...top, ...filesIn("docs", ".md")];
}

export const codeFiles = (...folders: string[]) => folders.flatMap((folder) => filesIn(folder, ".ts"));

function filesIn(folder: string, ending: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)));
}
