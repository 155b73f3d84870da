// `runbooks request-review`: asks for a review of a draft.
import { buildCommand } from "@stricli/core";
import { RUNBOOK_ARGUMENT, textFlag, VERSION_FLAG } from "../session/arguments.ts";
import { type Cli, GLOBAL_FLAGS, type GlobalFlags } from "../session/context.ts";
import { givenOf } from "../session/given.ts";
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
        note: textFlag("What reviewers should know"),
      },
      positional: RUNBOOK_ARGUMENT,
    },
    async func({ note, ...flags }, name) {
      const { client, print } = this.open(flags);
      const runbookId = await findRunbook(client, name);
      const current = (await client.getRunbook({ runbookId })).version;
      const body = { version: flags.version ?? current, ...givenOf({ note }) };
      print.value(
        await client.requestReview({ runbookId, body }),
        (runbook) =>
          `${clean(runbook.name)}: version ${runbook.version} waits for a review, risk ${runbook.reviewRequested?.risk}.`,
      );
    },
  });
