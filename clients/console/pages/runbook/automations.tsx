// The automations that start a runbook.
import type { ItemOf } from "../../../api-client/types.ts";
import { client } from "../../data/client.ts";
import { useList } from "../../data/list.ts";
import { automationPath } from "../../navigation/page-paths.ts";
import { AutomationState } from "../../parts/automation-state.tsx";
import { Blank } from "../../parts/panels.tsx";
import { RowHead } from "../../parts/row-head.tsx";
import { type Column, ListTable } from "../../parts/table.tsx";
import { Outside, Person } from "../../parts/text.tsx";
import { Time } from "../../parts/time.tsx";
import type { Runbook } from "./runbook.ts";

type Automation = ItemOf<"list-automations">;

const COLUMNS: readonly Column<Automation>[] = [
  {
    label: "Automation",
    kind: "main",
    cell: ({ id, name }) => <RowHead name={name} to={automationPath(id)} />,
  },
  {
    label: "State",
    cell: (automation) => <AutomationState of={automation} />,
  },
  { label: "Team", cell: ({ teamId }) => (teamId === null ? "global" : <Outside text={teamId} />) },
  {
    label: "Changed",
    cell: ({ updatedBy, updatedByName, updatedAt }) => (
      <>
        <Time at={updatedAt} /> by <Person by={updatedBy} name={updatedByName} />
      </>
    ),
  },
];

export function Automations({ runbook: { id, name } }: { runbook: Runbook }) {
  const list = useList(`automations of ${id}`, (cursor, signal) =>
    client.listAutomations({ query: { runbookId: id, cursor } }, { signal }),
  );
  return (
    <ListTable
      caption={`automations of ${name}`}
      columns={COLUMNS}
      list={list}
      keyOf={(automation) => automation.id}
      empty={
        <Blank icon="automations" title="Only people start it">
          <p>An automation starts a runbook when an event about an incident matches its pattern.</p>
        </Blank>
      }
    />
  );
}
