// The freeze windows: when nothing may start, or when alone something may; admins of the scope make and delete them.
import { useState } from "preact/hooks";
import { isAllowed, isAllowedSomewhere, requireMe } from "../../data/session.ts";
import { Button } from "../../parts/button.tsx";
import { formatDuration } from "../../parts/duration.ts";
import { Panel } from "../../parts/panels.tsx";
import { RowHead } from "../../parts/row-head.tsx";
import { Badge } from "../../parts/status.tsx";
import { type Column, Table } from "../../parts/table.tsx";
import { Outside } from "../../parts/text.tsx";
import { ExactTime, Time } from "../../parts/time.tsx";
import type { FreezeWindow } from "./controls.ts";
import { DeleteWindowDialog } from "./delete-window-dialog.tsx";
import { FreezeDialog } from "./freeze-dialog.tsx";

type FreezeWindowsProps = { windows: readonly FreezeWindow[]; onChange: () => void };

export function FreezeWindows({ windows, onChange }: FreezeWindowsProps) {
  const [isNew, setNew] = useState(false);
  const [deleted, setDeleted] = useState<FreezeWindow | null>(null);
  return (
    <Panel
      title="Freeze windows"
      isFlush
      actions={
        isAllowedSomewhere(requireMe(), "manage") && (
          <Button small icon="plus" onClick={() => setNew(true)}>
            New window …
          </Button>
        )
      }
    >
      {windows.length === 0 ? (
        <p class="muted">
          There are none. A window freezes new runs at set times, such as each Friday evening.
        </p>
      ) : (
        <Table
          caption="freeze windows"
          columns={columnsOf(setDeleted)}
          rows={windows}
          keyOf={({ id }) => id}
        />
      )}
      {isNew && <FreezeDialog onClose={() => setNew(false)} onDone={onChange} />}
      {deleted && <DeleteWindowDialog window={deleted} onClose={() => setDeleted(null)} onDone={onChange} />}
    </Panel>
  );
}

function columnsOf(onDelete: (window: FreezeWindow) => void): Column<FreezeWindow>[] {
  return [
    {
      label: "Window",
      kind: "main",
      cell: ({ name, reason }) => <RowHead name={name} words={reason} />,
    },
    {
      label: "Where",
      cell: ({ scope }) => (scope === null ? "the whole service" : <Outside text={scope} />),
    },
    { label: "Effect", cell: (window) => <Effect window={window} /> },
    { label: "Times", cell: (window) => <Times window={window} /> },
    {
      label: "Actions",
      kind: "end",
      cell: (window) =>
        isAllowed(requireMe(), "manage", window.scope) && (
          <Button small kind="danger" label={`Delete ${window.name}`} onClick={() => onDelete(window)}>
            Delete …
          </Button>
        ),
    },
  ];
}

function Effect({ window: { kind, manual, active } }: { window: FreezeWindow }) {
  const freezes = kind === "deny" ? active : !active;
  return (
    <span class="stack-tight">
      <span>
        {freezes ? (
          <Badge tone="bad" icon="lock" word="Freezes now" />
        ) : (
          <Badge tone="quiet" icon="clock" word={kind === "deny" ? "Not open now" : "Open now"} />
        )}
      </span>
      <span class="small muted">
        {kind === "deny" ? "Nothing starts while it is open" : "Things start only while it is open"}
        {manual === "allow" && "; people may all the same"}
      </span>
    </span>
  );
}

function Times({
  window: { schedule, durationMinutes, timeZone, active, beginsAt, endsAt },
}: {
  window: FreezeWindow;
}) {
  return (
    <span class="stack-tight">
      <span>
        {beginsAt === null ? (
          "never again"
        ) : active && endsAt !== null ? (
          <>
            until <ExactTime at={endsAt} />
          </>
        ) : (
          <>
            next <ExactTime at={beginsAt} /> (<Time at={beginsAt} />)
          </>
        )}
      </span>
      <span class="small muted">
        <code>{schedule}</code> <Outside text={timeZone} />, for {formatDuration(durationMinutes * 60_000)}
      </span>
    </span>
  );
}
