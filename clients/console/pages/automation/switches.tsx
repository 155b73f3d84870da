// Switches an automation on and off, and between recording and acting.
import { useState } from "preact/hooks";
import { useAction } from "../../data/action.ts";
import { announce } from "../../data/announcements.ts";
import { client } from "../../data/client.ts";
import { isAllowed, requireMe } from "../../data/session.ts";
import { AskDialog } from "../../parts/ask-dialog.tsx";
import { Button } from "../../parts/button.tsx";
import type { Automation } from "./automation.ts";

type Switch = {
  label: string;
  meaning: string;
  kind: "" | "danger" | "primary";
  change: Partial<Pick<Automation, "enabled" | "mode">>;
};

const ENABLE: Switch = {
  label: "Enable",
  meaning: "From now on it looks at each event. It does nothing about earlier ones.",
  kind: "primary",
  change: { enabled: true },
};
const DISABLE: Switch = {
  label: "Disable",
  meaning: "It looks at no further event. Runs that it has started go on.",
  kind: "danger",
  change: { enabled: false },
};
const GO_LIVE: Switch = {
  label: "Let it act",
  meaning: "From now on an event that matches starts a run, without anybody being asked.",
  kind: "primary",
  change: { mode: "live" },
};
const GO_SHADOW: Switch = {
  label: "Only record",
  meaning: "It starts nothing any more, and records what it would have started: its decisions show that.",
  kind: "",
  change: { mode: "shadow" },
};

const listSwitches = ({ enabled, mode, disabledReason }: Automation): Switch[] =>
  enabled ? [mode === "live" ? GO_SHADOW : GO_LIVE, DISABLE] : disabledReason === null ? [ENABLE] : [];

type SwitchesProps = {
  automation: Automation;
  onDone: (automation: Automation) => void;
  onReload: () => void;
};

export function Switches({ automation, onDone, onReload }: SwitchesProps) {
  const [open, setOpen] = useState<Switch | null>(null);
  if (!isAllowed(requireMe(), "manage", automation.teamId)) return null;
  return (
    <>
      {listSwitches(automation).map((each) => (
        <Button key={each.label} kind={each.kind} onClick={() => setOpen(each)}>
          {each.label} …
        </Button>
      ))}
      {open && (
        <SwitchDialog {...{ automation, onDone, onReload }} chosen={open} onClose={() => setOpen(null)} />
      )}
    </>
  );
}

type SwitchDialogProps = SwitchesProps & { chosen: Switch; onClose: () => void };

function SwitchDialog({ automation, chosen, onDone, onReload, onClose }: SwitchDialogProps) {
  const { label, meaning, kind, change } = chosen;
  const flip = useAction(async () => {
    const changed = await client.updateAutomation({
      automationId: automation.id,
      headers: { "if-match": `"${automation.version}"` },
      body: change,
    });
    announce(`${automation.name}: changed`);
    onDone(changed);
    onClose();
  });
  return (
    <AskDialog
      title={`${label}: ${automation.name}`}
      {...{ stay: "Leave it", go: label, kind: kind === "" ? "primary" : kind }}
      {...{ isRunning: flip.isRunning, error: flip.error, onReload, onClose, onSubmit: flip.run }}
    >
      <p>{meaning}</p>
    </AskDialog>
  );
}
