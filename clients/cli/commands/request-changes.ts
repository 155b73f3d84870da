// `runbooks request-changes`: asks for changes of a draft, as its reviewer.
import { buildCommand } from "@stricli/core";
import { RUNBOOK_ARGUMENT, textFlag, VERSION_FLAG } from "../session/arguments.ts";
import { type Cli, GLOBAL_FLAGS, type GlobalFlags } from "../session/context.ts";
import { UsageError } from "../session/failures.ts";
import { findRunbook } from "../session/names.ts";
import { clean } from "../terminal/text.ts";

type Flags = GlobalFlags & { version?: number; note?: string };

export const command = (brief: string) =>
  buildCommand<Flags, [string], Cli>({
    docs: { brief },
    parameters: {
      flags: {
        ...GLOBAL_FLAGS,
        version: { ...VERSION_FLAG, brief: "The version that you have read. Default: the current one" },
        note: textFlag("What should change"),
      },
      positional: RUNBOOK_ARGUMENT,
    },
    async func({ note, ...flags }, name) {
      if (note === undefined) throw new UsageError("Say what should change: --note. The author reads it.");
      const { client, print } = this.open(flags);
      const runbookId = await findRunbook(client, name);
      const current = (await client.getRunbook({ runbookId })).version;
      const body = { version: flags.version ?? current, note };
      print.value(
        await client.requestChanges({ runbookId, body }),
        (runbook) => `${clean(runbook.name)}: changes of version ${runbook.version} were asked for.`,
      );
    },
  });
