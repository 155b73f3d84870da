// Deletes a freeze window, after saying what may start then.
import { useAction } from "../../data/action.ts";
import { announce } from "../../data/announcements.ts";
import { client } from "../../data/client.ts";
import { Button } from "../../parts/button.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { FailureNote } from "../../parts/failure.tsx";
import { Outside } from "../../parts/text.tsx";
import type { FreezeWindow } from "./freeze-windows.tsx";

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
    <Dialog
      title="Delete this freeze window?"
      onClose={onClose}
      onSubmit={remove.run}
      buttons={
        <>
          <Button onClick={onClose}>Keep it</Button>
          <Button type="submit" kind="danger" busy={remove.isRunning}>
            Delete it
          </Button>
        </>
      }
    >
      <p>
        <strong>
          <Outside text={name} />
        </strong>
        {active ? " is open now. What it freezes may start at once." : " will freeze nothing any more."}
      </p>
      {remove.error !== undefined && <FailureNote error={remove.error} />}
    </Dialog>
  );
}
