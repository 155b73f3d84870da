// The versions of an automation, newest first, and what each one changed.
import type { ItemOf } from "../../../api-client/types.ts";
import { client } from "../../data/client.ts";
import { useList } from "../../data/list.ts";
import { useQuery } from "../../data/query.ts";
import { changeQuery, here } from "../../navigation/location.ts";
import { Button } from "../../parts/button.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { Panel } from "../../parts/panels.tsx";
import { type Column, ListTable } from "../../parts/table.tsx";
import { Person } from "../../parts/text.tsx";
import { ExactTime } from "../../parts/time.tsx";
import { Differences } from "../changes/differences.tsx";
import type { Automation } from "./automation.ts";

type Version = ItemOf<"list-automation-versions">;

const CHANGES: Record<Version["change"], string> = {
  created: "Created",
  updated: "Changed",
  disabled: "Disabled, as its runbook was deleted",
};

const COLUMNS: readonly Column<Version>[] = [
  {
    label: "Version",
    kind: "main",
    cell: ({ version, change }) => (
      <>
        <strong>{version}</strong> {CHANGES[change]}
      </>
    ),
  },
  { label: "By", cell: ({ changedBy, changedByName }) => <Person by={changedBy} name={changedByName} /> },
  { label: "When", cell: ({ createdAt }) => <ExactTime at={createdAt} /> },
  {
    label: "Actions",
    kind: "end",
    cell: ({ version }) =>
      version > 1 && (
        <Button
          small
          label={`What changed in version ${version}`}
          onClick={() => changeQuery({ compare: String(version) })}
        >
          What changed
        </Button>
      ),
  },
];

export function Versions({ automation: { id, name, version } }: { automation: Automation }) {
  const list = useList(`versions of ${id} at ${version}`, (cursor, signal) =>
    client.listAutomationVersions({ automationId: id, query: { limit: 20, cursor } }, { signal }),
  );
  const compared = Number(here.value.query.get("compare") ?? 0);
  return (
    <div class="stack">
      {compared > 1 && <Comparison automationId={id} version={compared} />}
      <ListTable
        caption={`versions of ${name}`}
        columns={COLUMNS}
        list={list}
        keyOf={(each) => String(each.version)}
        empty={null}
      />
    </div>
  );
}

function Comparison({ automationId, version }: { automationId: string; version: number }) {
  const query = useQuery(`automation ${automationId} changed to ${version}`, (signal) =>
    client.diffAutomationVersions({ automationId, version }, { signal }),
  );
  return (
    <Panel
      title={`What changed from version ${version - 1} to version ${version}`}
      actions={
        <Button small onClick={() => changeQuery({ compare: null })}>
          Close
        </Button>
      }
    >
      <Loaded what="the comparison" query={query}>
        {({ differences }) =>
          differences.length === 0 ? (
            <p class="muted">The settings are equal.</p>
          ) : (
            <Differences differences={differences} />
          )
        }
      </Loaded>
    </Panel>
  );
}
