// What an admin does with a source: edits it, switches it on and off, gives it a new secret, deletes it.
import { useState } from "preact/hooks";
import { useAction } from "../../data/action.ts";
import { announce } from "../../data/announcements.ts";
import { client } from "../../data/client.ts";
import { requireMe } from "../../data/session.ts";
import { navigate } from "../../navigation/location.ts";
import { sourceEditPath } from "../../navigation/page-paths.ts";
import { AskDialog } from "../../parts/ask-dialog.tsx";
import { Button, LinkButton } from "../../parts/button.tsx";
import { RotateDialog } from "./rotate-dialog.tsx";
import { mayManage, type Source } from "./source.ts";

type ActionsProps = { source: Source; onDone: (source: Source) => void; onReload: () => void };
type Open = "switch" | "rotate" | "delete" | null;

export function Actions({ source, onDone, onReload }: ActionsProps) {
  const [open, setOpen] = useState<Open>(null);
  if (!mayManage(requireMe(), source)) return null;
  const dialog = { source, onDone, onReload, onClose: () => setOpen(null) };
  return (
    <>
      <LinkButton to={sourceEditPath(source.id)} icon="pencil">
        Edit
      </LinkButton>
      <Button onClick={() => setOpen("switch")}>{source.enabled ? "Disable …" : "Enable …"}</Button>
      {source.verification && <Button onClick={() => setOpen("rotate")}>New secret …</Button>}
      <Button kind="danger" onClick={() => setOpen("delete")}>
        Delete …
      </Button>
      {open === "switch" && <SwitchDialog {...dialog} />}
      {open === "rotate" && <RotateDialog {...dialog} />}
      {open === "delete" && <DeleteDialog {...dialog} />}
    </>
  );
}

type DialogProps = ActionsProps & { onClose: () => void };

function SwitchDialog({ source, onDone, onReload, onClose }: DialogProps) {
  const { id, name, version, enabled } = source;
  const flip = useAction(async () => {
    const headers = { "if-match": `"${version}"` };
    const changed = await client.updateSource({ sourceId: id, headers, body: { enabled: !enabled } });
    announce(`${name}: ${enabled ? "disabled" : "enabled"}`);
    onDone(changed);
    onClose();
  });
  const go = enabled ? "Disable" : "Enable";
  return (
    <AskDialog
      title={`${go}: ${name}`}
      {...{ stay: "Leave it", go, kind: enabled ? "danger" : "primary" }}
      {...{ isRunning: flip.isRunning, error: flip.error, onReload, onClose, onSubmit: flip.run }}
    >
      <p>
        {enabled
          ? "Its messages are taken and not read: no incident is reported. What comes meanwhile is not made up for."
          : "From now on its messages are read, and the automations of their team are asked."}
      </p>
    </AskDialog>
  );
}

function DeleteDialog({ source: { id, name, version }, onReload, onClose }: DialogProps) {
  const remove = useAction(async () => {
    await client.deleteSource({ sourceId: id, headers: { "if-match": `"${version}"` } });
    announce(`The source ${name} is deleted`);
    navigate("/sources");
  });
  return (
    <AskDialog
      title={`Delete: ${name}`}
      {...{ stay: "Keep it", go: "Delete it", kind: "danger" }}
      {...{ isRunning: remove.isRunning, error: remove.error, onReload, onClose, onSubmit: remove.run }}
    >
      <p>
        Its messages are refused from now on, and its secret is gone. The incidents that it reported stay.
      </p>
    </AskDialog>
  );
}
