// The pauses: of the whole service, and of each team that has one; platform admins set and lift them.
import { useState } from "preact/hooks";
import { isAllowed, requireMe } from "../../data/session.ts";
import { Button } from "../../parts/button.tsx";
import { Panel } from "../../parts/panels.tsx";
import { Badge } from "../../parts/status.tsx";
import { type Column, Table } from "../../parts/table.tsx";
import { Outside, Person } from "../../parts/text.tsx";
import { Time } from "../../parts/time.tsx";
import type { Pause } from "./controls.ts";
import { PauseDialog } from "./pause-dialog.tsx";

type PausesProps = { global: Pause; teams: readonly Pause[]; onChange: () => void };

export function Pauses({ global, teams, onChange }: PausesProps) {
  const [open, setOpen] = useState<Pause | "new" | null>(null);
  const mayPause = isAllowed(requireMe(), "approve", null);
  return (
    <Panel
      title="Pauses"
      isFlush
      actions={
        mayPause && (
          <Button small onClick={() => setOpen("new")}>
            Pause a team …
          </Button>
        )
      }
    >
      <Table
        caption="pauses"
        columns={columnsOf(mayPause ? setOpen : null)}
        rows={[global, ...teams]}
        keyOf={({ scope }) => scope ?? "/"}
      />
      {open && (
        <PauseDialog pause={open === "new" ? null : open} onClose={() => setOpen(null)} onDone={onChange} />
      )}
    </Panel>
  );
}

/** `onOpen`: null: the person may not. */
const columnsOf = (onOpen: ((pause: Pause) => void) | null): Column<Pause>[] => [
  { label: "Where", kind: "main", cell: (pause) => <Where pause={pause} /> },
  {
    label: "State",
    cell: ({ paused }) =>
      paused ? (
        <Badge tone="bad" icon="lock" word="Paused" />
      ) : (
        <Badge tone="good" icon="check" word="Runs may start" />
      ),
  },
  {
    label: "Changed",
    cell: ({ changedBy, changedByName, changedAt }) =>
      changedAt !== null &&
      changedBy !== null && (
        <span>
          <Time at={changedAt} /> by <Person by={changedBy} name={changedByName} />
        </span>
      ),
  },
  { label: "Actions", kind: "end", cell: (pause) => onOpen && <Switch pause={pause} onOpen={onOpen} /> },
];

function Where({ pause: { scope, paused, reason } }: { pause: Pause }) {
  return (
    <>
      <p class="row-title">{scope === null ? "The whole service" : <Outside text={scope} />}</p>
      {paused && reason && (
        <p class="row-words">
          <Outside text={reason} />
        </p>
      )}
    </>
  );
}

function Switch({ pause, onOpen }: { pause: Pause; onOpen: (pause: Pause) => void }) {
  const { paused, scope } = pause;
  return (
    <Button
      small
      kind={paused ? "" : "danger"}
      label={`${paused ? "Resume" : "Pause"} ${scope ?? "the whole service"}`}
      onClick={() => onOpen(pause)}
    >
      {paused ? "Resume …" : "Pause …"}
    </Button>
  );
}
