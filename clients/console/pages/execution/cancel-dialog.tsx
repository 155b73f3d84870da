// Cancels a run, after saying what that can still stop and what it cannot.
import { useState } from "preact/hooks";
import { useAction } from "../../data/action.ts";
import { announce } from "../../data/announcements.ts";
import { client } from "../../data/client.ts";
import { AskDialog } from "../../parts/ask-dialog.tsx";
import { TextArea } from "../../parts/field.tsx";
import type { Execution } from "./execution.ts";

type CancelDialogProps = {
  execution: Execution;
  onClose: () => void;
  onDone: (execution: Execution) => void;
};

export function CancelDialog({ execution, onClose, onDone }: CancelDialogProps) {
  const [reason, setReason] = useState("");
  const words = reason.trim();
  const cancel = useAction(async () => {
    const body = words === "" ? {} : { reason: words };
    const ended = await client.cancelExecution({ executionId: execution.id, body });
    announce(ended.status === "CANCELLED" ? "The run is cancelled" : "The run had ended before");
    onDone(ended);
    onClose();
  });
  return (
    <AskDialog
      title="Cancel this run?"
      {...{ stay: "Let it run", go: "Cancel the run", kind: "danger" }}
      {...{ isRunning: cancel.isRunning, error: cancel.error, onClose, onSubmit: cancel.run }}
    >
      <p>{describeReach(execution)}</p>
      <TextArea
        label="Why"
        hint="Kept in the run and the audit."
        required={false}
        rows={2}
        value={reason}
        onInput={setReason}
      />
    </AskDialog>
  );
}

/** What cancelling means now, by what has been sent. */
function describeReach({ attempts, callback }: Execution): string {
  const last = attempts.at(-1);
  if (!last) return "Nothing has been sent yet, and nothing will be.";
  if (last.outcome === "in_progress")
    return "A call is under way. Cancelling does not reach it: the receiver may have acted, or may still act. No further attempt is made.";
  if (last.outcome === "delivered" && callback)
    return "The receiver has accepted the call and works on it. Cancelling does not tell the receiver: it may go on. Its report is no longer awaited.";
  if (attempts.some(({ outcome }) => outcome === "unknown"))
    return "No further attempt is made. The receiver may have acted on the call whose answer was lost.";
  return "No further attempt is made. The receiver has not acted on what was sent so far.";
}
