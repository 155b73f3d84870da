// `runbooks withdraw`: takes the live version of a runbook out of service.
import { buildCommand } from "@stricli/core";
import { RUNBOOK_ARGUMENT, textFlag } from "../session/arguments.ts";
import { type Cli, GLOBAL_FLAGS, type GlobalFlags } from "../session/context.ts";
import { UsageError } from "../session/failures.ts";
import { findRunbook } from "../session/names.ts";
import { clean } from "../terminal/text.ts";

type Flags = GlobalFlags & { reason?: string };

export const command = (brief: string) =>
  buildCommand<Flags, [string], Cli>({
    docs: { brief },
    parameters: {
      flags: { ...GLOBAL_FLAGS, reason: textFlag("Why the live version must not run") },
      positional: RUNBOOK_ARGUMENT,
    },
    async func({ reason, ...flags }, name) {
      if (reason === undefined) throw new UsageError("Say why: --reason. The audit trail keeps it.");
      const { client, print } = this.open(flags);
      const runbookId = await findRunbook(client, name);
      print.value(
        await client.withdrawRunbook({ runbookId, body: { reason } }),
        (runbook) =>
          `${clean(runbook.name)}: nothing is live. Version ${runbook.version} waits for approval.`,
      );
    },
  });
