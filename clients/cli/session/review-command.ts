// What the commands of a review share: a runbook, the version that was read, and a note.
import { buildCommand } from "@stricli/core";
import type { OutputOf } from "../../api-client/types.ts";
import { clean } from "../terminal/text.ts";
import { RUNBOOK_ARGUMENT, textFlag, VERSION_FLAG } from "./arguments.ts";
import { type Cli, GLOBAL_FLAGS, type GlobalFlags } from "./context.ts";
import { findRunbook } from "./names.ts";

type Flags = GlobalFlags & { version?: number; note?: string };
type Client = ReturnType<Cli["open"]>["client"];
type Runbook = OutputOf<"request-review">;

/** `read`: returns the note to send, or throws. `describe`: what is true of the runbook afterwards. */
type Request<Note> = {
  note: string;
  read: (note: string | undefined) => Note;
  send: (client: Client, runbookId: string, version: number, note: Note) => Promise<Runbook>;
  describe: (runbook: Runbook) => string;
};

export const reviewCommand = <Note>(brief: string, { note, read, send, describe }: Request<Note>) =>
  buildCommand<Flags, [string], Cli>({
    docs: { brief },
    parameters: {
      flags: {
        ...GLOBAL_FLAGS,
        version: { ...VERSION_FLAG, brief: "The version that you have read. Default: the current one" },
        note: textFlag(note),
      },
      positional: RUNBOOK_ARGUMENT,
    },
    async func({ note: given, ...flags }, name) {
      const sent = read(given);
      const { client, print } = this.open(flags);
      const runbookId = await findRunbook(client, name);
      const version = flags.version ?? (await client.getRunbook({ runbookId })).version;
      const runbook = await send(client, runbookId, version, sent);
      print.value(runbook, () => `${clean(runbook.name)}: ${describe(runbook)}`);
    },
  });
