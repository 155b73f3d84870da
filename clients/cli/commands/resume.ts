// `runbooks resume`: starts new executions again.
import { buildCommand } from "@stricli/core";
import { textFlag } from "../session/arguments.ts";
import { type Cli, GLOBAL_FLAGS, type GlobalFlags } from "../session/context.ts";
import { EVERYWHERE_FLAG, setPause } from "../session/pauses.ts";

export const command = (brief: string) =>
  buildCommand<GlobalFlags & { team?: string; everywhere: boolean }, [], Cli>({
    docs: { brief },
    parameters: {
      flags: { ...GLOBAL_FLAGS, team: textFlag("The team", "id"), everywhere: EVERYWHERE_FLAG },
    },
    async func(flags) {
      await setPause(this.open(flags), flags, null);
    },
  });
