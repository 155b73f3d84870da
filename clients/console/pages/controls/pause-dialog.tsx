// Pauses or resumes new runs. Whoever is refused reads the reason.
import { useState } from "preact/hooks";
import { useAction } from "../../data/action.ts";
import { announce } from "../../data/announcements.ts";
import { client } from "../../data/client.ts";
import { Button } from "../../parts/button.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { FailureNote } from "../../parts/failure.tsx";
import { TextArea, TextField } from "../../parts/field.tsx";
import type { Pause } from "./pauses.tsx";

/** `pause`: null: of a team that is typed. */
type PauseDialogProps = { pause: Pause | null; onClose: () => void; onDone: () => void };

export function PauseDialog({ pause, onClose, onDone }: PauseDialogProps) {
  const [team, setTeam] = useState("");
  const [reason, setReason] = useState("");
  const [isAsked, setAsked] = useState(false);
  const paused = !(pause?.paused ?? false);
  const isTyped = pause === null;
  const isMissing = paused && (reason.trim() === "" || (isTyped && team.trim() === ""));
  const change = useAction(async () => {
    const scope = isTyped ? team.trim() : pause.scope;
    const words = reason.trim();
    await client.putControls({ body: { scope, paused, ...(words !== "" && { reason: words }) } });
    announce(`${scope ?? "The whole service"}: ${paused ? "new runs are paused" : "new runs may start"}`);
    onDone();
    onClose();
  });
  const submit = () => {
    setAsked(true);
    if (!isMissing) void change.run();
  };
  const where = isTyped ? "a team" : (pause.scope ?? "the whole service");
  const missing = (text: string, words: string) => (isAsked && text.trim() === "" ? words : undefined);
  return (
    <Dialog
      title={paused ? `Pause ${where}?` : `Resume ${where}?`}
      onClose={onClose}
      onSubmit={submit}
      buttons={
        <>
          <Button onClick={onClose}>Leave it</Button>
          <Button type="submit" kind={paused ? "danger" : "primary"} busy={change.isRunning}>
            {paused ? "Pause new runs" : "Let runs start"}
          </Button>
        </>
      }
    >
      <p>
        {paused
          ? "No new run starts, by people or automations, until it is resumed. Runs that have begun go on. Admins may break the glass."
          : "Runs may start at once. What was refused meanwhile is not made up for."}
      </p>
      {isTyped && (
        <TextField
          label="Team"
          required
          value={team}
          onInput={setTeam}
          error={missing(team, "Say which team.")}
        />
      )}
      <TextArea
        label="Reason"
        hint={paused ? "Whoever is refused reads it." : undefined}
        required={paused}
        rows={3}
        value={reason}
        onInput={setReason}
        error={paused ? missing(reason, "Say why.") : undefined}
      />
      {change.error !== undefined && <FailureNote error={change.error} />}
    </Dialog>
  );
}
