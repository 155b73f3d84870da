// `runbooks pause`: starts no new executions, everywhere or for one team.
import { buildCommand } from "@stricli/core";
import { textFlag } from "../session/arguments.ts";
import { type Cli, GLOBAL_FLAGS, type GlobalFlags } from "../session/context.ts";
import { EVERYWHERE_FLAG, setPause } from "../session/pauses.ts";

type Flags = GlobalFlags & { team?: string; everywhere: boolean; reason: string };

export const command = (brief: string) =>
  buildCommand<Flags, [], Cli>({
    docs: { brief },
    parameters: {
      flags: {
        ...GLOBAL_FLAGS,
        team: textFlag("The team", "id"),
        everywhere: EVERYWHERE_FLAG,
        reason: { kind: "parsed", parse: String, brief: "Why: refused callers see it", placeholder: "text" },
      },
    },
    async func(flags) {
      await setPause(this.open(flags), flags, flags.reason);
    },
  });
