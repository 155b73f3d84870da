// `runbooks rerun`: runs executions again with the same parameters, at the live version.
import { buildCommand } from "@stricli/core";
import { EXECUTIONS_ARGUMENT, textFlag, VERSION_FLAG } from "../session/arguments.ts";
import { reportResults } from "../session/bulk.ts";
import { type Cli, GLOBAL_FLAGS, type GlobalFlags } from "../session/context.ts";
import { UsageError } from "../session/failures.ts";
import { givenOf } from "../session/given.ts";
import { reportStart, WAIT_FLAG } from "../session/started.ts";

type Flags = GlobalFlags & { version?: number; team?: string; wait: boolean };

export const command = (brief: string) =>
  buildCommand<Flags, string[], Cli>({
    docs: { brief },
    parameters: {
      flags: {
        ...GLOBAL_FLAGS,
        version: { ...VERSION_FLAG, brief: "The version that must be the live one" },
        team: textFlag("The team that it runs for", "id"),
        wait: WAIT_FLAG,
      },
      positional: EXECUTIONS_ARGUMENT,
    },
    async func({ version, team, wait, ...flags }, executionId = "", ...others) {
      const session = this.open(flags);
      const body = givenOf({ version, teamId: team });
      if (others.length === 0) {
        const started = await session.client.rerunExecution({ executionId, body });
        this.process.exitCode = await reportStart(session, started, wait);
        return;
      }
      if (wait || Object.keys(body).length > 0)
        throw new UsageError("--version, --team and --wait are for one execution alone.");
      const executionIds = [executionId, ...others];
      const { items } = await session.client.rerunExecutions({ body: { executionIds } });
      this.process.exitCode = reportResults(session, items, ({ id }) => `: ${id}`);
    },
  });
