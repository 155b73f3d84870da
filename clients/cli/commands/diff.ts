// `runbooks diff`: what changed between two versions; by default, since the last approved one.
import { buildCommand } from "@stricli/core";
import type { OutputOf } from "../../api-client/types.ts";
import { RUNBOOK_ARGUMENT, VERSION_FLAG } from "../session/arguments.ts";
import { type Cli, GLOBAL_FLAGS, type GlobalFlags } from "../session/context.ts";
import { findRunbook } from "../session/names.ts";
import { differenceLines, riskLines } from "../terminal/differences.ts";
import type { Printer } from "../terminal/printer.ts";

type Flags = GlobalFlags & { from?: number; to?: number };

export const command = (brief: string) =>
  buildCommand<Flags, [string], Cli>({
    docs: { brief },
    parameters: {
      flags: {
        ...GLOBAL_FLAGS,
        from: {
          ...VERSION_FLAG,
          brief: "The earlier version. Default: the last approved one, else the previous one",
        },
        to: { ...VERSION_FLAG, brief: "The later version. Default: the current one" },
      },
      positional: RUNBOOK_ARGUMENT,
    },
    async func(flags, name) {
      const { client, print } = this.open(flags);
      const runbookId = await findRunbook(client, name);
      const { version, lastApprovedVersion } = await client.getRunbook({ runbookId });
      const to = flags.to ?? version;
      const approved =
        lastApprovedVersion !== null && lastApprovedVersion < to ? lastApprovedVersion : undefined;
      const from = flags.from ?? approved;
      const query = from === undefined ? {} : { from };
      print.value(await client.diffVersions({ runbookId, version: to, query }), (found) =>
        formatDifferences(print, found),
      );
    },
  });

function formatDifferences(
  print: Printer,
  { from, to, differences, risk }: OutputOf<"diff-versions">,
): string {
  const head = `version ${from} → ${to}`;
  if (differences.length === 0) return `${head}: no field differs`;
  return [head, ...differenceLines(print, differences), ...riskLines(print, risk)].join("\n");
}
