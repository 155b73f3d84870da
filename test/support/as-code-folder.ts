// A folder of runbooks and automations in files, and what the commands do with it.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { RunbooksClient } from "../../clients/api-client/client.ts";
import { type Applied, applyPlan } from "../../clients/cli/as-code/apply.ts";
import { type File, toFiles } from "../../clients/cli/as-code/files.ts";
import { type PlanOptions, prepare } from "../../clients/cli/as-code/prepare.ts";
import { listStored, readRunbooks } from "../../clients/cli/as-code/service.ts";

export type Folder = Disposable & {
  path: string;
  write: (files: readonly File[]) => void;
  /** Path below the folder → text, of YAML files. */
  read: () => Record<string, string>;
};

export function makeFolder(files: readonly File[] = []): Folder {
  const path = mkdtempSync(join(tmpdir(), "as-code-"));
  const write = (more: readonly File[]) => {
    for (const file of more) {
      mkdirSync(dirname(join(path, file.path)), { recursive: true });
      writeFileSync(join(path, file.path), file.text);
    }
  };
  const read = () => {
    const all = readdirSync(path, { recursive: true, encoding: "utf8" }).filter((file) =>
      file.endsWith(".yaml"),
    );
    return Object.fromEntries(all.sort().map((file) => [file, readFileSync(join(path, file), "utf8")]));
  };
  write(files);
  return { path, write, read, [Symbol.dispose]: () => rmSync(path, { recursive: true }) };
}

export async function exportFiles(client: RunbooksClient): Promise<File[]> {
  const stored = await listStored(client);
  const runbooks = await readRunbooks(
    client,
    stored.filter(({ kind }) => kind === "runbook"),
  );
  return toFiles([...runbooks, ...stored.filter(({ kind }) => kind !== "runbook")]);
}

export async function applyFolder(
  client: RunbooksClient,
  { path }: Folder,
  options: Partial<PlanOptions> = {},
): Promise<Applied> {
  const plan = await prepare(client, path, { prune: false, ...options });
  return applyPlan(client, plan, () => undefined);
}
