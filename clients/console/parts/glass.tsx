// A broken glass: why somebody passed pauses and freezes, and the look of another admin that closes it.
import { useState } from "preact/hooks";
import type { ItemOf } from "../../api-client/types.ts";
import { useAction } from "../data/action.ts";
import { announce } from "../data/announcements.ts";
import { client } from "../data/client.ts";
import { isAllowed, requireMe } from "../data/session.ts";
import { AskDialog } from "./ask-dialog.tsx";
import { Button } from "./button.tsx";
import { TextArea } from "./field.tsx";
import { Said } from "./said.tsx";
import { Outside, Person } from "./text.tsx";

type Run = ItemOf<"list-break-glass">;

/** Null: it was closed, is not the person's to close, or the run goes on. */
export function CloseGlass({ run, onDone }: { run: Run; onDone: () => void }) {
  const [isOpen, setOpen] = useState(false);
  const me = requireMe();
  const isMine = run.executedBy === me.subject;
  if (run.breakGlass?.closedAt !== null || run.completedAt === null) return null;
  if (isMine || !isAllowed(me, "manage", run.ranForTeamId))
    return <span class="small muted">{isMine ? "Another admin closes it" : "An admin closes it"}</span>;
  return (
    <>
      <Button small onClick={() => setOpen(true)} label={`Close the break-glass of ${run.runbookName}`}>
        Close …
      </Button>
      {isOpen && <CloseDialog run={run} onClose={() => setOpen(false)} onDone={onDone} />}
    </>
  );
}

function CloseDialog({ run, onClose, onDone }: { run: Run; onClose: () => void; onDone: () => void }) {
  const [note, setNote] = useState("");
  const [isAsked, setAsked] = useState(false);
  const words = note.trim();
  const close = useAction(async () => {
    await client.closeBreakGlass({ executionId: run.id, body: { note: words } });
    announce("The break-glass is closed");
    onDone();
    onClose();
  });
  const submit = () => {
    setAsked(true);
    if (words !== "") void close.run();
  };
  return (
    <AskDialog
      title="Close this break-glass?"
      {...{ stay: "Not yet", go: "Close it", isRunning: close.isRunning, error: close.error }}
      {...{ onClose, onSubmit: submit }}
    >
      <p>
        <Person by={run.executedBy} name={run.executedByName} /> gave this reason:
      </p>
      <p class="said">
        <Outside text={run.breakGlass?.reason ?? ""} />
      </p>
      <TextArea
        label="What you found"
        hint="Was it right, and what follows from it?"
        required
        rows={3}
        value={note}
        onInput={setNote}
        error={isAsked && words === "" ? "Say what you found." : undefined}
      />
    </AskDialog>
  );
}

/** Who closed it, with what was found. */
export function ClosedGlass({ run: { breakGlass } }: { run: Run }) {
  if (!breakGlass || breakGlass.closedAt === null || breakGlass.closedBy === null) return null;
  const { closedBy: by, closedByName: byName, closedAt: at, note } = breakGlass;
  return <Said {...{ by, byName, at, note }} />;
}
