// `runbooks cancel`: cancels an execution, and says whether its receiver may have been called.
import { buildCommand } from "@stricli/core";
import { EXECUTION_ARGUMENT, textFlag } from "../session/arguments.ts";
import { type Cli, GLOBAL_FLAGS, type GlobalFlags } from "../session/context.ts";
import { formatStatus } from "../session/executions.ts";
import { clean } from "../terminal/text.ts";

export const command = (brief: string) =>
  buildCommand<GlobalFlags & { reason?: string }, [string], Cli>({
    docs: { brief },
    parameters: {
      flags: { ...GLOBAL_FLAGS, reason: textFlag("Why it is cancelled") },
      positional: EXECUTION_ARGUMENT,
    },
    async func(flags, executionId) {
      const { client, print } = this.open(flags);
      const body = flags.reason === undefined ? {} : { reason: flags.reason };
      print.value(
        await client.cancelExecution({ executionId, body }),
        (execution) => `${formatStatus(print, execution)}: ${clean(execution.error?.message ?? "")}`,
      );
    },
  });
