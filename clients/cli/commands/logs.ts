// `runbooks logs`: the evidence of an execution: request, attempts, answer.
import { buildCommand } from "@stricli/core";
import { EXECUTION_ARGUMENT } from "../session/arguments.ts";
import { type Cli, GLOBAL_FLAGS, type GlobalFlags } from "../session/context.ts";
import { formatEvidence } from "../session/executions.ts";
import { exitCodeOfExecution } from "../session/failures.ts";
import { followExecution } from "../session/follow.ts";

export const command = (brief: string) =>
  buildCommand<GlobalFlags & { follow: boolean }, [string], Cli>({
    docs: { brief },
    parameters: {
      flags: {
        ...GLOBAL_FLAGS,
        follow: {
          kind: "boolean",
          brief: "Wait until it has ended: the exit code is its outcome",
          default: false,
          withNegated: false,
        },
      },
      positional: EXECUTION_ARGUMENT,
    },
    async func(flags, executionId) {
      const session = this.open(flags);
      const execution = flags.follow
        ? await followExecution(session, executionId)
        : await session.client.getExecution({ executionId });
      session.print.value(execution, (each) => formatEvidence(session.print, each));
      if (flags.follow) this.process.exitCode = exitCodeOfExecution(execution);
    },
  });
