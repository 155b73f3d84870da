// `runbooks close-break-glass`: closes the break-glass of somebody else's execution, with what was found.
import { buildCommand } from "@stricli/core";
import { EXECUTION_ARGUMENT, textFlag } from "../session/arguments.ts";
import { type Cli, GLOBAL_FLAGS, type GlobalFlags } from "../session/context.ts";
import { UsageError } from "../session/failures.ts";

type Flags = GlobalFlags & { note?: string };

export const command = (brief: string) =>
  buildCommand<Flags, [string], Cli>({
    docs: { brief },
    parameters: {
      flags: { ...GLOBAL_FLAGS, note: textFlag("What you found: was it right, and what follows from it") },
      positional: EXECUTION_ARGUMENT,
    },
    async func({ note, ...flags }, executionId) {
      if (note === undefined) throw new UsageError("Say what you found: --note. The audit trail keeps it.");
      const { client, print } = this.open(flags);
      print.value(
        await client.closeBreakGlass({ executionId, body: { note } }),
        ({ id, breakGlass }) => `${id}: closed at ${breakGlass?.closedAt}`,
      );
    },
  });
