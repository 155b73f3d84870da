// `runbooks cancel`: cancels executions, and says whether their receivers may have been called.
import { buildCommand } from "@stricli/core";
import { EXECUTIONS_ARGUMENT, textFlag } from "../session/arguments.ts";
import { reportResults } from "../session/bulk.ts";
import { type Cli, GLOBAL_FLAGS, type GlobalFlags } from "../session/context.ts";
import { formatStatus } from "../session/executions.ts";
import { givenOf } from "../session/given.ts";
import { clean } from "../terminal/text.ts";

export const command = (brief: string) =>
  buildCommand<GlobalFlags & { reason?: string }, string[], Cli>({
    docs: { brief },
    parameters: {
      flags: { ...GLOBAL_FLAGS, reason: textFlag("Why it is cancelled") },
      positional: EXECUTIONS_ARGUMENT,
    },
    async func({ reason, ...flags }, executionId = "", ...others) {
      const session = this.open(flags);
      const { client, print } = session;
      const body = givenOf({ reason });
      if (others.length > 0) {
        const executionIds = [executionId, ...others];
        const { items } = await client.cancelExecutions({ body: { executionIds, ...body } });
        this.process.exitCode = reportResults(session, items, whyOf);
        return;
      }
      print.value(
        await client.cancelExecution({ executionId, body }),
        (execution) => `${formatStatus(print, execution)}${whyOf(execution)}`,
      );
    },
  });

const whyOf = ({ error }: { error: { message: string } | null }) => `: ${clean(error?.message ?? "")}`;
