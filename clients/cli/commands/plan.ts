// `runbooks plan`: shows what `apply` would do. Nothing is changed.
import { buildCommand } from "@stricli/core";
import { FOLDER_ARGUMENT, PRUNE_FLAG, TEAM_FLAG } from "../as-code/arguments.ts";
import { planJson } from "../as-code/json-output.ts";
import { FilesError, prepare } from "../as-code/prepare.ts";
import { reportProblems } from "../as-code/report.ts";
import { planText } from "../as-code/words.ts";
import { type Cli, GLOBAL_FLAGS, type GlobalFlags } from "../session/context.ts";
import { USAGE_EXIT } from "../session/failures.ts";

type Flags = GlobalFlags & { team?: string; prune: boolean };

export const command = (brief: string) =>
  buildCommand<Flags, [string], Cli>({
    docs: { brief },
    parameters: {
      flags: { ...GLOBAL_FLAGS, team: TEAM_FLAG, prune: PRUNE_FLAG },
      positional: FOLDER_ARGUMENT,
    },
    async func(flags, folder) {
      const { client, print } = this.open(flags);
      try {
        const plan = await prepare(client, folder, flags);
        print.value(planJson(plan), () => planText(plan, print.style));
      } catch (error) {
        if (!(error instanceof FilesError)) throw error;
        reportProblems(error, print, this.terminal.stderr);
        this.process.exitCode = USAGE_EXIT;
      }
    },
  });
