// `runbooks export`: writes runbooks and automations to files.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { buildCommand } from "@stricli/core";
import type { RunbooksClient } from "../../api-client/client.ts";
import { FOLDER_ARGUMENT, TEAM_FLAG } from "../as-code/arguments.ts";
import { toFiles } from "../as-code/files.ts";
import { codeOf, listFiles } from "../as-code/folder.ts";
import { ALL_KINDS, KINDS } from "../as-code/kinds.ts";
import { listStored, readRunbooks, type Stored } from "../as-code/service.ts";
import { type Cli, GLOBAL_FLAGS, type GlobalFlags } from "../session/context.ts";
import { UsageError } from "../session/failures.ts";
import { clean } from "../terminal/text.ts";

type Flags = GlobalFlags & { team?: string; force: boolean };

export const command = (brief: string) =>
  buildCommand<Flags, [string], Cli>({
    docs: { brief },
    parameters: {
      flags: {
        ...GLOBAL_FLAGS,
        team: TEAM_FLAG,
        force: {
          kind: "boolean",
          brief: "Write over files that are there",
          default: false,
          withNegated: false,
        },
      },
      positional: FOLDER_ARGUMENT,
    },
    async func({ team, force, ...flags }, folder) {
      const { client, print } = this.open(flags);
      const there = ALL_KINDS.flatMap((kind) => listFiles(folder, KINDS[kind].folder) ?? []);
      if (there.length > 0 && !force)
        throw new UsageError(
          `${folder} holds ${there.length} files. --force writes over those of the same names.`,
        );
      const files = toFiles(await readAll(client, team));
      for (const { path, text } of files) write(join(folder, path), text);
      const written = files.map(({ path }) => path);
      const left = there.filter((path) => !written.includes(path));
      print.value({ written, left }, () => describe(folder, written, left));
    },
  });

async function readAll(client: RunbooksClient, team: string | undefined): Promise<Stored[]> {
  const stored = await listStored(client, team === undefined ? undefined : [team === "global" ? null : team]);
  const runbooks = stored.filter(({ kind }) => kind === "runbook");
  return [...(await readRunbooks(client, runbooks)), ...stored.filter(({ kind }) => kind !== "runbook")];
}

const describe = (folder: string, written: readonly string[], left: readonly string[]) =>
  [
    `${written.length} files written to ${folder}.`,
    ...left.map((path) => `${clean(path)} is not in the service, and was left as it is.`),
  ].join("\n");

function write(path: string, text: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  } catch (error) {
    throw new UsageError(`${path} cannot be written (${codeOf(error)}).`);
  }
}
