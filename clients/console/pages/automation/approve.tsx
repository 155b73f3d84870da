// A platform admin's approval of what the automation starts, where the deployment asks for one.
import { useState } from "preact/hooks";
import { useAction } from "../../data/action.ts";
import { announce } from "../../data/announcements.ts";
import { client } from "../../data/client.ts";
import { isAllowed, requireMe } from "../../data/session.ts";
import { AskDialog } from "../../parts/ask-dialog.tsx";
import { Button } from "../../parts/button.tsx";
import type { Automation } from "./automation.ts";

type ApproveProps = {
  automation: Automation;
  onDone: (automation: Automation) => void;
  onReload: () => void;
};

export function Approve(props: ApproveProps) {
  const [isOpen, setOpen] = useState(false);
  const { awaitsApproval, teamId } = props.automation;
  if (!awaitsApproval || !isAllowed(requireMe(), "approve", teamId)) return null;
  return (
    <>
      <Button kind="primary" onClick={() => setOpen(true)}>
        Approve …
      </Button>
      {isOpen && <ApproveDialog {...props} onClose={() => setOpen(false)} />}
    </>
  );
}

function ApproveDialog({
  automation: { id: automationId, name, version },
  onDone,
  onReload,
  onClose,
}: ApproveProps & { onClose: () => void }) {
  const approve = useAction(async () => {
    const headers = { "if-match": `"${version}"` };
    const approved = await client.approveAutomation({ automationId, headers, body: { version } });
    announce(`${name}: approved`);
    onDone(approved);
    onClose();
  });
  return (
    <AskDialog
      title={`Approve version ${version}: ${name}`}
      {...{ stay: "Leave it", go: "Approve", kind: "primary" }}
      {...{ isRunning: approve.isRunning, error: approve.error, onReload, onClose, onSubmit: approve.run }}
    >
      <p>
        From now on an event that matches its pattern starts the runbook with these parameters, without
        anybody being asked. A change of its name, and switching it off and on, keep the approval; any other
        change ends it.
      </p>
    </AskDialog>
  );
}
