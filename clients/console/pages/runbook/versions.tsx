// The versions of a runbook, newest first; one of them is compared with any other.
import { useState } from "preact/hooks";
import type { ItemOf } from "../../../api-client/types.ts";
import { client } from "../../data/client.ts";
import { useList } from "../../data/list.ts";
import { isAllowed, requireMe } from "../../data/session.ts";
import { changeQuery, here } from "../../navigation/location.ts";
import { Button } from "../../parts/button.tsx";
import { Badge } from "../../parts/status.tsx";
import { type Column, ListTable } from "../../parts/table.tsx";
import { Outside, Person } from "../../parts/text.tsx";
import { Time } from "../../parts/time.tsx";
import { Comparison } from "./comparison.tsx";
import { rollbackTo } from "./rollback.ts";
import type { Runbook } from "./runbook.ts";
import { StepDialog } from "./step-dialog.tsx";

type Version = ItemOf<"list-versions">;

const CHANGES: Record<Version["change"], string> = {
  created: "Created",
  updated: "Edited",
  approved: "Approved",
  deprecated: "Deprecated",
  rolled_back: "Rolled back",
  withdrawn: "Withdrawn",
  credential_rotated: "Credential rotated",
};

export function Versions({ runbook, onChange }: { runbook: Runbook; onChange: () => void }) {
  const [rollback, setRollback] = useState<number | null>(null);
  const { id, name, version: current } = runbook;
  const list = useList(`versions of ${id} at ${current}`, (cursor, signal) =>
    client.listVersions({ runbookId: id, query: { limit: 20, cursor } }, { signal }),
  );
  const compared = Number(here.value.query.get("compare") ?? 0);
  const columns = columnsOf(runbook, setRollback);
  return (
    <div class="stack">
      {compared > 1 && <Comparison runbook={runbook} version={compared} />}
      <ListTable
        caption={`versions of ${name}`}
        columns={columns}
        list={list}
        keyOf={({ version }) => String(version)}
        empty={null}
      />
      {rollback !== null && (
        <StepDialog
          step={rollbackTo(rollback)}
          runbook={runbook}
          onClose={() => setRollback(null)}
          onDone={onChange}
        />
      )}
    </div>
  );
}

function columnsOf(runbook: Runbook, onRollback: (version: number) => void): Column<Version>[] {
  const isOffered =
    runbook.approvalStatus !== "DEPRECATED" && isAllowed(requireMe(), "manage", runbook.teamId);
  return [
    {
      label: "Version",
      kind: "main",
      cell: (version) => <Described version={version} isLive={version.version === runbook.liveVersion} />,
    },
    { label: "By", cell: ({ changedBy, changedByName }) => <Person by={changedBy} name={changedByName} /> },
    { label: "When", cell: ({ createdAt }) => <Time at={createdAt} /> },
    {
      label: "Actions",
      kind: "end",
      cell: ({ version }) => (
        <span class="row">
          {version > 1 && (
            <Button
              small
              label={`What changed: version ${version}`}
              onClick={() => changeQuery({ compare: String(version), from: null })}
            >
              What changed
            </Button>
          )}
          {isOffered && version < runbook.version && (
            <Button small label={`Go back to it: version ${version}`} onClick={() => onRollback(version)}>
              Go back to it
            </Button>
          )}
        </span>
      ),
    },
  ];
}

function Described({
  version: { version, change, changeNote },
  isLive,
}: {
  version: Version;
  isLive: boolean;
}) {
  return (
    <>
      <p class="row">
        <strong>{version}</strong> {CHANGES[change] ?? change}
        {isLive && <Badge tone="good" icon="check" word="In service" />}
      </p>
      {changeNote && (
        <p class="row-words">
          <Outside text={changeNote} />
        </p>
      )}
    </>
  );
}
