// The incidents that have been reported, the latest first; each leads to what may be run for it.
import { useMemo } from "preact/hooks";
import type { ItemOf } from "../../../api-client/types.ts";
import { client } from "../../data/client.ts";
import { useList } from "../../data/list.ts";
import { isAllowed, requireMe } from "../../data/session.ts";
import { here } from "../../navigation/location.ts";
import { incidentPath } from "../../navigation/page-paths.ts";
import { LinkButton } from "../../parts/button.tsx";
import { beginPeriod, PeriodFilter, readPeriod, TeamFilter, TypedFilter } from "../../parts/filters.tsx";
import { PageHead } from "../../parts/page-head.tsx";
import { Blank } from "../../parts/panels.tsx";
import { RowHead } from "../../parts/row-head.tsx";
import { type Column, ListTable } from "../../parts/table.tsx";
import { Outside } from "../../parts/text.tsx";
import { Time } from "../../parts/time.tsx";
import { IncidentStatus, Priority } from "./priority.tsx";

type Incident = ItemOf<"list-incidents">;

const REFRESH_MS = 15_000;

const COLUMNS: readonly Column<Incident>[] = [
  {
    label: "Incident",
    kind: "main",
    cell: ({ id, title }) => <RowHead name={title} to={incidentPath(id)} words={id} />,
  },
  { label: "Priority", cell: ({ priority }) => <Priority priority={priority} /> },
  { label: "Status", cell: ({ status }) => <IncidentStatus status={status} /> },
  { label: "Team", cell: ({ teamId }) => <Outside text={teamId} /> },
  { label: "Created", cell: ({ createdAt }) => <Time at={createdAt} /> },
  {
    label: "Run",
    kind: "end",
    cell: ({ id, title, teamId }) =>
      isAllowed(requireMe(), "execute", teamId) && (
        <LinkButton to={incidentPath(id)} small icon="play" label={`What may be run for ${title}`}>
          Run …
        </LinkButton>
      ),
  },
];

export function Page() {
  const { query } = here.value;
  const period = readPeriod(query.get("when"));
  const team = query.get("team")?.trim() ?? "";
  const status = query.get("status")?.trim() ?? "";
  const from = useMemo(() => beginPeriod(period), [period]);
  const list = useList(
    `incidents?${query}`,
    (cursor, signal) => {
      const filters = {
        ...(team !== "" && { teamId: team }),
        ...(status !== "" && { status: status.split(",").map((each) => each.trim()) }),
        ...(from !== null && { from }),
      };
      return client.listIncidents({ query: { ...filters, limit: 25, cursor } }, { signal });
    },
    { everyMs: REFRESH_MS },
  );
  return (
    <>
      <PageHead
        title="Incidents"
        name="Incidents"
        below={<p>As their system reported them. Open one to see what may be run for it.</p>}
      />
      <search class="filters">
        <PeriodFilter period={period} />
        <TeamFilter team={team} global="" />
        <TypedFilter name="status" label="Status" placeholder="In its system's words" />
      </search>
      <ListTable
        caption="incidents"
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
    <Blank icon="search" title="No incident fits">
      <p>Another time, team or status may. Only incidents of teams that you may see are searched.</p>
      <LinkButton to="/incidents">Show all</LinkButton>
    </Blank>
  ) : (
    <Blank icon="incidents" title="No incident has been reported">
      <p>An incident appears here when its system sends an event about it to this service's bus.</p>
    </Blank>
  );
}
