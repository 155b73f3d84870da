// The runs that passed a pause or a freeze, and that no other admin has looked at yet.
import { client } from "../../data/client.ts";
import { useList } from "../../data/list.ts";
import { CloseGlass } from "../../parts/glass.tsx";
import { Panel } from "../../parts/panels.tsx";
import { type Column, ListTable } from "../../parts/table.tsx";
import { Outside } from "../../parts/text.tsx";
import { GLASS_COLUMNS, type Run } from "../executions/columns.tsx";

const REFRESH_MS = 15_000;

export function OpenGlasses() {
  const list = useList(
    "break-glass",
    (cursor, signal) => client.listBreakGlass({ query: { limit: 25, cursor } }, { signal }),
    { everyMs: REFRESH_MS },
  );
  const columns: Column<Run>[] = [
    ...GLASS_COLUMNS,
    {
      label: "Reason",
      cell: ({ breakGlass }) => breakGlass && <Outside text={breakGlass.reason} />,
    },
    { label: "Close", kind: "end", cell: (run) => <CloseGlass run={run} onDone={list.reload} /> },
  ];
  return (
    <Panel title="Open break-glass" isFlush>
      <ListTable
        caption="runs with an open break-glass"
        columns={columns}
        list={list}
        keyOf={({ id }) => id}
        empty={<p class="muted">None is open: whatever passed a pause or a freeze was looked at.</p>}
      />
    </Panel>
  );
}
