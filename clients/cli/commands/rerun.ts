// `runbooks rerun`: runs again with the same parameters, at the approved version.
import { buildCommand } from "@stricli/core";
import { EXECUTION_ARGUMENT, textFlag, VERSION_FLAG } from "../session/arguments.ts";
import { type Cli, GLOBAL_FLAGS, type GlobalFlags } from "../session/context.ts";
import { reportStart, WAIT_FLAG } from "../session/started.ts";

type Flags = GlobalFlags & { version?: number; team?: string; wait: boolean };

export const command = (brief: string) =>
  buildCommand<Flags, [string], Cli>({
    docs: { brief },
    parameters: {
      flags: {
        ...GLOBAL_FLAGS,
        version: { ...VERSION_FLAG, brief: "The version that must be the approved one" },
        team: textFlag("The team that it runs for", "id"),
        wait: WAIT_FLAG,
      },
      positional: EXECUTION_ARGUMENT,
    },
    async func(flags, executionId) {
      const session = this.open(flags);
      const body = {
        ...(flags.version !== undefined && { version: flags.version }),
        ...(flags.team !== undefined && { teamId: flags.team }),
      };
      const started = await session.client.rerunExecution({ executionId, body });
      this.process.exitCode = await reportStart(session, started, flags.wait);
    },
  });
