// `runbooks request-changes`: asks for changes of a draft, as its reviewer.
import { UsageError } from "../session/failures.ts";
import { reviewCommand } from "../session/review-command.ts";

export const command = (brief: string) =>
  reviewCommand(brief, {
    note: "What should change",
    read: requireNote,
    send: (client, runbookId, version, note) => client.requestChanges({ runbookId, body: { version, note } }),
    describe: ({ version }) => `changes of version ${version} were asked for.`,
  });

function requireNote(note: string | undefined): string {
  if (note === undefined) throw new UsageError("Say what should change: --note. The author reads it.");
  return note;
}
