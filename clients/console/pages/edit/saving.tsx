// Saves the changes as a new version, with a note; refuses to overwrite what somebody else has saved meanwhile.
import { useState } from "preact/hooks";
import { useAction } from "../../data/action.ts";
import { announce } from "../../data/announcements.ts";
import { client } from "../../data/client.ts";
import { navigate } from "../../navigation/location.ts";
import { runbookPath } from "../../navigation/page-paths.ts";
import { Button } from "../../parts/button.tsx";
import { FailureNote } from "../../parts/failure.tsx";
import { CheckField, TextField } from "../../parts/field.tsx";
import { Panel } from "../../parts/panels.tsx";
import type { Changes } from "./changes.ts";
import type { Problem } from "./problems.ts";
import type { Runbook } from "./runbook.ts";

type SavingProps = { runbook: Runbook; changes: Changes; problems: readonly Problem[]; onSaved: () => void };

export function Saving({ runbook, changes, problems, onSaved }: SavingProps) {
  const [note, setNote] = useState("");
  const [asksForReview, setAsksForReview] = useState(true);
  const { id, version } = runbook;
  const save = useAction(async () => {
    const body = { ...changes, ...(note.trim() !== "" && { changeNote: note.trim() }) };
    const saved = await client.updateRunbook({
      runbookId: id,
      headers: { "if-match": `"${version}"` },
      body,
    });
    announce(`${saved.name}: saved as version ${saved.version}`);
    onSaved();
    if (asksForReview) await client.requestReview({ runbookId: id, body: { version: saved.version } });
    navigate(runbookPath(id));
  });
  const count = Object.keys(changes).length;
  return (
    <Panel title="Save">
      <div class="stack">
        <p class="small muted" role="status">
          {describeState(count, problems.length)}
        </p>
        <TextField
          label="What you changed, and why"
          required={false}
          value={note}
          onInput={setNote}
          maxLength={500}
        />
        <CheckField label="Ask for a review at once" checked={asksForReview} onInput={setAsksForReview} />
        {save.error !== undefined && <FailureNote error={save.error} />}
        <Button kind="primary" busy={save.isRunning || count === 0 || problems.length > 0} onClick={save.run}>
          Save as version {version + 1}
        </Button>
      </div>
    </Panel>
  );
}

function describeState(changed: number, wrong: number): string {
  if (changed === 0) return "Nothing is changed yet.";
  const fields = changed === 1 ? "1 field is changed" : `${changed} fields are changed`;
  if (wrong === 0) return `${fields}.`;
  return `${fields}; ${wrong === 1 ? "1 thing is wrong" : `${wrong} things are wrong`}.`;
}
