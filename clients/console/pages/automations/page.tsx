// The automations: which events start which runbook.
import type { ItemOf } from "../../../api-client/types.ts";
import { client } from "../../data/client.ts";
import { useList } from "../../data/list.ts";
import { changeQuery, here } from "../../navigation/location.ts";
import { automationPath } from "../../navigation/page-paths.ts";
import { AutomationState } from "../../parts/automation-state.tsx";
import { LinkButton } from "../../parts/button.tsx";
import { SelectField } from "../../parts/field.tsx";
import { TeamFilter } from "../../parts/filters.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { Blank } from "../../parts/panels.tsx";
import { RowHead } from "../../parts/row-head.tsx";
import { RunbookLink } from "../../parts/runbook-link.tsx";
import { type Column, ListTable } from "../../parts/table.tsx";
import { Outside, Person } from "../../parts/text.tsx";
import { Time } from "../../parts/time.tsx";

type Automation = ItemOf<"list-automations">;

const COLUMNS: readonly Column<Automation>[] = [
  {
    label: "Automation",
    kind: "main",
    cell: ({ id, name }) => <RowHead name={name} to={automationPath(id)} />,
  },
  { label: "Runs", cell: ({ runbookId }) => <RunbookLink id={runbookId} /> },
  { label: "State", cell: (automation) => <AutomationState of={automation} /> },
  {
    label: "Team",
    cell: ({ teamId }) => (teamId === null ? <span class="muted">global</span> : <Outside text={teamId} />),
  },
  {
    label: "Changed",
    cell: ({ updatedBy, updatedByName, updatedAt }) => (
      <span>
        <Time at={updatedAt} /> by <Person by={updatedBy} name={updatedByName} />
      </span>
    ),
  },
];

const SHOWN = [
  ["", "All", {}],
  ["live", "Those that act", { enabled: "true", mode: "live" }],
  ["shadow", "In shadow mode", { enabled: "true", mode: "shadow" }],
  [
    "unapproved",
    "Those that act and nobody has approved",
    { enabled: "true", mode: "live", approved: "false" },
  ],
  ["disabled", "Disabled", { enabled: "false" }],
] as const;

export function Page() {
  const { query } = here.value;
  const wanted = query.get("show") ?? "";
  const [show, , filter] = SHOWN.find(([each]) => each === wanted) ?? SHOWN[0];
  const team = query.get("team")?.trim() ?? "";
  const list = useList(`automations?${query}`, (cursor, signal) =>
    client.listAutomations(
      { query: { ...(filter as object), ...(team !== "" && { teamId: team }), limit: 25, cursor } },
      { signal },
    ),
  );
  return (
    <>
      <PageHead
        title="Automations"
        name="Automations"
        below={<p>Each one starts a runbook when an event about an incident matches its pattern.</p>}
      />
      <search class="filters">
        <SelectField
          label="Show"
          value={show}
          onInput={(value) => changeQuery({ show: value })}
          options={SHOWN.map(([value, label]) => [value, label] as const)}
        />
        <TeamFilter team={team} />
      </search>
      <ListTable
        caption="automations"
        columns={COLUMNS}
        list={list}
        keyOf={({ id }) => id}
        empty={<Nothing isFiltered={query.size > 0} />}
      />
    </>
  );
}

function Nothing({ isFiltered }: { isFiltered: boolean }) {
  return isFiltered ? (
    <Blank icon="search" title="No automation fits">
      <p>Another state or team may. Only automations that you may see are searched.</p>
      <LinkButton to="/automations">Show all</LinkButton>
    </Blank>
  ) : (
    <Blank icon="automations" title="Only people start runbooks">
      <p>
        An automation runs an approved runbook when an event matches. It begins in shadow mode, if its author
        likes: then it records what it would have done. It is written with the command line or the API.
      </p>
    </Blank>
  );
}
