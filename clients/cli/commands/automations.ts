// `runbooks automations`: the automations that the caller may see.
import { buildCommand } from "@stricli/core";
import { textFlag } from "../session/arguments.ts";
import { type Cli, GLOBAL_FLAGS, type GlobalFlags } from "../session/context.ts";
import { LIMIT_FLAG, takeFirst } from "../session/lists.ts";
import { findRunbook } from "../session/names.ts";

export const command = (brief: string) =>
  buildCommand<GlobalFlags & { runbook?: string; limit: number }, [], Cli>({
    docs: { brief },
    parameters: {
      flags: {
        ...GLOBAL_FLAGS,
        runbook: textFlag("Of this runbook: name or id", "runbook"),
        limit: LIMIT_FLAG,
      },
    },
    async func(flags) {
      const { client, print } = this.open(flags);
      const query =
        flags.runbook === undefined ? {} : { runbookId: await findRunbook(client, flags.runbook) };
      print.table(await takeFirst(client.all.listAutomations({ query }), flags.limit), {
        ID: ({ id }) => id,
        TEAM: ({ teamId }) => teamId ?? "global",
        ENABLED: ({ enabled }) => (enabled ? "yes" : "no"),
        MODE: ({ mode }) => mode,
        RUNBOOK: ({ runbookId }) => runbookId,
        NAME: ({ name }) => name,
      });
    },
  });
