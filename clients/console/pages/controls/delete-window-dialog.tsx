// Deletes a freeze window, after saying what may start then.
import { useAction } from "../../data/action.ts";
import { announce } from "../../data/announcements.ts";
import { client } from "../../data/client.ts";
import { AskDialog } from "../../parts/ask-dialog.tsx";
import { Outside } from "../../parts/text.tsx";
import type { FreezeWindow } from "./controls.ts";

type DeleteWindowDialogProps = { window: FreezeWindow; onClose: () => void; onDone: () => void };

export function DeleteWindowDialog({
  window: { id, name, active },
  onClose,
  onDone,
}: DeleteWindowDialogProps) {
  const remove = useAction(async () => {
    await client.deleteFreezeWindow({ freezeWindowId: id });
    announce(`The freeze window ${name} is deleted`);
    onDone();
    onClose();
  });
  return (
    <AskDialog
      title="Delete this freeze window?"
      {...{ stay: "Keep it", go: "Delete it", kind: "danger" }}
      {...{ isRunning: remove.isRunning, error: remove.error, onClose, onSubmit: remove.run }}
    >
      <p>
        <strong>
          <Outside text={name} />
        </strong>
        {active ? " is open now. What it freezes may start at once." : " will freeze nothing any more."}
      </p>
    </AskDialog>
  );
}
