// Saves the changes as a new version, with a note; refuses to overwrite what somebody else has saved meanwhile.
import { useState } from "preact/hooks";
import { ProblemError } from "../../../api-client/errors.ts";
import { useAction } from "../../data/action.ts";
import { announce } from "../../data/announcements.ts";
import { client } from "../../data/client.ts";
import { useQuery } from "../../data/query.ts";
import { hrefOf, navigate } from "../../navigation/location.ts";
import { runbookPath } from "../../navigation/page-paths.ts";
import { Button } from "../../parts/button.tsx";
import { FailureNote } from "../../parts/failure.tsx";
import { CheckField, TextField } from "../../parts/field.tsx";
import { Note, Panel } from "../../parts/panels.tsx";
import { Person } from "../../parts/text.tsx";
import type { Changes } from "./changes.ts";
import type { Problem } from "./problems.ts";
import type { Runbook } from "./runbook.ts";

type SavingProps = { runbook: Runbook; changes: Changes; problems: readonly Problem[]; onSaved: () => void };

export function Saving({ runbook, changes, problems, onSaved }: SavingProps) {
  const [note, setNote] = useState("");
  const [asksForReview, setAsksForReview] = useState(true);
  const { id, version } = runbook;
  const save = useAction(async (onto: number) => {
    const body = { ...changes, ...(note.trim() !== "" && { changeNote: note.trim() }) };
    const saved = await client.updateRunbook({ runbookId: id, headers: { "if-match": `"${onto}"` }, body });
    announce(`${saved.name}: saved as version ${saved.version}`);
    onSaved();
    if (asksForReview) await client.requestReview({ runbookId: id, body: { version: saved.version } });
    navigate(runbookPath(id));
  });
  const count = Object.keys(changes).length;
  const isReady = count > 0 && problems.length === 0;
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
        {isOvertaken(save.error) && <Overtaken runbookId={id} onSave={save.run} />}
        <Button kind="primary" busy={save.isRunning || !isReady} onClick={() => save.run(version)}>
          Save as version {version + 1}
        </Button>
      </div>
    </Panel>
  );
}

const OVERTAKEN: readonly string[] = ["precondition_failed", "version_conflict"];
const isOvertaken = (error: unknown) => error instanceof ProblemError && OVERTAKEN.includes(error.code);

type OvertakenProps = { runbookId: string; onSave: (onto: number) => Promise<boolean> };

/** Somebody else has saved meanwhile. Only changed fields are sent, so theirs stay where they changed others. */
function Overtaken({ runbookId, onSave }: OvertakenProps) {
  const now = useQuery(`overtaken ${runbookId}`, (signal) => client.getRunbook({ runbookId }, { signal }));
  if (now.data === undefined) return null;
  const { version, updatedBy, updatedByName } = now.data;
  return (
    <Note tone="warn" title={`Version ${version} is there meanwhile`}>
      <p>
        <Person by={updatedBy} name={updatedByName} /> made it. Your fields would be put on top of it, and the
        others of it stay.{" "}
        <a
          href={hrefOf(`${runbookPath(runbookId, "versions")}&compare=${version}`)}
          target="_blank"
          rel="noreferrer"
        >
          See what it changed
        </a>
      </p>
      <div>
        <Button small onClick={() => onSave(version)}>
          Save mine on top of version {version}
        </Button>
      </div>
    </Note>
  );
}

function describeState(changed: number, wrong: number): string {
  if (changed === 0) return "Nothing is changed yet.";
  const fields = changed === 1 ? "1 field is changed" : `${changed} fields are changed`;
  if (wrong === 0) return `${fields}.`;
  return `${fields}; ${wrong === 1 ? "1 thing is wrong" : `${wrong} things are wrong`}.`;
}
