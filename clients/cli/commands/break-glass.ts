// `runbooks break-glass`: the executions that passed pauses, freeze windows and expired approvals, and that no other admin has looked at.
import { buildCommand } from "@stricli/core";
import type { ItemOf } from "../../api-client/types.ts";
import { type Cli, GLOBAL_FLAGS, type GlobalFlags } from "../session/context.ts";
import { EXECUTION_COLUMNS } from "../session/executions.ts";
import { LIMIT_FLAG, takeFirst } from "../session/lists.ts";

type Flags = GlobalFlags & { limit: number };
type Summary = ItemOf<"list-break-glass">;

const { ID, STATUS, CREATED, BY, RUNBOOK } = EXECUTION_COLUMNS;
const COLUMNS = {
  ...{ ID, STATUS, CREATED, BY, RUNBOOK },
  REASON: ({ breakGlass }: Summary) => breakGlass?.reason ?? "",
};

export const command = (brief: string) =>
  buildCommand<Flags, [], Cli>({
    docs: { brief },
    parameters: { flags: { ...GLOBAL_FLAGS, limit: LIMIT_FLAG } },
    async func(flags) {
      const { client, print } = this.open(flags);
      print.table(await takeFirst(client.all.listBreakGlass({}), flags.limit), COLUMNS);
    },
  });
