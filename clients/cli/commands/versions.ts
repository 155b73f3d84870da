// `runbooks versions`: the versions of a runbook, newest first.
import { buildCommand } from "@stricli/core";
import { RUNBOOK_ARGUMENT } from "../session/arguments.ts";
import { type Cli, GLOBAL_FLAGS, type GlobalFlags } from "../session/context.ts";
import { LIMIT_FLAG, takeFirst } from "../session/lists.ts";
import { findRunbook } from "../session/names.ts";

export const command = (brief: string) =>
  buildCommand<GlobalFlags & { limit: number }, [string], Cli>({
    docs: { brief },
    parameters: { flags: { ...GLOBAL_FLAGS, limit: LIMIT_FLAG }, positional: RUNBOOK_ARGUMENT },
    async func(flags, name) {
      const { client, print } = this.open(flags);
      const runbookId = await findRunbook(client, name);
      print.table(await takeFirst(client.all.listVersions({ runbookId }), flags.limit), {
        VERSION: ({ version }) => String(version),
        CHANGE: ({ change }) => change,
        STATUS: ({ approvalStatus }) => approvalStatus,
        BY: ({ changedBy, changedByName }) => changedByName ?? changedBy,
        CREATED: ({ createdAt }) => createdAt,
        HASH: ({ definitionHash }) => definitionHash.slice(0, 12),
        NOTE: ({ changeNote }) => changeNote ?? "",
      });
    },
  });
