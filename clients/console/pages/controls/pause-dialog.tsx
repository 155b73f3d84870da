// Pauses or resumes new runs. Whoever is refused reads the reason.
import { useState } from "preact/hooks";
import { useAction } from "../../data/action.ts";
import { announce } from "../../data/announcements.ts";
import { client } from "../../data/client.ts";
import { AskDialog } from "../../parts/ask-dialog.tsx";
import { TextArea, TextField } from "../../parts/field.tsx";
import type { Pause } from "./controls.ts";

/** `pause`: null: of a team that is typed. */
type PauseDialogProps = { pause: Pause | null; onClose: () => void; onDone: () => void };

const MEANINGS = {
  pause:
    "No new run starts, by people or automations, until it is resumed. Runs that have begun go on. Admins may break the glass.",
  resume: "Runs may start at once. What was refused meanwhile is not made up for.",
};

export function PauseDialog({ pause, onClose, onDone }: PauseDialogProps) {
  const [typed, setTyped] = useState({ team: "", reason: "" });
  const [isAsked, setAsked] = useState(false);
  const pauses = !(pause?.paused ?? false);
  const scope = pause === null ? typed.team.trim() : pause.scope;
  const reason = typed.reason.trim();
  const change = useAction(async () => {
    await client.putControls({ body: { scope, paused: pauses, ...(reason !== "" && { reason }) } });
    announce(`${scope ?? "The whole service"}: ${pauses ? "new runs are paused" : "new runs may start"}`);
    onDone();
    onClose();
  });
  const submit = () => {
    setAsked(true);
    if (!pauses || (reason !== "" && scope !== "")) void change.run();
  };
  const where = pause === null ? "a team" : (scope ?? "the whole service");
  return (
    <AskDialog
      title={pauses ? `Pause ${where}?` : `Resume ${where}?`}
      {...{ stay: "Leave it", go: pauses ? "Pause new runs" : "Let runs start" }}
      {...{ kind: pauses ? "danger" : "primary", isRunning: change.isRunning, error: change.error }}
      {...{ onClose, onSubmit: submit }}
    >
      <p>{pauses ? MEANINGS.pause : MEANINGS.resume}</p>
      <PauseFields
        {...{ typed, isAsked, pauses, isTeamTyped: pause === null }}
        onInput={(changed) => setTyped({ ...typed, ...changed })}
      />
    </AskDialog>
  );
}

type Typed = { team: string; reason: string };
type PauseFieldsProps = {
  typed: Typed;
  isAsked: boolean;
  pauses: boolean;
  isTeamTyped: boolean;
  onInput: (changed: Partial<Typed>) => void;
};

function PauseFields({ typed: { team, reason }, isAsked, pauses, isTeamTyped, onInput }: PauseFieldsProps) {
  const missing = (text: string, words: string) => (isAsked && text.trim() === "" ? words : undefined);
  return (
    <>
      {isTeamTyped && (
        <TextField
          label="Team"
          required
          value={team}
          onInput={(text) => onInput({ team: text })}
          error={missing(team, "Say which team.")}
        />
      )}
      <TextArea
        label="Reason"
        hint={pauses ? "Whoever is refused reads it." : undefined}
        required={pauses}
        rows={3}
        value={reason}
        onInput={(text) => onInput({ reason: text })}
        error={pauses ? missing(reason, "Say why.") : undefined}
      />
    </>
  );
}
